//! What is refused, and where the caret stands.

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::{MANY, baseline, entry, library, run, scenarios};
use crate::baseline::{Listed, parse};

#[test]
fn an_entry_keeps_what_is_written() {
    let text = "[[expect]]\nscenario = 'server/host'\nstep = 2\nverdict = 'warn'\n\
                reason = ' slow '\nowner = 'ann'\nuntil = 2026-12-31\n";
    let entry = parse("b.toml", text).unwrap().entries.remove(0);
    assert_eq!(entry.verdict, Listed::Warn);
    assert_eq!(entry.reason, "slow");
    assert_eq!(entry.owner.as_deref(), Some("ann"));
    assert_eq!(entry.place.line(), 2);
    assert_eq!(entry.to_string(), "server/host, step 2 = warn");
}

#[rstest]
#[case::empty("", &[])]
#[case::unknown_key("[[expect]]\nscenaro = 'a'\nverdict = 'fail'\nreason = 'x'\n", &["2:1: unknown key `scenaro` in an entry"])]
#[case::unknown_table("[expected]\n", &["1:2: unknown key `expected` in a baseline"])]
#[case::nothing_listed("[[expect]]\nverdict = 'fail'\nreason = 'x'\n", &["1:1: an entry is about a `scenario` or a `lint`: both are missing"])]
#[case::no_reason("[[expect]]\nscenario = 'a'\nverdict = 'fail'\n", &["1:1: `reason` is missing in an entry"])]
#[case::empty_reason("[[expect]]\nscenario = 'a'\nverdict = 'fail'\nreason = ' '\n", &["4:10: `reason` is empty"])]
#[case::no_verdict("[[expect]]\nscenario = 'a'\nreason = 'x'\n", &["1:1: `verdict` is missing in an entry"])]
#[case::wrong_verdict("[[expect]]\nscenario = 'a'\nverdict = 'pass'\nreason = 'x'\n", &["3:11: unknown word `pass` for `verdict`"])]
#[case::date_in_quotes("[[expect]]\nscenario = 'a'\nverdict = 'fail'\nreason = 'x'\nuntil = '2026-12-31'\n", &["5:9: `until` must be a date, not a string"])]
#[case::date_with_time("[[expect]]\nscenario = 'a'\nverdict = 'fail'\nreason = 'x'\nuntil = 2026-12-31T10:00:00\n", &["5:9: `until` is a day, without a time"])]
#[case::unknown_lint("[[expect]]\nlint = 'allow-mising'\nverdict = 'fail'\nreason = 'x'\n", &["2:8: there is no lint `allow-mising`"])]
#[case::flaky_lint("[[expect]]\nlint = 'allow-missing'\nverdict = 'flaky'\nreason = 'x'\n", &["3:11: a lint comes to `fail` or `warn`"])]
#[case::step_zero("[[expect]]\nscenario = 'a'\nstep = 0\nverdict = 'fail'\nreason = 'x'\n", &["3:8: `step` must be between 1 and 100000"])]
fn what_cannot_be_meant_is_refused(#[case] text: &str, #[case] wanted: &[&str]) {
    let seen = parse("b", text).err().map(|error| error.to_string());
    let seen: Vec<String> = seen
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| line.trim_start_matches("b:").to_owned())
        .collect();
    assert_eq!(seen, wanted);
}

#[test]
fn an_impossible_day_is_refused() {
    let text = entry("scenario = 'a'\nverdict = 'fail'\nuntil = 2026-02-30");
    assert!(parse("b", &text).is_err());
}

#[test]
fn two_entries_about_the_same_are_refused() {
    let one = entry("scenario = 'a'\nverdict = 'fail'");
    let text = format!("{one}{}", entry("scenario = 'a'\nverdict = 'flaky'"));
    let error = parse("b", &text).unwrap_err().to_string();
    assert_eq!(error, "b:6:12: line 2 is about the same");
    let text = format!(
        "{one}{}",
        entry("scenario = 'a'\nstep = 2\nverdict = 'fail'")
    );
    assert!(parse("b", &text).is_ok());
}

#[rstest]
#[case("server/hots/many", "did you mean `server/host/many`?")]
#[case("nothing/like/it", "remove the entry, or see h1check list")]
fn a_glob_that_matches_no_scenario_is_refused(#[case] glob: &str, #[case] advice: &str) {
    let text = format!(
        "{}{}",
        entry("scenario = 'server/host'\nverdict = 'fail'"),
        entry(&format!("scenario = '{glob}'\nverdict = 'fail'"))
    );
    let mut baseline = parse("b", &text).unwrap();
    let error = baseline
        .look_up(&library(), &scenarios(), true)
        .unwrap_err();
    let text = error.render(false);
    assert!(
        text.contains(&format!("there is no scenario `{glob}`")),
        "{text}"
    );
    assert!(text.contains("b:6:12") && text.contains(advice), "{text}");
}

#[test]
fn a_glob_of_scenarios_that_are_not_played_is_known() {
    let played = run(&[(MANY[0], "pass")]);
    baseline(
        &entry("scenario = 'server/close'\nverdict = 'fail'"),
        &played,
        false,
    );
}
