//! The parts of the chunked transfer coding (RFC 9112 §7.1).

use memchr::memchr;

use super::{Decoder, State, Step};
use crate::wire::scan::{Bounds, Scan, Scanned};
use crate::wire::{Event, GarbageKind, ViolationKind, chunked, head};

impl Decoder {
    pub(super) fn poll_chunk_line(&mut self, searched: usize) -> Step {
        let found = memchr(b'\n', &self.buffer[searched..]).map(|found| searched + found);
        let length = found.unwrap_or(self.buffer.len());
        if length > self.limits.chunk_line {
            return self.garbage(GarbageKind::ChunkTooLarge, self.limits.chunk_line);
        }
        let Some(line_feed) = found else {
            self.state = State::ChunkLine(length);
            return Step::Wait;
        };
        let line = &self.buffer[..line_feed];
        let (line, bare_lf) = match line.strip_suffix(b"\r") {
            Some(line) => (line, false),
            None => (line, true),
        };
        let Some(chunk) = chunked::chunk_line(line) else {
            return self.garbage(GarbageKind::Chunk, 0);
        };
        // 9112-7.1.1-p4-2
        self.extensions = self.extensions.saturating_add(chunk.extensions);
        if self.extensions > self.limits.extensions {
            return self.garbage(GarbageKind::ChunkTooLarge, 0);
        }
        self.content = self.content.saturating_add(chunk.size);
        if self.content > self.limits.content {
            return self.garbage(GarbageKind::ContentTooLarge, 0);
        }
        if let Some((kind, at)) = chunk.violation {
            self.note(kind, at);
        }
        if bare_lf {
            self.note(ViolationKind::ChunkSize, line_feed);
        }
        self.skip(line_feed + 1);
        self.state = match chunk.size {
            0 => State::Trailers(Scan::trailers()),
            size => State::ChunkData(size),
        };
        Step::Next
    }

    pub(super) fn poll_chunk_data(&mut self, left: u64) -> Step {
        match self.take_content(left) {
            None => Step::Wait,
            Some((content, left)) => {
                self.state = match left {
                    0 => State::ChunkEnd,
                    left => State::ChunkData(left),
                };
                Step::Event(Event::Content(content))
            }
        }
    }

    pub(super) fn poll_chunk_end(&mut self) -> Step {
        match self.buffer[..] {
            [] | [b'\r'] => return Step::Wait,
            [b'\r', b'\n', ..] => self.skip(2),
            [b'\n', ..] => {
                self.note(ViolationKind::ChunkEnd, 0);
                self.skip(1);
            }
            _ => return self.garbage(GarbageKind::Chunk, 0),
        }
        self.state = State::ChunkLine(0);
        Step::Next
    }

    pub(super) fn poll_trailers(&mut self, mut scan: Scan) -> Step {
        match scan.advance(&self.buffer, &Bounds::trailers(&self.limits)) {
            Scanned::More => {
                self.state = State::Trailers(scan);
                Step::Wait
            }
            Scanned::TooLong(kind, at) => self.garbage(kind, at),
            Scanned::End(length) => {
                let octets = self.buffer.split_to(length).freeze();
                let (trailers, violations) = head::trailers(&octets, &scan);
                for violation in violations {
                    self.note(violation.kind, violation.offset);
                }
                self.consumed += length as u64;
                self.trailers = trailers;
                self.state = State::Complete;
                Step::Next
            }
        }
    }
}
