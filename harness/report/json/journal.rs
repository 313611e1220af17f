//! The journal of a run: a line of JSON for each result, written as soon as it is there, so that
//! a run that is killed leaves all it had, and can go on.
//!
//! The first line says what is played, each further one what a scenario came to, the last one
//! that the run ended. Where a scenario has several lines the last counts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{LintFile, ReadError, ScenarioFile, ShardFile, SuiteFile, VerdictFile};
use super::{convert, restore};
use crate::outcome::{Lint, Outcome, Shard, Suite};
use crate::report::escape;
use crate::scenario::{Catalogue, Scenario};

/// The version that this program writes, and the only one that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// A line of a journal.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// The first.
    H1checkJournal(Box<Header>),
    /// One for each result.
    Outcome(Box<OutcomeLine>),
    /// The last.
    End(EndLine),
}

/// What is played.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Header {
    /// Raised when a reader of the old format would go wrong.
    pub format_version: u32,
    /// The version of h1check.
    pub version: String,
    /// What was selected.
    pub suite: SuiteFile,
    /// Which part of it.
    pub shard: Option<ShardFile>,
    /// Who is judged.
    pub subject: String,
    /// When the run started: RFC 3339, UTC.
    pub started: String,
    /// The folder in which it was started.
    pub folder: String,
    /// The words of its command line; nothing where they hold a secret.
    pub words: Option<Vec<String>>,
}

impl Header {
    /// The header of a run that this version starts now.
    #[must_use]
    pub fn new(suite: &Suite, shard: Option<Shard>, subject: String, started: SystemTime) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            version: env!("CARGO_PKG_VERSION").into(),
            suite: SuiteFile {
                name: suite.name.clone(),
                digest: suite.digest.clone(),
            },
            shard: shard.map(convert::shard),
            subject,
            started: convert::started(started),
            folder: String::new(),
            words: None,
        }
    }

    /// Why a run cannot go on where the run of this header ended: the first difference.
    #[must_use]
    pub fn hinders(&self, run: &Self) -> Option<String> {
        if self.version != run.version {
            let (was, is) = (escape::text(&self.version), &run.version);
            return Some(format!(
                "h1check {was} wrote it, and this is {is}: go on with {was}, or start anew"
            ));
        }
        let shard = |header: &Self| match &header.shard {
            Some(shard) => format!("shard {}/{}", shard.index, shard.count),
            None => "no shard".into(),
        };
        if self.shard.as_ref().map(|it| (it.index, it.count))
            != run.shard.as_ref().map(|it| (it.index, it.count))
        {
            let (was, is) = (shard(self), shard(run));
            return Some(format!("it is of {was}, and here it is {is}"));
        }
        if self.suite != run.suite || self.shard != run.shard {
            let why = "other scenarios are selected now, or scenario files have changed since: \
                       start anew";
            return Some(why.into());
        }
        if self.subject != run.subject {
            let (was, is) = (escape::text(&self.subject), escape::text(&run.subject));
            return Some(format!("it is of {was}, and here it is {is}"));
        }
        None
    }

    /// When the run started; nothing where that is no time.
    #[must_use]
    pub fn started(&self) -> Option<SystemTime> {
        let started: jiff::Timestamp = self.started.parse().ok()?;
        Some(started.into())
    }
}

/// What a scenario came to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct OutcomeLine {
    /// How long the run had taken then.
    elapsed_us: u64,
    scenario: ScenarioFile,
    /// What the passive checks found in its messages.
    lints: Vec<LintFile>,
}

/// How the run ended.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct EndLine {
    elapsed_us: u64,
    /// Why it ended before all was played, if it did.
    interrupted: Option<String>,
}

/// The first line.
#[must_use]
pub fn first_line(header: &Header) -> String {
    text(&Line::H1checkJournal(Box::new(header.clone())))
}

/// The line of an outcome.
#[must_use]
pub fn outcome_line(
    elapsed: Duration,
    outcome: &Outcome,
    lints: &[Lint],
    catalogue: &Catalogue,
) -> String {
    text(&Line::Outcome(Box::new(OutcomeLine {
        elapsed_us: convert::micros(elapsed),
        scenario: convert::scenario(outcome, catalogue),
        lints: lints.iter().map(convert::lint).collect(),
    })))
}

/// The last line.
#[must_use]
pub fn last_line(elapsed: Duration, interrupted: Option<&str>) -> String {
    text(&Line::End(EndLine {
        elapsed_us: convert::micros(elapsed),
        interrupted: interrupted.map(String::from),
    }))
}

fn text(line: &Line) -> String {
    // It can only fail for maps with keys that are no strings, of which there are none.
    let mut text = serde_json::to_string(line).expect("all keys are strings");
    text.push('\n');
    text
}

/// A journal that was read.
#[derive(Clone, Debug)]
pub struct Journal {
    /// What is played.
    pub header: Header,
    /// How many octets of the file are whole lines. What lies behind them is a line that was
    /// being written when the run was killed.
    pub whole: usize,
    /// How long the run had taken when the last line was written.
    pub took: Duration,
    outcomes: BTreeMap<String, OutcomeLine>,
}

impl Journal {
    /// Reads the octets of a file.
    ///
    /// # Errors
    /// They are no journal, a newer one, or a line before the last is broken.
    pub fn read(octets: &[u8]) -> Result<Self, JournalError> {
        let whole = memchr::memrchr(b'\n', octets).map_or(0, |at| at + 1);
        let mut lines = octets[..whole].split_inclusive(|octet| *octet == b'\n');
        let first = lines.next().ok_or(JournalError::Empty)?;
        let version = serde_json::from_slice(first).ok().and_then(version_of);
        match version.ok_or(JournalError::Foreign)? {
            version if version == u64::from(FORMAT_VERSION) => {}
            version => return Err(JournalError::Version { version }),
        }
        let broken = |line| move |source| JournalError::Line { line, source };
        let Line::H1checkJournal(header) = serde_json::from_slice(first).map_err(broken(1))? else {
            return Err(JournalError::Foreign);
        };
        let mut journal = Self {
            header: *header,
            whole,
            took: Duration::ZERO,
            outcomes: BTreeMap::new(),
        };
        for (index, line) in lines.enumerate() {
            let line = serde_json::from_slice(line).map_err(broken(index + 2))?;
            let elapsed = match &line {
                Line::Outcome(line) => line.elapsed_us,
                Line::End(line) => line.elapsed_us,
                Line::H1checkJournal(_) => return Err(JournalError::Foreign),
            };
            journal.took = Duration::from_micros(elapsed);
            if let Line::Outcome(line) = line {
                journal.outcomes.insert(line.scenario.id.clone(), *line);
            }
        }
        Ok(journal)
    }

    /// The outcomes of these scenarios, each with its lints. What could not be judged (*error*)
    /// is left out: it is worth another try.
    ///
    /// # Errors
    /// A text that must be a word, a date or an index of something is not.
    pub fn outcomes(
        self,
        scenarios: &[Arc<Scenario>],
    ) -> Result<Vec<(Outcome, Vec<Lint>)>, ReadError> {
        let by_id: BTreeMap<&str, &Arc<Scenario>> =
            scenarios.iter().map(|it| (it.id.as_str(), it)).collect();
        let lines: Vec<OutcomeLine> = self
            .outcomes
            .into_values()
            .filter(|line| line.scenario.verdict != VerdictFile::Error)
            .filter(|line| by_id.contains_key(line.scenario.id.as_str()))
            .collect();
        let (files, lints): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .map(|line| (line.scenario, line.lints))
            .unzip();
        let sources = scenarios.iter().map(|it| Arc::clone(&it.source));
        let outcomes = restore::outcomes(files, sources)?;
        let outcomes = outcomes.into_iter().map(|mut outcome| {
            if let Some(scenario) = by_id.get(outcome.scenario.id.as_str()) {
                outcome.scenario = Arc::clone(scenario);
            }
            outcome
        });
        let lints = lints
            .into_iter()
            .map(|lints| lints.into_iter().map(restore::lint).collect());
        Ok(outcomes.zip(lints).collect())
    }
}

fn version_of(line: serde_json::Value) -> Option<u64> {
    line.get("h1check-journal")?.get("format_version")?.as_u64()
}

/// Why a run cannot go on from a file.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Not even the first line.
    #[error("it holds nothing yet: start the run anew")]
    Empty,
    /// Some other file.
    #[error("it is no journal of h1check: --journal FILE or --report DIR of a run writes one")]
    Foreign,
    /// From another version of h1check.
    #[error("it has format version {version}, and this h1check reads {FORMAT_VERSION}")]
    Version {
        /// The version found.
        version: u64,
    },
    /// Somebody changed it, or the disk did.
    #[error("line {line} is broken, and it is not the last: start the run anew")]
    Line {
        /// Which one, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}
