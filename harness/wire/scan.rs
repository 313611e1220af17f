//! Finds the end of a head or a trailer section, looking at each octet once however it arrives.
//!
//! It notes what the splitting of lines has to know: where the start-line is, how many field
//! lines follow, and whether anything is odd. It knows nothing of what a line means.

use memchr::memchr2;

use super::grammar::is_blank;
use super::{GarbageKind, Limits};

/// The search for the empty line that ends a section.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    /// Everything before it has been looked at.
    pub(super) at: usize,
    /// Where the current line starts.
    line: usize,
    /// Where the start-line starts: behind the empty lines before it.
    pub(super) start: usize,
    /// Where the start-line ends (its line end excluded), once that has come.
    pub(super) start_end: Option<usize>,
    /// How many lines follow the start-line.
    pub(super) fields: usize,
    /// Whether there is a bare LF or CR, an empty line before the start-line, or a line led by
    /// white space.
    pub(super) odd: bool,
    /// Before it, only separators were found in front of the first word.
    pub(super) word: usize,
    /// Whether the start-line has been found to be readable.
    pub(super) checked: bool,
}

/// Bounds on a section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    start_line: usize,
    section: usize,
    fields: usize,
    too_large: GarbageKind,
}

/// What the search has come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scanned {
    /// The empty line has not come yet.
    More,
    /// The section ends at this offset, its empty line included.
    End(usize),
    /// A bound was crossed, at this offset.
    TooLong(GarbageKind, usize),
}

impl Bounds {
    pub(super) fn head(limits: &Limits) -> Self {
        Self {
            start_line: limits.start_line,
            section: limits.head,
            fields: limits.fields,
            too_large: GarbageKind::HeadTooLarge,
        }
    }

    pub(super) fn trailers(limits: &Limits) -> Self {
        Self {
            start_line: 0,
            section: limits.trailers,
            fields: limits.fields,
            too_large: GarbageKind::ChunkTooLarge,
        }
    }
}

impl Scan {
    /// The search in a section without start-line.
    pub(super) fn trailers() -> Self {
        Self {
            start_end: Some(0),
            ..Self::default()
        }
    }

    /// Goes on where the last call stopped; `octets` starts where the section starts.
    pub(super) fn advance(&mut self, octets: &[u8], bounds: &Bounds) -> Scanned {
        while let Some(found) = memchr2(b'\r', b'\n', &octets[self.at..]) {
            let content_end = self.at + found;
            let mut end = content_end + 1;
            if octets[content_end] == b'\n' {
                self.odd = true;
            } else {
                match octets.get(end) {
                    Some(b'\n') => end += 1,
                    Some(_) => {
                        self.odd = true;
                        self.at = end;
                        continue;
                    }
                    None => {
                        self.at = content_end;
                        return self.exceeded(octets.len(), bounds).unwrap_or(Scanned::More);
                    }
                }
            }
            self.at = content_end;
            if let Some(scanned) = self.exceeded(end, bounds) {
                return scanned;
            }
            if let Some(scanned) = self.end_line(octets, content_end, end, bounds) {
                return scanned;
            }
        }
        self.at = octets.len();
        self.exceeded(octets.len(), bounds).unwrap_or(Scanned::More)
    }

    /// Takes the line whose content ends at `content_end` and whose line end ends at `end`.
    fn end_line(
        &mut self,
        octets: &[u8],
        content_end: usize,
        end: usize,
        bounds: &Bounds,
    ) -> Option<Scanned> {
        let line = std::mem::replace(&mut self.line, end);
        self.at = end;
        match (line == content_end, self.start_end) {
            (true, Some(_)) => return Some(Scanned::End(end)),
            (true, None) => {
                self.odd = true;
                self.start = end;
            }
            (false, None) => self.start_end = Some(content_end),
            (false, Some(_)) => {
                self.odd |= is_blank(octets[line]);
                self.fields += 1;
                if self.fields > bounds.fields {
                    return Some(Scanned::TooLong(bounds.too_large, line));
                }
            }
        }
        None
    }

    /// Whether a bound is crossed, given that the octets before `seen` belong to the section.
    /// Which one must not depend on how the octets arrive, so the lower one goes first.
    fn exceeded(&self, seen: usize, bounds: &Bounds) -> Option<Scanned> {
        let start_bound = self.start.saturating_add(bounds.start_line);
        if self.start_end.is_none() && self.at > start_bound && start_bound < bounds.section {
            return Some(Scanned::TooLong(GarbageKind::StartLineTooLong, start_bound));
        }
        (seen > bounds.section).then_some(Scanned::TooLong(bounds.too_large, bounds.section))
    }
}
