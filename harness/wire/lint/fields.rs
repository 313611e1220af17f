//! Checks of fields, which hold for requests and responses alike.
//!
//! A value that stands in the request as well may be copied from there, and is nobody's creation.

use super::syntax::{self, Fault};
use super::values::{self, AuthorityFault};
use super::{Context, Findings, Lint, challenge, names, table};
use crate::wire::Field;
use crate::wire::grammar::is_blank;
use crate::wire::message::members;

/// Checks that do not ask who wrote the fields.
pub(super) fn lint(findings: &mut Findings<'_>, context: &Context<'_>) {
    let head = findings.head;
    for field in &head.fields.0 {
        if field.name.eq_ignore_ascii_case(b"Close") {
            findings.at(&table::CLOSE_FIELD, &field.name, "a field named Close");
        }
        if field.name.eq_ignore_ascii_case(b"Upgrade")
            && !head.fields.lists("Connection", "upgrade")
        {
            let text = "Upgrade without the connection option upgrade";
            findings.at(&table::UPGRADE_OPTION, &field.name, text);
        }
    }
    if head.fields.all("Transfer-Encoding").next().is_some() {
        codings(findings);
    }
    if !context.relays {
        own(findings, context);
    }
}

/// Checks of fields that the sender has written itself.
fn own(findings: &mut Findings<'_>, context: &Context<'_>) {
    let head = findings.head;
    for field in &head.fields.0 {
        // What is wrong with a line that had to be repaired has been told.
        if head.violations.is_empty() {
            white_space(findings, field);
        }
        let known = findings.found.len();
        value(findings, field, context);
        // Asked only where something was found, which is seldom.
        if findings.found.len() > known && context.copied(&field.value) {
            findings.found.truncate(known);
        }
        if field.name.eq_ignore_ascii_case(b"Keep-Alive")
            && !head.fields.lists("Connection", "keep-alive")
        {
            let text = "Keep-Alive without the connection option keep-alive";
            findings.at(&table::KEEP_ALIVE_OPTION, &field.name, text);
        }
    }
    doubled(findings);
    challenge::lint(findings, context);
}

/// White space around a value, of which the field has only the rest.
fn white_space(findings: &mut Findings<'_>, field: &Field) {
    let head = findings.head;
    let (name, value) = (head.offset_of(&field.name), head.offset_of(&field.value));
    if field.value.is_empty() || value <= name {
        return;
    }
    let gap = &head.octets[name + field.name.len()..value];
    if !matches!(gap, b":" | b": ") {
        let text = format!("more than one SP before the value of {}", shown(field));
        findings.at(&table::WIDE_GAP, &field.name, text);
    }
    let behind = head.octets.get(value + field.value.len());
    if behind.is_some_and(|&octet| is_blank(octet)) {
        let text = format!("white space behind the value of {}", shown(field));
        findings.at(&table::TRAILING_SPACE, &field.name, text);
    }
}

/// What a value is made of, by the name of its field.
fn value(findings: &mut Findings<'_>, field: &Field, context: &Context<'_>) {
    list(findings, field);
    dates(findings, field);
    for (name, fits, lint, what) in &GRAMMAR {
        // Entity tags of requests come from responses.
        let is_own = *name != "ETag" || findings.head.request().is_none();
        let is_named = field.name.eq_ignore_ascii_case(name.as_bytes());
        note(
            findings,
            field,
            lint,
            is_named && is_own && !fits(&field.value),
            what,
        );
    }
    match &field.name.to_ascii_lowercase()[..] {
        b"content-type" => media_type(findings, field),
        b"content-encoding" => {
            let mut codings = members(&field.value);
            let wrong = codings.any(|coding| coding.eq_ignore_ascii_case(b"identity"));
            note(findings, field, &table::IDENTITY, wrong, "identity");
        }
        b"server" | b"user-agent" | b"via" => {
            let (wide, escapes) = (syntax::has_wide_gap, syntax::escapes_in_comment);
            let (what, pair) = ("more than one SP between words", "a needless escape");
            note(findings, field, &table::WORD_GAP, wide(&field.value), what);
            note(
                findings,
                field,
                &table::COMMENT_PAIR,
                escapes(&field.value),
                pair,
            );
        }
        b"location" | b"content-location" | b"referer" => uri(findings, field, context),
        b"accept" | b"accept-charset" | b"accept-encoding" | b"accept-language" | b"te" => {
            weights(findings, field);
        }
        _ => {}
    }
}

fn note(
    findings: &mut Findings<'_>,
    field: &Field,
    lint: &'static Lint,
    is_wrong: bool,
    what: &str,
) {
    if is_wrong {
        findings.at(lint, &field.name, format!("{what} in {}", shown(field)));
    }
}

fn media_type(findings: &mut Findings<'_>, field: &Field) {
    let fault = syntax::media_type(&field.value).err();
    let malformed = fault == Some(Fault::Syntax);
    let spaced = fault == Some(Fault::ParameterSpace);
    let escapes = syntax::escapes_in_quotes(&field.value);
    for (lint, is_wrong, what) in [
        (&table::MEDIA_TYPE, malformed, "a malformed media type"),
        (&table::PARAMETER_SPACE, spaced, "white space around a ="),
        (&table::QUOTED_PAIR, escapes, "a needless escape"),
    ] {
        note(findings, field, lint, is_wrong, what);
    }
}

fn weights(findings: &mut Findings<'_>, field: &Field) {
    let malformed = members(&field.value).any(syntax::has_bad_weight);
    note(
        findings,
        field,
        &table::WEIGHT,
        malformed,
        "a malformed weight",
    );
    let early = field.name.eq_ignore_ascii_case(b"Accept")
        && members(&field.value).any(syntax::has_early_weight);
    let what = "a parameter behind the weight";
    note(findings, field, &table::WEIGHT_LAST, early, what);
}

fn list(findings: &mut Findings<'_>, field: &Field) {
    let value = &field.value[..];
    if names(&field.name, LISTS) {
        if values::has_empty_member(value) {
            let text = format!("an empty list element in {}", shown(field));
            findings.at(&table::EMPTY_MEMBER, &field.name, text);
        }
        if !value.contains(&b'"') && !value.contains(&b'(') && syntax::has_wide_list(value) {
            let text = format!("more than one SP between the members of {}", shown(field));
            findings.at(&table::WIDE_GAP, &field.name, text);
        }
    }
    let is_protocols = field.name.eq_ignore_ascii_case(b"Upgrade");
    let is_tokens = is_protocols || names(&field.name, TOKENS);
    if is_tokens && !syntax::is_token_list(value, is_protocols) {
        let text = format!("a member of {} that is no token", shown(field));
        findings.at(&table::TOKENS, &field.name, text);
    }
    if field.name.eq_ignore_ascii_case(b"Connection") {
        for option in members(value).filter(|option| names(option, END_TO_END)) {
            let text = format!("the connection option {}", option.escape_ascii());
            findings.at(&table::END_TO_END, &field.name, text);
        }
    }
}

fn dates(findings: &mut Findings<'_>, field: &Field) {
    let holds_date = field.name.eq_ignore_ascii_case(b"Date")
        || field.name.eq_ignore_ascii_case(b"Last-Modified") && findings.head.request().is_none();
    let may_hold_date = holds_date || names(&field.name, MAYBE_DATES);
    if may_hold_date && values::is_spaced_out_date(&field.value) {
        let text = format!("white space inside of the date in {}", shown(field));
        findings.at(&table::DATE_SPACE, &field.name, text);
    } else if holds_date && !values::is_imf_fixdate(&field.value)
        || may_hold_date && values::is_obsolete_date(&field.value)
    {
        let text = format!("a {} that is no IMF-fixdate", shown(field));
        findings.at(&table::DATE_FORMAT, &field.name, text);
    }
}

fn uri(findings: &mut Findings<'_>, field: &Field, context: &Context<'_>) {
    let is_location = field.name.eq_ignore_ascii_case(b"Location");
    if is_location && let Some(octet) = values::not_of_a_uri(&field.value) {
        // An octet that the request-target has as well may come from there.
        if !context.target().contains(&octet) {
            let text = format!("Location is no URI reference: it holds {octet:#04x}");
            findings.at(&table::LOCATION, &field.name, text);
        }
    }
    let (lint, what) = match values::authority_fault(&field.value) {
        Some(AuthorityFault::Userinfo) => (&table::USERINFO, "userinfo"),
        Some(AuthorityFault::EmptyHost) => (&table::EMPTY_HOST, "an http URI without host"),
        Some(AuthorityFault::EmptySecureHost) => {
            (&table::EMPTY_SECURE_HOST, "an https URI without host")
        }
        None => return,
    };
    findings.at(lint, &field.name, format!("{what} in {}", shown(field)));
}

/// 9110-5.3-3: a field whose value is no list stands once.
fn doubled(findings: &mut Findings<'_>) {
    let fields = &findings.head.fields.0;
    for (number, field) in fields.iter().enumerate() {
        let same = |other: &&Field| other.name.eq_ignore_ascii_case(&field.name);
        // Said once, at the second of however many.
        if names(&field.name, SINGLE) && fields[..number].iter().filter(same).count() == 1 {
            let text = format!("{} in several field lines", shown(field));
            findings.at(&table::DOUBLED, &field.name, text);
        }
    }
}

/// 9112-6.1-p4-2: chunked is applied once.
fn codings(findings: &mut Findings<'_>) {
    let head = findings.head;
    let codings = head.fields.list("Transfer-Encoding");
    let chunked = codings.filter(|coding| coding.eq_ignore_ascii_case(b"chunked"));
    if chunked.count() > 1 {
        let field = head.field("Transfer-Encoding");
        findings.at(&table::CHUNKED_TWICE, field, "chunked applied twice");
    }
}

fn shown(field: &Field) -> String {
    field.name.escape_ascii().to_string()
}

/// A field, what tells whether a value is one of its grammar, and what to say if not.
type Grammar = (&'static str, fn(&[u8]) -> bool, &'static Lint, &'static str);

static GRAMMAR: [Grammar; 6] = [
    (
        "ETag",
        values::is_entity_tag,
        &table::ENTITY_TAG,
        "a malformed entity tag",
    ),
    (
        "Retry-After",
        values::is_retry_after,
        &table::RETRY_AFTER,
        "neither a date nor a number of seconds",
    ),
    (
        "Content-Range",
        values::is_content_range,
        &table::CONTENT_RANGE,
        "a malformed range",
    ),
    (
        "Server",
        syntax::is_products,
        &table::PRODUCTS,
        "something else than products and comments",
    ),
    (
        "User-Agent",
        syntax::is_products,
        &table::PRODUCTS,
        "something else than products and comments",
    ),
    ("Via", syntax::is_via, &table::VIA, "a malformed member"),
];

/// Lists of which no element is empty.
const LISTS: &[&str] = &[
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Ranges",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Language",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "Via",
];

/// Lists of tokens.
const TOKENS: &[&str] = &[
    "Accept-Ranges",
    "Allow",
    "Connection",
    "Content-Encoding",
    "Trailer",
    "Vary",
];

/// Fields that hold a date or something else (a number, or an invalid value by custom).
const MAYBE_DATES: &[&str] = &["Expires", "Retry-After"];

/// Fields whose value is no list.
const SINGLE: &[&str] = &[
    "Age",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Date",
    "ETag",
    "Expires",
    "From",
    "Host",
    "If-Modified-Since",
    "If-Range",
    "If-Unmodified-Since",
    "Last-Modified",
    "Location",
    "Max-Forwards",
    "Range",
    "Referer",
    "Retry-After",
    "Server",
    "User-Agent",
];

/// Fields that are meant for every recipient, so that none of them is a connection option.
const END_TO_END: &[&str] = &[
    "Authorization",
    "Cache-Control",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "ETag",
    "Location",
    "Set-Cookie",
    "Vary",
];
