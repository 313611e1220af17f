//! The run to the structs of the file format.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    CitedFile, ConnectionFile, EntryFile, EventWord, FORMAT, FORMAT_VERSION, LintFile,
    MismatchFile, OctetsFile, RequirementFile, RunFile, ScenarioFile, SubjectFile, TallyFile,
    TranscriptFile, VerdictFile,
};
use crate::outcome::{
    ConnectionInfo, Entry, Happening, Lint, Mismatch, Outcome, Run, Tally, Transcript, Verdict,
};
use crate::report::{escape, words};
use crate::scenario::{Catalogue, Example, Rule, Subject};

/// The run as the structs of the file format.
#[must_use]
pub fn run_file(run: &Run, catalogue: &Catalogue) -> RunFile {
    RunFile {
        format: String::from(FORMAT),
        format_version: FORMAT_VERSION,
        version: run.version.clone(),
        subject: run.subject.clone(),
        command: run.command.clone(),
        rerun: run.rerun.clone(),
        started: started(run.started),
        took_us: micros(run.took),
        jitter_us: micros(run.jitter),
        jobs: run.jobs,
        interrupted: run.interrupted.clone(),
        tally: tally(run.tally()),
        requirements: requirements(run, catalogue),
        scenarios: run
            .outcomes
            .iter()
            .map(|outcome| scenario(outcome, catalogue))
            .collect(),
        lints: run.lints.iter().map(lint).collect(),
    }
}

fn scenario(outcome: &Outcome, catalogue: &Catalogue) -> ScenarioFile {
    let scenario = &outcome.scenario;
    let (ids, hardening) = match &scenario.rule {
        Rule::Requirements(ids, _) => (ids.as_slice(), None),
        Rule::Hardening(reason) => (&[][..], Some(reason.clone())),
    };
    let titles = |examples: &[Example]| examples.iter().map(|it| it.title.clone()).collect();
    ScenarioFile {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        subject: subject(scenario.subject),
        file: scenario.source.path.clone(),
        line: scenario.case.as_ref().map_or(1, |case| case.place.line()),
        requirements: ids.iter().map(|id| cited(catalogue, id)).collect(),
        hardening,
        counterexamples: titles(&scenario.counterexamples),
        permitted: titles(&scenario.permitted),
        verdict: verdict(&outcome.verdict),
        why: outcome.verdict.why().map(String::from),
        mismatch: outcome.mismatch.as_ref().map(mismatch),
        warnings: outcome.warnings.iter().map(mismatch).collect(),
        observations: outcome.observations.clone(),
        transcript: transcript(&outcome.transcript),
        output: outcome.output.clone(),
        tries: outcome.tries,
        took_us: micros(outcome.took),
    }
}

/// The texts of all requirements that are cited, once each.
fn requirements(run: &Run, catalogue: &Catalogue) -> BTreeMap<String, RequirementFile> {
    let by_scenarios = run.outcomes.iter().flat_map(|outcome| {
        let ids: &[String] = match &outcome.scenario.rule {
            Rule::Requirements(ids, _) => ids,
            Rule::Hardening(_) => &[],
        };
        ids
    });
    by_scenarios
        .chain(run.lints.iter().map(|lint| &lint.requirement))
        .map(|id| {
            let cited = words::cited(catalogue, id);
            let entry = RequirementFile {
                level: String::from(cited.level),
                section: cited.section,
                summary: cited.summary,
                link: cited.link,
            };
            (id.clone(), entry)
        })
        .collect()
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
        wanted: mismatch.wanted.clone(),
        seen: mismatch.seen.clone(),
        at_us: micros(mismatch.at),
        connection: mismatch.connection,
    }
}

fn transcript(transcript: &Transcript) -> TranscriptFile {
    TranscriptFile {
        connections: transcript.connections.iter().map(connection).collect(),
        entries: transcript.entries.iter().map(entry).collect(),
        dropped: transcript.dropped,
    }
}

fn connection(connection: &ConnectionInfo) -> ConnectionFile {
    ConnectionFile {
        name: connection.name.clone(),
        local: connection.local.clone(),
        remote: connection.remote.clone(),
        transport: connection.transport.into(),
        opened_by_us: connection.opened_by_us,
    }
}

fn entry(entry: &Entry) -> EntryFile {
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
            base64: STANDARD.encode(octets),
            text: escape::octets(octets),
        }),
        note: note.cloned(),
    }
}

fn lint(lint: &Lint) -> LintFile {
    LintFile {
        id: lint.id.clone(),
        requirement: lint.requirement.clone(),
        verdict: verdict(&lint.verdict),
        text: lint.text.clone(),
        count: lint.count,
        scenario: lint.scenario.clone(),
        connection: lint.connection,
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
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// RFC 3339; the epoch for a clock that is out of the calendar.
fn started(started: SystemTime) -> String {
    jiff::Timestamp::try_from(started)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}
