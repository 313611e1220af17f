use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::{Value, json};

use crate::outcome::Run;
use crate::report::badge::render;
use crate::report::sample;

/// The sample, of which only outcomes with these verdicts are kept.
fn only(words: &[&str]) -> Run {
    let mut outcomes = sample::run().outcomes;
    outcomes.retain(|outcome| words.contains(&outcome.verdict.word()));
    sample::run_of(outcomes)
}

#[rstest]
#[case::conforms(&["pass", "skip"], "conforms", "brightgreen", false)]
#[case::warns(&["pass", "warn"], "conforms, 1 warn", "green", false)]
#[case::skips(&["skip"], "not tested", "lightgrey", true)]
#[case::errors(&["pass", "error"], "not tested", "lightgrey", true)]
fn says_how_it_went(
    #[case] words: &[&str],
    #[case] message: &str,
    #[case] color: &str,
    #[case] is_error: bool,
) {
    let badge: Value = serde_json::from_str(&render(&only(words))).unwrap();
    let expected = json!({
        "schemaVersion": 1, "label": "HTTP/1.x", "message": message, "color": color,
        "isError": is_error,
    });
    assert_eq!(badge, expected);
}

#[test]
fn counts_failures_among_what_was_judged() {
    let run = sample::run();
    let badge: Value = serde_json::from_str(&render(&run)).unwrap();
    let tally = run.tally();
    let judged = tally.pass + tally.warn + tally.fail;
    assert_eq!(badge["message"], format!("{} of {judged} fail", tally.fail));
    assert_eq!(badge["color"], "red");
}
