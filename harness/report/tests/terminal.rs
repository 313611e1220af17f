use pretty_assertions::assert_eq;
use rstest::rstest;

use super::golden;
use std::sync::Arc;

use crate::outcome::{Lint, MismatchKind, Run, Verdict};
use crate::report::sample;
use crate::report::terminal::{Style, line, report};
use crate::scenario::Scenario;

#[test]
fn looks_like_the_golden_file() {
    let text = report(&sample::run(), &sample::catalogue(), Style::default());
    golden::check("terminal.txt", &text);
}

#[test]
fn writes_one_line_per_scenario() {
    let lines: Vec<_> = sample::run()
        .outcomes
        .iter()
        .map(|outcome| line(outcome, Style::default()) + "\n")
        .collect();
    golden::check("lines.txt", &lines.concat());
}

#[test]
fn lets_no_control_character_of_a_peer_through() {
    let text = report(&sample::run(), &sample::catalogue(), Style::default());
    golden::assert_harmless(&text);
}

#[test]
fn says_the_same_in_colour() {
    let style = Style {
        colour: true,
        ..Style::default()
    };
    let run = sample::run_of(vec![
        sample::find(&sample::run(), "server/close/announces").clone(),
    ]);
    let coloured = report(&run, &sample::catalogue(), style);
    assert!(coloured.contains("\u{1b}[33mwarn"), "{coloured}");
    let mut plain = String::new();
    let mut escaped = false;
    for character in coloured.chars() {
        match character {
            '\u{1b}' => escaped = true,
            'm' if escaped => escaped = false,
            _ if escaped => {}
            _ => plain.push(character),
        }
    }
    assert_eq!(plain, report(&run, &sample::catalogue(), Style::default()));
}

#[test]
fn cases_that_fail_alike_are_one_entry() {
    let sample = sample::run();
    let failed = sample.outcomes.iter();
    let failed = failed
        .clone()
        .find(|outcome| outcome.verdict == Verdict::Fail);
    let case = |name: &str, kind: Option<MismatchKind>| {
        let mut outcome = failed.unwrap().clone();
        let mut scenario = Scenario::clone(&outcome.scenario);
        scenario.id = format!("server/host/invalid[{name}]");
        outcome.scenario = Arc::new(scenario);
        if let (Some(kind), Some(mismatch)) = (kind, &mut outcome.mismatch) {
            mismatch.kind = kind;
        }
        outcome
    };
    let alike = [case("a", None), case("b", None), case("\u{1b}c", None)];
    let other = [case("d", Some(MismatchKind::Died))];
    let run = sample::run_of([alike.to_vec(), other.to_vec()].concat());
    let text = report(&run, &sample::catalogue(), Style::default());
    assert_eq!(
        text.matches("\nfail ").count() + usize::from(text.starts_with("fail ")),
        2
    );
    assert!(
        text.contains(r"alike in 2 more cases: [b] [\u{1b}c]"),
        "{text}"
    );
}

#[rstest]
#[case::narrow(50)]
#[case::nothing(0)]
fn copes_with_any_width(#[case] width: usize) {
    let style = Style {
        width,
        ..Style::default()
    };
    let mut run = sample::run();
    run.strict = true;
    let text = report(&run, &sample::catalogue(), style);
    assert!(text.ends_with("exit 1: does not conform\n"));
}

fn with(verdicts: &[&str], interrupted: bool, lint: Option<Verdict>) -> Run {
    let sample = sample::run();
    let outcomes = verdicts.iter().map(|word| {
        let found = sample.outcomes.iter().find(|o| o.verdict.word() == *word);
        found.unwrap().clone()
    });
    let mut run = sample::run_of(outcomes.collect());
    run.interrupted = interrupted.then(|| String::from("Ctrl-C"));
    run.lints.extend(lint.map(|verdict| Lint {
        verdict,
        ..sample.lints[0].clone()
    }));
    run
}

#[test]
fn a_wrong_status_is_named() {
    let found = sample::find(&sample::run(), "smuggling/te-lookalike[tab]").clone();
    let run = sample::run_of(vec![found]);
    let text = report(&run, &sample::catalogue(), Style::default());
    assert!(text.contains("(wrong-status)"), "{text}");
}

#[test]
fn runs_side_by_side_tell_each_check_once() {
    let mut other = sample::run();
    // Another check of the same rule is another finding.
    other.lints[1].id = String::from("another");
    let joined = sample::run().join(other);
    let lints = joined.lints.iter();
    let counts: Vec<_> = lints.map(|lint| (&lint.id[..], lint.count)).collect();
    assert_eq!(
        counts,
        [("date-missing", 34), ("another", 1), ("unknown", 1)]
    );
}

#[rstest]
#[case::conforms(with(&["pass", "skip"], false, None), false, 0)]
#[case::warning(with(&["pass", "warn"], false, None), false, 0)]
#[case::strict_warning(with(&["pass", "warn"], false, None), true, 1)]
#[case::failure(with(&["pass", "fail"], false, None), false, 1)]
#[case::failure_beside_an_error(with(&["fail", "error"], true, None), false, 1)]
#[case::failing_lint(with(&["pass"], false, Some(Verdict::Fail)), false, 1)]
#[case::warning_lint(with(&["pass"], false, Some(Verdict::Warn)), false, 0)]
#[case::strict_warning_lint(with(&["pass"], false, Some(Verdict::Warn)), true, 1)]
#[case::error(with(&["pass", "error"], false, None), false, 3)]
#[case::interrupted(with(&["pass"], true, None), false, 3)]
#[case::nothing_judged(with(&["skip"], false, None), false, 3)]
#[case::nothing_played(with(&[], false, None), false, 3)]
fn ends_with_the_exit_code(#[case] mut run: Run, #[case] strict: bool, #[case] code: u8) {
    run.strict = strict;
    assert_eq!(run.exit_code(), code);
    let text = report(&run, &sample::catalogue(), Style::default());
    let last = text.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("exit {code}: ")), "{last}");
}
