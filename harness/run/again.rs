//! A deviation may be seen again: what comes out differently in another try is *flaky*.
//!
//! What deviates is held back, and played again when nothing else is under way, as often as the
//! user wants, until another verdict comes.

use std::collections::VecDeque;

use super::one::Played;
use super::rounds::Running;
use crate::outcome::{MismatchKind, Outcome, Verdict};

/// What is to be seen again.
#[derive(Debug, Default)]
pub(crate) struct Again {
    /// So often at the most.
    retries: usize,
    held: VecDeque<Played>,
}

impl Again {
    pub(crate) fn new(retries: usize) -> Self {
        Self {
            retries,
            held: VecDeque::new(),
        }
    }

    /// Whether another try could tell more. What the subject did not survive is not done to it
    /// again, and of what could not be judged there is nothing to see again.
    fn concern(&self, outcome: &Outcome) -> bool {
        let died = outcome.mismatch.as_ref().map(|it| it.kind) == Some(MismatchKind::Died);
        self.retries > 0 && !died && matches!(outcome.verdict, Verdict::Fail | Verdict::Warn)
    }
}

impl Running<'_> {
    /// Finishes a scenario, or holds it back until it has been seen again.
    pub(crate) fn settle(&mut self, played: Played) {
        if self.again.concern(&played.outcome) {
            self.shared.under_way().remove(&played.outcome.scenario.id);
            self.again.held.push_back(played);
        } else {
            self.finish(played);
        }
    }

    /// Plays again what deviates, one by one.
    pub(crate) async fn see_again(&mut self) {
        while let Some(first) = self.again.held.front() {
            if self.over.is_some() {
                break;
            }
            let scenario = first.outcome.scenario.clone();
            let mut words = vec![first.outcome.verdict.word()];
            // It stays there meanwhile: the run may be interrupted.
            while words.len() <= self.again.retries && self.over.is_none() {
                let again = self.play_alone(&scenario).await;
                let Some(first) = self.again.held.front_mut() else {
                    break;
                };
                words.push(again.outcome.verdict.word());
                if compare(first, again, &words) {
                    break;
                }
            }
            if let Some(played) = self.again.held.pop_front() {
                self.finish(played);
            }
        }
        self.finish_held();
    }

    /// Finishes what could not be seen again as it was seen.
    pub(crate) fn finish_held(&mut self) {
        while let Some(played) = self.again.held.pop_front() {
            self.finish(played);
        }
    }
}

/// Puts a further try to what is known of a scenario; the worst is kept. Whether no further one
/// is needed: another verdict came, or none.
fn compare(known: &mut Played, again: Played, words: &[&'static str]) -> bool {
    let tries = known.outcome.tries + again.outcome.tries;
    let took = known.outcome.took + again.outcome.took;
    let before = badness(&known.outcome.verdict);
    let now = badness(&again.outcome.verdict);
    if now > before {
        *known = again;
    }
    known.outcome.tries = tries;
    known.outcome.took = took;
    if now.is_some() && now != before {
        known.outcome.flaky = words.to_vec();
    }
    now != before
}

/// How bad a verdict on the subject is, if it is one.
fn badness(verdict: &Verdict) -> Option<u8> {
    match verdict {
        Verdict::Pass => Some(0),
        Verdict::Warn => Some(1),
        Verdict::Fail => Some(2),
        Verdict::Skip { .. } | Verdict::Error { .. } => None,
    }
}
