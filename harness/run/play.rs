//! One scenario played once against one subject, and the verdict on it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::describe;
use super::lane::{Arrival, Lane};
use super::player::{Player, Stop};
use crate::outcome::{Mismatch, MismatchKind, Outcome, Transcript, Verdict};
use crate::scenario::{Grade, Rule, Scenario};
use crate::wire::lint::Lint;

/// What one try came to.
#[derive(Debug)]
pub(crate) struct Try {
    pub(crate) verdict: Verdict,
    pub(crate) mismatch: Option<Mismatch>,
    pub(crate) warnings: Vec<Mismatch>,
    pub(crate) observations: Vec<String>,
    pub(crate) transcript: Transcript,
    pub(crate) findings: Vec<Finding>,
    /// What was sent may have harmed the subject, so a control must show that it lives.
    pub(crate) hostile: bool,
}

/// What a passive check found in one message of the subject.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) lint: &'static Lint,
    pub(crate) text: String,
    pub(crate) step: usize,
    pub(crate) at: Instant,
    pub(crate) connection: usize,
}

/// Plays the steps and judges what came.
pub(crate) async fn play(mut player: Player<'_>, scenario: &Scenario) -> Try {
    let mut stop = player.play(&scenario.steps).await.err();
    // A scenario that could not be played to its end has no say in what comes behind.
    if stop.is_none() && player.unplayed.is_none() {
        player.glance().await;
        stop = player.leftover(scenario);
    }
    let findings: Vec<Finding> = player
        .lanes
        .iter_mut()
        .flat_map(Lane::take_findings)
        .collect();
    let hostile = player.lanes.iter().any(Lane::was_hostile);
    if !matches!(stop, Some(Stop::Mismatch(..))) {
        stop = cited_finding(&findings, scenario, player.recorder.start()).or(stop);
    }
    let unplayed = player.unplayed;
    let (recorder, mut warnings, came) = player.finish();
    let grade = scenario.rule.grade();
    if grade == Grade::Observe {
        warnings.clear();
    }
    let (verdict, mismatch) = verdict(stop, grade, unplayed, !warnings.is_empty());
    Try {
        verdict,
        mismatch,
        warnings,
        observations: came.into_iter().collect(),
        transcript: recorder.finish(),
        findings,
        hostile,
    }
}

fn verdict(
    stop: Option<Stop>,
    grade: Grade,
    unplayed: Option<usize>,
    warned: bool,
) -> (Verdict, Option<Mismatch>) {
    match stop {
        Some(Stop::Mismatch(mismatch, true)) => {
            let why = format!(
                "a precondition is missing: wanted {}, saw {}",
                mismatch.wanted, mismatch.seen
            );
            (Verdict::Skip { why }, Some(*mismatch))
        }
        Some(Stop::Mismatch(mismatch, false)) => match grade {
            Grade::Fail => (Verdict::Fail, Some(*mismatch)),
            Grade::Warn => (Verdict::Warn, Some(*mismatch)),
            // A MAY cannot be missed; that nothing described was seen is no result either.
            Grade::Observe => {
                let why = format!("none of what may happen was seen, but {}", mismatch.seen);
                (Verdict::Skip { why }, Some(*mismatch))
            }
        },
        Some(Stop::Skip(why)) => (Verdict::Skip { why }, None),
        Some(Stop::Broken(why)) => (Verdict::Error { why }, None),
        Some(Stop::Gone) => (
            Verdict::Error {
                why: "a step acts on a connection that is not there".into(),
            },
            None,
        ),
        None => match (unplayed, warned) {
            (Some(step), _) => {
                let why = format!(
                    "the subject announced the end of the connection, so step {step} could not be played"
                );
                (Verdict::Skip { why }, None)
            }
            (None, true) => (Verdict::Warn, None),
            (None, false) => (Verdict::Pass, None),
        },
    }
}

/// A finding of a passive check is judged by the scenario that cites its rule.
fn cited_finding(findings: &[Finding], scenario: &Scenario, start: Instant) -> Option<Stop> {
    let Rule::Requirements(ids, _) = &scenario.rule else {
        return None;
    };
    let known = |finding: &&Finding| scenario.knows_lint(finding.lint.id);
    let (finding, id) = findings.iter().filter(known).find_map(|finding| {
        let id = ids.iter().find(|id| finding.lint.checks(id))?;
        Some((finding, id))
    })?;
    let step = scenario
        .steps
        .get(finding.step.saturating_sub(1))
        .or(scenario.steps.last())?;
    Some(Stop::Mismatch(
        Box::new(Mismatch {
            kind: MismatchKind::Lint,
            step: finding.step,
            place: step.place.clone(),
            wanted: format!("messages that keep to {id}"),
            seen: finding.text.clone(),
            at: finding.at.saturating_duration_since(start),
            connection: Some(finding.connection),
        }),
        false,
    ))
}

impl Player<'_> {
    /// What has come and no step expected.
    fn leftover(&self, scenario: &Scenario) -> Option<Stop> {
        self.lanes.iter().find_map(|lane| {
            let (at, what) = lane.leftover()?;
            // Where the last step wanted silence, its end is that of the scenario: a timeout of
            // the subject that happens to be as long answers into the moment behind it.
            if self.silent_until.is_some_and(|end| at >= end) {
                return None;
            }
            let seen = if lane.claimed {
                what
            } else {
                format!("{what}, on a connection that no step expected")
            };
            let last = scenario.steps.last()?;
            let mismatch = Mismatch {
                kind: MismatchKind::Leftover,
                step: scenario.steps.len() + 1,
                place: last.place.clone(),
                wanted: "nothing more".into(),
                seen,
                at: at.saturating_duration_since(self.recorder.start()),
                connection: Some(lane.id),
            };
            Some(Stop::Mismatch(Box::new(mismatch), false))
        })
    }
}

impl Lane {
    /// What has come on it and no step has taken, apart from its end and from interim responses.
    fn leftover(&self) -> Option<(Instant, String)> {
        if self.over {
            return None;
        }
        let event = self.queue.iter().find_map(|arrival| match arrival {
            Arrival::Message(message) => {
                let status = message.head.status().map(|line| line.code);
                let interim = status.is_some_and(|code| code < 200 && code != 101);
                // 9112-9.5-p1-1: a 408 on an idle connection is no surplus response.
                let timed_out = status == Some(408) && message.answers.is_none();
                (!interim && !timed_out && !message.head_taken)
                    .then(|| (message.head_at, describe::message(message)))
            }
            Arrival::Garbage(at, _) => Some((*at, describe::arrival(arrival))),
            Arrival::Close(_) => None,
        });
        let found = event.or_else(|| {
            self.has_partial()
                .map(|at| (at, "octets behind the last message".into()))
        });
        found.filter(|(at, _)| self.closed_at.is_none_or(|closed| *at < closed))
    }
}

/// Puts the tries of a scenario together: the first that passes counts, else the last.
pub(crate) fn outcome(
    scenario: &Arc<Scenario>,
    last: Try,
    tries: u32,
    output: String,
    took: Duration,
) -> (Outcome, Vec<Finding>) {
    let outcome = Outcome {
        scenario: Arc::clone(scenario),
        verdict: last.verdict,
        mismatch: last.mismatch,
        warnings: last.warnings,
        observations: last.observations,
        transcript: last.transcript,
        output,
        tries,
        took,
        flaky: Vec::new(),
        expected: None,
    };
    (outcome, last.findings)
}
