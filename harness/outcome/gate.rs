//! How deviations are weighed: what is listed as known, and what is not always seen.

use super::{Outcome, Verdict};

/// What a baseline says of a deviation that it lists.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Expected {
    /// Why it is accepted.
    pub reason: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// The last day of it, e.g. `2026-12-31`.
    pub until: Option<String>,
    /// The line of its entry, from 1.
    pub line: usize,
}

/// How a run is weighed, beside its verdicts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Gate {
    /// As what a flaky outcome counts.
    pub flaky: FlakyPolicy,
    /// The file of the baseline, where there is one.
    pub baseline: Option<String>,
    /// Its entries that are no longer true: each fails the run.
    pub outdated: Vec<Outdated>,
}

/// As what an outcome counts that deviated in some tries and not in others.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum FlakyPolicy {
    /// As its worst verdict.
    Fail,
    /// As a warning.
    #[default]
    Warn,
    /// As nothing.
    Pass,
}

/// An entry of the baseline that is no longer true.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outdated {
    /// Its line, from 1.
    pub line: usize,
    /// What it lists, e.g. `server/host/invalid = fail`.
    pub entry: String,
    /// What is wrong with it.
    pub why: OutdatedWhy,
    /// The same as a fragment, with what was seen instead.
    pub text: String,
}

/// What is wrong with an entry of the baseline.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutdatedWhy {
    /// Nothing that it lists comes out as it says.
    Stale,
    /// Its last day is over.
    Expired,
}

impl Gate {
    /// Adds what another run, or another part of this one, was weighed by.
    pub fn join(&mut self, other: Self) {
        self.baseline = self.baseline.take().or(other.baseline);
        self.outdated.extend(other.outdated);
        self.outdated.sort_by_key(|entry| entry.line);
        self.outdated.dedup();
    }

    /// The word of the verdict as which a flaky outcome counts.
    #[must_use]
    pub fn weight(&self, outcome: &Outcome) -> &'static str {
        match (self.flaky, &outcome.verdict) {
            (FlakyPolicy::Fail, verdict) => verdict.word(),
            (FlakyPolicy::Warn, _) => Verdict::Warn.word(),
            (FlakyPolicy::Pass, _) => Verdict::Pass.word(),
        }
    }
}

impl FlakyPolicy {
    /// The word for it: `fail`, `warn`, `pass`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Pass => "pass",
        }
    }
}

impl OutdatedWhy {
    /// The word for it: `stale`, `expired`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Expired => "expired",
        }
    }
}
