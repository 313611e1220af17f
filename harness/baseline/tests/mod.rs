//! Baselines: what they become, what is refused, how a run is weighed by them, and how they are
//! written.

mod load;
mod schema;
#[cfg(feature = "reports")]
mod update;
mod weigh;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::baseline::{Baseline, parse};
use crate::outcome::{
    Gate, Lint, Mismatch, MismatchKind, Outcome, Run, Suite, Transcript, Verdict,
};
use crate::scenario::{Library, Scenario, Selection};

/// Noon of 1 June 2026.
fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_315_200)
}

/// A library with a file of three cases, and one without cases.
fn library() -> Library {
    let text = |cases: &str, step: &str| {
        format!(
            "title = 'x'\nsubject = 'server'\nhardening = 'x'\n{cases}[[step]]\nsend = '{step}'\n\
             expect.status = 200\n[[counterexample]]\nfault = 'x'\nat = 1\n\
             step = [{{ close = 'fin' }}]\n"
        )
    };
    let cases = "[[case]]\nname = 'one'\nx = '1'\n[[case]]\nname = 'two'\nx = '2'\n\
                 [[case]]\nname = 'three'\nx = '3'\n";
    Library::from_texts([
        (
            "server/host/many.toml",
            text(cases, r"GET /\{x} HTTP/1.1\r\n\r\n"),
        ),
        (
            "server/close/single.toml",
            text("", r"GET / HTTP/1.1\r\n\r\n"),
        ),
    ])
    .unwrap()
}

const MANY: [&str; 3] = [
    "server/host/many[one]",
    "server/host/many[three]",
    "server/host/many[two]",
];
const SINGLE: &str = "server/close/single";

fn scenarios() -> Vec<Arc<Scenario>> {
    library().select(&Selection::all()).unwrap().scenarios
}

/// A run of scenarios that came to these words; `fail@2` is at step 2, `fail,pass` is flaky.
fn run(words: &[(&str, &str)]) -> Run {
    let scenarios = scenarios();
    let outcome = |(id, words): &(&str, &str)| {
        let scenario = scenarios.iter().find(|it| it.id == *id).unwrap();
        outcome(scenario, words)
    };
    let mut outcomes: Vec<Outcome> = words.iter().map(outcome).collect();
    outcomes.sort_by(|one, other| one.scenario.id.cmp(&other.scenario.id));
    Run {
        version: "0.1.0".into(),
        suite: Suite::of(&scenarios),
        shard: None,
        subject: "server".into(),
        command: String::new(),
        rerun: String::new(),
        started: today(),
        took: Duration::ZERO,
        jitter: Duration::ZERO,
        jobs: 1,
        strict: false,
        interrupted: None,
        outcomes,
        lints: Vec::new(),
        gate: Gate::default(),
    }
}

fn outcome(scenario: &Arc<Scenario>, words: &str) -> Outcome {
    let (words, step) = words.split_once('@').unwrap_or((words, "1"));
    let tries: Vec<&'static str> = words
        .split(',')
        .map(|word| ["pass", "warn", "fail"].into_iter().find(|it| *it == word))
        .map(Option::unwrap_or_default)
        .collect();
    let verdict = match words.split(',').next().unwrap() {
        "pass" => Verdict::Pass,
        "warn" => Verdict::Warn,
        "fail" => Verdict::Fail,
        "skip" => Verdict::Skip { why: "x".into() },
        _ => Verdict::Error { why: "x".into() },
    };
    let mismatch = Mismatch {
        kind: MismatchKind::Event,
        step: step.parse().unwrap(),
        place: scenario.steps[0].place.clone(),
        wanted: "a response with status 400, within 5 s".into(),
        seen: "a response with status 200 <\u{1b}>, after 0.82 ms".into(),
        at: Duration::from_millis(1),
        connection: None,
    };
    Outcome {
        scenario: Arc::clone(scenario),
        mismatch: matches!(verdict, Verdict::Fail | Verdict::Warn).then_some(mismatch),
        verdict,
        warnings: Vec::new(),
        observations: Vec::new(),
        transcript: Transcript::default(),
        output: String::new(),
        tries: 1,
        took: Duration::ZERO,
        flaky: if tries.len() > 1 { tries } else { Vec::new() },
        expected: None,
    }
}

fn lint(scenarios: &[&str]) -> Lint {
    Lint {
        id: "allow-missing".into(),
        requirement: "9110-15.5.6-1".into(),
        verdict: Verdict::Fail,
        text: "a 405 response without Allow".into(),
        count: 3,
        scenario: scenarios[0].into(),
        connection: 0,
        scenarios: scenarios.iter().map(|id| (*id).into()).collect(),
        expected: None,
    }
}

/// A baseline that has been looked up for a run of these scenarios.
fn baseline(text: &str, played: &Run, whole: bool) -> Baseline {
    let mut baseline = parse("h1check.baseline.toml", text).unwrap();
    let outcomes = played.outcomes.iter();
    let played: Vec<_> = outcomes.map(|it| Arc::clone(&it.scenario)).collect();
    baseline.look_up(&library(), &played, whole).unwrap();
    baseline
}

fn entry(keys: &str) -> String {
    format!("[[expect]]\n{keys}\nreason = 'old'\n")
}
