//! Reads field lines leniently, for header and trailer sections in which something is odd.
//!
//! The well-formed ones never come here; httparse has split them already.

use bytes::Bytes;
use memchr::memchr;

use super::grammar::{is_blank, is_token, is_value_octet, trim_blanks, trim_blanks_end};
use super::{Field, Fields, Violation, ViolationKind};

/// Reads the field lines in `octets[from..]`, up to and including the empty line.
pub(super) fn parse(octets: &Bytes, from: usize, violations: &mut Vec<Violation>) -> Fields {
    let mut reader = Reader {
        octets,
        violations,
        fields: Vec::new(),
        previous: Previous::Start,
        folded: Vec::new(),
    };
    let mut start = from;
    while let Some(length) = memchr(b'\n', &octets[start..]) {
        let line_feed = start + length;
        let end = if length > 0 && octets[line_feed - 1] == b'\r' {
            line_feed - 1
        } else {
            line_feed
        };
        reader.line(start, end);
        if end == line_feed {
            reader.note(ViolationKind::BareLf, line_feed);
        }
        start = line_feed + 1;
    }
    reader.unfold();
    Fields(reader.fields)
}

struct Reader<'a> {
    octets: &'a Bytes,
    violations: &'a mut Vec<Violation>,
    fields: Vec<Field>,
    previous: Previous,
    /// The lines folded onto the last field line so far, each behind a SP.
    folded: Vec<u8>,
}

/// What the line before was, which decides what a line led by white space is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Previous {
    /// The start-line, or a line led by white space directly behind it.
    Start,
    /// A field line that was kept.
    Kept,
    /// A line that was left out.
    Dropped,
}

impl Reader<'_> {
    fn note(&mut self, kind: ViolationKind, offset: usize) {
        self.violations.push(Violation { kind, offset });
    }

    /// Takes the line `octets[start..end]`, without its line end.
    fn line(&mut self, start: usize, end: usize) {
        match self.octets.get(start) {
            _ if start == end => {}
            Some(&first) if is_blank(first) => self.white_led(start, end),
            _ => self.field_line(start, end),
        }
    }

    fn white_led(&mut self, start: usize, end: usize) {
        match self.previous {
            // 9112-2.2-p8-1: dropped whole and unprocessed.
            Previous::Start => self.note(ViolationKind::SpaceAfterStartLine, start),
            // 9112-5.2-p4-1: the fold becomes SP before the value is used.
            Previous::Kept => {
                self.note(ViolationKind::ObsFold, start);
                let more = self.value(start, end);
                self.folded.push(b' ');
                self.folded.extend_from_slice(&more);
            }
            Previous::Dropped => self.note(ViolationKind::ObsFold, start),
        }
    }

    /// Appends what was folded onto the last field line to its value.
    fn unfold(&mut self) {
        if let Some(field) = self.fields.last_mut().filter(|_| !self.folded.is_empty()) {
            let whole = [&field.value[..], &self.folded].concat();
            field.value = Bytes::copy_from_slice(trim_blanks(&whole));
            self.folded.clear();
        }
    }

    fn field_line(&mut self, start: usize, end: usize) {
        self.unfold();
        let line = &self.octets[start..end];
        self.previous = Previous::Dropped;
        let Some(colon) = memchr(b':', line) else {
            return self.note(ViolationKind::FieldName, start);
        };
        let name = trim_blanks_end(&line[..colon]);
        if !is_token(name) {
            return self.note(ViolationKind::FieldName, start);
        }
        let name = self.octets.slice_ref(name);
        if name.len() < colon {
            self.note(ViolationKind::SpaceBeforeColon, start + name.len());
        }
        let value = self.value(start + colon + 1, end);
        self.fields.push(Field { name, value });
        self.previous = Previous::Kept;
    }

    /// The value `octets[start..end]`, trimmed, with each bare CR replaced by SP.
    fn value(&mut self, start: usize, end: usize) -> Bytes {
        let raw = self.octets.slice(start..end);
        if let Some(at) = raw
            .iter()
            .position(|&octet| !is_value_octet(octet) && octet != b'\r')
        {
            self.note(ViolationKind::FieldValue, start + at);
        }
        if !raw.contains(&b'\r') {
            return raw.slice_ref(trim_blanks(&raw));
        }
        let mut copy = raw.to_vec();
        for (at, octet) in copy.iter_mut().enumerate() {
            if *octet == b'\r' {
                // 9112-2.2-p4-2: SP is one of the two options.
                *octet = b' ';
                self.note(ViolationKind::BareCr, start + at);
            }
        }
        Bytes::copy_from_slice(trim_blanks(&copy))
    }
}
