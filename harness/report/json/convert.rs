//! The run to the structs of the file format.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Serialize, Serializer};

use super::{
    CitedFile, ConnectionFile, CounterexampleFile, EntryFile, EventWord, FORMAT, FORMAT_VERSION,
    LintFile, MismatchFile, OctetsFile, PermittedFile, RequirementFile, RunFile, ScenarioFile,
    ShardFile, SubjectFile, SuiteFile, TallyFile, TranscriptFile, VerdictFile, gate,
};
use crate::outcome::{
    ConnectionInfo, Happening, Lint, Mismatch, Outcome, Run, Shard, Tally, Transcript, Verdict,
};
use crate::report::{escape, words};
use crate::scenario::{Catalogue, Example, ExampleKind, Rule, Subject};

/// The run as the structs of the file format.
#[must_use]
pub fn run_file(run: &Run, catalogue: &Catalogue) -> RunFile {
    let outcomes = run.outcomes.iter();
    let scenarios = outcomes.map(|outcome| scenario(outcome, catalogue));
    file_of(run, catalogue, scenarios.collect())
}

/// A scenario that is put into the structs of the format when it is written, and no earlier: the
/// octets of a whole run may be more than the memory takes.
pub(super) struct Later<'r>(&'r Outcome, &'r Catalogue);

impl Serialize for Later<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        scenario(self.0, self.1).serialize(serializer)
    }
}

/// The run with scenarios that are yet to be put into the structs.
pub(super) fn lazily<'r>(run: &'r Run, catalogue: &'r Catalogue) -> RunFile<Later<'r>> {
    let outcomes = run.outcomes.iter();
    let scenarios = outcomes.map(|outcome| Later(outcome, catalogue));
    file_of(run, catalogue, scenarios.collect())
}

fn file_of<S>(run: &Run, catalogue: &Catalogue, scenarios: Vec<S>) -> RunFile<S> {
    RunFile {
        format: String::from(FORMAT),
        format_version: FORMAT_VERSION,
        version: run.version.clone(),
        suite: SuiteFile {
            name: run.suite.name.clone(),
            digest: run.suite.digest.clone(),
        },
        shard: run.shard.map(shard),
        subject: run.subject.clone(),
        command: run.command.clone(),
        rerun: run.rerun.clone(),
        started: started(run.started),
        took_us: micros(run.took),
        jitter_us: micros(run.jitter),
        jobs: run.jobs,
        strict: run.strict,
        interrupted: run.interrupted.clone(),
        tally: tally(run.tally()),
        requirements: requirements(run, catalogue),
        sources: sources(run),
        scenarios,
        lints: run.lints.iter().map(lint).collect(),
        gate: gate::gate_file(&run.gate),
    }
}

pub(super) fn shard(shard: Shard) -> ShardFile {
    ShardFile {
        index: shard.index,
        count: shard.count,
        plan: format!("{:016x}", shard.plan),
    }
}

pub(super) fn scenario(outcome: &Outcome, catalogue: &Catalogue) -> ScenarioFile {
    let scenario = &outcome.scenario;
    let (ids, hardening) = match &scenario.rule {
        Rule::Requirements(ids, _) => (ids.as_slice(), None),
        Rule::Hardening(reason) => (&[][..], Some(reason.clone())),
    };
    ScenarioFile {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        subject: subject(scenario.subject),
        file: scenario.source.path.clone(),
        line: scenario.case.as_ref().map_or(1, |case| case.place.line()),
        requirements: ids.iter().map(|id| cited(catalogue, id)).collect(),
        hardening,
        counterexamples: counterexamples(&scenario.counterexamples),
        permitted: permitted(&scenario.permitted),
        verdict: verdict(&outcome.verdict),
        why: outcome.verdict.why().map(String::from),
        mismatch: outcome.mismatch.as_ref().map(mismatch),
        warnings: outcome.warnings.iter().map(mismatch).collect(),
        observations: outcome.observations.clone(),
        transcript: transcript(&outcome.transcript),
        output: outcome.output.clone(),
        tries: outcome.tries,
        took_us: micros(outcome.took),
        flaky: outcome.flaky.iter().copied().filter_map(word).collect(),
        expected: outcome.expected.clone().map(Into::into),
    }
}

/// The texts of the scenario files, once each.
fn sources(run: &Run) -> BTreeMap<String, String> {
    let sources = run.outcomes.iter().map(|outcome| &outcome.scenario.source);
    let mut texts = BTreeMap::new();
    for source in sources {
        if !texts.contains_key(&source.path) {
            texts.insert(source.path.clone(), source.text.clone());
        }
    }
    texts
}

fn counterexamples(examples: &[Example]) -> Vec<CounterexampleFile> {
    let examples = examples.iter().filter_map(|example| match example.kind {
        ExampleKind::Counterexample { at } => Some(CounterexampleFile {
            title: example.title.clone(),
            line: example.place.line(),
            at,
        }),
        ExampleKind::Permitted { .. } => None,
    });
    examples.collect()
}

fn permitted(examples: &[Example]) -> Vec<PermittedFile> {
    let examples = examples.iter().filter_map(|example| match &example.kind {
        ExampleKind::Permitted { verdict, permits } => Some(PermittedFile {
            title: example.title.clone(),
            line: example.place.line(),
            verdict: match *verdict {
                "warn" => VerdictFile::Warn,
                "skip" => VerdictFile::Skip,
                _ => VerdictFile::Pass,
            },
            permits: permits.clone(),
        }),
        ExampleKind::Counterexample { .. } => None,
    });
    examples.collect()
}

/// The texts of all requirements that are cited, and of those that could have been, once each.
fn requirements(run: &Run, catalogue: &Catalogue) -> BTreeMap<String, RequirementFile> {
    let by_scenarios = (run.outcomes.iter()).flat_map(|it| words::cited_ids(&it.scenario));
    let by_lints = run.lints.iter().map(|lint| &lint.requirement);
    let judged: BTreeSet<_> = (run.outcomes.iter())
        .map(|it| it.scenario.subject.role())
        .collect();
    let known = catalogue.entries.values();
    let known = known.filter(|entry| entry.roles.iter().any(|role| judged.contains(role)));
    let ids = by_scenarios.chain(by_lints).chain(known.map(|it| &it.id));
    ids.map(|id| (id.clone(), requirement(catalogue, id)))
        .collect()
}

fn requirement(catalogue: &Catalogue, id: &str) -> RequirementFile {
    let cited = words::cited(catalogue, id);
    let roles = catalogue.entries.get(id).map(|entry| entry.roles.iter());
    let roles = roles.into_iter().flatten();
    RequirementFile {
        level: String::from(cited.level),
        section: cited.section,
        summary: cited.summary,
        link: cited.link,
        roles: roles.map(|role| String::from(role.word())).collect(),
    }
}

fn cited(catalogue: &Catalogue, id: &str) -> CitedFile {
    CitedFile {
        id: String::from(id),
        level: String::from(words::cited(catalogue, id).level),
    }
}

fn mismatch(mismatch: &Mismatch) -> MismatchFile {
    MismatchFile {
        kind: String::from(mismatch.kind.word()),
        step: mismatch.step,
        file: mismatch.place.source.path.clone(),
        line: mismatch.place.line(),
        column: mismatch.place.column(),
        length: mismatch.place.span.len(),
        wanted: mismatch.wanted.clone(),
        seen: mismatch.seen.clone(),
        at_us: micros(mismatch.at),
        connection: mismatch.connection,
    }
}

fn transcript(transcript: &Transcript) -> TranscriptFile {
    TranscriptFile {
        connections: transcript.connections.iter().map(connection).collect(),
        entries: (0..transcript.entries.len())
            .map(|index| entry(transcript, index))
            .collect(),
        dropped: transcript.dropped,
    }
}

fn connection(connection: &ConnectionInfo) -> ConnectionFile {
    ConnectionFile {
        name: connection.name.clone(),
        local: connection.local.clone(),
        remote: connection.remote.clone(),
        transport: connection.transport.to_string(),
        opened_by_us: connection.opened_by_us,
    }
}

fn entry(transcript: &Transcript, index: usize) -> EntryFile {
    let entry = &transcript.entries[index];
    let length = |octets: &Bytes| octets.len() as u64 + entry.cut;
    let whole = transcript.octets(index);
    let (event, octets, note) = match &entry.what {
        Happening::Opened => (EventWord::Opened, None, None),
        Happening::Sent(octets) => (EventWord::Sent, Some(octets), None),
        Happening::Received(octets) => (EventWord::Received, Some(octets), None),
        Happening::SentFin => (EventWord::SentFin, None, None),
        Happening::SentRst => (EventWord::SentRst, None, None),
        Happening::ReceivedFin => (EventWord::ReceivedFin, None, None),
        Happening::ReceivedCut => (EventWord::ReceivedCut, None, None),
        Happening::ReceivedRst => (EventWord::ReceivedRst, None, None),
        Happening::WriteFailed => (EventWord::WriteFailed, None, None),
        Happening::Note(text) => (EventWord::Note, None, Some(text)),
    };
    EntryFile {
        at_us: micros(entry.at),
        connection: entry.connection,
        step: entry.step,
        event,
        octets: octets.map(|octets| OctetsFile {
            base64: STANDARD.encode(&whole),
            length: length(octets),
            text: escape::octets(&whole[..whole.len().min(SHOWN)]),
        }),
        note: note.cloned(),
    }
}

pub(super) fn lint(lint: &Lint) -> LintFile {
    LintFile {
        id: lint.id.clone(),
        requirement: lint.requirement.clone(),
        verdict: verdict(&lint.verdict),
        text: lint.text.clone(),
        count: lint.count,
        scenario: lint.scenario.clone(),
        connection: lint.connection,
        scenarios: lint.scenarios.clone(),
        expected: lint.expected.clone().map(Into::into),
    }
}

fn verdict(verdict: &Verdict) -> VerdictFile {
    match verdict {
        Verdict::Pass => VerdictFile::Pass,
        Verdict::Warn => VerdictFile::Warn,
        Verdict::Fail => VerdictFile::Fail,
        Verdict::Skip { .. } => VerdictFile::Skip,
        Verdict::Error { .. } => VerdictFile::Error,
    }
}

fn word(word: &str) -> Option<VerdictFile> {
    match word {
        "pass" => Some(VerdictFile::Pass),
        "warn" => Some(VerdictFile::Warn),
        "fail" => Some(VerdictFile::Fail),
        "skip" => Some(VerdictFile::Skip),
        "error" => Some(VerdictFile::Error),
        _ => None,
    }
}

fn subject(subject: Subject) -> SubjectFile {
    match subject {
        Subject::Server => SubjectFile::Server,
        Subject::Client => SubjectFile::Client,
        Subject::Proxy => SubjectFile::Proxy,
    }
}

fn tally(tally: Tally) -> TallyFile {
    TallyFile {
        pass: tally.pass,
        warn: tally.warn,
        fail: tally.fail,
        skip: tally.skip,
        error: tally.error,
        expected: tally.expected,
        flaky: tally.flaky,
    }
}

pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// RFC 3339; the epoch for a clock that is out of the calendar.
pub(super) fn started(started: SystemTime) -> String {
    jiff::Timestamp::try_from(started)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}

/// How many octets of an entry are also there as text.
const SHOWN: usize = 4096;
