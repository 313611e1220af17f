use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use serde_json::Value;

use super::golden;
use crate::report::sample;
use crate::report::sarif::render;

const SCHEMA: &str = include_str!("../../tests/schemas/sarif-2.1.0.json");

fn report() -> Value {
    serde_json::from_str(&render(&sample::run(), &sample::catalogue())).unwrap()
}

fn results(report: &Value) -> &[Value] {
    report["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn keeps_the_schema_of_its_standard() {
    // One pattern of the official schema, for a property that is not written, has a bracket that
    // no strict reader of regular expressions takes.
    let schema = SCHEMA.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let report = report();
    let errors: Vec<_> = validator
        .iter_errors(&report)
        .map(|it| it.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let broken = serde_json::json!({ "version": "2.1.0", "runs": [{ "results": 1 }] });
    assert!(!validator.is_valid(&broken));
}

#[test]
fn a_finding_points_at_the_line_and_the_rule() {
    let report = report();
    let found = results(&report).iter().find(|result| {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
            == "server/close/honours-close"
    });
    let found = found.unwrap();
    assert_eq!(found["ruleId"], "9112-9.6-p6-1");
    assert_eq!(found["level"], "error");
    let place = &found["locations"][0]["physicalLocation"];
    let file = "scenarios/server/close/honours-close.toml";
    assert_eq!(place["artifactLocation"]["uri"], file);
    assert_eq!(place["region"]["startLine"], 15);
    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array();
    let rule = rules.unwrap().iter().find(|it| it["id"] == "9112-9.6-p6-1");
    assert_eq!(
        rule.unwrap()["helpUri"],
        "https://www.rfc-editor.org/rfc/rfc9112#section-9.6"
    );
}

#[test]
fn fails_warnings_and_lints_are_findings_and_nothing_else_is() {
    let run = sample::run();
    let tally = run.tally();
    let report = report();
    let results = results(&report);
    assert_eq!(results.len(), tally.fail + tally.warn + run.lints.len());
    let notes = &report["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes.as_array().unwrap().len(), tally.error);
    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array();
    let rules: BTreeSet<_> = rules.unwrap().iter().map(|it| it["id"].as_str()).collect();
    assert!(
        results
            .iter()
            .all(|it| rules.contains(&it["ruleId"].as_str()))
    );
}

#[test]
fn findings_are_told_apart_and_known_again() {
    let print = |result: &Value| {
        let print = result["partialFingerprints"]["primaryLocationLineHash"].as_str();
        print.unwrap().to_owned()
    };
    let (one, other) = (report(), report());
    let prints: BTreeSet<_> = results(&one).iter().map(print).collect();
    assert_eq!(prints.len(), results(&one).len());
    assert_eq!(prints, results(&other).iter().map(print).collect());
}

#[test]
fn what_looks_like_a_link_in_a_text_is_none() {
    let mut run = sample::run();
    for outcome in &mut run.outcomes {
        if let Some(mismatch) = &mut outcome.mismatch {
            mismatch.seen = String::from("[click](https://evil.example) \u{1b}[2J");
        }
    }
    let text = render(&run, &sample::catalogue());
    golden::assert_harmless(&text);
    assert!(text.contains("[click] (https://evil.example)"));
    assert!(!text.contains("]("));
}
