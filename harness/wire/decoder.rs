//! Octets in, events out: the one parser of both directions.
//!
//! It is a machine over the parts of a message; how each part is read, the modules beside it
//! know. What can be recovered from becomes a violation, what cannot becomes garbage, once.

mod chunks;

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

use super::framing::{Framing, framing};
use super::scan::{Bounds, Scan, Scanned};
use super::{
    Event, Fields, Garbage, GarbageKind, Head, Limits, Truncated, Violation, ViolationKind,
};
use super::{head, start_line};

/// The parser of one direction of one connection: [`push`](Self::push) and [`end`](Self::end)
/// take input, [`poll`](Self::poll) gives events.
///
/// ```
/// use h1check::wire::{Decoder, Event, Limits};
///
/// let mut decoder = Decoder::requests(Limits::default());
/// decoder.push(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
/// let Some(Event::Head { head, .. }) = decoder.poll() else { panic!("a head") };
/// assert_eq!(&head.fields.first("host").unwrap()[..], b"example.org");
/// assert!(matches!(decoder.poll(), Some(Event::End(_, 37))));
/// assert!(decoder.is_between());
/// ```
#[derive(Debug)]
pub struct Decoder {
    buffer: BytesMut,
    limits: Limits,
    responses: bool,
    outstanding: VecDeque<Bytes>,
    state: State,
    /// Whether the sender has closed its direction.
    ended: bool,
    /// Octets of the current message that have left the buffer.
    consumed: u64,
    /// Octets of content that the current message has carried, or announced in chunks.
    content: u64,
    /// Octets of chunk extensions that the current message has carried.
    extensions: usize,
    /// The trailer section of the current message.
    trailers: Fields,
    /// What is wrong and has not been told yet.
    violations: VecDeque<Violation>,
}

/// Which part of a message comes next.
#[derive(Clone, Copy, Debug)]
enum State {
    /// A head, of which so much has been searched.
    Head(Scan),
    /// So many octets of content.
    Length(u64),
    /// A chunk-size line, of which so many octets have been searched for its end.
    ChunkLine(usize),
    /// So many octets of data of a chunk.
    ChunkData(u64),
    /// The line end behind the data of a chunk.
    ChunkEnd,
    /// The trailer section, of which so much has been searched.
    Trailers(Scan),
    /// Content until the connection ends.
    UntilClose,
    /// Nothing: the message is complete.
    Complete,
    /// Nothing ever.
    Stopped,
}

/// What one part came to.
enum Step {
    /// Give this event.
    Event(Event),
    /// Go on with the next part.
    Next,
    /// More octets are needed.
    Wait,
}

impl Decoder {
    /// A decoder of what a client sends.
    #[must_use]
    pub fn requests(limits: Limits) -> Self {
        Self {
            buffer: BytesMut::new(),
            limits,
            responses: false,
            outstanding: VecDeque::new(),
            state: State::Head(Scan::default()),
            ended: false,
            consumed: 0,
            content: 0,
            extensions: 0,
            trailers: Fields::default(),
            violations: VecDeque::new(),
        }
    }

    /// A decoder of what a server sends. It must be told of every request that was sent with
    /// [`expect_answer`](Self::expect_answer), because a response can only be read knowing the
    /// method of its request (RFC 9112 §6.3).
    #[must_use]
    pub fn responses(limits: Limits) -> Self {
        Self {
            responses: true,
            ..Self::requests(limits)
        }
    }

    /// A request with this method has been sent; a later final response answers it.
    pub fn expect_answer(&mut self, method: Bytes) {
        self.outstanding.push_back(method);
    }

    /// How many requests have no final response yet.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.outstanding.len()
    }

    /// Takes octets that have arrived.
    pub fn push(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
    }

    /// The buffer to read into, for those who would otherwise copy. Only append to it, or
    /// replace it while it is empty.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Nothing more will come: the sender has closed its direction.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// What comes next on this connection is not HTTP/1.x: the answer to one of the requests
    /// made it a tunnel or switched protocols. A decoder of responses finds that out itself.
    pub fn become_tunnel(&mut self) {
        self.state = State::Stopped;
    }

    /// Whether the next octet starts a message and none of it has arrived.
    #[must_use]
    pub fn is_between(&self) -> bool {
        matches!(self.state, State::Head(_)) && self.buffer.is_empty()
    }

    /// Whether nothing more is decoded: behind garbage, in a tunnel, or after the connection
    /// ended inside of a message. What arrives is kept in [`rest`](Self::rest); whoever goes on
    /// reading has to take it away.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped)
    }

    /// The octets that have arrived and are not part of an event yet; behind garbage or a
    /// tunnel all that is left. Garbage that is not a whole head counts as left.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        &self.buffer
    }

    /// Takes [`rest`](Self::rest) away, once nothing more [is decoded](Self::is_stopped); before
    /// that nothing can be taken.
    pub fn take_rest(&mut self) -> Bytes {
        if self.is_stopped() {
            self.buffer.split().freeze()
        } else {
            Bytes::new()
        }
    }

    /// The next event, or `None` if more octets are needed.
    pub fn poll(&mut self) -> Option<Event> {
        loop {
            if let Some(violation) = self.violations.pop_front() {
                return Some(Event::Violation(violation));
            }
            let step = match self.state {
                State::Head(scan) => self.poll_head(scan),
                State::Length(left) => self.poll_length(left),
                State::ChunkLine(searched) => self.poll_chunk_line(searched),
                State::ChunkData(left) => self.poll_chunk_data(left),
                State::ChunkEnd => self.poll_chunk_end(),
                State::Trailers(scan) => self.poll_trailers(scan),
                State::UntilClose => self.poll_until_close(),
                State::Complete => Step::Event(self.complete()),
                State::Stopped => return None,
            };
            match step {
                Step::Event(event) => return Some(event),
                Step::Next => {}
                Step::Wait if self.ended => return self.poll_ended(),
                Step::Wait => return None,
            }
        }
    }

    fn poll_head(&mut self, mut scan: Scan) -> Step {
        if self.buffer.is_empty() {
            return Step::Wait;
        }
        match scan.advance(&self.buffer, &Bounds::head(&self.limits)) {
            Scanned::End(length) => self.complete_head(length, &scan),
            scanned => {
                if let Some(kind) = self.bad_start(&mut scan) {
                    return self.garbage(kind, scan.start);
                }
                if let Scanned::TooLong(kind, at) = scanned {
                    return self.garbage(kind, at);
                }
                self.state = State::Head(scan);
                Step::Wait
            }
        }
    }

    /// Why the start-line cannot be read, as far as it has come: nobody has to wait for the end
    /// of a head that is none.
    fn bad_start(&self, scan: &mut Scan) -> Option<GarbageKind> {
        if std::mem::replace(&mut scan.checked, scan.start_end.is_some()) {
            return None;
        }
        let end = scan
            .start_end
            .unwrap_or(scan.at.min(self.limits.head.saturating_add(1)));
        scan.word = start_line::skip_separators(&self.buffer[..end], scan.word.max(scan.start));
        if !start_line::can_start(&self.buffer[scan.word..end], self.responses) {
            return Some(GarbageKind::StartLine);
        }
        scan.start_end?;
        let line = Bytes::copy_from_slice(&self.buffer[scan.start..end]);
        start_line::parse(&line, (0, line.len()), self.responses, &mut Vec::new()).err()
    }

    fn complete_head(&mut self, length: usize, scan: &Scan) -> Step {
        let octets = self.buffer.split_to(length).freeze();
        let mut head = match head::head(&octets, scan, self.responses) {
            Ok(head) => Box::new(head),
            Err(kind) => {
                let behind = std::mem::replace(&mut self.buffer, BytesMut::from(&octets[..]));
                self.buffer.unsplit(behind);
                return self.garbage(kind, scan.start);
            }
        };
        self.consumed = length as u64;
        self.content = 0;
        self.extensions = 0;
        let answers = match head.status().map(|line| line.code) {
            None => None,
            Some(100 | 102..=199) => self.outstanding.front().cloned(),
            Some(_) => self.outstanding.pop_front(),
        };
        let (framing, violations) = framing(&head, answers.as_deref());
        head.violations.extend(violations);
        let framing = match framing {
            Ok(Framing::Length(length)) if length > self.limits.content => {
                Err(GarbageKind::ContentTooLarge)
            }
            framing => framing,
        };
        match framing {
            Ok(framing) => self.give_head(head, framing, answers),
            Err(kind) => {
                self.state = State::Stopped;
                Step::Event(Event::Garbage(Garbage {
                    kind,
                    offset: length,
                    head: Some(head),
                }))
            }
        }
    }

    fn give_head(&mut self, head: Box<Head>, framing: Framing, answers: Option<Bytes>) -> Step {
        self.state = match framing {
            Framing::None | Framing::Length(0) => State::Complete,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkLine(0),
            Framing::UntilClose => State::UntilClose,
            Framing::Tunnel => State::Stopped,
        };
        Step::Event(Event::Head {
            head,
            framing,
            answers,
        })
    }

    fn poll_length(&mut self, left: u64) -> Step {
        match self.take_content(left) {
            None => Step::Wait,
            Some((content, 0)) => {
                self.state = State::Complete;
                Step::Event(Event::Content(content))
            }
            Some((content, left)) => {
                self.state = State::Length(left);
                Step::Event(Event::Content(content))
            }
        }
    }

    fn poll_until_close(&mut self) -> Step {
        match self.take_content(self.limits.content - self.content) {
            None if self.buffer.is_empty() => Step::Wait,
            None => self.garbage(GarbageKind::ContentTooLarge, 0),
            Some((content, _)) => {
                self.content += content.len() as u64;
                Step::Event(Event::Content(content))
            }
        }
    }

    /// What the end of the connection means for the part that was awaited.
    fn poll_ended(&mut self) -> Option<Event> {
        let event = match self.state {
            State::Head(_) if self.buffer.is_empty() => return None,
            State::UntilClose => return Some(self.complete()),
            // Line ends behind the last message are no message that was cut short.
            State::Head(_) if self.buffer.iter().all(|octet| b"\r\n".contains(octet)) => {
                Event::Violation(Violation {
                    kind: ViolationKind::EmptyLineBefore,
                    offset: 0,
                })
            }
            State::Head(_) => Event::Truncated(Truncated::Head),
            _ => Event::Truncated(Truncated::Content),
        };
        self.state = State::Stopped;
        Some(event)
    }

    fn complete(&mut self) -> Event {
        self.state = State::Head(Scan::default());
        let octets = std::mem::take(&mut self.consumed);
        Event::End(std::mem::take(&mut self.trailers), octets)
    }

    fn garbage(&mut self, kind: GarbageKind, at: usize) -> Step {
        self.state = State::Stopped;
        Step::Event(Event::Garbage(Garbage {
            kind,
            offset: self.offset(at),
            head: None,
        }))
    }

    fn note(&mut self, kind: ViolationKind, at: usize) {
        let offset = self.offset(at);
        self.violations.push_back(Violation { kind, offset });
    }

    /// How far from the start of the message the octet is that is `at` from that of the buffer.
    fn offset(&self, at: usize) -> usize {
        usize::try_from(self.consumed).map_or(usize::MAX, |consumed| consumed.saturating_add(at))
    }

    fn skip(&mut self, octets: usize) {
        self.buffer.advance(octets);
        self.consumed += octets as u64;
    }

    /// Takes up to `left` octets of content, if any have come, and says how many are left then.
    fn take_content(&mut self, left: u64) -> Option<(Bytes, u64)> {
        let here = self.buffer.len();
        let length = usize::try_from(left).map_or(here, |left| left.min(here));
        if length == 0 {
            return None;
        }
        self.consumed += length as u64;
        let content = self.buffer.split_to(length).freeze();
        Some((content, left - length as u64))
    }
}

#[cfg(test)]
mod tests;
