//! What one run says of one scenario or lint.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::escape;
use crate::report::json::{LintFile, MismatchFile, RunFile, ScenarioFile, VerdictFile};

/// What one run says of one scenario or lint. All texts are safe to show.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Cell {
    /// The verdict.
    pub verdict: VerdictFile,
    /// What was wrong, for warn and fail.
    pub found: Option<Found>,
    /// Why nothing was judged, for skip and error.
    pub why: Option<String>,
    /// The alternatives that were taken.
    pub observations: Vec<String>,
}

/// What was wrong.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Found {
    /// The word of its kind, e.g. `wrong-status`.
    pub kind: String,
    /// The step.
    pub step: usize,
    /// What was wanted.
    pub wanted: String,
    /// What came.
    pub seen: String,
    /// The place of the expectation: `FILE:LINE`.
    pub place: String,
}

impl Cell {
    /// How far from conforming, where that was judged: 0, 1 or 2.
    pub(in crate::report) fn level(&self) -> Option<usize> {
        match self.verdict {
            VerdictFile::Pass => Some(0),
            VerdictFile::Warn => Some(1),
            VerdictFile::Fail => Some(2),
            VerdictFile::Skip | VerdictFile::Error => None,
        }
    }

    /// Why it is no pass, in one sentence.
    pub(in crate::report) fn sentence(&self) -> Option<String> {
        let found = self.found.as_ref();
        let found = found.map(|it| format!("wanted {}; seen: {}", it.wanted, it.seen));
        found.or_else(|| self.why.clone())
    }

    /// A lint that a run did not report.
    pub(in crate::report) fn clean() -> Self {
        Self {
            verdict: VerdictFile::Pass,
            found: None,
            why: None,
            observations: Vec::new(),
        }
    }

    fn of_scenario(scenario: &ScenarioFile) -> Self {
        let found = scenario.mismatch.as_ref().or(scenario.warnings.first());
        Self {
            verdict: scenario.verdict,
            found: found.map(Found::of),
            why: scenario.why.as_deref().map(escape::text),
            observations: scenario
                .observations
                .iter()
                .map(|it| escape::text(it))
                .collect(),
        }
    }

    fn of_lint(lint: &LintFile) -> Self {
        let seen = format!(
            "{}, in {} messages, first in {}",
            lint.text, lint.count, lint.scenario
        );
        Self {
            verdict: lint.verdict,
            found: Some(Found {
                kind: String::from("lint"),
                step: 0,
                wanted: String::from("no message that breaks the rule"),
                seen: escape::text(&seen),
                place: String::new(),
            }),
            why: None,
            observations: Vec::new(),
        }
    }
}

impl Found {
    fn of(mismatch: &MismatchFile) -> Self {
        Self {
            kind: escape::text(&mismatch.kind),
            step: mismatch.step,
            wanted: escape::text(&mismatch.wanted),
            seen: escape::text(&mismatch.seen),
            place: format!("{}:{}", escape::text(&mismatch.file), mismatch.line),
        }
    }
}

/// The word of a verdict.
pub(in crate::report) fn word(verdict: VerdictFile) -> &'static str {
    match verdict {
        VerdictFile::Pass => "pass",
        VerdictFile::Warn => "warn",
        VerdictFile::Fail => "fail",
        VerdictFile::Skip => "skip",
        VerdictFile::Error => "error",
    }
}

/// The id under which a lint stands among scenarios.
fn lint_row(id: &str) -> String {
    format!("lint {}", escape::text(id))
}

/// All scenarios and lints of a run by id, with their titles. A lint that found nothing is not there.
pub(in crate::report) fn cells(run: &RunFile) -> BTreeMap<String, (String, Cell)> {
    let scenarios = run.scenarios.iter().map(|scenario| {
        let title = escape::text(&scenario.title);
        (
            escape::text(&scenario.id),
            (title, Cell::of_scenario(scenario)),
        )
    });
    let lints = run.lints.iter().map(|lint| {
        let rule = run.requirements.get(&lint.requirement);
        let title = rule.map_or(&lint.requirement, |rule| &rule.summary);
        (
            lint_row(&lint.id),
            (escape::text(title), Cell::of_lint(lint)),
        )
    });
    scenarios.chain(lints).collect()
}
