//! The endpoint file of a badge as shields.io reads it: one line of JSON that says how it went.

use serde::Serialize;

use crate::outcome::Run;

/// The text of `badge.json`.
#[must_use]
pub fn render(run: &Run) -> String {
    let code = run.exit_code();
    let tally = run.tally();
    let judged = tally.pass + tally.warn + tally.fail + tally.expected + tally.flaky;
    let (message, color) = match code {
        0 if tally.expected > 0 => (
            format!("conforms, but for {} known", tally.expected),
            "green",
        ),
        0 if tally.warn > 0 => (format!("conforms, {} warn", tally.warn), "green"),
        0 => (String::from("conforms"), "brightgreen"),
        1 if tally.fail > 0 => (format!("{} of {judged} fail", tally.fail), "red"),
        1 => (String::from("does not conform"), "orange"),
        _ => (String::from("not tested"), "lightgrey"),
    };
    let badge = Badge {
        schema_version: 1,
        label: "HTTP/1.x",
        message,
        color,
        is_error: code > 1,
    };
    // It can only fail for maps with keys that are no strings, of which there are none.
    let mut text = serde_json::to_string(&badge).expect("all keys are strings");
    text.push('\n');
    text
}

/// The endpoint schema of shields.io, version 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Badge {
    schema_version: u32,
    label: &'static str,
    message: String,
    color: &'static str,
    is_error: bool,
}
