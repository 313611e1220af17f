//! How deviations were weighed, in `run.json` and back.

use serde::{Deserialize, Serialize};

use crate::outcome::{Expected, FlakyPolicy, Gate, Outdated, OutdatedWhy};

/// How a run is weighed, beside its verdicts.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GateFile {
    /// As what a flaky outcome counts.
    pub flaky: FlakyPolicyFile,
    /// The file of the baseline, where there is one.
    pub baseline: Option<String>,
    /// Its entries that are no longer true.
    pub outdated: Vec<OutdatedFile>,
}

/// As what an outcome counts that deviated in some tries and not in others.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "as in crate::outcome::FlakyPolicy")]
pub enum FlakyPolicyFile {
    Fail,
    #[default]
    Warn,
    Pass,
}

/// An entry of the baseline that is no longer true.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutdatedFile {
    /// Its line, from 1.
    pub line: usize,
    /// What it lists.
    pub entry: String,
    /// What is wrong with it.
    pub why: OutdatedWhyFile,
    /// The same for people.
    pub text: String,
}

/// What is wrong with an entry of the baseline.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "as in crate::outcome::OutdatedWhy")]
pub enum OutdatedWhyFile {
    Stale,
    Expired,
}

/// What a baseline says of a deviation that it lists.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpectedFile {
    /// Why it is accepted.
    pub reason: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// The last day of it.
    pub until: Option<String>,
    /// The line of its entry, from 1.
    pub line: usize,
}

impl From<Expected> for ExpectedFile {
    fn from(expected: Expected) -> Self {
        Self {
            reason: expected.reason,
            owner: expected.owner,
            until: expected.until,
            line: expected.line,
        }
    }
}

impl From<ExpectedFile> for Expected {
    fn from(file: ExpectedFile) -> Self {
        Self {
            reason: file.reason,
            owner: file.owner,
            until: file.until,
            line: file.line,
        }
    }
}

/// The weights of a run as they are written.
pub(super) fn gate_file(gate: &Gate) -> GateFile {
    let outdated = gate.outdated.iter().map(|entry| OutdatedFile {
        line: entry.line,
        entry: entry.entry.clone(),
        why: match entry.why {
            OutdatedWhy::Stale => OutdatedWhyFile::Stale,
            OutdatedWhy::Expired => OutdatedWhyFile::Expired,
        },
        text: entry.text.clone(),
    });
    GateFile {
        flaky: match gate.flaky {
            FlakyPolicy::Fail => FlakyPolicyFile::Fail,
            FlakyPolicy::Warn => FlakyPolicyFile::Warn,
            FlakyPolicy::Pass => FlakyPolicyFile::Pass,
        },
        baseline: gate.baseline.clone(),
        outdated: outdated.collect(),
    }
}

/// The weights of a run as they were written.
pub(super) fn gate(file: GateFile) -> Gate {
    let outdated = file.outdated.into_iter().map(|entry| Outdated {
        line: entry.line,
        entry: entry.entry,
        why: match entry.why {
            OutdatedWhyFile::Stale => OutdatedWhy::Stale,
            OutdatedWhyFile::Expired => OutdatedWhy::Expired,
        },
        text: entry.text,
    });
    Gate {
        flaky: match file.flaky {
            FlakyPolicyFile::Fail => FlakyPolicy::Fail,
            FlakyPolicyFile::Warn => FlakyPolicy::Warn,
            FlakyPolicyFile::Pass => FlakyPolicy::Pass,
        },
        baseline: file.baseline,
        outdated: outdated.collect(),
    }
}
