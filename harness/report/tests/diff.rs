use pretty_assertions::assert_eq;
use rstest::rstest;

use super::golden::assert_harmless;
use crate::report::diff::{Class, Diff, markdown, terminal};
use crate::report::json::{MismatchFile, RunFile, VerdictFile, run_file};
use crate::report::sample;
use crate::report::terminal::Style;

use VerdictFile::{Error, Fail, Pass, Skip, Warn};

const ID: &str = "server/reuse/sequential";

fn file() -> RunFile {
    run_file(&sample::run(), &sample::catalogue())
}

/// The run in which one scenario has this verdict.
fn with(verdict: VerdictFile, step: usize) -> RunFile {
    let mut file = file();
    let mismatch = file.scenarios.iter().find_map(|it| it.mismatch.clone());
    let scenario = file.scenarios.iter_mut().find(|it| it.id == ID).unwrap();
    scenario.verdict = verdict;
    scenario.why = matches!(verdict, Skip | Error).then(|| String::from("no echo"));
    scenario.mismatch = matches!(verdict, Warn | Fail).then(|| MismatchFile {
        step,
        ..mismatch.unwrap()
    });
    file
}

fn classes(diff: &Diff) -> Vec<(&str, Class)> {
    let changes = diff.changes.iter();
    changes.map(|it| (it.id.as_str(), it.class)).collect()
}

#[rstest]
#[case::missed(Pass, Fail, Some(Class::Worse))]
#[case::half_missed(Pass, Warn, Some(Class::Worse))]
#[case::farther(Warn, Fail, Some(Class::Worse))]
#[case::lost(Pass, Skip, Some(Class::Worse))]
#[case::lost_though_failed(Fail, Skip, Some(Class::Worse))]
#[case::in_the_way(Pass, Error, Some(Class::Worse))]
#[case::first_seen(Skip, Fail, Some(Class::Worse))]
#[case::first_seen_to_warn(Error, Warn, Some(Class::Worse))]
#[case::now_in_the_way(Skip, Error, Some(Class::Worse))]
#[case::mended(Fail, Pass, Some(Class::Better))]
#[case::half_mended(Fail, Warn, Some(Class::Better))]
#[case::mended_wholly(Warn, Pass, Some(Class::Better))]
#[case::first_judged(Skip, Pass, Some(Class::Better))]
#[case::out_of_the_way(Error, Skip, Some(Class::Better))]
#[case::as_good(Pass, Pass, None)]
#[case::as_bad(Fail, Fail, None)]
#[case::as_little_judged(Skip, Skip, None)]
fn classes_what_became_of_a_verdict(
    #[case] old: VerdictFile,
    #[case] new: VerdictFile,
    #[case] expected: Option<Class>,
) {
    let diff = Diff::of(&with(old, 1), &with(new, 1));
    let expected: Vec<_> = expected.into_iter().map(|class| (ID, class)).collect();
    assert_eq!(classes(&diff), expected);
    let worse = expected.contains(&(ID, Class::Worse));
    assert_eq!(diff.exit_code(), u8::from(worse));
}

#[test]
fn a_deviation_at_another_step_is_another_one() {
    let diff = Diff::of(&with(Fail, 1), &with(Fail, 2));
    assert_eq!(classes(&diff), [(ID, Class::Changed)]);
    assert_eq!(diff.exit_code(), 0);
}

#[test]
fn what_is_on_one_side_only_is_new_or_gone() {
    let (mut old, mut new) = (file(), file());
    let kept = |id: &'static str| move |it: &crate::report::json::ScenarioFile| it.id != id;
    old.scenarios.retain(kept("server/close/honours-close"));
    new.scenarios.retain(kept(ID));
    new.suite.digest = String::from("00");
    let diff = Diff::of(&old, &new);
    let expected = [
        ("server/close/honours-close", Class::New),
        (ID, Class::Gone),
    ];
    assert_eq!(classes(&diff), expected);
    assert_eq!(
        diff.suites.as_deref(),
        Some(
            "only in the first: server/reuse/sequential; only in the second: server/close/honours-close"
        )
    );
    assert_eq!(diff.exit_code(), 0, "a suite that grows breaks no gate");
}

#[test]
fn a_lint_that_is_not_reported_has_passed() {
    let (mut old, new) = (file(), file());
    let count = old.lints.len();
    old.lints.clear();
    assert_eq!(Diff::of(&old, &new).count(Class::Worse), count);
    assert_eq!(Diff::of(&new, &old).count(Class::Better), count);
}

#[test]
fn an_end_before_its_time_proves_nothing() {
    let mut new = file();
    new.interrupted = Some(String::from("told to end"));
    assert_eq!(Diff::of(&file(), &new).exit_code(), 3);
    assert_eq!(Diff::of(&new, &file()).exit_code(), 0);
}

#[test]
fn cases_that_changed_alike_are_told_once() {
    let (mut old, mut new) = (file(), file());
    for (file, verdict) in [(&mut old, Pass), (&mut new, Skip)] {
        let one = file
            .scenarios
            .iter()
            .find(|it| it.id == ID)
            .unwrap()
            .clone();
        for case in ["a", "b", "c"] {
            let id = format!("server/x[{case}]");
            let why = (verdict == Skip).then(|| String::from("no echo"));
            file.scenarios.push(crate::report::json::ScenarioFile {
                id,
                verdict,
                why,
                ..one.clone()
            });
        }
    }
    let text = terminal(&Diff::of(&old, &new), Style::default());
    assert_eq!(text.matches("server/x[").count(), 1, "{text}");
    assert!(text.contains("alike in 2 more cases: [b] [c]"), "{text}");
    assert!(text.contains("\n3 worse  0 better"), "{text}");
}

#[test]
fn a_hostile_peer_changes_nothing_but_the_shown_text() {
    let (mut old, mut new) = (file(), with(Fail, 1));
    old.subject = String::from(sample::HOSTILE_TEXT);
    new.interrupted = Some(String::from(sample::HOSTILE_TEXT));
    let scenario = new.scenarios.iter_mut().find(|it| it.id == ID).unwrap();
    scenario.title = String::from(sample::HOSTILE_TEXT);
    scenario.mismatch.as_mut().unwrap().seen = format!("| [x](http://x) {}", sample::HOSTILE_TEXT);
    let diff = Diff::of(&old, &new);
    assert_harmless(&terminal(&diff, Style::default()));
    assert_harmless(&diff.json());
    let text = markdown(&diff);
    assert_harmless(&text);
    for markup in ["<script", "](http", "| [x]"] {
        assert!(!text.contains(markup), "{markup} in {text}");
    }
}

#[test]
fn the_json_says_it_all() {
    let diff = Diff::of(&with(Pass, 1), &with(Fail, 2));
    let json: serde_json::Value = serde_json::from_str(&diff.json()).unwrap();
    assert_eq!(json["format"], "h1check-diff");
    assert_eq!(json["changes"][0]["class"], "worse");
    assert_eq!(json["changes"][0]["old"]["verdict"], "pass");
    assert_eq!(json["changes"][0]["new"]["found"]["step"], 2);
}
