//! Octets in, events out: the one parser of both directions.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::framing::Framing;
use super::{Fields, Head, Violation};

/// Bounds on what the decoder keeps or accepts, so that no peer can cost unbounded memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of the start-line.
    pub start_line: usize,
    /// Octets of the whole head, empty lines before it included.
    pub head: usize,
    /// Field lines in a header or trailer section.
    pub fields: usize,
    /// Octets of one chunk-size line, extensions included.
    pub chunk_line: usize,
    /// Octets of the trailer section.
    pub trailers: usize,
    /// Octets of content that a message may announce or carry.
    pub content: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start_line: 64 << 10,
            head: 256 << 10,
            fields: 1024,
            chunk_line: 16 << 10,
            trailers: 64 << 10,
            content: 64 << 20,
        }
    }
}

/// The parser of one direction of one connection: [`push`](Self::push) and [`end`](Self::end)
/// take input, [`poll`](Self::poll) gives events.
#[derive(Debug)]
pub struct Decoder {
    buffer: BytesMut,
    limits: Limits,
    responses: bool,
    outstanding: VecDeque<Bytes>,
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

    /// The buffer to read into, for those who would otherwise copy. Only append to it.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Nothing more will come: the sender has closed its direction.
    pub fn end(&mut self) {}

    /// Whether the next octet starts a message and none of it has arrived.
    #[must_use]
    pub fn is_between(&self) -> bool {
        self.buffer.is_empty()
    }

    /// The octets that have arrived and are not part of an event yet; behind garbage or a
    /// tunnel all that is left.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        &self.buffer
    }

    /// The next event, or `None` if more octets are needed.
    pub fn poll(&mut self) -> Option<Event> {
        let _ = (self.limits, self.responses);
        None
    }
}

/// What the decoder found next.
#[derive(Clone, Debug)]
pub enum Event {
    /// A complete head.
    Head {
        /// Start-line and header section.
        head: Box<Head>,
        /// What delimits the content behind it.
        framing: Framing,
        /// The method of the request that this response answers. An interim response (1xx but
        /// 101) takes no request from the queue. `None`: this is a request, or a response to no
        /// request, which is read as if it answered GET.
        answers: Option<Bytes>,
    },
    /// Decoded octets of the content, in order.
    Content(Bytes),
    /// Something wrong behind the head; the offset counts from the start of the message.
    Violation(Violation),
    /// The end of the message, with its trailer section and its length in octets on the wire.
    End(Fields, u64),
    /// Octets that are no message: nothing more is decoded on this connection.
    Garbage(Garbage),
    /// The connection ended inside of a message.
    Truncated(Truncated),
}

/// Where the connection ended inside of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Truncated {
    /// Before the head was complete (at least one octet of it had come).
    Head,
    /// Inside of the content or the trailer section.
    Content,
}

/// Octets that cannot be read as HTTP/1.x, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Garbage {
    /// Why.
    pub kind: GarbageKind,
    /// Octets from the start of the message at which it failed.
    pub offset: usize,
}

/// Why octets are [`Garbage`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum GarbageKind {
    /// The start-line cannot be read.
    StartLine,
    /// A field line cannot be read.
    FieldLine,
    /// A version of another major number (`HTTP/2.0`).
    Version,
    /// The start-line is longer than the limit.
    StartLineTooLong,
    /// The head is longer than the limit, or has too many field lines.
    HeadTooLarge,
    /// The length of the content cannot be known (RFC 9112 §6.3: an unrecoverable error).
    Framing,
    /// A chunk-size line or the line end behind chunk data cannot be read.
    Chunk,
    /// A chunk-size line, or the trailer section, is longer than the limit.
    ChunkTooLarge,
    /// The content is longer than the limit.
    ContentTooLarge,
}
