//! The order of a run: controls first, then the longest waits, and what is left after a death.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::again::Again;
use super::budget::Budget;
use super::confirm::Doubts;
use super::gather::{Done, Grader};
use super::one::{Played, Shared};
use super::suite::Progress;
use super::suite::unplayed;
use super::target::Spawned;
use crate::outcome::{Lint, Outcome, Verdict};
use crate::scenario::{Amount, EventKind, Scenario, Step};

/// The state of a run.
pub(crate) struct Running<'a> {
    pub(crate) shared: Arc<Shared>,
    pub(crate) spawned: Option<Arc<Spawned>>,
    pub(crate) observe: &'a mut (dyn FnMut(Progress<'_>) + Send),
    pub(crate) done: BTreeMap<String, Done>,
    pub(crate) grader: Grader,
    /// What their transcripts may still hold.
    pub(crate) budget: Budget,
    pub(crate) deaths: usize,
    /// Why nothing more can be played.
    pub(crate) over: Option<String>,
    /// When the run began.
    pub(crate) start: Instant,
    /// What timed out and is not pronounced yet.
    pub(crate) doubts: Doubts,
    /// What is to be seen again.
    pub(crate) again: Again,
}

impl Running<'_> {
    /// Controls first; then the rest, the longest waits in front.
    pub(crate) async fn play_all(&mut self, scenarios: &[Arc<Scenario>]) {
        let left = self.left(scenarios);
        let needed: BTreeSet<&str> = scenarios
            .iter()
            .flat_map(|scenario| &scenario.needs)
            .map(String::as_str)
            .collect();
        let (controls, mut rest): (Vec<_>, Vec<_>) = left
            .into_iter()
            .partition(|scenario| needed.contains(scenario.id.as_str()));
        rest.sort_by_key(|scenario| std::cmp::Reverse(waiting(scenario, &self.shared)));
        self.doubts.controls = true;
        self.play_some(controls).await;
        self.confirm().await;
        self.see_again().await;
        self.doubts.controls = false;
        self.play_some(rest).await;
        self.confirm().await;
        self.see_again().await;
    }

    pub(crate) async fn play_some(&mut self, scenarios: Vec<Arc<Scenario>>) {
        let mut queue = scenarios;
        while !queue.is_empty() && self.over.is_none() {
            queue = self.play_until_death(queue).await;
        }
    }

    /// Plays until all are done, or until the subject has died; gives back what is left then.
    pub(crate) async fn play_until_death(
        &mut self,
        scenarios: Vec<Arc<Scenario>>,
    ) -> Vec<Arc<Scenario>> {
        let mut tasks = JoinSet::new();
        let mut left: BTreeMap<String, Arc<Scenario>> = BTreeMap::new();
        for scenario in scenarios {
            if let Some(why) = self.unmet(&scenario) {
                self.finish(not_played(&scenario, Verdict::Skip { why }));
                continue;
            }
            left.insert(scenario.id.clone(), Arc::clone(&scenario));
            let (shared, spawned) = (Arc::clone(&self.shared), self.spawned.clone());
            tasks.spawn(async move {
                let played = shared.play(&scenario).await;
                let ended = spawned.as_ref().is_some_and(|spawned| spawned.has_ended());
                let lives =
                    !ended && (!shared.may_have_died(&played) || Box::pin(shared.lives()).await);
                (played, lives)
            });
        }
        let mut suspect = None;
        while let Some(joined) = tasks.join_next().await {
            // A task fails only if it panicked, which is our bug and must not be swallowed.
            let (played, lives) = match joined {
                Ok(result) => result,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => continue,
            };
            if lives {
                left.remove(&played.outcome.scenario.id);
                self.hear(played);
                continue;
            }
            // What else is under way now says nothing about itself.
            tasks.shutdown().await;
            suspect = Some(played);
        }
        if let Some(suspect) = suspect {
            self.blame(suspect, &mut left).await;
        }
        left.into_values().collect()
    }

    /// Why a control is missing, where one is.
    pub(crate) fn unmet(&self, scenario: &Scenario) -> Option<String> {
        scenario.needs.iter().find_map(|control| {
            let outcome = self.done.get(control).map(|done| &done.outcome);
            match outcome.map(|outcome| &outcome.verdict) {
                Some(Verdict::Pass | Verdict::Warn) => None,
                // It worked once, so it can.
                Some(_) if outcome.is_some_and(Outcome::is_flaky) => None,
                Some(verdict) => Some(format!(
                    "it needs {control}, which came to {}",
                    verdict.word()
                )),
                // Controls of controls are played in the same round: they are not waited for.
                None => None,
            }
        })
    }

    pub(crate) fn nothing_passed(&self) -> bool {
        !self
            .done
            .values()
            .any(|done| matches!(done.outcome.verdict, Verdict::Pass | Verdict::Warn))
    }

    pub(crate) fn finish(&mut self, mut played: Played) {
        self.shared.under_way().remove(&played.outcome.scenario.id);
        let outcome = &mut played.outcome;
        self.budget
            .charge(&outcome.verdict, &mut outcome.transcript);
        let done = self.grader.done(played);
        (self.observe)(Progress::Finished(&done.outcome, &done.lints));
        self.done.insert(done.outcome.scenario.id.clone(), done);
    }

    /// Takes over what a run that was cut short had done.
    pub(crate) fn take_over(&mut self, done: Vec<(Outcome, Vec<Lint>)>) {
        for (mut outcome, lints) in done {
            self.budget
                .charge(&outcome.verdict, &mut outcome.transcript);
            let id = outcome.scenario.id.clone();
            self.done.insert(id, Done { outcome, lints });
        }
    }

    /// Those of some scenarios that are still to be played.
    pub(crate) fn left(&self, scenarios: &[Arc<Scenario>]) -> Vec<Arc<Scenario>> {
        let left = scenarios.iter();
        left.filter(|scenario| !self.done.contains_key(&scenario.id))
            .map(Arc::clone)
            .collect()
    }
}

/// How long the scenario waits at least: pauses, silences, windows that begin later.
pub(crate) fn waiting(scenario: &Scenario, shared: &Shared) -> Duration {
    let of = |amount: &Amount| match amount {
        Amount::Fixed(duration) => *duration,
        Amount::Multiple(factor, name) => {
            let declared = shared
                .server
                .as_ref()
                .and_then(|server| server.given.get(name));
            let default = scenario
                .given
                .get(name)
                .and_then(|given| given.default.as_ref());
            match declared.or(default) {
                Some(crate::scenario::GivenValue::Time(duration)) => duration.mul_f64(*factor),
                _ => Duration::ZERO,
            }
        }
    };
    let step = |step: &Step| -> Duration {
        let silence = step
            .expect
            .iter()
            .flat_map(|expect| &expect.alternatives)
            .find_map(|pattern| match &pattern.kind {
                EventKind::Silence(amount) => Some(amount),
                _ => None,
            });
        let over = step.pace.as_ref().and_then(|pace| pace.over.as_ref());
        let amounts = [
            step.wait.as_ref(),
            over,
            step.window.after.as_ref(),
            silence,
        ];
        amounts.into_iter().flatten().map(of).sum()
    };
    scenario.steps.iter().map(step).sum()
}

pub(crate) fn not_played(scenario: &Arc<Scenario>, verdict: Verdict) -> Played {
    Played {
        outcome: unplayed(scenario, verdict),
        findings: Vec::new(),
        hostile: false,
    }
}
