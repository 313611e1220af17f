//! Workflow commands of GitHub Actions: annotations at the scenario files.
//!
//! GitHub shows ten annotations of a kind in a step and drops the rest, so the cases of a file are
//! one annotation, and what is beyond the bound is counted in a notice. Inside a command a `%`
//! and line ends are escaped, in its properties `:` and `,` too; nothing of a peer starts a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{escape, terminal, words};
use crate::outcome::{Lint, Outcome, Outdated, Run};
use crate::scenario::Catalogue;

/// How many annotations of one kind GitHub shows in a step.
const SHOWN: usize = 10;

/// The commands, one per line.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let mut text = String::new();
    let mut hidden = 0;
    for (command, words) in [("error", &["fail", "error"][..]), ("warning", &["warn"])] {
        let mut found: Vec<Annotation> = Vec::new();
        for files in by_file(run, words).values() {
            found.push(of_file(files, catalogue));
        }
        if command == "error" {
            found.extend(run.gate.outdated.iter().map(|it| of_outdated(run, it)));
        }
        let lints = run.lints.iter().filter(|lint| lint.expected.is_none());
        let lints = lints.filter(|lint| words.contains(&lint.verdict.word()));
        found.extend(lints.map(|lint| of_lint(run, lint, catalogue)));
        hidden += found.len().saturating_sub(SHOWN);
        for annotation in found.into_iter().take(SHOWN) {
            annotation.add(command, &mut text);
        }
    }
    summary(run, hidden).add("notice", &mut text);
    text
}

/// The outcomes that count as these words, by the file of their scenario.
fn by_file<'a>(run: &'a Run, counted: &[&str]) -> BTreeMap<&'a str, Vec<&'a Outcome>> {
    let mut files: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &run.outcomes {
        if counted.contains(&words::counts(run, outcome)) {
            let file = files.entry(&outcome.scenario.source.path);
            file.or_default().push(outcome);
        }
    }
    files
}

/// One annotation.
struct Annotation {
    properties: Vec<(&'static str, String)>,
    message: String,
}

impl Annotation {
    fn add(&self, command: &str, text: &mut String) {
        let properties = self.properties.iter();
        let properties = properties.map(|(name, value)| format!("{name}={}", property(value)));
        let properties = properties.collect::<Vec<_>>().join(",");
        let message = data(&self.message);
        writeln!(text, "::{command} {properties}::{message}").expect("a String takes everything");
    }
}

fn of_file(outcomes: &[&Outcome], catalogue: &Catalogue) -> Annotation {
    let first = outcomes[0];
    let scenario = &first.scenario;
    let (line, column) = match first.decisive() {
        Some(mismatch) => (mismatch.place.line(), mismatch.place.column()),
        None => (1, 1),
    };
    let mut message = escape::text(&scenario.title);
    if let Some(reason) = terminal::reason(first) {
        let _ = write!(message, "\n{reason}");
    }
    if let Some(tries) = words::flaky(first) {
        let _ = write!(message, "\n{tries}");
    }
    for cited in words::requirements(scenario, catalogue) {
        let _ = write!(message, "\n{} {}: {}", cited.id, cited.level, cited.summary);
    }
    if outcomes.len() > 1 {
        let _ = write!(message, "\nalike: {} more cases of it", outcomes.len() - 1);
    }
    Annotation {
        properties: vec![
            ("file", escape::text(&scenario.source.path)),
            ("line", line.to_string()),
            ("col", column.to_string()),
            ("title", escape::text(&scenario.id)),
        ],
        message,
    }
}

fn of_lint(run: &Run, lint: &Lint, catalogue: &Catalogue) -> Annotation {
    let cited = words::cited(catalogue, &lint.requirement);
    let seen = run
        .outcomes
        .iter()
        .find(|outcome| outcome.scenario.id == lint.scenario);
    let file = seen.map(|outcome| ("file", escape::text(&outcome.scenario.source.path)));
    let title = ("title", format!("lint: {}", escape::text(&lint.id)));
    Annotation {
        properties: file.into_iter().chain([title]).collect(),
        message: format!(
            "{}\nin {} messages, first in {}\n{} {}: {}",
            escape::text(&lint.text),
            lint.count,
            escape::text(&lint.scenario),
            cited.id,
            cited.level,
            cited.summary
        ),
    }
}

fn of_outdated(run: &Run, outdated: &Outdated) -> Annotation {
    let file = run.gate.baseline.iter();
    let file = file.map(|file| ("file", escape::text(file)));
    let title = format!("baseline: {}", escape::text(&outdated.entry));
    let more = [("line", outdated.line.to_string()), ("title", title)];
    Annotation {
        properties: file.chain(more).collect(),
        message: words::outdated(&run.gate, outdated),
    }
}

fn summary(run: &Run, hidden: usize) -> Annotation {
    let tally = run.tally();
    let mut message = format!(
        "{}: {} pass, {} warn, {} fail, {} skip, {} error",
        escape::text(&run.subject),
        tally.pass,
        tally.warn,
        tally.fail,
        tally.skip,
        tally.error
    );
    if tally.expected + tally.flaky > 0 {
        let (expected, flaky) = (tally.expected, tally.flaky);
        let _ = write!(message, ", {expected} as expected, {flaky} flaky");
    }
    if hidden > 0 {
        let _ = write!(message, "\n{hidden} more annotations are in the reports");
    }
    let meaning = words::exit_meaning(run, run.exit_code());
    Annotation {
        properties: vec![("title", format!("h1check: {meaning}"))],
        message,
    }
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
