//! The file format as structs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::gate::{ExpectedFile, GateFile};

/// A whole run.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "RunFile"))]
pub struct RunFile<S = ScenarioFile> {
    /// Always `h1check-run`.
    pub format: String,
    /// Raised when a reader of the old format would go wrong.
    pub format_version: u32,
    /// The version of h1check.
    pub version: String,
    /// What was selected to be played.
    pub suite: SuiteFile,
    /// Which part of that this run is, where several machines share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardFile>,
    /// Who was judged.
    pub subject: String,
    /// The command line that makes this run again.
    pub command: String,
    /// The command line that runs one scenario again; `{id}` stands for its id.
    pub rerun: String,
    /// When the run started: RFC 3339, UTC.
    pub started: String,
    /// How long it took.
    pub took_us: u64,
    /// The worst lateness of a timer on that host, measured at the start.
    pub jitter_us: u64,
    /// How many scenarios were active at once.
    pub jobs: usize,
    /// Whether a warning lets the run fail as well.
    pub strict: bool,
    /// Why the run was ended before all scenarios were played, if it was.
    pub interrupted: Option<String>,
    /// How many scenarios have which verdict.
    pub tally: TallyFile,
    /// The requirements that are cited anywhere below, and all others for those who were judged, by id.
    pub requirements: BTreeMap<String, RequirementFile>,
    /// The texts of the scenario files, by their paths.
    pub sources: BTreeMap<String, String>,
    /// The scenarios, in the order of their ids.
    pub scenarios: Vec<S>,
    /// What the passive checks found, one per rule.
    pub lints: Vec<LintFile>,
    /// How deviations are weighed.
    #[serde(default)]
    pub gate: GateFile,
}

/// What was selected to be played.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SuiteFile {
    /// The frozen set, e.g. `1.0`; null for the scenarios of that version of h1check or of a folder.
    pub name: Option<String>,
    /// Equal for two runs of the same scenarios: SHA-256 over ids and texts.
    pub digest: String,
}

/// One of several parts of a suite.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShardFile {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub count: usize,
    /// In hexadecimal: shards that were divided alike have the same.
    pub plan: String,
}

/// How many scenarios have which verdict.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the fields are the words of the verdicts")]
pub struct TallyFile {
    pub pass: usize,
    pub warn: usize,
    pub fail: usize,
    pub skip: usize,
    pub error: usize,
    /// Deviating in the way that the baseline lists, and in none of the above.
    #[serde(default)]
    pub expected: usize,
    /// Deviating in some tries and not in others, and in none of the above.
    #[serde(default)]
    pub flaky: usize,
}

/// A requirement of the catalogue.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequirementFile {
    /// `MUST`, `SHOULD NOT` …; empty where the catalogue does not know the id.
    pub level: String,
    /// e.g. `RFC 9112, section 9.6`.
    pub section: String,
    /// The statement in one sentence.
    pub summary: String,
    /// The address of its section.
    pub link: String,
    /// Who is bound: `server`, `client`, `intermediary`; empty where an older version wrote.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A scenario and what became of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScenarioFile {
    /// Its id.
    pub id: String,
    /// What should be true.
    pub title: String,
    /// Why it matters.
    pub about: Option<String>,
    /// Who is judged.
    pub subject: SubjectFile,
    /// The scenario file.
    pub file: String,
    /// The line in it: of the case, where it is one, else 1.
    pub line: usize,
    /// The requirements it is based on.
    pub requirements: Vec<CitedFile>,
    /// Instead of requirements: why it is good defence.
    pub hardening: Option<String>,
    /// What a wrong subject does.
    pub counterexamples: Vec<CounterexampleFile>,
    /// What a subject is free to do.
    pub permitted: Vec<PermittedFile>,
    /// What it came to.
    pub verdict: VerdictFile,
    /// Why nothing was judged (skip, error).
    pub why: Option<String>,
    /// The deviation that decided.
    pub mismatch: Option<MismatchFile>,
    /// The tolerated deviations before it.
    pub warnings: Vec<MismatchFile>,
    /// The names of the alternatives that were taken.
    pub observations: Vec<String>,
    /// What was said on the wire.
    pub transcript: TranscriptFile,
    /// What the subject printed, where it was started for this scenario.
    pub output: String,
    /// How many tries were played.
    pub tries: u32,
    /// How long it took, all tries.
    pub took_us: u64,
    /// The verdict of each try, where playing it again brought another; `verdict` is the worst.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaky: Vec<VerdictFile>,
    /// What the baseline says, where it lists this deviation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedFile>,
}

/// A wrong subject.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CounterexampleFile {
    /// What it does wrong.
    pub title: String,
    /// The line in the scenario file where it stands.
    pub line: usize,
    /// The step that catches it, from 1; one more than there are: what is left over at the end.
    pub at: usize,
}

/// A subject that uses a freedom.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PermittedFile {
    /// What it chooses to do.
    pub title: String,
    /// The line in the scenario file where it stands.
    pub line: usize,
    /// The verdict that it gets.
    pub verdict: VerdictFile,
    /// The ids of the rules that grant the freedom, beside those of the scenario.
    pub permits: Vec<String>,
}

/// A requirement as a scenario cites it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CitedFile {
    /// Its id, a key of `requirements`.
    pub id: String,
    /// Its level.
    pub level: String,
}

/// Who is judged.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the variants are the words of scenario files")]
pub enum SubjectFile {
    Server,
    Client,
    Proxy,
}

/// A verdict.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the variants are the words of the verdicts")]
pub enum VerdictFile {
    Pass,
    Warn,
    Fail,
    Skip,
    Error,
}

/// Where and how what came differs from what was wanted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MismatchFile {
    /// `event`, `wrong-status`, `detail`, `timeout`, `too-early`, `garbage`, `leftover`, `lint`,
    /// `died`; later versions may add words.
    pub kind: String,
    /// The number of the step, from 1; one more than there are: what was left over.
    pub step: usize,
    /// The file of the expectation.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// Its length in octets of the file.
    pub length: usize,
    /// What was wanted.
    pub wanted: String,
    /// What came.
    pub seen: String,
    /// When, since the start of the scenario.
    pub at_us: u64,
    /// On which connection: an index into those of the transcript.
    pub connection: Option<usize>,
}

/// Everything that was sent and received.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TranscriptFile {
    /// The connections in the order in which they were opened.
    pub connections: Vec<ConnectionFile>,
    /// What happened, in order of time.
    pub entries: Vec<EntryFile>,
    /// Octets that were exchanged but not kept.
    pub dropped: u64,
}

/// A connection.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionFile {
    /// Its name in the scenario, or a number.
    pub name: String,
    /// Our address.
    pub local: String,
    /// The address of the other side.
    pub remote: String,
    /// What carries the octets: `TCP`, `TLS 1.3`, `a Unix socket` …; empty where an older version wrote.
    #[serde(default)]
    pub transport: String,
    /// Whether we opened it.
    pub opened_by_us: bool,
}

/// One line of a transcript.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryFile {
    /// When, since the start of the scenario.
    pub at_us: u64,
    /// On which connection: an index.
    pub connection: usize,
    /// The step that was being played, from 1.
    pub step: usize,
    /// What happened.
    pub event: EventWord,
    /// The octets of `sent` and `received`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub octets: Option<OctetsFile>,
    /// The text of a `note`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What happened on a connection; *sent* is what the harness did, *received* what the subject did.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "as in crate::outcome::Happening")]
pub enum EventWord {
    Opened,
    Sent,
    Received,
    SentFin,
    SentRst,
    ReceivedFin,
    ReceivedCut,
    ReceivedRst,
    WriteFailed,
    Note,
}

/// Octets, twice.
///
/// Of a scenario that passes or is skipped long ones are cut: then there are fewer than `length`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OctetsFile {
    /// For programs.
    pub base64: String,
    /// How many there were.
    pub length: u64,
    /// For people: with the escapes of scenario files; at most the first 4,096 octets.
    pub text: String,
}

/// One finding of a passive check.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LintFile {
    /// The id of the check, e.g. `allow-missing`.
    pub id: String,
    /// The id of the rule that is broken.
    pub requirement: String,
    /// `warn` or `fail`.
    pub verdict: VerdictFile,
    /// What was wrong the first time.
    pub text: String,
    /// In how many messages.
    pub count: usize,
    /// The scenario in which it was first seen.
    pub scenario: String,
    /// The connection there.
    pub connection: usize,
    /// All scenarios in which it was seen.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// What the baseline says, where it lists this finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedFile>,
}
