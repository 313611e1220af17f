//! The grammar of the field values that lints look into.

use std::time::SystemTime;

use jiff::civil::Date;

use crate::wire::grammar::{is_token, is_vchar, trim_blanks};

/// Whether the value of a list field has an empty element outside of quoted strings. A value
/// that is empty altogether is an empty list.
pub(super) fn has_empty_member(value: &[u8]) -> bool {
    if value.is_empty() {
        return false;
    }
    let mut quoted = false;
    let mut escaped = false;
    let mut is_empty = true;
    for &octet in value {
        match octet {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted && is_empty => return true,
            b',' if !quoted => {
                is_empty = true;
                continue;
            }
            _ => {}
        }
        is_empty &= octet == b' ' || octet == b'\t';
    }
    is_empty
}

/// `IMF-fixdate = day-name "," SP date1 SP time-of-day SP GMT`, e.g.
/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), with the right day-name.
pub(super) fn is_imf_fixdate(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    let pattern = b"aaa, 00 aaa 0000 00:00:00 GMT";
    let fits = |(&octet, &sample): (&u8, &u8)| match sample {
        b'0' => octet.is_ascii_digit(),
        b'a' => octet.is_ascii_alphabetic(),
        _ => octet == sample,
    };
    if value.len() != pattern.len() || !value.iter().zip(pattern).all(fits) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(-1);
    let month = MONTHS.iter().position(|&month| month == &text[8..11]);
    let small = |number: i16| i8::try_from(number).unwrap_or(-1);
    let date = month
        .and_then(|month| i8::try_from(month + 1).ok())
        .and_then(|month| Date::new(number(12, 16), month, small(number(5, 7))).ok());
    let (hour, minute, second) = (number(17, 19), number(20, 22), number(23, 25));
    // A leap second has the number 60.
    date.is_some_and(|date| DAYS[day_index(date)] == &text[..3])
        && hour < 24
        && minute < 60
        && second <= 60
}

/// Whether the value is a date in one of the two obsolete formats.
pub(super) fn is_obsolete_date(value: &[u8]) -> bool {
    std::str::from_utf8(value).is_ok_and(|text| {
        !is_imf_fixdate(value)
            && DAYS.iter().any(|day| text.starts_with(day))
            && httpdate::parse_http_date(text).is_ok()
    })
}

/// Whether the value is `uri-host [ ":" port ]` as far as the octets tell. An empty one is, and
/// so is any port of digits; what is inside of brackets is not looked at.
pub(super) fn is_host(value: &[u8]) -> bool {
    let (host, port) = split_port(trim_blanks(value));
    let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(octet);
    let is_literal = matches!(host, [b'[', inside @ .., b']']
        if inside.iter().all(|octet| *octet == b':' || is_name(octet)));
    (is_literal || host.iter().all(is_name))
        && port.is_none_or(|port| port.iter().all(u8::is_ascii_digit))
}

/// Whether the authority `host:port` has a port that is not empty.
pub(super) fn has_port(authority: &[u8]) -> bool {
    split_port(authority).1.is_some_and(|port| !port.is_empty())
}

/// Splits behind the closing bracket, or at the first colon.
fn split_port(authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    let behind = authority.iter().position(|&octet| octet == b']');
    let from = behind.map_or(0, |at| at + 1);
    match authority[from..].iter().position(|&octet| octet == b':') {
        Some(colon) => (
            &authority[..from + colon],
            Some(&authority[from + colon + 1..]),
        ),
        None => (authority, None),
    }
}

/// Whether the value is a date in IMF-fixdate, were it not for white space where none belongs.
pub(super) fn is_spaced_out_date(value: &[u8]) -> bool {
    let words: Vec<&[u8]> = value
        .split(|&octet| octet == b' ' || octet == b'\t')
        .filter(|word| !word.is_empty())
        .collect();
    !is_imf_fixdate(value) && is_imf_fixdate(&words.join(&b' '))
}

/// The date, where it is one of the grammar.
pub(super) fn date(value: &[u8]) -> Option<SystemTime> {
    let text = std::str::from_utf8(value).ok()?;
    httpdate::parse_http_date(text).ok()
}

/// `entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE` (RFC 9110 §8.8.3).
pub(super) fn is_entity_tag(value: &[u8]) -> bool {
    let tag = value.strip_prefix(b"W/").unwrap_or(value);
    let opaque = tag
        .strip_prefix(b"\"")
        .and_then(|tag| tag.strip_suffix(b"\""));
    opaque.is_some_and(|opaque| {
        opaque
            .iter()
            .all(|&octet| octet > b' ' && octet != b'"' && octet != 0x7f)
    })
}

/// `Retry-After = HTTP-date / delay-seconds` (RFC 9110 §10.2.3); that a date has an obsolete
/// format is another rule.
pub(super) fn is_retry_after(value: &[u8]) -> bool {
    is_number(value) || is_imf_fixdate(value) || is_obsolete_date(value)
}

/// `Content-Range = range-unit SP ( range-resp / unsatisfied-range )` (RFC 9110 §14.4).
pub(super) fn is_content_range(value: &[u8]) -> bool {
    let at = |octets: &[u8], octet| octets.iter().position(|&other| other == octet);
    let Some(space) = at(value, b' ') else {
        return false;
    };
    let range = &value[space + 1..];
    let Some(slash) = at(range, b'/') else {
        return false;
    };
    let (range, length) = (&range[..slash], &range[slash + 1..]);
    let is_range = match (range, at(range, b'-')) {
        (b"*", _) => is_number(length),
        (_, Some(dash)) => {
            is_number(&range[..dash])
                && is_number(&range[dash + 1..])
                && (length == b"*" || is_number(length))
        }
        _ => false,
    };
    is_token(&value[..space]) && is_range
}

fn is_number(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The first octet that no URI reference has, however it is divided (RFC 3986, appendix A).
pub(super) fn not_of_a_uri(value: &[u8]) -> Option<u8> {
    let wrong = |octet: &u8| !is_vchar(*octet) || b"\"<>\\^`{|}".contains(octet);
    value.iter().copied().find(wrong)
}

/// What is wrong with the authority of an http or https URI; of another reference nothing.
pub(super) fn authority_fault(value: &[u8]) -> Option<AuthorityFault> {
    let scheme = value.iter().position(|&octet| octet == b':')?;
    let secure = value[..scheme].eq_ignore_ascii_case(b"https");
    if !secure && !value[..scheme].eq_ignore_ascii_case(b"http") {
        return None;
    }
    let rest = value[scheme + 1..].strip_prefix(b"//")?;
    let end = rest.iter().position(|octet| b"/?#".contains(octet));
    let authority = &rest[..end.unwrap_or(rest.len())];
    let host = match authority.iter().rposition(|&octet| octet == b'@') {
        Some(_) => return Some(AuthorityFault::Userinfo),
        None => split_port(authority).0,
    };
    match (host.is_empty(), secure) {
        (false, _) => None,
        (true, false) => Some(AuthorityFault::EmptyHost),
        (true, true) => Some(AuthorityFault::EmptySecureHost),
    }
}

/// What can be wrong with the authority of an http or https URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum AuthorityFault {
    /// `http://user@host`
    Userinfo,
    /// `http:///`
    EmptyHost,
    /// `https:///`
    EmptySecureHost,
}

fn day_index(date: Date) -> usize {
    usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default()
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
