//! A timeout is confirmed before it is pronounced: while many scenarios are under way, they may
//! hold all the connections that a small server has, and then it is our doing that it is late.
//!
//! What timed out is held back, and played again when nothing else is under way.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::one::Played;
use super::rounds::Running;
use super::target::Target;
use crate::outcome::{MismatchKind, Outcome, Verdict};
use crate::scenario::Rule;

/// What timed out and is not pronounced yet, and what came of playing such scenarios again.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    /// Whether others can be the cause: else nothing is held back.
    possible: bool,
    /// Whether it is the round of the controls, of which a skip takes others with it.
    pub(crate) controls: bool,
    held: VecDeque<Played>,
    /// So many timed out again.
    same: usize,
    /// Whether anything came in time the second time.
    changed: bool,
    /// How long playing again has taken.
    took: Duration,
}

impl Doubts {
    /// Nothing is held back of a reference peer, which holds all connections of a run, nor where
    /// one scenario at a time has connections open.
    pub(crate) fn new(target: &Target, connections: Option<usize>) -> Self {
        let reference = matches!(target, Target::ReferenceServer | Target::ReferenceClient);
        Self {
            possible: !reference && connections != Some(1),
            ..Self::default()
        }
    }

    /// Whether it is held back. What only good defence asks for accuses nobody, and its waits are
    /// long.
    fn concern(&self, outcome: &Outcome) -> bool {
        let rule = !matches!(outcome.scenario.rule, Rule::Hardening(_));
        self.possible && rule && kind(outcome) == Some(MismatchKind::Timeout)
    }

    /// Whether to play it again. A skip accuses nobody: it is worth the time only where the server
    /// was seen to be late for want of connections.
    fn worth(&self, outcome: &Outcome) -> bool {
        let skipped = matches!(outcome.verdict, Verdict::Skip { .. });
        let more = self.changed || self.same < SAME_AT_MOST;
        more && (!skipped || self.controls || self.changed)
    }

    /// Takes note of what came of playing again.
    fn count(&mut self, again: &Outcome) {
        let gone = matches!(again.verdict, Verdict::Error { .. });
        let kind = kind(again);
        if gone || matches!(kind, Some(MismatchKind::Timeout | MismatchKind::Died)) {
            self.same += 1;
        } else {
            self.changed = true;
        }
    }

    /// What accuses first, what was skipped last, and of each file one before another of the same:
    /// they are likely to have one cause.
    fn sort(&mut self) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut held: Vec<_> = self
            .held
            .drain(..)
            .map(|played| {
                let id = &played.outcome.scenario.id;
                let file = id.split('[').next().unwrap_or_default();
                let before = seen.entry(file.to_owned()).or_default();
                *before += 1;
                let order = match played.outcome.verdict {
                    Verdict::Fail => 0,
                    Verdict::Skip { .. } => 2,
                    _ => 1,
                };
                ((order, *before), played)
            })
            .collect();
        held.sort_by_key(|(order, _)| *order);
        self.held = held.into_iter().map(|(_, played)| played).collect();
    }
}

impl Running<'_> {
    /// Pronounces what a scenario came to, or holds it back until the end of the round.
    pub(crate) fn hear(&mut self, played: Played) {
        if self.doubts.concern(&played.outcome) {
            self.shared.under_way().remove(&played.outcome.scenario.id);
            self.doubts.held.push_back(played);
        } else {
            self.settle(played);
        }
    }

    /// Plays again what timed out, one by one, as long as that is worth its time.
    pub(crate) async fn confirm(&mut self) {
        // Where nothing is answered at all it is not for want of connections.
        if self.nothing_passed() {
            self.pronounce();
            return;
        }
        let most = (self.start.elapsed().saturating_sub(self.doubts.took)).max(SHORTEST_BOUND);
        self.doubts.sort();
        while let Some(first) = self.doubts.held.front() {
            let worth = self.doubts.worth(&first.outcome);
            if !worth || self.doubts.took >= most || self.over.is_some() {
                break;
            }
            // It stays there meanwhile: the run may be interrupted.
            let scenario = first.outcome.scenario.clone();
            let begun = Instant::now();
            let mut again = self.play_alone(&scenario).await;
            self.doubts.took += begun.elapsed();
            let Some(before) = self.doubts.held.pop_front() else {
                break;
            };
            self.doubts.count(&again.outcome);
            again.outcome.tries += before.outcome.tries;
            again.outcome.took += before.outcome.took;
            self.settle(again);
        }
        self.pronounce();
    }

    /// Pronounces what is still held back. It accuses nobody where the server was seen to be late
    /// for want of connections.
    pub(crate) fn pronounce(&mut self) {
        while let Some(mut played) = self.doubts.held.pop_front() {
            let skipped = matches!(played.outcome.verdict, Verdict::Skip { .. });
            if self.doubts.changed && !skipped {
                played.outcome.verdict = Verdict::Error {
                    why: "it timed out while others were under way, and there was no time to play \
                          it again; see --connections"
                        .into(),
                };
            }
            self.settle(played);
        }
    }
}

fn kind(outcome: &Outcome) -> Option<MismatchKind> {
    outcome.mismatch.as_ref().map(|mismatch| mismatch.kind)
}

/// Where so many timed out again and none did not, the rest is taken for true.
const SAME_AT_MOST: usize = 4;

/// Playing again takes as long as the run did, or so long.
const SHORTEST_BOUND: Duration = Duration::from_secs(30);
