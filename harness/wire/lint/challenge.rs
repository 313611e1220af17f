//! Challenges and credentials (RFC 9110 §11.3 and §11.4): their grammar, and checks of them.

use super::{Context, Findings, syntax, table};
use crate::wire::grammar::{is_blank, is_tchar, is_token, quoted_string, trim_blanks};
use crate::wire::message::members;

/// Checks all challenges and credentials of a message.
pub(super) fn lint(findings: &mut Findings<'_>, context: &Context<'_>) {
    for name in AUTHENTICATION {
        authentication(findings, name, context);
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
        params(findings, name, &challenge.params);
    }
}

/// The parameters of one challenge, or of credentials.
fn params(findings: &mut Findings<'_>, name: &'static str, params: &[Param]) {
    let at = findings.head.field(name);
    for (number, param) in params.iter().enumerate() {
        let shown = param.name.escape_ascii();
        let same = |other: &&Param| other.name == param.name;
        let is_second = params[..number].iter().filter(same).count() == 1;
        // 9110-11.2-1 binds who sends challenges.
        if is_second && name.ends_with("Authenticate") {
            let text = format!("the parameter {shown} twice in one challenge of {name}");
            findings.at(&table::CHALLENGE_PARAMS, at, text);
        }
        if param.name == b"realm" && !param.quoted {
            let text = format!("a realm without quotes in {name}");
            findings.at(&table::REALM, at, text);
        }
        if param.spaced {
            let text = format!("white space around the = of {shown} in {name}");
            findings.at(&table::BAD_WHITE_SPACE, at, text);
        }
    }
}

/// One challenge of a list, or the credentials of a request.
#[derive(Debug, Default, Eq, PartialEq)]
struct Challenge {
    /// Its parameters, in order.
    params: Vec<Param>,
}

/// One `auth-param = token BWS "=" BWS ( token / quoted-string )`.
#[derive(Debug, Eq, PartialEq)]
struct Param {
    /// Its name, in lower case.
    name: Vec<u8>,
    /// Whether the value is a quoted-string.
    quoted: bool,
    /// Whether white space stands around the `=`.
    spaced: bool,
}

/// Reads `#challenge`, where `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`. The
/// values are those of all field lines in order, which are one list. `None`: it is none.
fn challenges<'v>(values: impl Iterator<Item = &'v [u8]>) -> Option<Vec<Challenge>> {
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

/// Fields of challenges and credentials.
const AUTHENTICATION: [&str; 4] = [
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Authorization",
    "Proxy-Authorization",
];
