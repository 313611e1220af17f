//! SARIF 2.1.0, for code scanning: a finding per fail and warn, at the line of the scenario file
//! that was not met.
//!
//! A rule of the file is a requirement of the catalogue. What could not be judged is no finding
//! but a notification of the tool, as is an entry of the baseline that is no longer true; what the
//! baseline lists is a suppressed finding. The structs of the format are in `format`.

use std::collections::BTreeMap;

use self::format::{
    ArtifactLocation, Driver, Invocation, Location, Log, LogicalLocation, Message, Notification,
    PhysicalLocation, Region, ReportingDescriptor, SarifResult, SarifRun, Suppression, Tool,
};
use super::{escape, terminal, words};
use crate::outcome::{Expected, Lint, Outcome, Run, Verdict};
use crate::scenario::{Catalogue, Place, Rule};

mod format;

/// The text of `report.sarif`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [SarifRun {
            tool: Tool {
                driver: Driver {
                    name: "h1check",
                    semantic_version: escape::text(&run.version),
                    rules: rules(run, catalogue),
                },
            },
            invocations: [invocation(run)],
            results: results(run, catalogue),
            column_kind: "unicodeCodePoints",
        }],
    };
    // It can only fail for maps with keys that are no strings, of which there are none.
    let mut text = serde_json::to_string(&log).expect("all keys are strings");
    text.push('\n');
    text
}

/// The id of the rule for scenarios that are only good defence.
const HARDENING: &str = "hardening";

/// The rules that are broken, once each.
fn rules(run: &Run, catalogue: &Catalogue) -> Vec<ReportingDescriptor> {
    let by_scenarios = run.outcomes.iter().filter(|it| is_finding(run, it));
    let mut rules: BTreeMap<String, ReportingDescriptor> = BTreeMap::new();
    let broken = by_scenarios.map(rule_of);
    for id in broken.chain(run.lints.iter().map(|lint| lint.requirement.as_str())) {
        rules
            .entry(id.to_owned())
            .or_insert_with(|| rule(catalogue, id));
    }
    rules.into_values().collect()
}

fn rule(catalogue: &Catalogue, id: &str) -> ReportingDescriptor {
    if id == HARDENING {
        let text = "Good defence, which no rule of the RFCs demands";
        return ReportingDescriptor {
            id: String::from(HARDENING),
            short_description: Message::new(text),
            help: Message::new(text),
            help_uri: None,
            properties: BTreeMap::from([("tags", vec![String::from("http")])]),
        };
    }
    let cited = words::cited(catalogue, id);
    let tags = [String::from("http"), String::from(cited.level)];
    let help = format!("{} {}: {}", cited.section, cited.level, cited.summary);
    ReportingDescriptor {
        id: cited.id,
        short_description: Message::new(&cited.summary),
        help: Message::new(&help),
        help_uri: Some(cited.link).filter(|link| is_address(link)),
        properties: BTreeMap::from([(
            "tags",
            tags.into_iter().filter(|tag| !tag.is_empty()).collect(),
        )]),
    }
}

fn results(run: &Run, catalogue: &Catalogue) -> Vec<SarifResult> {
    let outcomes = run.outcomes.iter().filter(|it| is_finding(run, it));
    let scenarios = outcomes.map(|outcome| result(run, outcome));
    let lints = run.lints.iter();
    let lints = lints.map(|lint| lint_result(run, lint, catalogue));
    scenarios.chain(lints).collect()
}

fn result(run: &Run, outcome: &Outcome) -> SarifResult {
    let scenario = &outcome.scenario;
    let reason = terminal::reason(outcome).unwrap_or_default();
    let text = format!("{}: {reason}", escape::text(&scenario.title));
    let place = outcome.decisive();
    let tries = words::flaky(outcome).map_or_else(String::new, |tries| format!("\n{tries}"));
    let step = place.map_or(0, |mismatch| mismatch.step);
    let again = format!("Again: {}", words::rerun(run, &scenario.id));
    SarifResult {
        rule_id: escape::text(rule_of(outcome)),
        level: match words::counts(run, outcome) {
            "expected" => level(outcome.verdict.word()),
            word => level(word),
        },
        message: Message::new(&format!("{text}{tries}\n{again}")),
        locations: vec![location(outcome, place.map(|mismatch| &mismatch.place))],
        partial_fingerprints: fingerprints(&[&scenario.id, &step.to_string()]),
        suppressions: suppressions(&outcome.verdict, outcome.expected.as_ref()),
    }
}

fn lint_result(run: &Run, lint: &Lint, catalogue: &Catalogue) -> SarifResult {
    let cited = words::cited(catalogue, &lint.requirement);
    let seen = run
        .outcomes
        .iter()
        .find(|outcome| outcome.scenario.id == lint.scenario);
    let text = format!(
        "{}, in {} messages, first in {}. {}",
        escape::text(&lint.text),
        lint.count,
        escape::text(&lint.scenario),
        cited.summary
    );
    SarifResult {
        rule_id: cited.id,
        level: level(lint.verdict.word()),
        message: Message::new(&text),
        locations: seen.map(|it| location(it, None)).into_iter().collect(),
        partial_fingerprints: fingerprints(&["lint", &lint.id]),
        suppressions: suppressions(&lint.verdict, lint.expected.as_ref()),
    }
}

/// The place, or else the case or the file of the scenario.
fn location(outcome: &Outcome, place: Option<&Place>) -> Location {
    let scenario = &outcome.scenario;
    let place = place.or(scenario.case.as_ref().map(|case| &case.place));
    let path = place.map_or(&scenario.source.path, |place| &place.source.path);
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: address(path) },
            region: Region {
                start_line: place.map_or(1, Place::line).max(1),
                start_column: place.map_or(1, Place::column).max(1),
            },
        },
        logical_locations: [LogicalLocation {
            fully_qualified_name: escape::text(&scenario.id),
            kind: "member",
        }],
    }
}

fn invocation(run: &Run) -> Invocation {
    let errors = run.outcomes.iter().filter_map(|outcome| {
        let why = match &outcome.verdict {
            Verdict::Error { why } if outcome.expected.is_none() => why,
            _ => return None,
        };
        let text = format!("{}: {why}", outcome.scenario.id);
        Some(Notification {
            level: "error",
            message: Message::new(&escape::text(&text)),
        })
    });
    let ended = run.interrupted.iter().map(|why| Notification {
        level: "error",
        message: Message::new(&format!("ended early: {}", escape::text(why))),
    });
    let outdated = run.gate.outdated.iter().map(|outdated| Notification {
        level: "error",
        message: Message::new(&words::outdated(&run.gate, outdated)),
    });
    let code = run.exit_code();
    Invocation {
        command_line: escape::text(&run.command),
        start_time_utc: time(run.started),
        end_time_utc: run.started.checked_add(run.took).and_then(time),
        exit_code: code,
        exit_code_description: words::exit_meaning(run, code),
        execution_successful: code < 3,
        tool_execution_notifications: ended.chain(outdated).chain(errors).collect(),
    }
}

fn time(time: std::time::SystemTime) -> Option<String> {
    let time = jiff::Timestamp::try_from(time).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn is_finding(run: &Run, outcome: &Outcome) -> bool {
    let deviates = matches!(outcome.verdict, Verdict::Fail | Verdict::Warn);
    deviates && words::counts(run, outcome) != "pass"
}

fn level(word: &str) -> &'static str {
    match word {
        "fail" => "error",
        _ => "warning",
    }
}

fn suppressions(verdict: &Verdict, expected: Option<&Expected>) -> Vec<Suppression> {
    let expected = expected.into_iter();
    expected
        .map(|expected| Suppression {
            kind: "external",
            justification: words::expected(verdict, expected),
        })
        .collect()
}

fn rule_of(outcome: &Outcome) -> &str {
    match &outcome.scenario.rule {
        Rule::Requirements(ids, _) => ids.first().map_or(HARDENING, String::as_str),
        Rule::Hardening(_) => HARDENING,
    }
}

/// What tells a finding from others in later runs. Without the first key, GitHub counts findings
/// at one line, which the cases of a scenario are, as one.
fn fingerprints(words: &[&str]) -> BTreeMap<&'static str, String> {
    let print = format!("{:016x}", fnv(&words.join("\0")));
    BTreeMap::from([
        ("primaryLocationLineHash", format!("{print}:1")),
        ("h1check/v1", print),
    ])
}

/// FNV-1a: the same in every run and version.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A path as a URI: relative to the root of the repository, or absolute with its scheme.
fn address(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for octet in path.bytes() {
        if octet.is_ascii_alphanumeric() || b"/-._~".contains(&octet) {
            uri.push(char::from(octet));
        } else {
            uri.push_str(&format!("%{octet:02X}"));
        }
    }
    uri
}

/// Whether it is an address that a viewer may offer to open.
fn is_address(link: &str) -> bool {
    link.starts_with("https://")
        && link
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b":/.-_~#?=&%".contains(&octet))
}
