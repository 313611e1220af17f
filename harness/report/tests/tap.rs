use pretty_assertions::assert_eq;
use rstest::rstest;

use super::golden;
use crate::report::sample;
use crate::report::tap::render;

#[rstest]
#[case::pass("ok", "server/reuse/sequential", "")]
#[case::warn("ok", "server/close/announces", "")]
#[case::fail("not ok", "server/close/honours-close", "")]
#[case::error("not ok", "server/reuse/late", "")]
#[case::skip(
    "ok",
    "server/timeout/idle",
    " # SKIP the profile names no idle-timeout"
)]
fn maps_each_verdict_to_its_line(#[case] ok: &str, #[case] id: &str, #[case] behind: &str) {
    let text = render(&sample::run(), &sample::catalogue());
    let end = format!(" - {id}{behind}");
    let line = text.lines().find(|line| line.ends_with(&end)).unwrap();
    let (found, number) = line[..line.len() - end.len()].rsplit_once(' ').unwrap();
    assert_eq!(found, ok);
    assert!(number.parse::<usize>().is_ok(), "{line}");
}

#[test]
fn a_warning_of_a_strict_run_is_not_ok() {
    let mut run = sample::run();
    run.strict = true;
    let text = render(&run, &sample::catalogue());
    let line = text
        .lines()
        .find(|line| line.ends_with("server/close/announces"));
    assert!(line.unwrap().starts_with("not ok "), "{line:?}");
}

#[test]
fn plans_every_scenario_and_every_lint() {
    let run = sample::run();
    let text = render(&run, &sample::catalogue());
    golden::assert_harmless(&text);
    let points = text
        .lines()
        .filter(|it| it.starts_with("ok ") || it.starts_with("not ok "));
    let count = run.outcomes.len() + run.lints.len();
    assert_eq!(points.count(), count);
    assert!(text.starts_with(&format!("TAP version 13\n1..{count}\n")));
}

#[test]
fn a_run_that_was_ended_early_bails_out() {
    let mut run = sample::run();
    run.interrupted = Some(String::from("the subject # no longer\nanswers"));
    let text = render(&run, &sample::catalogue());
    let last = r"Bail out! the subject \# no longer\\nanswers";
    assert_eq!(text.lines().last(), Some(last));
}
