//! What a baseline lists and what is flaky, in the formats for pipelines.

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::outcome::{Expected, FlakyPolicy, Outdated, OutdatedWhy, Run};
use crate::report::{badge, github, markdown, sample, sarif, tap};

/// The sample: one failure is expected, one is flaky, and an entry of the baseline is stale.
fn run(policy: FlakyPolicy) -> Run {
    let mut run = sample::run();
    for outcome in &mut run.outcomes {
        match outcome.scenario.id.as_str() {
            "server/close/honours-close" => {
                outcome.expected = Some(Expected {
                    reason: String::from("ticket #7"),
                    owner: None,
                    until: Some(String::from("2099-12-31")),
                    line: 3,
                });
            }
            "smuggling/te-lookalike[tab]" => outcome.flaky = vec!["fail", "pass"],
            _ => {}
        }
    }
    run.gate.flaky = policy;
    run.gate.baseline = Some(String::from("h1check.baseline.toml"));
    run.gate.outdated = vec![Outdated {
        line: 9,
        entry: String::from("server/old = fail"),
        why: OutdatedWhy::Stale,
        text: String::from("now passes"),
    }];
    run
}

#[test]
fn tap_marks_what_is_known_as_to_do_and_tells_what_is_stale() {
    let text = tap::render(&run(FlakyPolicy::Warn), &sample::catalogue());
    let line = |part: &str| text.lines().find(|line| line.contains(part)).unwrap();
    let known = line("server/close/honours-close");
    assert!(known.starts_with("not ok "), "{known}");
    let end = r" # TODO expected fail: ticket \#7 (until 2099-12-31)";
    assert!(known.ends_with(end), "{known}");
    assert!(line("te-lookalike").starts_with("ok "));
    assert_eq!(line("  tries:"), r#"  tries: "flaky: fail, then pass""#);
    assert!(line("baseline: server/old = fail").starts_with("not ok "));
    let strict = tap::render(&run(FlakyPolicy::Fail), &sample::catalogue());
    let flaky = strict.lines().find(|it| it.contains("te-lookalike"));
    assert!(flaky.unwrap().starts_with("not ok "));
}

#[test]
fn sarif_suppresses_what_is_known() {
    let text = sarif::render(&run(FlakyPolicy::Warn), &sample::catalogue());
    let report: Value = serde_json::from_str(&text).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let find = |id: &str| {
        let name = |it: &&Value| {
            it["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == id
                && it["ruleId"] == "9112-9.6-p6-1"
        };
        results.iter().find(name)
    };
    let known = find("server/close/honours-close").unwrap();
    assert_eq!(known["suppressions"][0]["kind"], "external");
    assert_eq!(known["level"], "error");
    let flaky = find("smuggling/te-lookalike[tab]").unwrap();
    assert_eq!(
        (&flaky["level"], &flaky["suppressions"]),
        (&"warning".into(), &Value::Array(vec![]))
    );
    assert!(text.contains("`server/old = fail` now passes"), "{text}");
    let calm = sarif::render(&run(FlakyPolicy::Pass), &sample::catalogue());
    assert!(!calm.contains("te-lookalike"));
}

#[test]
fn github_says_nothing_of_what_is_known_and_all_of_what_is_stale() {
    let text = github::render(&run(FlakyPolicy::Warn), &sample::catalogue());
    assert!(!text.contains("honours-close"), "{text}");
    let flaky = text.lines().find(|line| line.contains("te-lookalike"));
    assert!(flaky.unwrap().starts_with("::warning "), "{text}");
    let stale = "::error file=h1check.baseline.toml,line=9,title=baseline%3A server/old = fail::";
    assert!(text.contains(stale), "{text}");
    assert!(text.contains(", 1 as expected, 1 flaky"), "{text}");
}

#[test]
fn markdown_has_sections_for_both() {
    let text = markdown::render(&run(FlakyPolicy::Warn), &sample::catalogue());
    let parts: Vec<_> = text.lines().filter(|it| it.starts_with("### ")).collect();
    let expected = [
        "Failures",
        "Errors",
        "Flaky",
        "Warnings",
        "Lints",
        "Baseline",
        "As expected",
        "Skipped",
    ];
    assert_eq!(parts, expected.map(|part| format!("### {part}")));
    let known = "- 1 × `expected fail: ticket #7 (until 2099-12-31)`";
    assert!(text.lines().any(|line| line == known), "{text}");
    assert!(text.contains("\n1 as expected, 1 flaky\n"), "{text}");
}

#[test]
fn the_badge_counts_what_is_known() {
    let mut run = run(FlakyPolicy::Pass);
    run.gate.outdated.clear();
    run.lints.clear();
    run.outcomes
        .retain(|it| ["expected", "pass"].contains(&it.class()));
    let badge = badge::render(&run);
    assert!(badge.contains("\"conforms, but for 1 known\""), "{badge}");
}
