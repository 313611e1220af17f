//! The lines of the chunked transfer coding (RFC 9112 §7.1), as pure functions.

use super::ViolationKind;
use super::grammar::{is_blank, is_tchar, quoted_string, trim_blanks};

/// What a chunk-size line says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ChunkLine {
    /// Octets of data that follow; none in the last chunk.
    pub(super) size: u64,
    /// Octets behind the size.
    pub(super) extensions: usize,
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
    Some(ChunkLine {
        size,
        extensions: rest.len(),
        violation,
    })
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
    let mut reader = Extensions {
        octets,
        at: 0,
        blanks: None,
    };
    while reader.at < octets.len() {
        let start = reader.at;
        if reader.extension().is_none() {
            return Some((ViolationKind::ChunkExtension, start));
        }
    }
    // 9110-5.6.3-6: recipients remove it; only senders are wrong.
    reader.blanks.map(|at| (ViolationKind::BadWhitespace, at))
}

struct Extensions<'a> {
    octets: &'a [u8],
    at: usize,
    /// Where the first `BWS` is that is not empty.
    blanks: Option<usize>,
}

impl Extensions<'_> {
    /// Passes one extension, if it is well-formed.
    fn extension(&mut self) -> Option<()> {
        self.delimiter(b';')?;
        self.token()?;
        // White space here belongs to this extension only if a value follows.
        let mut rest = self.octets[self.at..].iter();
        if rest.find(|&&octet| !is_blank(octet)) != Some(&b'=') {
            return Some(());
        }
        self.delimiter(b'=')?;
        match quoted_string(&self.octets[self.at..]) {
            Some(length) => self.at += length,
            None => self.token()?,
        }
        Some(())
    }

    /// Passes `BWS delimiter BWS`.
    fn delimiter(&mut self, delimiter: u8) -> Option<()> {
        self.blanks();
        if *self.octets.get(self.at)? != delimiter {
            return None;
        }
        self.at += 1;
        self.blanks();
        Some(())
    }

    fn blanks(&mut self) {
        let count = self.count(is_blank);
        if count > 0 {
            self.blanks.get_or_insert(self.at);
        }
        self.at += count;
    }

    fn token(&mut self) -> Option<()> {
        let count = self.count(is_tchar);
        self.at += count;
        (count > 0).then_some(())
    }

    fn count(&self, class: fn(u8) -> bool) -> usize {
        let rest = self.octets[self.at..].iter();
        rest.take_while(|&&octet| class(octet)).count()
    }
}
