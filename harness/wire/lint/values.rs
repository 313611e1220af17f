//! The grammar of the field values that lints look into.

use jiff::civil::Date;

use crate::wire::grammar::trim_blanks;

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

fn day_index(date: Date) -> usize {
    usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default()
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
