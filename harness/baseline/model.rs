//! A baseline that has been read.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::outcome::{Expected, Verdict};
use crate::scenario::{Place, Scenario, Source, matches};

/// The deviations that are known and accepted.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// In the order of the file.
    pub entries: Vec<Entry>,
    pub(super) source: Arc<Source>,
    /// The scenarios that the entries list and that this kind of subject can be played.
    pub(super) known: Vec<Arc<Scenario>>,
    /// Whether the run is of all scenarios.
    pub(super) whole: bool,
}

/// A deviation, or some that have one reason.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The glob of the scenarios.
    pub scenario: Option<String>,
    /// The id of a lint; without it it is about the scenarios themselves.
    pub lint: Option<String>,
    /// The step at which they deviate.
    pub step: Option<usize>,
    /// What they come to.
    pub verdict: Listed,
    /// Why that is accepted.
    pub reason: String,
    /// Who takes care of it.
    pub owner: Option<String>,
    /// Its last day.
    pub(super) until: Option<Date>,
    /// Where it stands.
    pub place: Place,
}

/// A verdict that can be listed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listed {
    /// A MUST is missed.
    Fail,
    /// A SHOULD is missed.
    Warn,
    /// It cannot be judged.
    Error,
    /// It deviates sometimes.
    Flaky,
}

impl Baseline {
    /// The file, as it was named.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.source.path
    }
}

impl Entry {
    /// Whether a scenario is among those that are listed.
    pub(super) fn names(&self, id: &str) -> bool {
        self.scenario.as_ref().is_none_or(|glob| matches(glob, id))
    }

    /// What a report says of a deviation that is listed.
    pub(super) fn expected(&self) -> Expected {
        Expected {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            until: self.until.map(|day| day.to_string()),
            line: self.place.line(),
        }
    }
}

/// `server/host/invalid, step 2 = fail`
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scenario = self.scenario.as_deref().unwrap_or_default();
        match (&self.lint, scenario) {
            (Some(lint), "") => write!(f, "lint {lint}")?,
            (Some(lint), scenario) => write!(f, "lint {lint} in {scenario}")?,
            (None, scenario) => f.write_str(scenario)?,
        }
        if let Some(step) = self.step {
            write!(f, ", step {step}")?;
        }
        write!(f, " = {}", self.verdict.word())
    }
}

impl Listed {
    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Flaky => "flaky",
        }
    }

    /// Whether a verdict is what is listed.
    pub(super) fn is(self, verdict: &Verdict) -> bool {
        match self {
            Self::Flaky => matches!(verdict, Verdict::Fail | Verdict::Warn),
            listed => listed.word() == verdict.word(),
        }
    }
}
