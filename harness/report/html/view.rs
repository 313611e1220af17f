//! What the page shows, as plain strings and flags.
//!
//! Every text that a peer, a file or a user may have written goes through
//! [`escape::text`] here, which takes its invisible powers; askama then escapes the markup.

use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;

use crate::outcome::{Lint, Mismatch, Outcome, Run, Tally, Verdict};
use crate::report::escape;
use crate::report::rows::{self, Lane, Side, Sign, What};
use crate::report::words::{self, Cited};
use crate::scenario::{Catalogue, Example, Place, Subject};

/// The page.
#[derive(Template)]
#[template(path = "index.html")]
pub(super) struct Page {
    style: &'static str,
    script: &'static str,
    subject: String,
    version: String,
    command: String,
    started: String,
    took: String,
    jitter: String,
    jobs: usize,
    interrupted: Option<String>,
    /// `pass`, `fail` or `error`, for the colour of the meaning.
    exit_word: &'static str,
    exit_code: u8,
    meaning: &'static str,
    total: usize,
    counts: Vec<Count>,
    areas: Vec<Area>,
    lints: Vec<LintView>,
}

/// One part of the coloured bar.
struct Count {
    word: &'static str,
    count: usize,
}

struct Area {
    name: String,
    counts: Vec<Count>,
    scenarios: Vec<ScenarioView>,
}

struct ScenarioView {
    id: String,
    verdict: &'static str,
    title: String,
    about: Option<String>,
    role: &'static str,
    took: String,
    tries: u32,
    file: String,
    why: Option<String>,
    found: Vec<Found>,
    requirements: Vec<Cited>,
    hardening: Option<String>,
    observations: Vec<String>,
    lanes: Vec<Lane>,
    dropped: u64,
    output: Vec<String>,
    counterexamples: Vec<String>,
    permitted: Vec<String>,
    again: String,
}

/// A mismatch or a warning.
struct Found {
    verdict: &'static str,
    kind: &'static str,
    step: usize,
    at: String,
    wanted: String,
    seen: String,
    place: String,
    excerpt: Vec<Excerpt>,
}

/// One line of a scenario file; what is marked is a part of it.
struct Excerpt {
    number: usize,
    before: String,
    marked: String,
    after: String,
    here: bool,
}

struct LintView {
    verdict: &'static str,
    text: String,
    count: usize,
    scenario: String,
    cited: Cited,
}

impl Page {
    pub(super) fn new(run: &Run, catalogue: &Catalogue) -> Self {
        let exit_code = run.exit_code();
        Self {
            style: include_str!("resources/style.css"),
            script: include_str!("resources/script.js"),
            subject: escape::text(&run.subject),
            version: escape::text(&run.version),
            command: escape::text(&run.command),
            started: started(run),
            took: words::time(run.took),
            jitter: words::time(run.jitter),
            jobs: run.jobs,
            interrupted: run.interrupted.as_deref().map(escape::text),
            exit_word: ["pass", "fail", "error", "error"][usize::from(exit_code.min(3))],
            exit_code,
            meaning: words::exit_meaning(run, exit_code),
            total: run.outcomes.len(),
            counts: counts(run.tally()),
            areas: areas(run, catalogue),
            lints: run.lints.iter().map(|it| lint(it, catalogue)).collect(),
        }
    }
}

/// `21 September 2026, 14:13:20 UTC`
fn started(run: &Run) -> String {
    let started = jiff::Timestamp::try_from(run.started).unwrap_or_default();
    started.strftime("%-d %B %Y, %H:%M:%S UTC").to_string()
}

/// The worst first; verdicts that nobody got are left in, so that the filters stay in place.
fn counts(tally: Tally) -> Vec<Count> {
    let counts = [
        ("fail", tally.fail),
        ("error", tally.error),
        ("warn", tally.warn),
        ("skip", tally.skip),
        ("pass", tally.pass),
    ];
    let counts = counts.map(|(word, count)| Count { word, count });
    counts.into()
}

fn areas(run: &Run, catalogue: &Catalogue) -> Vec<Area> {
    let mut areas: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &run.outcomes {
        let area = words::area(&outcome.scenario.id);
        areas.entry(area).or_default().push(outcome);
    }
    // What needs attention stands on top of its area; the ids keep their order behind that.
    for outcomes in areas.values_mut() {
        outcomes.sort_by_key(|outcome| match outcome.verdict {
            Verdict::Fail => 0,
            Verdict::Error { .. } => 1,
            Verdict::Warn => 2,
            Verdict::Pass | Verdict::Skip { .. } => 3,
        });
    }
    let areas = areas.into_iter().map(|(name, outcomes)| Area {
        name: escape::text(name),
        counts: counts(Tally::of(outcomes.iter().map(|it| &it.verdict))),
        scenarios: outcomes
            .iter()
            .map(|outcome| scenario(run, outcome, catalogue))
            .collect(),
    });
    areas.collect()
}

fn scenario(run: &Run, outcome: &Outcome, catalogue: &Catalogue) -> ScenarioView {
    let scenario = &outcome.scenario;
    let line = scenario.case.as_ref().map_or(1, |case| case.place.line());
    let titles = |examples: &[Example]| examples.iter().map(|it| escape::text(&it.title)).collect();
    ScenarioView {
        id: escape::text(&scenario.id),
        verdict: outcome.verdict.word(),
        title: escape::text(&scenario.title),
        about: scenario.about.as_deref().map(paragraph),
        role: match scenario.subject {
            Subject::Server => "server",
            Subject::Client => "client",
            Subject::Proxy => "proxy",
        },
        took: words::time(outcome.took),
        tries: outcome.tries,
        file: format!("{}:{line}", escape::text(&scenario.source.path)),
        why: outcome.verdict.why().map(escape::text),
        found: findings(outcome),
        requirements: words::requirements(scenario, catalogue),
        hardening: words::hardening(scenario),
        observations: outcome
            .observations
            .iter()
            .map(|it| escape::text(it))
            .collect(),
        lanes: rows::lanes(outcome),
        dropped: outcome.transcript.dropped,
        output: escape::lines(&outcome.output).collect(),
        counterexamples: titles(&scenario.counterexamples),
        permitted: titles(&scenario.permitted),
        again: words::rerun(run, &scenario.id),
    }
}

/// A text of several lines in the file is one paragraph to a reader.
fn paragraph(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    escape::text(&words.join(" "))
}

/// What decided first, then the warnings before it.
fn findings(outcome: &Outcome) -> Vec<Found> {
    let word = outcome.verdict.word();
    let decided = outcome.mismatch.iter().map(|it| found(word, it));
    let warnings = outcome.warnings.iter().map(|it| found("warn", it));
    decided.chain(warnings).collect()
}

fn found(verdict: &'static str, mismatch: &Mismatch) -> Found {
    let place = &mismatch.place;
    Found {
        verdict,
        kind: mismatch.kind.word(),
        step: mismatch.step,
        at: words::time(mismatch.at),
        wanted: escape::text(&mismatch.wanted),
        seen: escape::text(&mismatch.seen),
        place: format!("{}:{}", escape::text(&place.source.path), place.line()),
        excerpt: excerpt(place),
    }
}

/// The line of a place with two lines before and one behind.
fn excerpt(place: &Place) -> Vec<Excerpt> {
    let (text, span) = (&place.source.text, words::first_line(place));
    let here = text[..span.start].matches('\n').count() + 1;
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let lines = text.lines().zip(1..).skip(here.saturating_sub(3));
    let lines = lines.take_while(|(_, number)| *number <= here + 1);
    let lines = lines.map(|(line, number)| {
        let marked = number == here;
        let start = if marked {
            span.start - line_start
        } else {
            line.len()
        };
        let end = if marked {
            span.end - line_start
        } else {
            line.len()
        };
        // A place may lie on the line end itself, which `lines` has taken away.
        let (start, end) = (start.min(line.len()), end.min(line.len()));
        Excerpt {
            number,
            before: escape::text(&line[..start]),
            marked: escape::text(&line[start..end]),
            after: escape::text(&line[end..]),
            here: marked,
        }
    });
    lines.collect()
}

fn lint(lint: &Lint, catalogue: &Catalogue) -> LintView {
    LintView {
        verdict: lint.verdict.word(),
        text: escape::text(&lint.text),
        count: lint.count,
        scenario: escape::text(&lint.scenario),
        cited: words::cited(catalogue, &lint.requirement),
    }
}

/// The class of a row, for its colour and its line.
fn class(what: &What) -> &'static str {
    match what {
        What::Octets(Side::We, _) => "we",
        What::Octets(Side::Subject, _) => "subject",
        What::Sign(_, Sign::Fin | Sign::Cut, _) => "sign fin",
        What::Sign(_, Sign::Rst, _) => "sign rst",
        What::Sign(_, Sign::Broken, _) => "sign broken",
        What::Sign(_, Sign::Opened, _) => "sign open",
        What::Sign(_, Sign::Note, _) => "sign note",
        What::Silence(_) => "sign silence",
        What::Mark { word: "fail", .. } => "mark fail",
        What::Mark { word: "error", .. } => "mark error",
        What::Mark { word: "skip", .. } => "mark skip",
        What::Mark { .. } => "mark warn",
    }
}

/// Who is on that row, as an arrow between us (left) and the subject (right).
fn arrow(what: &What) -> &'static str {
    match what {
        What::Octets(Side::We, _) | What::Sign(Some(Side::We), ..) => "→",
        What::Octets(Side::Subject, _) | What::Sign(Some(Side::Subject), ..) => "←",
        What::Sign(None, ..) | What::Silence(_) | What::Mark { .. } => "",
    }
}

/// A duration, as templates pass it.
fn time(time: &Duration) -> String {
    words::time(*time)
}
