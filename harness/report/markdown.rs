//! Markdown, as a pull request or the summary of a job shows it.
//!
//! What a peer or a file may have a word in stands in code spans and code blocks, whose fences are
//! longer than any in the text, so that it can open neither tag nor link. The size is bounded:
//! GitHub takes 1 MiB for a summary, and nothing at all beyond.

use std::fmt::Write as _;

use super::terminal::{self, Style};
use super::{escape, words};
use crate::outcome::{Lint, Outcome, Run, Verdict};
use crate::scenario::Catalogue;

/// How long the text gets at most, in octets.
const BOUND: usize = 900 * 1024;
/// How many failures are told in detail.
const DETAILS: usize = 50;

/// The text of `report.md`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let mut text = head(run);
    let sections = [
        ("Failures", with(run, "fail")),
        ("Errors", with(run, "error")),
        ("Flaky", with(run, "flaky")),
        ("Warnings", with(run, "warn")),
    ];
    for (title, outcomes) in sections {
        let items: Vec<_> = outcomes
            .iter()
            .enumerate()
            .map(|(number, outcome)| {
                let detailed = outcome.verdict == Verdict::Fail && number < DETAILS;
                item(run, outcome, catalogue, detailed)
            })
            .collect();
        section(&mut text, title, &items);
    }
    let lints: Vec<_> = run.lints.iter().map(|it| lint(it, catalogue)).collect();
    section(&mut text, "Lints", &lints);
    let outdated = run.gate.outdated.iter();
    let outdated = outdated.map(|it| format!("- {}\n", code_span(&words::outdated(&run.gate, it))));
    section(&mut text, "Baseline", &outdated.collect::<Vec<_>>());
    section(
        &mut text,
        "As expected",
        &reasons(&with(run, "expected"), expected),
    );
    let skipped = |outcome: &Outcome| outcome.verdict.why().unwrap_or_default().to_owned();
    section(&mut text, "Skipped", &reasons(&with(run, "skip"), skipped));
    text
}

fn head(run: &Run) -> String {
    let tally = run.tally();
    let code = run.exit_code();
    let mut text = format!(
        "## h1check: {}\n\n{}, exit {code}: {}\n\n\
         | pass | warn | fail | skip | error |\n| ---: | ---: | ---: | ---: | ---: |\n\
         | {} | {} | {} | {} | {} |\n\n",
        match code {
            0 => "conforms",
            1 => "does not conform",
            _ => "not tested",
        },
        code_span(&run.subject),
        words::exit_meaning(run, code),
        tally.pass,
        tally.warn,
        tally.fail,
        tally.skip,
        tally.error
    );
    if tally.expected + tally.flaky > 0 {
        let (expected, flaky) = (tally.expected, tally.flaky);
        let _ = write!(text, "{expected} as expected, {flaky} flaky\n\n");
    }
    if let Some(why) = &run.interrupted {
        let _ = write!(text, "Ended early: {}\n\n", code_span(why));
    }
    let _ = writeln!(
        text,
        "h1check {}, in {}: {}",
        code_span(&run.version),
        words::time(run.took),
        code_span(&run.command)
    );
    text
}

/// A heading with as many items as there is room for, and how many there are beyond.
fn section(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = write!(text, "\n### {title}\n\n");
    for (number, item) in items.iter().enumerate() {
        if text.len() + item.len() > BOUND {
            let left = items.len() - number;
            let _ = write!(text, "\n… and {left} more, which the other reports show.\n");
            return;
        }
        text.push_str(item);
    }
}

fn with<'a>(run: &'a Run, word: &str) -> Vec<&'a Outcome> {
    let outcomes = run.outcomes.iter();
    outcomes.filter(|outcome| outcome.class() == word).collect()
}

fn item(run: &Run, outcome: &Outcome, catalogue: &Catalogue, detailed: bool) -> String {
    let scenario = &outcome.scenario;
    let mut text = format!(
        "- {} {}\n",
        code_span(&scenario.id),
        code_span(&scenario.title)
    );
    if let Some(tries) = words::flaky(outcome) {
        let _ = writeln!(text, "  - {tries}");
    }
    if let Some(reason) = terminal::reason(outcome) {
        let _ = writeln!(text, "  - {}", code_span(&reason));
    }
    for cited in words::requirements(scenario, catalogue) {
        let _ = writeln!(text, "  - {}", citation(&cited));
    }
    if detailed {
        let detail = terminal::detail(run, outcome, catalogue, Style::default());
        text.push_str(&block(&detail));
    }
    text
}

fn lint(lint: &Lint, catalogue: &Catalogue) -> String {
    format!(
        "- {} {}: {}, {} ×, first in {}\n  - {}\n{}",
        lint.verdict.word(),
        code_span(&lint.id),
        code_span(&lint.text),
        lint.count,
        code_span(&lint.scenario),
        citation(&words::cited(catalogue, &lint.requirement)),
        lint.expected.as_ref().map_or_else(String::new, |expected| {
            let why = words::expected(&lint.verdict, expected);
            format!("  - {}\n", code_span(&why))
        })
    )
}

/// The reasons of outcomes, the most frequent first.
fn reasons(outcomes: &[&Outcome], why: impl Fn(&Outcome) -> String) -> Vec<String> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for why in outcomes.iter().map(|outcome| why(outcome)) {
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, count)) => *count += 1,
            None => reasons.push((why, 1)),
        }
    }
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let lines = reasons.into_iter();
    lines
        .map(|(why, count)| format!("- {count} × {}\n", code_span(&why)))
        .collect()
}

/// What the baseline says of an outcome that it lists.
fn expected(outcome: &Outcome) -> String {
    let expected = outcome.expected.as_ref();
    expected.map_or_else(String::new, |it| words::expected(&outcome.verdict, it))
}

fn citation(cited: &words::Cited) -> String {
    let id = code_span(&cited.id);
    let safe = |octet: u8| octet.is_ascii_alphanumeric() || b":/.-_#".contains(&octet);
    let id = if cited.link.starts_with("https://") && cited.link.bytes().all(safe) {
        format!("[{id}]({})", cited.link)
    } else {
        id
    };
    format!("{id} {}: {}", cited.level, code_span(&cited.summary))
}

/// Text in which nothing has a power. A reader takes one space from both ends, so one is put there
/// where that would take away a space of the text, or a backtick would lengthen the fence.
fn code_span(text: &str) -> String {
    let text = escape::text(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let bare = |end: Option<char>| end.is_some_and(|end| end != '`' && end != ' ');
    if bare(text.chars().next()) && bare(text.chars().next_back()) {
        format!("{fence}{text}{fence}")
    } else {
        format!("{fence} {text} {fence}")
    }
}

/// Lines in a code block of an item of a list.
fn block(lines: &str) -> String {
    let fence = "`".repeat(longest_run(lines).max(2) + 1);
    let mut text = format!("\n  {fence}text\n");
    for line in lines.lines() {
        let _ = writeln!(text, "  {line}");
    }
    let _ = write!(text, "  {fence}\n\n");
    text
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or(0)
}
