//! What a baseline says of a run.

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::{MANY, SINGLE, baseline, entry, lint, run, today};
use crate::outcome::{FlakyPolicy, OutdatedWhy, Run};

/// The run after it was weighed.
fn weighed(text: &str, words: &[(&str, &str)], whole: bool) -> Run {
    let mut run = run(words);
    baseline(text, &run, whole).weigh(&mut run, today());
    run
}

const FAIL: &str = "scenario = 'server/host/many'\nverdict = 'fail'";

fn many(words: [&'static str; 3], single: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = MANY.into_iter().zip(words).collect();
    all.push((SINGLE, single));
    all
}

#[rstest]
#[case::as_listed(FAIL, ["fail", "fail", "fail"], "pass", 3, 0, 0)]
#[case::one_is_better(FAIL, ["fail", "pass", "fail"], "pass", 2, 0, 0)]
#[case::unlisted(FAIL, ["fail", "fail", "fail"], "fail", 3, 0, 1)]
#[case::all_are_better(FAIL, ["pass", "warn", "pass"], "pass", 0, 1, 1)]
#[case::skips_do_not_count(FAIL, ["skip", "skip", "skip"], "pass", 0, 0, 0)]
#[case::what_is_judged_counts(FAIL, ["skip", "pass", "skip"], "pass", 0, 1, 1)]
#[case::errors_hide_what_is_so(FAIL, ["pass", "error", "pass"], "pass", 0, 0, 3)]
#[case::another_verdict("scenario = '**'\nverdict = 'warn'", ["fail", "pass", "warn"], "pass", 1, 0, 1)]
#[case::errors_can_be_listed("scenario = '**'\nverdict = 'error'", ["error", "pass", "pass"], "pass", 1, 0, 0)]
#[case::the_step("scenario = '**'\nstep = 2\nverdict = 'fail'", ["fail@2", "pass", "pass"], "pass", 1, 0, 0)]
#[case::another_step("scenario = '**'\nstep = 2\nverdict = 'fail'", ["fail@1", "pass", "pass"], "pass", 0, 1, 1)]
#[case::flaky_fails("scenario = '**'\nverdict = 'flaky'", ["fail", "pass", "warn"], "pass", 2, 0, 0)]
#[case::flaky_passes("scenario = '**'\nverdict = 'flaky'", ["pass", "pass", "pass"], "pass", 0, 0, 0)]
#[case::last_day("scenario = '**'\nverdict = 'fail'\nuntil = 2026-06-01", ["fail", "pass", "pass"], "pass", 1, 0, 0)]
#[case::expired("scenario = '**'\nverdict = 'fail'\nuntil = 2026-05-31", ["fail", "pass", "pass"], "pass", 0, 1, 1)]
#[case::expired_and_better("scenario = '**'\nverdict = 'fail'\nuntil = 2026-05-31", ["pass", "pass", "pass"], "pass", 0, 1, 1)]
fn a_run_is_weighed(
    #[case] keys: &str,
    #[case] words: [&'static str; 3],
    #[case] single: &'static str,
    #[case] expected: usize,
    #[case] outdated: usize,
    #[case] code: u8,
) {
    let run = weighed(&entry(keys), &many(words, single), true);
    let seen = (
        run.tally().expected,
        run.gate.outdated.len(),
        run.exit_code(),
    );
    assert_eq!(seen, (expected, outdated, code));
}

#[test]
fn what_is_outdated_says_why() {
    let words = many(["pass", "warn", "pass"], "pass");
    let outdated = weighed(&entry(FAIL), &words, true).gate.outdated.remove(0);
    assert_eq!(outdated.why, OutdatedWhy::Stale);
    assert_eq!(outdated.line, 2);
    assert_eq!(outdated.entry, "server/host/many = fail");
    assert_eq!(
        outdated.text,
        "is stale: nothing comes to fail (2 pass, 1 warn)"
    );
    let text = entry(&format!("{FAIL}\nuntil = 2020-01-01"));
    let outdated = weighed(&text, &words, true).gate.outdated.remove(0);
    assert_eq!(outdated.why, OutdatedWhy::Expired);
    assert_eq!(outdated.text, "has expired on 2020-01-01");
}

#[test]
fn a_part_of_the_suite_judges_what_it_played() {
    // One case of three passes: the others may fail still.
    let run = weighed(&entry(FAIL), &[(MANY[0], "pass")], false);
    assert_eq!((run.gate.outdated.len(), run.exit_code()), (0, 0));
    let run = weighed(&entry(FAIL), &many(["pass"; 3], "pass")[..3], false);
    assert_eq!((run.gate.outdated.len(), run.exit_code()), (1, 1));
    let over = entry(&format!("{FAIL}\nuntil = 2020-01-01"));
    let run = weighed(&over, &[(SINGLE, "pass")], false);
    assert_eq!(run.gate.outdated, []);
}

#[test]
fn a_run_that_was_cut_short_makes_nothing_stale() {
    let mut run = run(&many(["pass"; 3], "pass"));
    run.interrupted = Some("Ctrl-C".into());
    baseline(&entry(FAIL), &run, true).weigh(&mut run, today());
    assert_eq!((run.gate.outdated.len(), run.exit_code()), (0, 3));
}

const LINT: &str = "lint = 'allow-missing'\nverdict = 'fail'";

#[rstest]
#[case::anywhere(LINT, &[SINGLE, MANY[0]], 0)]
#[case::where_it_is_listed("lint = 'allow-missing'\nscenario = 'server/host'\nverdict = 'fail'", &[MANY[0], MANY[1]], 0)]
#[case::elsewhere_too("lint = 'allow-missing'\nscenario = 'server/host'\nverdict = 'fail'", &[MANY[0], SINGLE], 1)]
#[case::another_verdict("lint = 'allow-missing'\nverdict = 'warn'", &[SINGLE], 1)]
fn a_finding_is_listed_where_it_is_seen(
    #[case] keys: &str,
    #[case] seen_in: &[&str],
    #[case] code: u8,
) {
    let mut run = run(&many(["pass"; 3], "pass"));
    run.lints = vec![lint(seen_in)];
    baseline(&entry(keys), &run, true).weigh(&mut run, today());
    assert_eq!(run.exit_code(), code);
    assert_eq!(run.lints[0].expected.is_some(), code == 0);
}

#[rstest]
#[case::whole(true, 1)]
#[case::part(false, 0)]
fn a_finding_that_is_gone_is_stale(#[case] whole: bool, #[case] outdated: usize) {
    let run = weighed(&entry(LINT), &many(["pass"; 3], "pass"), whole);
    assert_eq!(run.gate.outdated.len(), outdated);
}

#[rstest]
#[case::listed(Some("flaky"), "fail,pass", FlakyPolicy::Fail, true, 0)]
#[case::listed_as_its_worst(Some("fail"), "fail,pass", FlakyPolicy::Fail, true, 0)]
#[case::as_a_failure(None, "fail,pass", FlakyPolicy::Fail, false, 1)]
#[case::as_the_warning_that_it_was(None, "warn,pass", FlakyPolicy::Fail, false, 0)]
#[case::as_a_warning(None, "fail,pass", FlakyPolicy::Warn, false, 0)]
#[case::as_a_strict_warning(None, "fail,pass", FlakyPolicy::Warn, true, 1)]
#[case::as_a_pass(None, "fail,pass", FlakyPolicy::Pass, true, 0)]
fn what_is_flaky_counts_as_one_likes(
    #[case] listed: Option<&str>,
    #[case] words: &'static str,
    #[case] policy: FlakyPolicy,
    #[case] strict: bool,
    #[case] code: u8,
) {
    let mut run = run(&[(SINGLE, words)]);
    run.gate.flaky = policy;
    run.strict = strict;
    if let Some(word) = listed {
        let text = entry(&format!("scenario = '{SINGLE}'\nverdict = '{word}'"));
        baseline(&text, &run, false).weigh(&mut run, today());
    }
    let tally = run.tally();
    assert_eq!(
        (tally.flaky, tally.expected),
        if listed.is_some() { (0, 1) } else { (1, 0) }
    );
    assert_eq!(run.exit_code(), code);
}
