//! `junit.xml`, for the readers of CI services.
//!
//! | verdict | in the file |
//! |---|---|
//! | fail | `<failure>`, its type the kind of the mismatch |
//! | error | `<error>` |
//! | skip | `<skipped>` |
//! | warn | no child that counts; the text in `<system-out>` |
//! | pass | nothing |
//! | listed in the baseline | `<skipped>`, its message the reason |
//! | flaky | as what it counts: `<failure>`, as warn, or nothing; the tries in `<system-out>` |
//!
//! The word of the verdict is also the attribute `status`. A suite is an area (`server/close`), a
//! test case a scenario; the lints are a suite of their own, because a failing one decides the exit
//! code as well.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::terminal::{self, Style};
use super::{escape, words};
use crate::outcome::{Lint, Outcome, Outdated, Run, Verdict};
use crate::scenario::{Catalogue, Place};

/// The text of `junit.xml`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let mut report = Report::new(escape::text(&format!("h1check: {}", run.subject)));
    report.set_time(run.took);
    let mut areas: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &run.outcomes {
        let area = words::area(&outcome.scenario.id);
        areas.entry(area).or_default().push(outcome);
    }
    for (area, outcomes) in areas {
        let mut suite = suite(run, area);
        suite.set_time(outcomes.iter().map(|outcome| outcome.took).sum());
        let cases = outcomes.iter().map(|outcome| case(run, outcome, catalogue));
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    if !run.lints.is_empty() {
        let mut suite = suite(run, LINTS);
        suite.add_test_cases(run.lints.iter().map(|lint| lint_case(lint, catalogue)));
        report.add_test_suite(suite);
    }
    if !run.gate.outdated.is_empty() {
        let mut suite = suite(run, BASELINE);
        suite.add_test_cases(run.gate.outdated.iter().map(|it| outdated_case(run, it)));
        report.add_test_suite(suite);
    }
    let text = report
        .to_string()
        .expect("writing to memory does not fail, and all names are fixed");
    without_skipped_of_all(text)
}

/// Takes the attribute `skipped` from `<testsuites>`: the schema of Jenkins has it in the suites
/// only.
fn without_skipped_of_all(mut text: String) -> String {
    let element = text.find("<testsuites ").unwrap_or_default();
    let end = text[element..]
        .find('>')
        .map_or(0, |length| element + length);
    let start = text[element..end].find(SKIPPED).map(|at| element + at);
    if let Some(start) = start {
        let value = start + SKIPPED.len();
        let length = text[value..end].find('"').unwrap_or_default();
        text.replace_range(start..=value + length, "");
    }
    text
}

/// How that attribute begins; a `"` in a value is written as `&quot;`.
const SKIPPED: &str = " skipped=\"";

/// The name of the suite of the lints.
const LINTS: &str = "lints";

/// The name of the suite of entries of the baseline that are no longer true.
const BASELINE: &str = "baseline";

fn suite(run: &Run, area: &str) -> TestSuite {
    let mut suite = TestSuite::new(escape::text(area));
    if let Ok(started) = jiff::Timestamp::try_from(run.started) {
        let started = started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        suite.extra.insert("timestamp".into(), started.into());
    }
    suite.add_property(("h1check", escape::text(&run.version).as_str()));
    suite.add_property(("subject", escape::text(&run.subject).as_str()));
    suite.add_property(("command", escape::text(&run.command).as_str()));
    if let Some(why) = &run.interrupted {
        suite.add_property(("interrupted", escape::text(why).as_str()));
    }
    suite
}

fn case(run: &Run, outcome: &Outcome, catalogue: &Catalogue) -> TestCase {
    let id = &outcome.scenario.id;
    let message = terminal::reason(outcome).unwrap_or_default();
    let body = terminal::detail(run, outcome, catalogue, Style::default());
    let counts = if outcome.is_flaky() {
        run.gate.weight(outcome)
    } else {
        outcome.verdict.word()
    };
    let status = match &outcome.expected {
        Some(expected) => skipped(&words::expected(&outcome.verdict, expected)),
        None => status(outcome, counts, &message, &body),
    };
    let mut case = TestCase::new(escape::text(id), status);
    case.set_classname(escape::text(words::area(id)));
    case.set_time(outcome.took);
    place(&mut case, outcome);
    if let Some(cited) = words::requirements(&outcome.scenario, catalogue).first() {
        attribute(&mut case, "url", &cited.link);
    }
    attribute(&mut case, "status", outcome.class());
    if outcome.expected.is_none() && (counts == "warn" || outcome.is_flaky()) {
        let word = outcome.verdict.word();
        let tries = words::flaky(outcome).map(|tries| format!(" ({tries})"));
        let tries = tries.unwrap_or_default();
        case.set_system_out(format!("{word}{tries}: {message}\n{body}"));
    }
    if !outcome.output.is_empty() {
        let lines: Vec<_> = escape::lines(&outcome.output).collect();
        case.set_system_err(lines.join("\n"));
    }
    case
}

/// The scenario file, and the line that was not met.
fn place(case: &mut TestCase, outcome: &Outcome) {
    let scenario = &outcome.scenario;
    let place = outcome.mismatch.as_ref().or(outcome.warnings.first());
    let place = place.map(|mismatch| &mismatch.place);
    let line = place
        .or(scenario.case.as_ref().map(|case| &case.place))
        .map_or(1, Place::line);
    attribute(case, "file", &escape::text(&scenario.source.path));
    attribute(case, "line", &line.to_string());
}

/// An attribute: properties of a case are not in the schema of Jenkins, and these are.
fn attribute(case: &mut TestCase, name: &str, value: &str) {
    if !value.is_empty() {
        case.extra.insert(name.into(), value.into());
    }
}

/// The status of a case that counts as this word.
fn status(outcome: &Outcome, counts: &str, message: &str, body: &str) -> TestCaseStatus {
    let kind = outcome.mismatch.as_ref().map(|it| it.kind.word());
    match counts {
        "skip" => skipped(message),
        "fail" => non_success(
            NonSuccessKind::Failure,
            kind.unwrap_or("fail"),
            message,
            body,
        ),
        "error" => non_success(NonSuccessKind::Error, "error", message, body),
        _ => TestCaseStatus::success(),
    }
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}

fn non_success(kind: NonSuccessKind, word: &str, message: &str, body: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(word);
    status.set_message(message);
    status.set_description(body);
    status
}

fn outdated_case(run: &Run, outdated: &Outdated) -> TestCase {
    let message = escape::text(&outdated.text);
    let why = outdated.why.word();
    let body = words::outdated(&run.gate, outdated);
    let status = non_success(NonSuccessKind::Failure, why, &message, &body);
    let name = format!("line {}: {}", outdated.line, escape::text(&outdated.entry));
    let mut case = TestCase::new(name, status);
    case.set_classname(BASELINE);
    case
}

fn lint_case(lint: &Lint, catalogue: &Catalogue) -> TestCase {
    let cited = words::cited(catalogue, &lint.requirement);
    let message = escape::text(&lint.text);
    let body = format!(
        "in {} messages, first in {}\n{} {}\n{}",
        lint.count,
        escape::text(&lint.scenario),
        cited.level,
        cited.summary,
        cited.link
    );
    let failed = lint.verdict == Verdict::Fail;
    let status = if let Some(expected) = &lint.expected {
        skipped(&words::expected(&lint.verdict, expected))
    } else if failed {
        non_success(NonSuccessKind::Failure, "lint", &message, &body)
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(format!("{} {}", cited.id, lint.id), status);
    case.set_classname(LINTS);
    attribute(&mut case, "url", &cited.link);
    attribute(&mut case, "status", lint.verdict.word());
    if !failed && lint.expected.is_none() {
        case.set_system_out(format!("{}: {message}\n{body}", lint.verdict.word()));
    }
    case
}
