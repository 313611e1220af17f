//! What came of each scenario of a run, put together at its end; and what is known before it
//! begins, because a former run that was cut short had it already.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::one::Played;
use super::play::Finding;
use super::redact::Redactor;
use super::suite::unplayed;
use crate::outcome::{Lint, Outcome, Verdict};
use crate::scenario::{Catalogue, Grade, Scenario};

/// What a run that was cut short had done.
#[derive(Clone, Debug, Default)]
pub struct Former {
    /// The outcomes, each with what the passive checks found in its messages, as
    /// [`Progress::Finished`](super::Progress::Finished) told.
    pub done: Vec<(Outcome, Vec<Lint>)>,
    /// When that run started.
    pub started: Option<SystemTime>,
    /// How long it had taken.
    pub took: Duration,
}

/// What became of a scenario, with its findings as reports have them.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    pub(crate) lints: Vec<Lint>,
}

/// Grades findings.
#[derive(Debug)]
pub(crate) struct Grader {
    pub(crate) catalogue: Arc<Catalogue>,
    /// The scenarios of which another run counts the findings.
    pub(crate) guests: BTreeSet<String>,
    pub(crate) redactor: Redactor,
}

impl Grader {
    pub(crate) fn done(&self, played: Played) -> Done {
        let Played {
            mut outcome,
            findings,
            ..
        } = played;
        // Whoever is told of it may write it down before the run ends.
        self.redactor.outcome(&mut outcome);
        let id = &outcome.scenario.id;
        let counted = !self.guests.contains(id);
        let known = |it: &Finding| counted && outcome.scenario.knows_lint(it.lint.id);
        let found = findings.into_iter().filter(known);
        let lints = Lint::gather(found.filter_map(|finding| self.lint(finding, id)));
        Done { outcome, lints }
    }

    fn lint(&self, finding: Finding, scenario: &str) -> Option<Lint> {
        let entry = self.catalogue.entries.get(finding.lint.requirement)?;
        let verdict = match entry.worst {
            Grade::Fail => Verdict::Fail,
            Grade::Warn => Verdict::Warn,
            Grade::Observe => return None,
        };
        let mut text = finding.text;
        self.redactor.text(&mut text);
        Some(Lint {
            id: finding.lint.id.into(),
            requirement: finding.lint.requirement.into(),
            verdict,
            text,
            count: 1,
            scenario: scenario.into(),
            connection: finding.connection,
            scenarios: vec![scenario.into()],
            expected: None,
        })
    }
}

/// The outcomes in the order of their ids, with those that were not played, and the lints.
pub(crate) fn gather(
    scenarios: &[Arc<Scenario>],
    mut done: BTreeMap<String, Done>,
    over: Option<&str>,
) -> (Vec<Outcome>, Vec<Lint>) {
    let mut outcomes = Vec::new();
    let mut lints = Vec::new();
    let mut scenarios: Vec<_> = scenarios.iter().collect();
    scenarios.sort_by(|one, other| one.id.cmp(&other.id));
    for scenario in scenarios {
        if let Some(done) = done.remove(&scenario.id) {
            outcomes.push(done.outcome);
            lints.extend(done.lints);
        } else if let Some(over) = over {
            let why = format!("not played: {over}");
            outcomes.push(unplayed(scenario, Verdict::Error { why }));
        }
    }
    (outcomes, Lint::gather(lints))
}
