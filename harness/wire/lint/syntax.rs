//! The grammar of field values that consist of words: lists of tokens, products, media types.

use crate::wire::grammar::{
    is_blank, is_tchar, is_token, is_value_octet, quoted_string, trim_blanks, trim_blanks_end,
};
use crate::wire::message::members;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// It is not what the grammar says.
    Syntax,
    /// White space around the `=` of a parameter.
    ParameterSpace,
}

/// Whether each member is a token; with `versions` also `token/token`, as protocols have it.
pub(super) fn is_token_list(value: &[u8], versions: bool) -> bool {
    members(value).all(|member| {
        let mut parts = member.splitn(if versions { 2 } else { 1 }, |&octet| octet == b'/');
        parts.all(is_token)
    })
}

/// `media-type = type "/" subtype parameters` (RFC 9110 §8.3.1).
pub(super) fn media_type(value: &[u8]) -> Result<(), Fault> {
    let end = value.iter().position(|&octet| octet == b';');
    let (kind, rest) = value.split_at(end.unwrap_or(value.len()));
    let mut parts = trim_blanks(kind).splitn(2, |&octet| octet == b'/');
    if !parts.next().is_some_and(is_token) || !parts.next().is_some_and(is_token) {
        return Err(Fault::Syntax);
    }
    parameters(rest)
}

/// `parameters = *( OWS ";" OWS [ parameter ] )` with `parameter = token "=" ( token /
/// quoted-string )` (RFC 9110 §5.6.6).
fn parameters(mut rest: &[u8]) -> Result<(), Fault> {
    loop {
        rest = trim_blanks(rest);
        if rest.is_empty() {
            return Ok(());
        }
        rest = trim_blanks(rest.strip_prefix(b";").ok_or(Fault::Syntax)?);
        let name = rest.iter().take_while(|&&octet| is_tchar(octet)).count();
        if name == 0 {
            continue;
        }
        let value = &rest[name..];
        if trim_blanks(value).starts_with(b"=") && !value.starts_with(b"=") {
            return Err(Fault::ParameterSpace);
        }
        let value = value.strip_prefix(b"=").ok_or(Fault::Syntax)?;
        if value.first().is_some_and(|&octet| is_blank(octet)) {
            return Err(Fault::ParameterSpace);
        }
        let token = value.iter().take_while(|&&octet| is_tchar(octet)).count();
        let length = match token {
            0 => quoted_string(value).ok_or(Fault::Syntax)?,
            length => length,
        };
        rest = &value[length..];
    }
}

/// The value of a parameter of a media type; quotes are taken off, quoted pairs are left.
pub(super) fn parameter<'v>(value: &'v [u8], name: &str) -> Option<&'v [u8]> {
    value
        .split(|&octet| octet == b';')
        .skip(1)
        .find_map(|part| {
            let part = trim_blanks(part);
            let equals = part.iter().position(|&octet| octet == b'=')?;
            let named = part[..equals].eq_ignore_ascii_case(name.as_bytes());
            let value = &part[equals + 1..];
            let value = value.strip_prefix(b"\"").unwrap_or(value);
            named.then(|| value.strip_suffix(b"\"").unwrap_or(value))
        })
}

/// `product *( RWS ( product / comment ) )` with `product = token [ "/" token ]`, as `Server` and
/// `User-Agent` have it (RFC 9110 §10.1.5 and §10.2.4).
pub(super) fn is_products(value: &[u8]) -> bool {
    let mut rest = value;
    let mut is_first = true;
    loop {
        let length = match rest.first() {
            Some(b'(') if !is_first => comment(rest),
            _ => product(rest),
        };
        let Some(length) = length else { return false };
        let behind = &rest[length..];
        rest = trim_blanks(behind);
        if rest.is_empty() {
            return true;
        }
        if rest.len() == behind.len() {
            return false;
        }
        is_first = false;
    }
}

/// The length of the product at the start.
fn product(octets: &[u8]) -> Option<usize> {
    let token = |from: usize| {
        let octets = octets[from..].iter();
        let length = octets.take_while(|&&octet| is_tchar(octet)).count();
        (length > 0).then_some(from + length)
    };
    let name = token(0)?;
    match octets.get(name) {
        Some(b'/') => token(name + 1),
        _ => Some(name),
    }
}

/// The length of the comment at the start: `"(" *( ctext / quoted-pair / comment ) ")"`.
pub(super) fn comment(octets: &[u8]) -> Option<usize> {
    let mut depth = octets.first().filter(|&&octet| octet == b'(').map(|_| 1)?;
    let mut at = 1;
    while depth > 0 {
        match *octets.get(at)? {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => {
                at += 1;
                octets.get(at).filter(|&&octet| is_value_octet(octet))?;
            }
            octet if is_value_octet(octet) => {}
            _ => return None,
        }
        at += 1;
    }
    Some(at)
}

/// `#( received-protocol RWS received-by [ RWS comment ] )` (RFC 9110 §7.6.3). What stands for
/// the host is not looked at.
pub(super) fn is_via(value: &[u8]) -> bool {
    members_outside_comments(value).iter().all(|member| {
        let word = |octets: &[u8]| octets.iter().take_while(|&&octet| !is_blank(octet)).count();
        let (protocol, rest) = member.split_at(word(member));
        let host = trim_blanks(rest);
        let (host, behind) = host.split_at(word(host));
        let behind = trim_blanks(behind);
        let mut parts = protocol.splitn(2, |&octet| octet == b'/');
        parts.all(is_token)
            && !host.is_empty()
            && !host.starts_with(b"(")
            && (behind.is_empty() || comment(behind) == Some(behind.len()))
    })
}

/// The members of a list in which commas inside of comments divide nothing.
fn members_outside_comments(value: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < value.len() {
        match value[at] {
            b'(' => at += comment(&value[at..]).unwrap_or(1),
            b',' => {
                found.push(&value[start..at]);
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    found.push(&value[start..]);
    let members = found.into_iter().map(trim_blanks);
    members.filter(|member| !member.is_empty()).collect()
}

/// Whether more than one SP stands on a side of a comma.
pub(super) fn has_wide_list(value: &[u8]) -> bool {
    let is_wide = |gap: &[u8]| !matches!(gap, b"" | b" ");
    let parts: Vec<&[u8]> = value.split(|&octet| octet == b',').collect();
    let last = parts.len() - 1;
    parts.iter().enumerate().any(|(number, part)| {
        let start = part.iter().take_while(|&&octet| is_blank(octet)).count();
        let end = trim_blanks_end(part).len().max(start);
        number > 0 && is_wide(&part[..start]) || number < last && is_wide(&part[end..])
    })
}

/// Whether words are apart by anything but one SP, outside of comments.
pub(super) fn has_wide_gap(value: &[u8]) -> bool {
    let mut at = 0;
    while at < value.len() {
        match value[at] {
            b'(' => at += comment(&value[at..]).unwrap_or(1),
            b'\t' => return true,
            b' ' if value.get(at + 1).is_some_and(|&octet| is_blank(octet)) => return true,
            _ => at += 1,
        }
    }
    false
}

/// Whether a comment escapes an octet that needs no escape.
pub(super) fn escapes_in_comment(value: &[u8]) -> bool {
    let mut at = 0;
    while at < value.len() {
        let inside = match value[at] {
            b'(' => comment(&value[at..]).unwrap_or(1),
            _ => {
                at += 1;
                continue;
            }
        };
        if escapes(&value[at..at + inside], b"()\\") {
            return true;
        }
        at += inside;
    }
    false
}

/// Whether a quoted-string in the value escapes an octet that needs no escape.
pub(super) fn escapes_in_quotes(value: &[u8]) -> bool {
    let mut at = 0;
    while at < value.len() {
        let inside = match quoted_string(&value[at..]) {
            Some(length) => length,
            None => {
                at += 1;
                continue;
            }
        };
        if escapes(&value[at..at + inside], b"\"\\") {
            return true;
        }
        at += inside;
    }
    false
}

fn escapes(octets: &[u8], allowed: &[u8]) -> bool {
    let mut octets = octets.iter();
    while let Some(octet) = octets.next() {
        if *octet == b'\\' && octets.next().is_some_and(|octet| !allowed.contains(octet)) {
            return true;
        }
    }
    false
}

/// Whether the weight of a member of an `Accept…` list is none: `qvalue = ( "0" [ "." 0*3DIGIT ] )
/// / ( "1" [ "." 0*3("0") ] )` (RFC 9110 §12.4.2).
pub(super) fn has_bad_weight(member: &[u8]) -> bool {
    parameter(member, "q").is_some_and(|weight| {
        let (first, rest) = weight.split_at(weight.len().min(1));
        let digits = match rest {
            [] => rest,
            [b'.', digits @ ..] => digits,
            _ => return true,
        };
        digits.len() > 3
            || match first {
                b"0" => !digits.iter().all(u8::is_ascii_digit),
                b"1" => !digits.iter().all(|&digit| digit == b'0'),
                _ => true,
            }
    })
}

/// Whether another parameter stands behind the weight.
pub(super) fn has_early_weight(member: &[u8]) -> bool {
    let last = member.rsplit(|&octet| octet == b';').next();
    let last = trim_blanks(last.unwrap_or_default());
    parameter(member, "q").is_some() && !last.to_ascii_lowercase().starts_with(b"q=")
}
