//! Reads start-lines leniently: what RFC 9112 §3 and §4 allow a recipient to recover from.
//!
//! The well-formed ones never come here; httparse has split them already.

use std::ops::Range;

use bytes::Bytes;

use super::grammar::{is_tchar, is_token, is_value_octet, is_vchar};
use super::{GarbageKind, RequestLine, StartLine, StatusLine, Version, Violation, ViolationKind};

/// Where from `from` on the first octet is that is no white space.
pub(super) fn skip_separators(octets: &[u8], from: usize) -> usize {
    let rest = octets[from..].iter();
    from + rest.take_while(|&&octet| is_separator(octet)).count()
}

/// Whether the first octets of a start-line, white space left out, can still become one, so that
/// nobody has to wait for the end of a line that never comes (TLS records, say).
pub(super) fn can_start(word: &[u8], responses: bool) -> bool {
    if responses {
        let length = word.len().min(NAME.len());
        word[..length] == NAME[..length]
    } else {
        word.first().is_none_or(|&octet| is_tchar(octet))
    }
}

/// Reads the start-line `octets[from..to]` (without its line end); the offsets of violations
/// count from the start of `octets`.
pub(super) fn parse(
    octets: &Bytes,
    (from, to): (usize, usize),
    responses: bool,
    violations: &mut Vec<Violation>,
) -> Result<StartLine, GarbageKind> {
    let line = octets.slice(from..to);
    let mut found = Vec::new();
    let line = replace_bare_cr(line, &mut found);
    let start = if responses {
        status_line(&line, &mut found).map(StartLine::Status)
    } else {
        request_line(&line, &mut found).map(StartLine::Request)
    }?;
    violations.extend(found.into_iter().map(|(kind, at)| Violation {
        kind,
        offset: from + at,
    }));
    Ok(start)
}

/// `HTTP-version = "HTTP" "/" DIGIT "." DIGIT` (RFC 9112 §2.3). Another major version, or another
/// spelling, cannot be read.
pub(super) fn version(word: &[u8]) -> Result<Version, GarbageKind> {
    match word {
        [name @ .., major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9'] if name == NAME => {
            let version = Version {
                major: major - b'0',
                minor: minor - b'0',
            };
            if version.major == 1 {
                Ok(version)
            } else {
                Err(GarbageKind::Version)
            }
        }
        _ => Err(GarbageKind::StartLine),
    }
}

type Found = Vec<(ViolationKind, usize)>;

/// 9112-2.2-p4-2: a bare CR becomes SP before anything else is done with the line.
fn replace_bare_cr(line: Bytes, found: &mut Found) -> Bytes {
    if !line.contains(&b'\r') {
        return line;
    }
    let mut copy = line.to_vec();
    for (at, octet) in copy.iter_mut().enumerate() {
        if *octet == b'\r' {
            *octet = b' ';
            found.push((ViolationKind::BareCr, at));
        }
    }
    copy.into()
}

/// 9112-3-p3-1: words may be apart by any white space.
fn request_line(line: &Bytes, found: &mut Found) -> Result<RequestLine, GarbageKind> {
    let [method, target, word] = words(line).ok_or(GarbageKind::StartLine)?;
    let version = version(&line[word.clone()])?;
    if !is_token(&line[method.clone()]) {
        return Err(GarbageKind::StartLine);
    }
    let single = |from: usize, to: usize| to - from == 1 && line[from] == b' ';
    let spaced_well = method.start == 0
        && word.end == line.len()
        && single(method.end, target.start)
        && single(target.end, word.start)
        && !line[target.clone()]
            .iter()
            .any(|&octet| is_separator(octet));
    // A bare CR between words is told as such.
    if !spaced_well && !found.iter().any(|(kind, _)| *kind == ViolationKind::BareCr) {
        found.push((ViolationKind::StartLine, 0));
    }
    let outside = |octet: &u8| !is_vchar(*octet) && !is_separator(*octet);
    if let Some(at) = line[target.clone()].iter().position(outside) {
        found.push((ViolationKind::RequestTarget, target.start + at));
    }
    if version.minor > 1 {
        found.push((ViolationKind::Version, word.start));
    }
    Ok(RequestLine {
        method: line.slice(method),
        target: line.slice(target),
        version,
    })
}

/// Where the first word is, the last one, and between them what is to be the request-target, be
/// it several words.
fn words(line: &[u8]) -> Option<[Range<usize>; 3]> {
    let is_word = |octet: &u8| !is_separator(*octet);
    let is_gap = |octet: &u8| is_separator(*octet);
    let start = line.iter().position(is_word)?;
    let end = line.iter().rposition(is_word)? + 1;
    let words = &line[start..end];
    let method = start..start + words.iter().position(is_gap)?;
    let version = start + words.iter().rposition(is_gap)? + 1..end;
    let between = &line[method.end..version.start];
    let target_start = method.end + between.iter().position(is_word)?;
    let target_end = method.end + between.iter().rposition(is_word)? + 1;
    Some([method, target_start..target_end, version])
}

/// 9112-4-p3-1: words may be apart by any white space; the reason-phrase begins behind the first
/// separator after the status code.
fn status_line(line: &Bytes, found: &mut Found) -> Result<StatusLine, GarbageKind> {
    let is_word = |octet: &u8| !is_separator(*octet);
    let next = |from: usize| line[from..].iter().position(is_word).map(|at| from + at);
    let version_start = next(0).ok_or(GarbageKind::StartLine)?;
    let version_end = line[version_start..]
        .iter()
        .position(|&octet| is_separator(octet))
        .map_or(line.len(), |at| version_start + at);
    let version = version(&line[version_start..version_end])?;
    let code_start = next(version_end).ok_or(GarbageKind::StartLine)?;
    let code_end = code_start + 3;
    let digits = line
        .get(code_start..code_end)
        .filter(|digits| digits.iter().all(u8::is_ascii_digit))
        .ok_or(GarbageKind::StartLine)?;
    let code = digits
        .iter()
        .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let spaced_well = version_start == 0
        && code_start == version_end + 1
        && line[version_end] == b' '
        && line.get(code_end) == Some(&b' ');
    if line.get(code_end).is_some_and(is_word) {
        return Err(GarbageKind::StartLine);
    }
    let reason = line.slice((code_end + 1).min(line.len())..);
    if version.minor > 1 {
        found.push((ViolationKind::Version, version_start));
    }
    if !spaced_well && !found.iter().any(|(kind, _)| *kind == ViolationKind::BareCr) {
        found.push((ViolationKind::StartLine, 0));
    } else if let Some(at) = reason.iter().position(|&octet| !is_value_octet(octet)) {
        found.push((ViolationKind::Reason, code_end + 1 + at));
    }
    Ok(StatusLine {
        version,
        code,
        reason,
    })
}

/// What may stand between the words of a start-line: `SP, HTAB, VT, FF, or bare CR`
/// (RFC 9112 §3 and §4).
fn is_separator(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | 0x0b | 0x0c | b'\r')
}

const NAME: &[u8] = b"HTTP/";
