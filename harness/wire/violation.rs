//! What a sender did wrong on the wire, with the place and the rule.

use std::fmt;

/// One departure from the grammar or from a rule for senders, found by the decoder, which could
/// nevertheless go on (RFC 9110 §2.4 lets a recipient recover).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Violation {
    /// What is wrong.
    pub kind: ViolationKind,
    /// Octets from the start of the message (its first octet is 0; empty lines before it count).
    pub offset: usize,
}

/// The kinds of [`Violation`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A line of the head ends in LF alone.
    BareLf,
    /// A CR that no LF follows, in the head, a chunk line or a trailer.
    BareCr,
    /// An empty line before the start-line.
    EmptyLineBefore,
    /// A line led by SP or HTAB directly after the start-line.
    SpaceAfterStartLine,
    /// A field line folded over several lines.
    ObsFold,
    /// SP or HTAB between field name and colon.
    SpaceBeforeColon,
    /// A field name that is empty or no token, or a line without colon.
    FieldName,
    /// NUL or another control octet in a field value.
    FieldValue,
    /// The request-line or status-line is not spaced or spelt as its grammar says.
    StartLine,
    /// A control octet in the reason-phrase.
    Reason,
    /// Raw octets outside of VCHAR in the request-target.
    RequestTarget,
    /// A version of HTTP/1 that does not exist (`HTTP/1.2` to `HTTP/1.9`).
    Version,
    /// A `Content-Length` that is no number, or several that differ.
    ContentLength,
    /// A `Content-Length` list of equal numbers.
    ContentLengthList,
    /// `Content-Length` and `Transfer-Encoding` in one message.
    LengthAndCoding,
    /// A transfer coding other than `chunked`, or `chunked` not last, or twice.
    TransferCoding,
    /// `Transfer-Encoding` in a message of HTTP/1.0.
    CodingIn10,
    /// `Transfer-Encoding` or `Content-Length` where the status code bans it (1xx, 204).
    FramingBanned,
    /// A chunk-size line that the grammar does not allow (sign, `0x`, blanks, bare LF).
    ChunkSize,
    /// A chunk extension that the grammar does not allow.
    ChunkExtension,
    /// White space where the grammar of chunk extensions tolerates it from others (`BWS`).
    BadWhitespace,
    /// A malformed line in the trailer section.
    Trailer,
    /// No CR LF behind chunk data.
    ChunkEnd,
}

impl ViolationKind {
    /// The catalogue id of the rule that is broken, whoever sends it; [`lint`](super::lint) knows
    /// narrower ones.
    #[must_use]
    pub fn requirement(self) -> &'static str {
        match self {
            Self::BareLf | Self::EmptyLineBefore => "9112-2.1-p2-1",
            Self::BareCr => "9112-2.2-p4-1",
            Self::SpaceAfterStartLine => "9112-2.2-p7-1",
            Self::ObsFold => "9112-5.2-p3-1",
            Self::SpaceBeforeColon | Self::FieldName | Self::FieldValue => "9112-5-p2-1",
            Self::StartLine => "9112-2.1-p2-1",
            Self::Reason => "9112-4-p8-1",
            Self::RequestTarget => "9112-3.2-p2-1",
            Self::Version => "9112-2.3-p3-1",
            Self::ContentLength => "9112-6.3-p1-1",
            Self::ContentLengthList => "9110-2.2-1",
            Self::LengthAndCoding => "9112-6.2-p2-1",
            Self::TransferCoding => "9112-6.1-p4-2",
            Self::CodingIn10 => "9112-6.1-p16-1",
            Self::FramingBanned => "9112-6.1-p10-1",
            Self::ChunkSize | Self::ChunkEnd => "9112-7.1-p2-1",
            Self::ChunkExtension => "9112-7.1.1-p2-1",
            Self::BadWhitespace => "9110-5.6.3-5",
            Self::Trailer => "9112-5-p2-1",
        }
    }
}

impl ViolationKind {
    /// Whether even a strict recipient is told to go on, because only the sender is wrong.
    #[must_use]
    pub fn must_be_tolerated(self) -> bool {
        match self {
            // 9112-2.2-p6-1 (SHOULD), 9110-5.6.3-6, and RFC 9110 §6.2: a higher minor version
            // is read as the highest one known.
            Self::EmptyLineBefore | Self::BadWhitespace | Self::Version => true,
            _ => false,
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BareLf => "a line ends in LF alone",
            Self::BareCr => "a CR that no LF follows",
            Self::EmptyLineBefore => "an empty line before the start-line",
            Self::SpaceAfterStartLine => "a line led by white space after the start-line",
            Self::ObsFold => "a folded field line",
            Self::SpaceBeforeColon => "white space before the colon of a field line",
            Self::FieldName => "a field line without a valid name",
            Self::FieldValue => "a control octet in a field value",
            Self::StartLine => "a misspelt start-line",
            Self::Reason => "a control octet in the reason-phrase",
            Self::RequestTarget => "an octet in the request-target that must be percent-encoded",
            Self::Version => "a version that is not HTTP/1.0 or HTTP/1.1",
            Self::ContentLength => "a Content-Length that is not one number",
            Self::ContentLengthList => "a Content-Length that lists one number several times",
            Self::LengthAndCoding => "Content-Length beside Transfer-Encoding",
            Self::TransferCoding => "a transfer coding other than one final chunked",
            Self::CodingIn10 => "Transfer-Encoding in an HTTP/1.0 message",
            Self::FramingBanned => "a framing field that the status code bans",
            Self::ChunkSize => "a malformed chunk-size line",
            Self::ChunkExtension => "a malformed chunk extension",
            Self::BadWhitespace => "bad white space in a chunk extension",
            Self::Trailer => "a malformed trailer line",
            Self::ChunkEnd => "no CR LF behind the data of a chunk",
        })
    }
}
