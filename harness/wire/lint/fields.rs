//! Checks of fields, which hold for requests and responses alike.
//!
//! A value that stands in the request as well may be copied from there, and is nobody's creation.

use super::challenge::challenges;
use super::syntax::{self, Fault};
use super::values::{self, AuthorityFault};
use super::{Context, Findings, Lint, names, table};
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
    for name in AUTHENTICATION {
        authentication(findings, name, context);
    }
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
    let is_response = findings.head.request().is_none();
    let mut note = |lint: &'static Lint, wrong: bool, what: &str| {
        if wrong {
            findings.at(lint, &field.name, format!("{what} in {}", shown(field)));
        }
    };
    let value = &field.value[..];
    match &field.name.to_ascii_lowercase()[..] {
        b"content-type" => {
            let fault = syntax::media_type(value).err();
            note(
                &table::MEDIA_TYPE,
                fault == Some(Fault::Syntax),
                "a malformed media type",
            );
            let spaced = fault == Some(Fault::ParameterSpace);
            note(&table::PARAMETER_SPACE, spaced, "white space around a =");
            let escapes = syntax::escapes_in_quotes(value);
            note(
                &table::QUOTED_PAIR,
                escapes,
                "a needless escape in a quoted-string",
            );
        }
        b"etag" if is_response => {
            let wrong = !values::is_entity_tag(value);
            note(&table::ENTITY_TAG, wrong, "a malformed entity tag");
        }
        b"retry-after" => {
            let wrong = !values::is_retry_after(value);
            note(
                &table::RETRY_AFTER,
                wrong,
                "neither a date nor a number of seconds",
            );
        }
        b"content-range" => {
            let wrong = !values::is_content_range(value);
            note(&table::CONTENT_RANGE, wrong, "a malformed range");
        }
        b"content-encoding" => {
            let wrong = findings.head.fields.lists("Content-Encoding", "identity");
            let text = "the content coding identity";
            if wrong {
                findings.at(&table::IDENTITY, &field.name, text);
            }
        }
        b"server" | b"user-agent" => {
            let wrong = !syntax::is_products(value);
            note(
                &table::PRODUCTS,
                wrong,
                "something else than products and comments",
            );
            note(
                &table::WORD_GAP,
                syntax::has_wide_gap(value),
                "more than one SP between words",
            );
            let escapes = syntax::escapes_in_comment(value);
            note(
                &table::COMMENT_PAIR,
                escapes,
                "a needless escape in a comment",
            );
        }
        b"via" => {
            note(&table::VIA, !syntax::is_via(value), "a malformed member");
            note(
                &table::WORD_GAP,
                syntax::has_wide_gap(value),
                "more than one SP between words",
            );
            let escapes = syntax::escapes_in_comment(value);
            note(
                &table::COMMENT_PAIR,
                escapes,
                "a needless escape in a comment",
            );
        }
        b"location" | b"content-location" | b"referer" => uri(findings, field, context),
        b"accept" | b"accept-charset" | b"accept-encoding" | b"accept-language" | b"te" => {
            let wrong = members(value).any(syntax::has_bad_weight);
            note(&table::WEIGHT, wrong, "a malformed weight");
            let early = field.name.eq_ignore_ascii_case(b"Accept")
                && members(value).any(syntax::has_early_weight);
            note(&table::WEIGHT_LAST, early, "a parameter behind the weight");
        }
        _ => {}
    }
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

/// Challenges and credentials. Of the latter nothing but the names of parameters is ever shown.
fn authentication(findings: &mut Findings<'_>, name: &'static str, context: &Context<'_>) {
    let fields = &findings.head.fields;
    if fields.all(name).next().is_none() || fields.all(name).any(|value| context.copied(value)) {
        return;
    }
    let at = findings.head.field(name);
    let Some(found) = challenges(fields.all(name).map(|value| &value[..])) else {
        let text = format!("{name} is malformed");
        return findings.at(&table::CHALLENGE, at, text);
    };
    if fields
        .all(name)
        .any(|value| syntax::escapes_in_quotes(value))
    {
        let text = format!("a needless escape in a quoted-string in {name}");
        findings.at(&table::QUOTED_PAIR, at, text);
    }
    for challenge in &found {
        for (number, param) in challenge.params.iter().enumerate() {
            let shown = param.name.escape_ascii();
            let before = &challenge.params[..number];
            if before
                .iter()
                .filter(|other| other.name == param.name)
                .count()
                == 1
            {
                let text = format!("the parameter {shown} twice in one challenge of {name}");
                findings.at(&table::CHALLENGE_PARAMS, at, text);
            }
            if param.name == b"realm" && !param.quoted {
                findings.at(
                    &table::REALM,
                    at,
                    format!("a realm without quotes in {name}"),
                );
            }
            if param.spaced {
                let text = format!("white space around the = of {shown} in {name}");
                findings.at(&table::BAD_WHITE_SPACE, at, text);
            }
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

/// Fields of challenges and credentials.
const AUTHENTICATION: [&str; 4] = [
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Authorization",
    "Proxy-Authorization",
];

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
