//! Checks of responses.

use super::{Context, Findings, names};
use crate::wire::{Head, Version};

pub(super) fn lint(findings: &mut Findings<'_>, context: &Context<'_>) {
    let head = findings.head;
    let Some(line) = head.status() else { return };
    let code = line.code;
    if !(100..=599).contains(&code) && !context.relays {
        let text = format!("the status code {code:03}");
        findings.note("9110-15-p1", 0, text);
    }
    framing_fields(findings, code, context);
    if is_to_10(context) && (100..=199).contains(&code) {
        let text = format!("a {code} response to an HTTP/1.0 request");
        findings.note("9110-15.2-1", 0, text);
    }
    if !context.relays {
        required_fields(findings, code, context);
    }
}

/// Whether the status-line ends behind the status code, without the SP that must be there.
pub(super) fn lacks_last_space(head: &Head) -> bool {
    /// `HTTP/1.1 200`
    const LENGTH: usize = 12;
    let mut lines = head.octets.split(|&octet| octet == b'\n');
    let line = lines.find(|line| !matches!(line, [] | [b'\r']));
    line.is_some_and(|line| line.strip_suffix(b"\r").unwrap_or(line).len() == LENGTH)
}

/// Whether the request announced no more than HTTP/1.0.
fn is_to_10(context: &Context<'_>) -> bool {
    (context.answers).is_some_and(|request| request.version < Version::HTTP_11)
}

/// Whether the request was to open a tunnel.
fn is_to_connect(context: &Context<'_>) -> bool {
    (context.answers).is_some_and(|request| request.method == b"CONNECT")
}

/// Fields that frame content, where the response has none or its recipient cannot read it.
fn framing_fields(findings: &mut Findings<'_>, code: u16, context: &Context<'_>) {
    let head = findings.head;
    let has = |name: &'static str| head.fields.all(name).next().is_some();
    let is_tunnel = (200..=299).contains(&code) && is_to_connect(context);
    let (coding_rule, length_rule, what) = match code {
        _ if is_tunnel => (
            "9112-6.1-p10-2",
            "9110-8.6-8",
            "a 2xx response to CONNECT".into(),
        ),
        100..=199 | 204 => ("9112-6.1-p10-1", "9110-8.6-7", format!("a {code} response")),
        _ => ("", "", String::new()),
    };
    if has("Transfer-Encoding") {
        let at = head.field("Transfer-Encoding");
        if !what.is_empty() {
            findings.at(coding_rule, at, format!("Transfer-Encoding in {what}"));
        }
        if is_to_10(context) {
            let text = "Transfer-Encoding in a response to an HTTP/1.0 request";
            findings.at("9112-6.1-p13-2", at, text);
        }
    }
    if has("Content-Length") && !what.is_empty() && !context.relays {
        let at = head.field("Content-Length");
        findings.at(length_rule, at, format!("Content-Length in {what}"));
    }
}

/// Fields that a response has to have, and some that it should not have, because of its code.
fn required_fields(findings: &mut Findings<'_>, code: u16, context: &Context<'_>) {
    let head = findings.head;
    let mut demand = |field: &'static str, may_be_empty: bool, requirement: &'static str| {
        let there = head
            .fields
            .all(field)
            .any(|value| may_be_empty || !value.is_empty());
        if !there {
            let text = format!("a {code} response without {field}");
            findings.note(requirement, 0, text);
        }
    };
    match code {
        // Whoever opens a tunnel speaks as one, not as origin server.
        200..=299 if is_to_connect(context) => {}
        200..=499 => demand("Date", true, "9110-6.6.1-2"),
        _ => {}
    }
    match code {
        101 => demand("Upgrade", false, "9110-15.2.2-1"),
        401 => demand("WWW-Authenticate", false, "9110-15.5.2-1"),
        405 => demand("Allow", true, "9110-15.5.6-1"),
        426 => demand("Upgrade", false, "9110-15.5.22-1"),
        304 => {
            let needless = |field: &&crate::wire::Field| names(&field.name, NOT_IN_304);
            if let Some(field) = head.fields.0.iter().find(needless) {
                let text = format!("{} in a 304 response", field.name.escape_ascii());
                findings.at("9110-15.4.5-2", &field.name, text);
            }
        }
        _ => {}
    }
}

/// Metadata that guides no cache update.
const NOT_IN_304: &[&str] = &[
    "Content-Encoding",
    "Content-Language",
    "Content-Range",
    "Content-Type",
];
