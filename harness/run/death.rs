//! When a subject no longer answers: which scenario it did not survive, and whether it comes back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::one::{Played, Shared};
use super::rounds::Running;
use super::suite::Progress;
use crate::outcome::{Mismatch, MismatchKind, Verdict};
use crate::scenario::Scenario;

impl Running<'_> {
    /// Finds out which scenario the subject does not survive: each suspect is played alone.
    pub(crate) async fn blame(
        &mut self,
        suspects: Vec<Played>,
        left: &mut BTreeMap<String, Arc<Scenario>>,
    ) {
        for suspect in suspects {
            let scenario = Arc::clone(&suspect.outcome.scenario);
            left.remove(&scenario.id);
            self.deaths += 1;
            let output = self.output().await;
            if !self.revive(&scenario.id).await {
                // There is no second chance, so the one after which it was dead has it.
                self.finish(killed(suspect, output));
                return;
            }
            let again = self.shared.play(&scenario).await;
            let lives = self.shared.lives().await;
            if lives {
                self.finish(again);
            } else {
                let output = self.output().await;
                self.finish(killed(again, output));
                if !self.revive(&scenario.id).await {
                    return;
                }
            }
        }
    }

    /// Makes the subject answer again, where that is possible.
    pub(crate) async fn revive(&mut self, id: &str) -> bool {
        (self.observe)(Progress::Note(&format!(
            "the subject no longer answers after {id}"
        )));
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
        for _ in 0..REVIVALS {
            tokio::time::sleep(BETWEEN_REVIVALS).await;
            if self.deaths <= DEATHS_AT_MOST && self.shared.lives().await {
                return true;
            }
        }
        self.over = Some(format!("the subject no longer answers after {id}"));
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
    /// Whether it is worth looking if the subject lives.
    pub(crate) fn may_have_died(&self, played: &Played) -> bool {
        let bad = matches!(
            played.outcome.verdict,
            Verdict::Fail | Verdict::Error { .. }
        );
        self.canary.is_some() && (played.hostile || bad)
    }

    /// Whether the subject lives, as far as it can die.
    pub(crate) async fn lives(&self) -> bool {
        match &self.canary {
            Some(canary) => canary.lives().await,
            None => true,
        }
    }
}

/// The verdict on the scenario that the subject did not survive.
pub(crate) fn killed(mut played: Played, output: String) -> Played {
    let outcome = &mut played.outcome;
    outcome.output = output;
    if let Some(step) = outcome.scenario.steps.last() {
        outcome.verdict = Verdict::Fail;
        outcome.mismatch = Some(Mismatch {
            kind: MismatchKind::Died,
            step: outcome.scenario.steps.len(),
            place: step.place.clone(),
            wanted: "a subject that still answers a plain request on a fresh connection".into(),
            seen: "no answer any more".into(),
            at: outcome.took,
            connection: None,
        });
    }
    played
}

/// A subject that dies more often than this is not started again.
const DEATHS_AT_MOST: usize = 20;

/// How often and how far apart it is tried whether a dead subject has come back by itself.
const REVIVALS: usize = 8;

const BETWEEN_REVIVALS: Duration = Duration::from_millis(250);
