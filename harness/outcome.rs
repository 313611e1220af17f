//! What came of a run: plain data between `run`, which writes it, and `report`, which reads it.
//!
//! No socket, no clock and no text for people beyond the sentences that the player wrote.
//! Times are [`Duration`]s since the start of the scenario, unless something else is said.

mod gate;
mod lints;
mod spool;
mod suite;
mod tally;
mod transcript;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use self::gate::{Expected, FlakyPolicy, Gate, Outdated, OutdatedWhy};
pub(crate) use self::spool::{Piece, Spool};
pub use self::suite::{Shard, Suite};
pub use self::tally::Tally;
pub use self::transcript::{ConnectionInfo, Entry, Happening, Transcript};
use crate::scenario::{Place, Scenario};

/// The verdict on one scenario, ordered from harmless to bad.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Conforms.
    Pass,
    /// A precondition is missing, so nothing was judged.
    Skip {
        /// Which one, as a fragment that reads after "skipped: ".
        why: String,
    },
    /// A SHOULD was missed, or something legal is worth showing.
    Warn,
    /// A MUST was missed.
    Fail,
    /// We could not judge: unreachable subject, noisy host, broken scenario.
    Error {
        /// What was in the way, as a fragment that reads after "error: ".
        why: String,
    },
}

impl Verdict {
    /// The one word for it in reports: `pass`, `skip`, `warn`, `fail`, `error`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Skip { .. } => "skip",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Error { .. } => "error",
        }
    }

    /// Why nothing was judged, for skip and error.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Skip { why } | Self::Error { why } => Some(why),
            Self::Pass | Self::Warn | Self::Fail => None,
        }
    }
}

/// What sort of deviation a [`Mismatch`] is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MismatchKind {
    /// Another event than any that was expected.
    Event,
    /// A refusal in time, but with another status code than the one demanded.
    WrongStatus,
    /// The right event with a wrong detail (a field, the content).
    Detail,
    /// Nothing came before the window ended.
    Timeout,
    /// It came before the window began.
    TooEarly,
    /// Octets that are no HTTP/1.x message.
    Garbage,
    /// Octets or an event that no step expected.
    Leftover,
    /// The subject sent a message that breaks a rule for senders which the scenario cites.
    Lint,
    /// The subject did not survive: the control after the scenario failed.
    Died,
}

impl MismatchKind {
    /// All of them.
    const ALL: [Self; 9] = [
        Self::Event,
        Self::WrongStatus,
        Self::Detail,
        Self::Timeout,
        Self::TooEarly,
        Self::Garbage,
        Self::Leftover,
        Self::Lint,
        Self::Died,
    ];

    /// The kind with that [word](Self::word).
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The stable word for it in machine-readable reports, e.g. `wrong-status`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::WrongStatus => "wrong-status",
            Self::Detail => "detail",
            Self::Timeout => "timeout",
            Self::TooEarly => "too-early",
            Self::Garbage => "garbage",
            Self::Leftover => "leftover",
            Self::Lint => "lint",
            Self::Died => "died",
        }
    }
}

/// Where and how what came differs from what was wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// What sort of deviation.
    pub kind: MismatchKind,
    /// The number of the step, from 1; the number of steps + 1 for what was left over at the end.
    pub step: usize,
    /// The expectation in the scenario file.
    pub place: Place,
    /// What was wanted, as a fragment: "a response with status 400, within 5 s".
    pub wanted: String,
    /// What came, as a fragment: "a response with status 200, after 3 ms".
    pub seen: String,
    /// When it was seen.
    pub at: Duration,
    /// The connection on which, as an index into [`Transcript::connections`].
    pub connection: Option<usize>,
}

/// What became of one scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was played.
    pub scenario: Arc<Scenario>,
    /// What it came to.
    pub verdict: Verdict,
    /// Why it is no pass: the first mismatch (fail, warn, setup skip) …
    pub mismatch: Option<Mismatch>,
    /// … and the `warn` alternatives that were taken before it.
    pub warnings: Vec<Mismatch>,
    /// The names (`as`) of the alternatives that were taken: what the subject chose to do.
    pub observations: Vec<String>,
    /// What was said on the wire, in the try that counts.
    pub transcript: Transcript,
    /// What the subject printed, where it is a process that was started for this scenario.
    pub output: String,
    /// How many tries were played: `tries` in the file, and again where a timeout was confirmed or
    /// a deviation was to be seen again.
    pub tries: u32,
    /// How long the scenario took, all tries.
    pub took: Duration,
    /// The words of the verdicts in the order of the tries, where playing a deviation again brought
    /// another one: it is *flaky*, and [`verdict`](Self::verdict) is the worst of them.
    pub flaky: Vec<&'static str>,
    /// What the baseline says, where it lists this deviation.
    pub expected: Option<Expected>,
}

/// A whole run: many outcomes, and how they were made.
#[derive(Clone, Debug)]
pub struct Run {
    /// The version of h1check.
    pub version: String,
    /// What was selected to be played.
    pub suite: Suite,
    /// Which part of that this run is, where several machines share it.
    pub shard: Option<Shard>,
    /// Who was judged, e.g. `server at http://127.0.0.1:8080`, `reference server`.
    pub subject: String,
    /// The command line that makes this run again.
    pub command: String,
    /// The command line that runs one scenario again; `{id}` stands for its id.
    pub rerun: String,
    /// When it started.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// The jitter of this host, measured at the start: the worst lateness of a timer.
    pub jitter: Duration,
    /// How many scenarios were active at once.
    pub jobs: usize,
    /// Whether a warning lets the run fail as well.
    pub strict: bool,
    /// Whether the run was ended before all scenarios were played (Ctrl-C, dead subject).
    pub interrupted: Option<String>,
    /// The outcomes, in the order of their ids.
    pub outcomes: Vec<Outcome>,
    /// What the passive checks found, one per check.
    pub lints: Vec<Lint>,
    /// How deviations are weighed.
    pub gate: Gate,
}

/// One finding of a passive check, over all messages of the run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lint {
    /// The id of the check, e.g. `allow-missing`.
    pub id: String,
    /// The catalogue id of the rule that is broken.
    pub requirement: String,
    /// `Warn` or `Fail`, by the level of the rule.
    pub verdict: Verdict,
    /// What was wrong the first time.
    pub text: String,
    /// In how many messages it was seen.
    pub count: usize,
    /// The scenario in which it was first seen.
    pub scenario: String,
    /// The connection there, as an index into its transcript's connections.
    pub connection: usize,
    /// All scenarios in which it was seen, in the order of their ids.
    pub scenarios: Vec<String>,
    /// What the baseline says, where it lists this finding.
    pub expected: Option<Expected>,
}

impl Run {
    /// Two runs that were made side by side as one: of the reference server and client, say.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.subject = format!("{} and {}", self.subject, other.subject);
        self.started = self.started.min(other.started);
        self.took = self.took.max(other.took);
        self.jitter = self.jitter.max(other.jitter);
        self.interrupted = self.interrupted.or(other.interrupted);
        self.outcomes.extend(other.outcomes);
        self.outcomes
            .sort_by(|one, other| one.scenario.id.cmp(&other.scenario.id));
        self.lints = Lint::gather(self.lints.into_iter().chain(other.lints));
        self.gate.join(other.gate);
        self
    }

    /// Counts the verdicts of the scenarios (lints are counted apart). What the baseline lists
    /// and what is flaky are counted as such and not by their verdict.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::weighed(&self.outcomes)
    }

    /// The exit code of a program that ends with this run. This is the one list of them:
    ///
    /// | code | meaning |
    /// |---|---|
    /// | 0 | conforms: something was judged, and nothing of the below |
    /// | 1 | a MUST was missed, in a scenario or by a lint; with [`strict`](Self::strict) also a warning; an entry of the baseline is out of date |
    /// | 2 | bad command line, scenario, profile or baseline file: there is no run then |
    /// | 3 | could not test: an error, an end before its time, or nothing but skips |
    ///
    /// A failure that was seen is true however the run ended, so 1 wins over 3. What the baseline
    /// lists counts as judged and as nothing else; what is flaky counts as [`Gate::flaky`] says.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let tally = self.tally();
        let weighs = |word| {
            let lints = self.lints.iter().filter(|lint| lint.expected.is_none());
            let mut lints = lints.map(|lint| lint.verdict.word());
            let mut flaky = self.flaky().map(|outcome| self.gate.weight(outcome));
            lints.any(|it| it == word) || flaky.any(|it| it == word)
        };
        let failed = tally.fail > 0 || weighs("fail") || !self.gate.outdated.is_empty();
        let warned = tally.warn > 0 || weighs("warn");
        let judged = tally.pass + tally.warn + tally.flaky + tally.expected;
        if failed || (self.strict && warned) {
            1
        } else if tally.error > 0 || self.interrupted.is_some() || judged == 0 {
            3
        } else {
            0
        }
    }

    /// What came out differently when it was played again, and is not listed in the baseline.
    pub fn flaky(&self) -> impl Iterator<Item = &Outcome> {
        let unlisted = |outcome: &&Outcome| outcome.expected.is_none();
        let outcomes = self.outcomes.iter().filter(unlisted);
        outcomes.filter(|outcome| outcome.is_flaky())
    }
}

impl Outcome {
    /// Whether playing it again brought another verdict.
    #[must_use]
    pub fn is_flaky(&self) -> bool {
        !self.flaky.is_empty()
    }

    /// The one word under which it is counted: `expected`, `flaky`, or that of its verdict.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self {
                expected: Some(_), ..
            } => "expected",
            it if it.is_flaky() => "flaky",
            it => it.verdict.word(),
        }
    }

    /// The mismatch that decided: that of a failure, or the first that was tolerated.
    #[must_use]
    pub fn decisive(&self) -> Option<&Mismatch> {
        self.mismatch.as_ref().or(self.warnings.first())
    }
}
