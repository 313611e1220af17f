//! The scenario as it is played: a shape in which only valid scenarios can be written.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::bytes::{Amount, Octets};
use super::pattern::{Expectation, Telling};
use super::requirement::{Grade, Role};

/// The file that a value comes from.
#[derive(Debug, Eq, PartialEq)]
pub struct Source {
    /// The path as the user would name it, e.g. `scenarios/server/close/honours-close.toml`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A place in a scenario file.
#[derive(Clone, Eq, PartialEq)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// Octets from the start of its text.
    pub span: Range<usize>,
}

impl Place {
    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        let before = self.before();
        before[before.rfind('\n').map_or(0, |at| at + 1)..]
            .chars()
            .count()
            + 1
    }

    fn before(&self) -> &str {
        self.source.text.get(..self.span.start).unwrap_or_default()
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.source.path, self.line(), self.column())
    }
}

/// Who is judged.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Subject {
    /// A server: we are its client.
    Server,
    /// A client: we are its server.
    Client,
    /// A proxy or gateway: we are on both its sides.
    Proxy,
}

impl Subject {
    /// The folder of its scenarios below `scenarios/`, which is also its name.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Proxy => "proxy",
        }
    }

    /// As what the catalogue binds it.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Server => Role::Server,
            Self::Client => Role::Client,
            Self::Proxy => Role::Intermediary,
        }
    }
}

/// What a scenario is based on.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Catalogue ids that count alike, and what missing them comes to.
    Requirements(Vec<String>, Grade),
    /// No rule of an RFC, only good defence: the reason. At worst a warning.
    Hardening(String),
}

impl Rule {
    /// What a mismatch comes to.
    #[must_use]
    pub fn grade(&self) -> Grade {
        match self {
            Self::Requirements(_, grade) => *grade,
            Self::Hardening(_) => Grade::Warn,
        }
    }
}

/// One scenario: a file, or one `[[case]]` of a file.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The path below `scenarios/` without extension, and the case: `smuggling/te-lookalike[tab]`.
    pub id: String,
    /// The file.
    pub source: Arc<Source>,
    /// What should be true, as a sentence.
    pub title: String,
    /// Why it matters.
    pub about: Option<String>,
    /// Who is judged.
    pub subject: Subject,
    /// What it is based on.
    pub rule: Rule,
    /// Ids of the controls that must pass first.
    pub needs: Vec<String>,
    /// What the subject must offer or be set to.
    pub given: BTreeMap<String, Given>,
    /// Named pieces of octets; the values of the case are in here too and win.
    pub pieces: BTreeMap<String, Octets>,
    /// Which case of the file this is. Its octets are among the pieces; its durations have been
    /// filled in.
    pub case: Option<Case>,
    /// Pass at the first of so many tries that passes.
    pub tries: u32,
    /// Peers that are right about nothing else pass here, and why: `silent`, `resets`, `closes`,
    /// `garbage`, `always-200`, `always-400`, and for clients `root-only` and `fails`.
    pub rightly: BTreeMap<String, String>,
    /// What is played, top to bottom.
    pub steps: Vec<Step>,
    /// Scripted wrong subjects, which must be caught.
    pub counterexamples: Vec<Example>,
    /// Scripted subjects that use a freedom, which must not be accused.
    pub permitted: Vec<Example>,
    /// The passive checks that may judge here, by their ids: those that there were when its set
    /// was frozen. `None`: all.
    pub lints: Option<Arc<BTreeSet<String>>>,
}

impl Scenario {
    /// Whether what this passive check finds may be held against the subject.
    #[must_use]
    pub fn knows_lint(&self, id: &str) -> bool {
        self.lints.as_ref().is_none_or(|known| known.contains(id))
    }
}

/// Something that the subject must offer or be set to.
#[derive(Clone, Debug)]
pub struct Given {
    /// What holds where the profile says nothing. `None`: the profile must name it, else skip.
    pub default: Option<GivenValue>,
    /// It must hold to the letter: a subject that offers it only roughly (an echo that wraps the
    /// content) is skipped.
    pub exact: bool,
    /// Where it stands.
    pub place: Place,
}

/// The value of a given.
#[derive(Clone, Debug, PartialEq)]
pub enum GivenValue {
    /// A path, a name …
    Text(String),
    /// A timeout.
    Time(Duration),
    /// A limit or count.
    Number(i64),
    /// A capability.
    Flag(bool),
}

/// As it is written in a profile or on a command line.
impl std::fmt::Display for GivenValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Time(time) if time.subsec_millis() == 0 => write!(f, "{}s", time.as_secs()),
            Self::Time(time) => write!(f, "{}ms", time.as_millis()),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

impl From<&str> for GivenValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Duration> for GivenValue {
    fn from(time: Duration) -> Self {
        Self::Time(time)
    }
}

impl From<i64> for GivenValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for GivenValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// One of the variants of a file.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name, which stands in the id in brackets.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// Which kind of example.
#[derive(Clone, Debug, PartialEq)]
pub enum ExampleKind {
    /// A wrong subject, which the step with that number (from 1) must catch; the number of steps
    /// plus one: what is left over at the end.
    Counterexample {
        /// The step.
        at: usize,
    },
    /// A subject that uses a freedom. The word of the verdict that it gets: `pass`, `warn` or `skip`.
    Permitted {
        /// The verdict word.
        verdict: &'static str,
        /// The catalogue ids that grant the freedom, beside the rule of the scenario.
        permits: Vec<String>,
    },
}

/// A scripted subject.
#[derive(Clone, Debug)]
pub struct Example {
    /// `fault` or `choice`.
    pub title: String,
    /// What must come of it.
    pub kind: ExampleKind,
    /// What it does; nothing where [`Library::without_examples`](super::Library::without_examples)
    /// was asked for.
    pub steps: Vec<Step>,
    /// Where it stands.
    pub place: Place,
}

/// Which side plays a list of steps.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScriptSide {
    /// The harness, which judges.
    Judge,
    /// The scripted subject of an example.
    Subject,
}

/// How a step comes by its connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    /// No key: the latest connection; the first step of a list opens or takes one, as its side does.
    Latest,
    /// `connect`: open one of that name.
    Connect(String),
    /// `accept`: take the next one that speaks, under that name.
    Accept(String),
    /// `on`: one that is there.
    On(ConnectionRef),
}

/// A connection, as `on` names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConnectionRef {
    /// By its name, or by the name of a message that came on it.
    Named(String),
    /// `*`: whichever the subject sends its next message on, a new one included.
    Any,
}

/// One step. What few steps have is boxed: thousands of them may be held.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it stands.
    pub place: Place,
    /// Play only if one of these events came.
    pub when: Vec<String>,
    /// On which connection.
    pub open: Open,
    /// Tell the client to request these; the inner list is requested together.
    pub ask: Vec<Vec<Ask>>,
    /// Pause first.
    pub wait: Option<Amount>,
    /// Write this …
    pub send: Option<Octets>,
    /// … in pieces like this. `pace.read` lasts for the connection.
    pub pace: Option<Box<Pace>>,
    /// Expect this.
    pub expect: Option<Expectation>,
    /// This instead is legal or tolerated: verdict warn.
    pub warn: Option<Expectation>,
    /// The time window for `expect` and `warn`.
    pub window: Window,
    /// Write this once the expectation came true.
    pub reply: Option<Octets>,
    /// Then close.
    pub close: Option<Closing>,
    /// In examples of clients: what the scripted client tells its caller.
    pub outcome: Option<Box<Telling>>,
    /// A miss is skip, not fail.
    pub setup: bool,
    /// Play it so often.
    pub times: u32,
    /// Play it until the event of this name came, `times` at most, and never the same twice.
    pub until: Option<Box<str>>,
}

/// What a client is told to request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// e.g. `GET`.
    pub method: String,
    /// The target; `/…` is taken relative to our listener.
    pub target: Octets,
    /// Content to send.
    pub body: Option<Octets>,
    /// Fields to send beside the client's own.
    pub fields: Vec<(String, Octets)>,
    /// Where it stands.
    pub place: Place,
}

/// How octets are written or read.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// Write so many octets at a time (default 1).
    pub bytes: Option<usize>,
    /// Pause so long between two pieces …
    pub every: Option<Amount>,
    /// … or spread all evenly over this time.
    pub over: Option<Amount>,
    /// Read so many octets at a time, one such read per `every` (default: 10 ms).
    pub read: Option<usize>,
}

/// When an event must come, from the moment of expecting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Not before.
    pub after: Option<Amount>,
    /// Not behind. `None`: the patience of the profile.
    pub within: Option<Amount>,
}

/// How our side closes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Closing {
    /// FIN, and no more reading.
    Fin,
    /// FIN, but reading goes on.
    Half,
    /// RST.
    Rst,
}
