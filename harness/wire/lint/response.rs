//! Checks of responses.

use bytes::Bytes;

use super::{Context, Findings, Lint, names, syntax, table, values};
use crate::wire::grammar::trim_blanks;
use crate::wire::{Head, Version};

pub(super) fn lint(findings: &mut Findings<'_>, context: &Context<'_>) {
    let head = findings.head;
    let Some(line) = head.status() else { return };
    let code = line.code;
    if !(100..=599).contains(&code) && !context.relays {
        let text = format!("the status code {code:03}");
        findings.note(&table::STATUS_RANGE, 0, text);
    }
    framing_fields(findings, code, context);
    if is_to_10(context) && (100..=199).contains(&code) {
        let text = format!("a {code} response to an HTTP/1.0 request");
        findings.note(&table::INTERIM_TO_10, 0, text);
    }
    if !context.relays {
        required_fields(findings, code, context);
        ranges(findings, code, context);
        modified(findings);
    }
}

/// 9110-8.8.2.1-3: within one message, so that no clock has to be right.
fn modified(findings: &mut Findings<'_>) {
    let head = findings.head;
    let date = |name| values::date(head.fields.first(name)?);
    if let (Some(modified), Some(date)) = (date("Last-Modified"), date("Date"))
        && modified > date
    {
        let at = head.field("Last-Modified");
        findings.at(&table::MODIFIED_LATER, at, "Last-Modified later than Date");
    }
}

/// `Content-Range`, where it has to be and where not.
fn ranges(findings: &mut Findings<'_>, code: u16, context: &Context<'_>) {
    let head = findings.head;
    let kind = head.fields.first("Content-Type");
    let parts = kind.filter(|kind| {
        let kind = kind.split(|&octet| octet == b';').next();
        kind.is_some_and(|kind| trim_blanks(kind).eq_ignore_ascii_case(b"multipart/byteranges"))
    });
    let range = head.fields.first("Content-Range");
    let at = head.field("Content-Range");
    match (code, range, parts) {
        (206, None, None) => {
            let text = "a 206 response with neither Content-Range nor parts";
            findings.note(&table::RANGE_MISSING, 0, text);
        }
        (206, Some(_), Some(_)) => {
            let text = "Content-Range in the head of multipart/byteranges";
            findings.at(&table::RANGE_OF_PARTS, at, text);
        }
        (206, Some(range), None) if range.ends_with(b"/*") => {
            let text = "Content-Range without the complete length, which may be unknown";
            findings.at(&table::RANGE_LENGTH, at, text);
        }
        (416, None, _) if asks_for_octets(context) => {
            let text = "a 416 response to byte ranges without Content-Range";
            findings.note(&table::RANGE_UNSATISFIED, 0, text);
        }
        (206 | 416, ..) | (_, None, _) => {}
        (code, Some(_), _) => {
            let text = format!("Content-Range in a {code} response");
            findings.at(&table::RANGE_ELSEWHERE, at, text);
        }
    }
    let unbounded =
        |kind: &&Bytes| syntax::parameter(kind, "boundary").is_none_or(<[u8]>::is_empty);
    if code == 206 && parts.is_some_and(|kind| unbounded(&kind)) {
        let at = head.field("Content-Type");
        findings.at(
            &table::BOUNDARY,
            at,
            "multipart/byteranges without boundary",
        );
    }
}

/// Whether the request asked for byte ranges. Only GET can: what another method gets is a question
/// of another rule.
fn asks_for_octets(context: &Context<'_>) -> bool {
    let is_get = (context.answers).is_some_and(|request| request.method == b"GET");
    let range = (context.request()).and_then(|head| head.fields.first("Range"));
    is_get
        && range.is_some_and(|range| {
            let unit = range.split(|&octet| octet == b'=').next();
            unit.is_some_and(|unit| unit.eq_ignore_ascii_case(b"bytes"))
        })
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
    let banned = match code {
        _ if is_tunnel => Some((
            &table::CODING_OF_TUNNEL,
            &table::LENGTH_OF_TUNNEL,
            "a 2xx response to CONNECT".to_owned(),
        )),
        100..=199 | 204 => Some((
            &table::CODING_WITHOUT_CONTENT,
            &table::LENGTH_WITHOUT_CONTENT,
            format!("a {code} response"),
        )),
        _ => None,
    };
    if has("Transfer-Encoding") {
        let at = head.field("Transfer-Encoding");
        if let Some((coding, _, what)) = &banned {
            findings.at(coding, at, format!("Transfer-Encoding in {what}"));
        }
        if is_to_10(context) {
            let text = "Transfer-Encoding in a response to an HTTP/1.0 request";
            findings.at(&table::CODING_TO_10, at, text);
        }
    }
    if let Some((_, length, what)) = &banned
        && has("Content-Length")
        && !context.relays
    {
        let at = head.field("Content-Length");
        findings.at(length, at, format!("Content-Length in {what}"));
    }
}

/// Fields that a response has to have, and some that it should not have, because of its code.
fn required_fields(findings: &mut Findings<'_>, code: u16, context: &Context<'_>) {
    let head = findings.head;
    let mut demand = |field: &'static str, may_be_empty: bool, lint: &'static Lint| {
        let there = head
            .fields
            .all(field)
            .any(|value| may_be_empty || !value.is_empty());
        if !there {
            let text = format!("a {code} response without {field}");
            findings.note(lint, 0, text);
        }
    };
    match code {
        // Whoever opens a tunnel speaks as one, not as origin server.
        200..=299 if is_to_connect(context) => {}
        200..=499 => demand("Date", true, &table::DATE_MISSING),
        _ => {}
    }
    match code {
        101 => demand("Upgrade", false, &table::SWITCHING),
        401 => demand("WWW-Authenticate", false, &table::CHALLENGE_MISSING),
        301 => demand("Location", false, &table::LOCATION_OF_301),
        302 => demand("Location", false, &table::LOCATION_OF_302),
        307 => demand("Location", false, &table::LOCATION_OF_307),
        308 => demand("Location", false, &table::LOCATION_OF_308),
        405 => demand("Allow", true, &table::ALLOW_MISSING),
        426 => demand("Upgrade", false, &table::UPGRADE_REQUIRED),
        304 => {
            let needless = |field: &&crate::wire::Field| names(&field.name, NOT_IN_304);
            if let Some(field) = head.fields.0.iter().find(needless) {
                let text = format!("{} in a 304 response", field.name.escape_ascii());
                findings.at(&table::METADATA_IN_304, &field.name, text);
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
