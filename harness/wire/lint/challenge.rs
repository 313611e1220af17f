//! The grammar of challenges and credentials (RFC 9110 §11.3 and §11.4).

use crate::wire::grammar::{is_blank, is_tchar, is_token, quoted_string, trim_blanks};
use crate::wire::message::members;

/// One challenge of a list, or the credentials of a request.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Challenge {
    /// Its parameters, in order.
    pub(super) params: Vec<Param>,
}

/// One `auth-param = token BWS "=" BWS ( token / quoted-string )`.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Param {
    /// Its name, in lower case.
    pub(super) name: Vec<u8>,
    /// Whether the value is a quoted-string.
    pub(super) quoted: bool,
    /// Whether white space stands around the `=`.
    pub(super) spaced: bool,
}

/// Reads `#challenge`, where `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`. The
/// values are those of all field lines in order, which are one list. `None`: it is none.
pub(super) fn challenges<'v>(values: impl Iterator<Item = &'v [u8]>) -> Option<Vec<Challenge>> {
    let mut found: Vec<Challenge> = Vec::new();
    for member in values.flat_map(members) {
        if let Some(param) = param(member) {
            found.last_mut()?.params.push(param);
            continue;
        }
        let end = member.iter().position(|&octet| !is_tchar(octet));
        let (scheme, rest) = member.split_at(end.unwrap_or(member.len()));
        let rest_is_apart = rest.first().is_none_or(|&octet| octet == b' ');
        if !is_token(scheme) || !rest_is_apart {
            return None;
        }
        let mut challenge = Challenge::default();
        let rest = trim_blanks(rest);
        if let Some(param) = param(rest) {
            challenge.params.push(param);
        } else if !rest.is_empty() && !is_token68(rest) {
            return None;
        }
        found.push(challenge);
    }
    Some(found)
}

fn param(member: &[u8]) -> Option<Param> {
    let end = member.iter().position(|&octet| !is_tchar(octet))?;
    let (name, rest) = member.split_at(end);
    let before = rest.iter().take_while(|&&octet| is_blank(octet)).count();
    let value = rest[before..].strip_prefix(b"=")?;
    let after = value.iter().take_while(|&&octet| is_blank(octet)).count();
    let value = &value[after..];
    let quoted = quoted_string(value) == Some(value.len());
    let is_param = is_token(name) && (quoted || is_token(value));
    is_param.then(|| Param {
        name: name.to_ascii_lowercase(),
        quoted,
        spaced: before + after > 0,
    })
}

/// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (RFC 9110 §11.2).
fn is_token68(octets: &[u8]) -> bool {
    let padding = octets.iter().rev().take_while(|&&octet| octet == b'=');
    let text = &octets[..octets.len() - padding.count()];
    let is_part = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~+/".contains(octet);
    !text.is_empty() && text.iter().all(is_part)
}
