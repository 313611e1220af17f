//! The lines of the chunked transfer coding (RFC 9112 §7.1), as pure functions.

use super::ViolationKind;
use super::grammar::{is_blank, is_tchar, quoted_string, trim_blanks, trim_blanks_end};

/// What a chunk-size line says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ChunkLine {
    /// Octets of data that follow; none in the last chunk.
    pub(super) size: u64,
    /// What is wrong with it, and at which offset in the line.
    pub(super) violation: Option<(ViolationKind, usize)>,
}

/// Reads a chunk-size line without its line end: `chunk-size [ chunk-ext ]`, `chunk-size =
/// 1*HEXDIG`. Blanks around the size are recovered from; `None` for a line that has no size.
pub(super) fn chunk_line(line: &[u8]) -> Option<ChunkLine> {
    // 9112-2.2-p4-2: the line with a bare CR is invalid.
    if line.contains(&b'\r') {
        return None;
    }
    let leading = line.iter().take_while(|&&octet| is_blank(octet)).count();
    let digits = line[leading..]
        .iter()
        .take_while(|octet| octet.is_ascii_hexdigit())
        .count();
    let (from, to) = (leading, leading + digits);
    let size = size(&line[from..to])?;
    let rest = &line[to..];
    let violation = match trim_blanks(rest).first() {
        None if leading > 0 => Some((ViolationKind::ChunkSize, 0)),
        None if !rest.is_empty() => Some((ViolationKind::ChunkSize, to)),
        None => None,
        Some(b';') if leading > 0 => Some((ViolationKind::ChunkSize, 0)),
        Some(b';') => extensions(rest).map(|(kind, at)| (kind, to + at)),
        Some(_) => return None,
    };
    Some(ChunkLine { size, violation })
}

/// 9112-7.1-p5-1: a size that does not fit is no size. Leading zeros do not count.
fn size(digits: &[u8]) -> Option<u64> {
    let significant = digits.iter().position(|&digit| digit != b'0');
    let significant = match significant {
        Some(first) => &digits[first..],
        None if digits.is_empty() => return None,
        None => return Some(0),
    };
    let text = std::str::from_utf8(significant).ok()?;
    u64::from_str_radix(text, 16).ok()
}

/// What is wrong with `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`, where
/// `chunk-ext-val = token / quoted-string` (RFC 9112 §7.1.1).
fn extensions(octets: &[u8]) -> Option<(ViolationKind, usize)> {
    let mut at = 0;
    let mut bad_whitespace = None;
    let blanks = |at: &mut usize, bad_whitespace: &mut Option<(ViolationKind, usize)>| {
        let count = octets[*at..].iter().take_while(|&&octet| is_blank(octet));
        let count = count.count();
        if count > 0 {
            // 9110-5.6.3-6: recipients remove it; only senders are wrong.
            bad_whitespace.get_or_insert((ViolationKind::BadWhitespace, *at));
        }
        *at += count;
    };
    let token = |at: usize| {
        let octets = octets[at..].iter();
        octets.take_while(|&&octet| is_tchar(octet)).count()
    };
    while at < octets.len() {
        let malformed = Some((ViolationKind::ChunkExtension, at));
        if trim_blanks_end(&octets[at..]).is_empty() {
            return malformed;
        }
        blanks(&mut at, &mut bad_whitespace);
        if octets.get(at) != Some(&b';') {
            return malformed;
        }
        at += 1;
        blanks(&mut at, &mut bad_whitespace);
        let name = token(at);
        if name == 0 {
            return malformed;
        }
        at += name;
        let behind_name = at;
        let noted = bad_whitespace;
        blanks(&mut at, &mut bad_whitespace);
        if octets.get(at) != Some(&b'=') {
            (at, bad_whitespace) = (behind_name, noted);
            continue;
        }
        at += 1;
        blanks(&mut at, &mut bad_whitespace);
        let value = quoted_string(&octets[at..]).unwrap_or_else(|| token(at));
        if value == 0 {
            return malformed;
        }
        at += value;
    }
    bad_whitespace
}
