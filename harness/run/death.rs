//! When a subject no longer answers: which scenario it did not survive, and whether it comes back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::one::{Played, Shared};
use super::rounds::{Running, waiting};
use super::suite::Progress;
use crate::outcome::{Mismatch, MismatchKind, Verdict};
use crate::scenario::Scenario;

impl Running<'_> {
    /// Finds out which scenario the subject does not survive: what was under way when it died is
    /// played again, one by one, the one after which it was noticed first.
    pub(crate) async fn blame(
        &mut self,
        suspect: Played,
        left: &mut BTreeMap<String, Arc<Scenario>>,
    ) {
        let first = Arc::clone(&suspect.outcome.scenario);
        left.remove(&first.id);
        let mut others = std::mem::take(&mut *self.shared.under_way());
        others.remove(&first.id);
        let alone = others.is_empty();
        let others: Vec<_> = others
            .iter()
            .filter_map(|id| left.get(id))
            .filter(|scenario| waiting(scenario, &self.shared) <= LONGEST_SUSPECT)
            .map(Arc::clone)
            .collect();
        let output = self.output().await;
        if !self.revive(&first.id).await {
            // There is no second chance. Where nothing else was under way it needs none.
            self.finish(if alone {
                killed(suspect, output)
            } else {
                doubtful(suspect, output)
            });
            return;
        }
        for scenario in std::iter::once(first).chain(others) {
            left.remove(&scenario.id);
            let again = self.play_alone(&scenario).await;
            self.settle(again);
            if self.over.is_some() {
                return;
            }
        }
    }

    /// Plays a scenario while nothing else is under way: if the subject is gone then, it is this
    /// scenario that it did not survive.
    pub(crate) async fn play_alone(&mut self, scenario: &Arc<Scenario>) -> Played {
        let again = self.shared.play(scenario).await;
        self.shared.under_way().remove(&scenario.id);
        if self.lives().await {
            return again;
        }
        let output = self.output().await;
        self.revive(&scenario.id).await;
        killed(again, output)
    }

    async fn lives(&self) -> bool {
        let ended = self.spawned.as_ref().is_some_and(|it| it.has_ended());
        !ended && self.shared.lives().await
    }

    /// Makes the subject answer again, where that is possible.
    pub(crate) async fn revive(&mut self, id: &str) -> bool {
        self.deaths += 1;
        let never = self.nothing_passed();
        let mut what = format!("the subject no longer answers since {id}");
        if never {
            what += ", and nothing passed before: is it an HTTP/1.1 server, without TLS?";
        }
        (self.observe)(Progress::Note(&what));
        if let Some(spawned) = &self.spawned
            && self.deaths <= DEATHS_AT_MOST
        {
            match spawned.restart().await {
                Ok(()) => return true,
                Err(error) => {
                    self.over = Some(format!(
                        "the server died after {id} and could not be started again: {error}"
                    ));
                    return false;
                }
            }
        }
        // Somebody else may watch over it and start it again.
        let deadline = Instant::now() + REVIVAL_AT_MOST;
        while self.deaths <= DEATHS_AT_MOST && Instant::now() < deadline {
            tokio::time::sleep(BETWEEN_REVIVALS).await;
            let left = deadline.saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, self.shared.lives()).await == Ok(true) {
                return true;
            }
        }
        self.over = Some(what);
        false
    }

    /// What a server that we started has printed.
    pub(crate) async fn output(&self) -> String {
        match &self.spawned {
            Some(spawned) => spawned.output().await,
            None => String::new(),
        }
    }
}

impl Shared {
    /// Whether it is worth looking if the subject lives: one that is gone looks like one that
    /// closes, which often is permitted.
    pub(crate) fn may_have_died(&self, played: &Played) -> bool {
        let outcome = &played.outcome;
        let refused = matches!(outcome.verdict, Verdict::Error { .. });
        let met = refused || !outcome.transcript.connections.is_empty();
        self.canary.is_some() && met && (played.hostile || outcome.verdict != Verdict::Pass)
    }

    /// Whether the subject lives, as far as it can die.
    pub(crate) async fn lives(&self) -> bool {
        let Some(canary) = &self.canary else {
            return true;
        };
        let _held = match &self.held {
            Some(held) => held.take().await,
            None => None,
        };
        canary.lives().await
    }
}

/// The verdict on the scenario that the subject did not survive.
fn killed(mut played: Played, output: String) -> Played {
    let outcome = &mut played.outcome;
    outcome.output = output;
    let dead = "no answer any more on a fresh connection";
    // What it did first, where that was wrong as well, says more than that it is gone.
    if let (Verdict::Fail, Some(mismatch)) = (&outcome.verdict, &mut outcome.mismatch) {
        mismatch.kind = MismatchKind::Died;
        mismatch.seen = format!("{}, and {dead}", mismatch.seen);
        return played;
    }
    if let Some(step) = outcome.scenario.steps.last() {
        outcome.verdict = Verdict::Fail;
        outcome.mismatch = Some(Mismatch {
            kind: MismatchKind::Died,
            step: outcome.scenario.steps.len(),
            place: step.place.clone(),
            wanted: "a subject that still answers a plain request on a fresh connection".into(),
            seen: dead.into(),
            at: outcome.took,
            connection: None,
        });
    }
    played
}

/// The verdict where it was noticed that the subject is gone, while others were under way and
/// nobody can try again which of them it was.
fn doubtful(mut played: Played, output: String) -> Played {
    let absent = |mismatch: &Mismatch| mismatch.kind == MismatchKind::Timeout;
    // What came is wrong all the same; what did not come may have been withheld by the death.
    let unsure = played.outcome.mismatch.as_ref().is_none_or(absent);
    if unsure || played.outcome.verdict != Verdict::Fail {
        played.outcome.mismatch = None;
        played.outcome.verdict = Verdict::Error {
            why: "the subject no longer answers since about this scenario; play it alone to see \
                  whether this is what ends it"
                .into(),
        };
    }
    played.outcome.output = output;
    played
}

/// A subject that dies more often than this is not started again.
const DEATHS_AT_MOST: usize = 20;

/// How long it is tried whether a dead subject has come back by itself, and how often.
const REVIVAL_AT_MOST: Duration = Duration::from_secs(3);

const BETWEEN_REVIVALS: Duration = Duration::from_millis(250);

/// A scenario that waits longer than this is not played alone to find out who is to blame.
const LONGEST_SUSPECT: Duration = Duration::from_secs(2);
