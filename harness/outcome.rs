//! What came of a run: plain data between `run`, which writes it, and `report`, which reads it.
//!
//! No socket, no clock and no text for people beyond the sentences that the player wrote.
//! Times are [`Duration`]s since the start of the scenario, unless something else is said.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

mod spool;
mod suite;
mod transcript;

pub(crate) use self::spool::{Piece, Spool};
pub use self::suite::{Shard, Suite};
pub use self::transcript::{ConnectionInfo, Entry, Happening, Transcript};
use crate::scenario::{Place, Scenario};

mod lints;

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
    /// How many tries were played: `tries` in the file, and again where a timeout was confirmed.
    pub tries: u32,
    /// How long the scenario took, all tries.
    pub took: Duration,
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
}

/// How many outcomes have which verdict.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Conforming.
    pub pass: usize,
    /// With a warning.
    pub warn: usize,
    /// Failed.
    pub fail: usize,
    /// Not judged: a precondition is missing.
    pub skip: usize,
    /// Not judged: something was in the way.
    pub error: usize,
}

impl Tally {
    /// Counts verdicts.
    pub fn of<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Self {
        let mut tally = Self::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Pass => tally.pass += 1,
                Verdict::Warn => tally.warn += 1,
                Verdict::Fail => tally.fail += 1,
                Verdict::Skip { .. } => tally.skip += 1,
                Verdict::Error { .. } => tally.error += 1,
            }
        }
        tally
    }
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
        self
    }

    /// Counts the verdicts of the scenarios (lints are counted apart).
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(self.outcomes.iter().map(|outcome| &outcome.verdict))
    }

    /// The exit code of a program that ends with this run. This is the one list of them:
    ///
    /// | code | meaning |
    /// |---|---|
    /// | 0 | conforms: something was judged, and nothing of the below |
    /// | 1 | a MUST was missed, in a scenario or by a lint; with [`strict`](Self::strict) also a warning |
    /// | 2 | bad command line, scenario or profile file: there is no run then |
    /// | 3 | could not test: an error, an end before its time, or nothing but skips |
    ///
    /// A failure that was seen is true however the run ended, so 1 wins over 3.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let tally = self.tally();
        let lint = |verdict| self.lints.iter().any(|lint| lint.verdict == verdict);
        let failed = tally.fail > 0 || lint(Verdict::Fail);
        let warned = tally.warn > 0 || lint(Verdict::Warn);
        if failed || (self.strict && warned) {
            1
        } else if tally.error > 0 || self.interrupted.is_some() || tally.pass + tally.warn == 0 {
            3
        } else {
            0
        }
    }
}
