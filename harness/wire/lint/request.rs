//! Checks of requests.

use super::{Context, Findings, table, values};
use crate::wire::{Head, RequestLine, Version};

pub(super) fn lint(findings: &mut Findings<'_>, context: &Context<'_>) {
    let head = findings.head;
    let Some(line) = head.request() else { return };
    target(findings, line);
    host(findings, line, context);
    te(findings, head);
    if !context.relays {
        content_fields(findings, head, line);
    }
}

/// The form of the request-target, where the method alone tells which it may be.
fn target(findings: &mut Findings<'_>, line: &RequestLine) {
    let target = &line.target[..];
    let is = |method: &[u8]| line.method == method;
    let wrong = match target {
        b"*" if !is(b"OPTIONS") => Some("asterisk-form for another method than OPTIONS"),
        _ if target.contains(&b'#') => Some("a fragment in the request-target"),
        // `host:80` reads as an absolute-URI with the scheme `host`.
        [first, ..] if !is(b"CONNECT") && !b"/*".contains(first) && !target.contains(&b':') => {
            Some("a request-target in none of the four forms")
        }
        [b'/', ..] if is(b"CONNECT") => Some("origin-form for CONNECT"),
        _ => None,
    };
    if let Some(text) = wrong {
        findings.at(&table::TARGET, &line.target, text);
    } else if is(b"CONNECT") && !values::has_port(target) {
        let text = "a CONNECT request-target without port";
        findings.at(&table::CONNECT_PORT, &line.target, text);
    }
}

fn host(findings: &mut Findings<'_>, line: &RequestLine, context: &Context<'_>) {
    let head = findings.head;
    let Some(value) = head.fields.first("Host") else {
        // HTTP/1.0 requests are exempt.
        if line.version >= Version::HTTP_11 {
            findings.at(&table::HOST_MISSING, &line.method, "no Host in a request");
        }
        return;
    };
    if context.relays {
        return;
    }
    let name = head.field("Host");
    if value.contains(&b'@') {
        let text = "userinfo in Host";
        findings.at(&table::HOST, name, text);
    } else if !values::is_host(value) {
        let text = "a Host that is not a host with an optional port";
        findings.at(&table::HOST, name, text);
    }
    // Lines that were left out may be why it seems so.
    if head.fields.0[0].name != name && head.violations.is_empty() {
        findings.at(&table::HOST_FIRST, name, "Host is not the first field");
    }
}

fn te(findings: &mut Findings<'_>, head: &Head) {
    if head.fields.all("TE").next().is_none() {
        return;
    }
    if !head.fields.lists("Connection", "TE") {
        let text = "TE without the connection option TE";
        findings.at(&table::TE_OPTION, head.field("TE"), text);
    }
    if head.fields.lists("TE", "chunked") {
        findings.at(&table::TE_CHUNKED, head.field("TE"), "chunked in TE");
    }
}

/// What fields say about content, where the request has none.
fn content_fields(findings: &mut Findings<'_>, head: &Head, line: &RequestLine) {
    let length = head.fields.first("Content-Length");
    let has_coding = head.fields.all("Transfer-Encoding").next().is_some();
    let is_empty = !has_coding && length.is_none_or(|length| &length[..] == b"0");
    if is_empty && head.fields.lists("Expect", "100-continue") {
        let text = "Expect: 100-continue without content";
        findings.at(&table::EXPECT_WITHOUT_CONTENT, head.field("Expect"), text);
    }
    if is_empty && length.is_some() && matches!(&line.method[..], b"GET" | b"HEAD") {
        let text = "Content-Length: 0 where the method anticipates no content";
        findings.at(&table::LENGTH_NEEDLESS, head.field("Content-Length"), text);
    }
    let anticipates = matches!(&line.method[..], b"POST" | b"PUT" | b"PATCH");
    if anticipates && !has_coding && length.is_none() {
        let text =
            "neither Content-Length nor Transfer-Encoding where the method anticipates content";
        findings.at(&table::LENGTH_MISSING, &line.method, text);
    }
    let codings: Vec<_> = head.fields.list("Transfer-Encoding").collect();
    if codings
        .last()
        .is_some_and(|last| !last.to_ascii_lowercase().starts_with(b"chunked"))
    {
        let text = "a request whose last transfer coding is not chunked";
        findings.at(&table::CHUNKED_LAST, head.field("Transfer-Encoding"), text);
    }
}
