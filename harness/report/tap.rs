//! TAP: a line per scenario and per lint, with a YAML block for what is no pass.
//!
//! The stream is in what versions 13 and 14 have in common, and says 13: readers of 14 take it, and
//! Perl's `prove` refuses what calls itself 14.
//!
//! | verdict | in the stream |
//! |---|---|
//! | fail, error | `not ok` |
//! | warn | `ok` with a block; `not ok` in a strict run |
//! | skip | `ok … # SKIP why` |
//! | listed in the baseline | `not ok … # TODO` with its reason, which fails nobody |
//! | flaky | as what it counts, with a block |
//!
//! An entry of the baseline that is no longer true is a line of its own that is not ok.
//!
//! A run that was ended early ends with `Bail out!`.

use std::fmt::Write as _;

use super::{escape, terminal, words};
use crate::outcome::{Expected, Lint, Outcome, Outdated, Run, Verdict};
use crate::scenario::Catalogue;

/// The text of `report.tap`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let count = run.outcomes.len() + run.lints.len() + run.gate.outdated.len();
    let mut text = format!("TAP version 13\n1..{count}\n");
    let about = format!("h1check {}: {}", run.version, run.subject);
    add(&mut text, format_args!("# {}", described(&about)));
    for (number, outcome) in run.outcomes.iter().enumerate() {
        point(&mut text, number + 1, run, outcome, catalogue);
    }
    for (number, lint) in run.lints.iter().enumerate() {
        let number = run.outcomes.len() + number + 1;
        lint_point(&mut text, number, run, lint, catalogue);
    }
    for (number, outdated) in run.gate.outdated.iter().enumerate() {
        let number = run.outcomes.len() + run.lints.len() + number + 1;
        outdated_point(&mut text, number, run, outdated);
    }
    if let Some(why) = &run.interrupted {
        add(&mut text, format_args!("Bail out! {}", described(why)));
    }
    text
}

fn point(text: &mut String, number: usize, run: &Run, outcome: &Outcome, catalogue: &Catalogue) {
    let ok = is_ok(words::counts(run, outcome), run.strict);
    let id = described(&outcome.scenario.id);
    let todo = todo(&outcome.verdict, outcome.expected.as_ref());
    if let Verdict::Skip { why } = &outcome.verdict {
        let why = described(why);
        add(text, format_args!("{ok} {number} - {id} # SKIP {why}"));
        return;
    }
    add(text, format_args!("{ok} {number} - {id}{todo}"));
    if outcome.verdict == Verdict::Pass && !outcome.is_flaky() {
        return;
    }
    let mut block = Block::begin(text);
    block.line("severity", outcome.verdict.word());
    block.line("title", &outcome.scenario.title);
    if let Some(tries) = words::flaky(outcome) {
        block.line("tries", &tries);
    }
    if let Some(mismatch) = outcome.decisive() {
        block.line("kind", mismatch.kind.word());
        block.line("wanted", &mismatch.wanted);
        block.line("seen", &mismatch.seen);
        block.line("file", &mismatch.place.source.path);
        block.number("line", mismatch.place.line());
        block.number("step", mismatch.step);
    } else if let Some(reason) = terminal::reason(outcome) {
        block.line("message", &reason);
    }
    if let Some(cited) = words::requirements(&outcome.scenario, catalogue).first() {
        block.cite(cited);
    }
    block.line("again", &words::rerun(run, &outcome.scenario.id));
    block.end();
}

fn lint_point(text: &mut String, number: usize, run: &Run, lint: &Lint, catalogue: &Catalogue) {
    let expected = lint.expected.as_ref();
    let word = expected.map_or(lint.verdict.word(), |_| "expected");
    let (ok, todo) = (is_ok(word, run.strict), todo(&lint.verdict, expected));
    let id = described(&lint.id);
    add(text, format_args!("{ok} {number} - lint: {id}{todo}"));
    let mut block = Block::begin(text);
    block.line("severity", lint.verdict.word());
    block.line("message", &lint.text);
    block.number("messages", lint.count);
    block.line("first", &lint.scenario);
    block.cite(&words::cited(catalogue, &lint.requirement));
    block.end();
}

fn outdated_point(text: &mut String, number: usize, run: &Run, outdated: &Outdated) {
    let entry = described(&outdated.entry);
    add(text, format_args!("not ok {number} - baseline: {entry}"));
    let mut block = Block::begin(text);
    block.line("severity", "fail");
    block.line("message", &words::outdated(&run.gate, outdated));
    block.number("line", outdated.line);
    block.end();
}

/// Whether what counts as this word is ok. What is expected is not, but is marked as such.
fn is_ok(word: &str, strict: bool) -> &'static str {
    match word {
        "pass" | "skip" => "ok",
        "warn" if !strict => "ok",
        _ => "not ok",
    }
}

/// The directive for what is known and not yet done.
fn todo(verdict: &Verdict, expected: Option<&Expected>) -> String {
    expected.map_or_else(String::new, |expected| {
        let why = words::expected(verdict, expected);
        format!(" # TODO {}", why.replace('\\', "\\\\").replace('#', "\\#"))
    })
}

/// Text in a line of the stream, where `#` begins a directive and `\` escapes it.
fn described(text: &str) -> String {
    let text = escape::text(text);
    text.replace('\\', "\\\\").replace('#', "\\#")
}

fn add(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a String takes everything");
}

/// A YAML block behind a test point.
struct Block<'a> {
    text: &'a mut String,
}

impl<'a> Block<'a> {
    fn begin(text: &'a mut String) -> Self {
        text.push_str("  ---\n");
        Self { text }
    }

    /// A text; a string of JSON is one of YAML as well, and holds no line end.
    fn line(&mut self, key: &str, value: &str) {
        let value = serde_json::Value::from(escape::text(value));
        add(self.text, format_args!("  {key}: {value}"));
    }

    fn number(&mut self, key: &str, value: usize) {
        add(self.text, format_args!("  {key}: {value}"));
    }

    fn cite(&mut self, cited: &words::Cited) {
        self.line("requirement", &cited.id);
        self.line("rule", &format!("{}: {}", cited.level, cited.summary));
        if !cited.link.is_empty() {
            self.line("see", &cited.link);
        }
    }

    fn end(self) {
        self.text.push_str("  ...\n");
    }
}
