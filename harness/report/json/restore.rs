//! The structs of the file format back to a run, so that every format can be made again, of one
//! run or of several put together.
//!
//! What only a player needs (the steps of a scenario) is not in the file and not in the run.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::gate;
use super::{
    ConnectionFile, CounterexampleFile, EntryFile, EventWord, LintFile, MismatchFile,
    PermittedFile, ReadError, RequirementFile, RunFile, ScenarioFile, ShardFile, SubjectFile,
    TranscriptFile, VerdictFile,
};
use crate::outcome::{
    ConnectionInfo, Entry, Happening, Lint, Mismatch, MismatchKind, Outcome, Run, Shard, Suite,
    Transcript, Verdict,
};
use crate::scenario::{
    Case, Catalogue, Example, ExampleKind, Grade, Level, Observable, Place, Requirement, Role,
    Rule, Scenario, Source, Subject,
};

/// The run that a file tells of, and the part of the catalogue that it cites.
///
/// Every format of the result reads as that of the original. The scenarios have no steps.
///
/// # Errors
/// Where a text that must be a word, a date or an index of something is not.
pub fn restore(file: RunFile) -> Result<(Run, Catalogue), ReadError> {
    let catalogue = catalogue(file.requirements)?;
    let sources = Sources(
        file.sources
            .into_iter()
            .map(|(path, text)| (path.clone(), Arc::new(Source { path, text })))
            .collect(),
    );
    let outcomes = file.scenarios.into_iter();
    let outcomes = outcomes.map(|scenario| outcome(scenario, &sources));
    let started: jiff::Timestamp = file
        .started
        .parse()
        .map_err(|_| value("`started` is no time stamp", &file.started))?;
    let run = Run {
        version: file.version,
        suite: Suite {
            name: file.suite.name,
            digest: file.suite.digest,
        },
        shard: file.shard.map(shard).transpose()?,
        subject: file.subject,
        command: file.command,
        rerun: file.rerun,
        started: SystemTime::from(started),
        took: Duration::from_micros(file.took_us),
        jitter: Duration::from_micros(file.jitter_us),
        jobs: file.jobs,
        strict: file.strict,
        interrupted: file.interrupted,
        outcomes: outcomes.collect::<Result<_, _>>()?,
        lints: file.lints.into_iter().map(lint).collect(),
        gate: gate::gate(file.gate),
    };
    Ok((run, catalogue))
}

/// The outcomes of some lines of a journal, by scenarios of these files.
pub(super) fn outcomes(
    files: Vec<ScenarioFile>,
    sources: impl Iterator<Item = Arc<Source>>,
) -> Result<Vec<Outcome>, ReadError> {
    let sources = Sources(sources.map(|it| (it.path.clone(), it)).collect());
    let outcomes = files.into_iter().map(|file| outcome(file, &sources));
    outcomes.collect()
}

fn shard(file: ShardFile) -> Result<Shard, ReadError> {
    let plan = u64::from_str_radix(&file.plan, 16);
    Ok(Shard {
        index: file.index,
        count: file.count,
        plan: plan.map_err(|_| value("no plan of shards", &file.plan))?,
    })
}

/// The scenario files of a run, so that each text is held once.
struct Sources(BTreeMap<String, Arc<Source>>);

impl Sources {
    /// A file of which the text is missing is an empty one: only excerpts are lost.
    fn get(&self, path: &str) -> Arc<Source> {
        self.0.get(path).map_or_else(
            || {
                Arc::new(Source {
                    path: path.into(),
                    text: String::new(),
                })
            },
            Arc::clone,
        )
    }

    fn place(&self, path: &str, line: usize, column: usize, length: usize) -> Place {
        let source = self.get(path);
        let text = source.text.as_str();
        let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let start = starts.nth(line.saturating_sub(1)).unwrap_or(text.len());
        let mut columns = text[start..].char_indices().map(|(at, _)| start + at);
        let start = columns.nth(column.saturating_sub(1)).unwrap_or(text.len());
        let end = start.saturating_add(length).min(text.len());
        Place {
            source,
            span: start..end,
        }
    }
}

fn value(what: &str, seen: &str) -> ReadError {
    ReadError::Value(format!("{what}: `{}`", crate::report::escape::text(seen)))
}

fn catalogue(requirements: BTreeMap<String, RequirementFile>) -> Result<Catalogue, ReadError> {
    let mut entries = BTreeMap::new();
    // What the catalogue of that run did not know has no level, and stays unknown.
    let known = requirements
        .into_iter()
        .filter(|(_, file)| !file.level.is_empty());
    for (id, file) in known {
        let level = Level::of(&file.level).ok_or_else(|| value("no level", &file.level))?;
        let section = file.section.rsplit(' ').next().unwrap_or_default();
        let entry = Requirement {
            id: id.clone(),
            section: section.into(),
            level,
            roles: roles(&file.roles),
            observable: Observable::Wire,
            worst: Grade::Observe,
            summary: file.summary,
            probe: String::new(),
            verdict: String::new(),
            note: String::new(),
            untested: BTreeMap::new(),
        };
        entries.insert(id, entry);
    }
    Ok(Catalogue { entries })
}

/// Words that are unknown are of a newer version; they bind nobody that is known here.
fn roles(words: &[String]) -> Vec<Role> {
    let named = |role: &Role| words.iter().any(|word| word == role.word());
    Role::ALL.into_iter().filter(named).collect()
}

fn outcome(file: ScenarioFile, sources: &Sources) -> Result<Outcome, ReadError> {
    let connections = file.transcript.connections.len();
    let mismatches = file.mismatch.iter().chain(&file.warnings);
    let mut indices = mismatches.filter_map(|it| it.connection);
    if indices.any(|index| index >= connections) {
        return Err(value("a connection that is not there, in", &file.id));
    }
    let found = |it: &MismatchFile| mismatch(it, sources);
    Ok(Outcome {
        verdict: verdict(file.verdict, file.why.as_deref()),
        mismatch: file.mismatch.as_ref().map(found).transpose()?,
        warnings: file.warnings.iter().map(found).collect::<Result<_, _>>()?,
        transcript: transcript(&file.transcript, &file.id)?,
        tries: file.tries,
        took: Duration::from_micros(file.took_us),
        flaky: file
            .flaky
            .iter()
            .map(|it| verdict(*it, None).word())
            .collect(),
        expected: file.expected.clone().map(Into::into),
        scenario: Arc::new(scenario(&file, sources)),
        observations: file.observations,
        output: file.output,
    })
}

fn scenario(file: &ScenarioFile, sources: &Sources) -> Scenario {
    let name = file
        .id
        .strip_suffix(']')
        .and_then(|id| id.split_once('['))
        .map(|(_, name)| name);
    let path = file.file.as_str();
    let ids = file.requirements.iter().map(|cited| cited.id.clone());
    Scenario {
        id: file.id.clone(),
        source: sources.get(path),
        title: file.title.clone(),
        about: file.about.clone(),
        subject: match file.subject {
            SubjectFile::Server => Subject::Server,
            SubjectFile::Client => Subject::Client,
            SubjectFile::Proxy => Subject::Proxy,
        },
        rule: match &file.hardening {
            Some(reason) => Rule::Hardening(reason.clone()),
            None => Rule::Requirements(ids.collect(), Grade::Observe),
        },
        needs: Vec::new(),
        given: BTreeMap::new(),
        pieces: BTreeMap::new(),
        case: name.map(|name| Case {
            name: name.into(),
            place: sources.place(path, file.line, 1, 0),
        }),
        tries: 1,
        rightly: BTreeMap::new(),
        steps: Vec::new(),
        counterexamples: file
            .counterexamples
            .iter()
            .map(|it| counterexample(it, path, sources))
            .collect(),
        permitted: file
            .permitted
            .iter()
            .map(|it| permitted(it, path, sources))
            .collect(),
        lints: None,
    }
}

fn counterexample(file: &CounterexampleFile, path: &str, sources: &Sources) -> Example {
    Example {
        title: file.title.clone(),
        kind: ExampleKind::Counterexample { at: file.at },
        steps: Vec::new(),
        place: sources.place(path, file.line, 1, 0),
    }
}

fn permitted(file: &PermittedFile, path: &str, sources: &Sources) -> Example {
    Example {
        title: file.title.clone(),
        kind: ExampleKind::Permitted {
            verdict: match file.verdict {
                VerdictFile::Warn => "warn",
                VerdictFile::Skip => "skip",
                VerdictFile::Pass | VerdictFile::Fail | VerdictFile::Error => "pass",
            },
            permits: file.permits.clone(),
        },
        steps: Vec::new(),
        place: sources.place(path, file.line, 1, 0),
    }
}

fn verdict(verdict: VerdictFile, why: Option<&str>) -> Verdict {
    let why = String::from(why.unwrap_or_default());
    match verdict {
        VerdictFile::Pass => Verdict::Pass,
        VerdictFile::Warn => Verdict::Warn,
        VerdictFile::Fail => Verdict::Fail,
        VerdictFile::Skip => Verdict::Skip { why },
        VerdictFile::Error => Verdict::Error { why },
    }
}

fn mismatch(file: &MismatchFile, sources: &Sources) -> Result<Mismatch, ReadError> {
    Ok(Mismatch {
        kind: MismatchKind::of(&file.kind).ok_or_else(|| value("no kind", &file.kind))?,
        step: file.step,
        place: sources.place(&file.file, file.line, file.column, file.length),
        wanted: file.wanted.clone(),
        seen: file.seen.clone(),
        at: Duration::from_micros(file.at_us),
        connection: file.connection,
    })
}

fn transcript(file: &TranscriptFile, id: &str) -> Result<Transcript, ReadError> {
    let entries = file.entries.iter().map(|it| {
        if it.connection >= file.connections.len() {
            return Err(value("an entry of a connection that is not there, in", id));
        }
        entry(it)
    });
    Ok(Transcript {
        entries: entries.collect::<Result<_, _>>()?,
        connections: file.connections.iter().map(connection).collect(),
        dropped: file.dropped,
        spooled: BTreeMap::new(),
    })
}

fn connection(file: &ConnectionFile) -> ConnectionInfo {
    ConnectionInfo {
        name: file.name.clone(),
        local: file.local.clone(),
        remote: file.remote.clone(),
        transport: Cow::Owned(file.transport.clone()),
        opened_by_us: file.opened_by_us,
    }
}

fn entry(file: &EntryFile) -> Result<Entry, ReadError> {
    let octets: Bytes = match &file.octets {
        Some(octets) => STANDARD
            .decode(&octets.base64)
            .map_err(|_| {
                value(
                    "no base64",
                    octets.base64.get(..20).unwrap_or(&octets.base64),
                )
            })?
            .into(),
        None => Bytes::new(),
    };
    let length = file.octets.as_ref().map_or(0, |octets| octets.length);
    Ok(Entry {
        at: Duration::from_micros(file.at_us),
        connection: file.connection,
        step: file.step,
        cut: length.saturating_sub(octets.len() as u64),
        what: match file.event {
            EventWord::Opened => Happening::Opened,
            EventWord::Sent => Happening::Sent(octets),
            EventWord::Received => Happening::Received(octets),
            EventWord::SentFin => Happening::SentFin,
            EventWord::SentRst => Happening::SentRst,
            EventWord::ReceivedFin => Happening::ReceivedFin,
            EventWord::ReceivedCut => Happening::ReceivedCut,
            EventWord::ReceivedRst => Happening::ReceivedRst,
            EventWord::WriteFailed => Happening::WriteFailed,
            EventWord::Note => Happening::Note(file.note.clone().unwrap_or_default()),
        },
    })
}

pub(super) fn lint(file: LintFile) -> Lint {
    Lint {
        verdict: verdict(file.verdict, None),
        id: file.id,
        requirement: file.requirement,
        text: file.text,
        count: file.count,
        scenario: file.scenario,
        connection: file.connection,
        scenarios: file.scenarios,
        expected: file.expected.map(Into::into),
    }
}
