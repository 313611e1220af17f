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
//!
//! A run that was ended early ends with `Bail out!`.

use std::fmt::Write as _;

use super::{escape, terminal, words};
use crate::outcome::{Lint, Outcome, Run, Verdict};
use crate::scenario::Catalogue;

/// The text of `report.tap`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let count = run.outcomes.len() + run.lints.len();
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
    if let Some(why) = &run.interrupted {
        add(&mut text, format_args!("Bail out! {}", described(why)));
    }
    text
}

fn point(text: &mut String, number: usize, run: &Run, outcome: &Outcome, catalogue: &Catalogue) {
    let ok = is_ok(&outcome.verdict, run.strict);
    let id = described(&outcome.scenario.id);
    if let Verdict::Skip { why } = &outcome.verdict {
        let why = described(why);
        add(text, format_args!("{ok} {number} - {id} # SKIP {why}"));
        return;
    }
    add(text, format_args!("{ok} {number} - {id}"));
    if outcome.verdict == Verdict::Pass {
        return;
    }
    let mut block = Block::begin(text);
    block.line("severity", outcome.verdict.word());
    block.line("title", &outcome.scenario.title);
    let mismatch = outcome.mismatch.as_ref().or(outcome.warnings.first());
    if let Some(mismatch) = mismatch {
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
    let ok = is_ok(&lint.verdict, run.strict);
    let id = described(&lint.id);
    add(text, format_args!("{ok} {number} - lint: {id}"));
    let mut block = Block::begin(text);
    block.line("severity", lint.verdict.word());
    block.line("message", &lint.text);
    block.number("messages", lint.count);
    block.line("first", &lint.scenario);
    block.cite(&words::cited(catalogue, &lint.requirement));
    block.end();
}

fn is_ok(verdict: &Verdict, strict: bool) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Skip { .. } => "ok",
        Verdict::Warn if !strict => "ok",
        Verdict::Warn | Verdict::Fail | Verdict::Error { .. } => "not ok",
    }
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
