//! What the decoder gives: events, and why it gives nothing more.

use bytes::Bytes;

use super::framing::Framing;
use super::{Fields, Head, Violation};

/// What the decoder found next.
#[derive(Clone, Debug, Eq, PartialEq)]
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
    /// Before the head was complete (at least one octet of its start-line had come).
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
    /// The head, where it could be read and the content behind it cannot (no
    /// [`Event::Head`] was given for it).
    pub head: Option<Box<Head>>,
}

/// Why octets are [`Garbage`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum GarbageKind {
    /// The start-line cannot be read.
    StartLine,
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
