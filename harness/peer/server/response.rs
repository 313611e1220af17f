//! Framing of responses: what the site answers becomes octets here.
//!
//! No socket: writes into a buffer. A long content is left to the connection, which writes it
//! piece by piece.

use bytes::{BufMut, Bytes, BytesMut};

use crate::peer::date::Date;
use crate::peer::site::{Body, Response, Source};
use crate::wire::{Head, Version};

/// What becomes of the connection behind a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    /// It stays, as it does by default in HTTP/1.1.
    Keep,
    /// It stays, which HTTP/1.0 must be told.
    KeepAlive,
    /// It ends.
    Close,
}

/// What a response must know of its request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// The version of the status-line.
    pub(super) version: Version,
    /// Whether the request is one of HTTP/1.1, so that it can have chunks.
    pub(super) chunks: bool,
    /// Whether the client takes trailer fields.
    pub(super) trailers: bool,
    /// Whether the request is HEAD.
    pub(super) head: bool,
    /// What becomes of the connection.
    pub(super) fate: Fate,
}

/// Octets of a response that are too many for the buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Long {
    /// Where they come from.
    pub(super) source: Source,
    /// The first.
    pub(super) first: u64,
    /// How many.
    pub(super) count: u64,
}

impl Manner {
    /// For a refusal whose request has not been understood.
    pub(super) fn unknown(version: Version) -> Self {
        Self {
            version,
            chunks: false,
            trailers: false,
            head: false,
            fate: Fate::Close,
        }
    }

    /// For the response to that request by a server of that version.
    pub(super) fn of(head: &Head, is_head: bool, version: Version) -> Self {
        let spoken = head.version().min(version);
        let closes = version < Version::HTTP_11 || head.closes();
        Self {
            version,
            chunks: spoken >= Version::HTTP_11,
            // 9112-7.4-p8-1: TE counts only where the connection option names it.
            trailers: spoken >= Version::HTTP_11
                && head.fields.lists("TE", "trailers")
                && head.fields.lists("Connection", "TE"),
            head: is_head,
            fate: match closes {
                true => Fate::Close,
                false if spoken < Version::HTTP_11 => Fate::KeepAlive,
                false => Fate::Keep,
            },
        }
    }
}

/// Appends a response; what is left of a long content is returned.
pub(super) fn encode_response(
    response: Response,
    manner: Manner,
    date: &Date,
    out: &mut BytesMut,
) -> Option<Long> {
    out.reserve(256 + response.fields.len());
    encode_status_line(manner.version, response.status, out);
    // 9110-6.6.1-2: on every response, errors included.
    out.put_slice(b"Date: ");
    out.put_slice(date);
    out.put_slice(b"\r\n");
    if response.is_new {
        out.put_slice(b"Last-Modified: ");
        out.put_slice(date);
        out.put_slice(b"\r\n");
    }
    out.put_slice(&response.fields);
    match manner.fate {
        Fate::Keep => {}
        Fate::KeepAlive => out.put_slice(b"Connection: keep-alive\r\n"),
        // 9112-9.6-p6-2
        Fate::Close => out.put_slice(b"Connection: close\r\n"),
    }
    encode_content(response.status, response.body, manner, out)
}

fn encode_content(status: u16, body: Body, manner: Manner, out: &mut BytesMut) -> Option<Long> {
    // 9110-8.6-7, 9112-6.1-p10-1, 9112-6.3-p2.1.1-1: neither field and no content.
    if matches!(status, 100..200 | 204 | 304) {
        out.put_slice(b"\r\n");
        return None;
    }
    match body {
        Body::Octets(octets) => {
            encode_length(octets.len() as u64, out);
            if !manner.head {
                out.put_slice(&octets);
            }
            None
        }
        Body::Part {
            source,
            first,
            count,
        } => {
            encode_length(count, out);
            (!manner.head).then_some(Long {
                source,
                first,
                count,
            })
        }
        Body::Pieces(pieces) => {
            if manner.chunks {
                encode_chunked(pieces, manner, out);
            } else {
                // 9112-6.1-p13-2: HTTP/1.0 has no chunks, but the pieces are there to be counted.
                let whole = Bytes::from(pieces.concat());
                return encode_content(status, Body::Octets(whole), manner, out);
            }
            None
        }
    }
}

fn encode_length(length: u64, out: &mut BytesMut) {
    out.put_slice(b"Content-Length: ");
    encode_decimal(length, out);
    out.put_slice(b"\r\n\r\n");
}

fn encode_chunked(pieces: &[&str], manner: Manner, out: &mut BytesMut) {
    out.put_slice(b"Transfer-Encoding: chunked\r\n");
    if manner.trailers {
        out.put_slice(b"Trailer: X-Pieces\r\n");
    }
    out.put_slice(b"\r\n");
    if manner.head {
        return;
    }
    for piece in pieces {
        out.put_slice(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes());
    }
    out.put_slice(b"0\r\n");
    if manner.trailers {
        out.put_slice(format!("X-Pieces: {}\r\n", pieces.len()).as_bytes());
    }
    out.put_slice(b"\r\n");
}

fn encode_status_line(version: Version, status: u16, out: &mut BytesMut) {
    out.put_slice(if version < Version::HTTP_11 {
        b"HTTP/1.0 "
    } else {
        b"HTTP/1.1 "
    });
    encode_decimal(u64::from(status), out);
    out.put_u8(b' ');
    out.put_slice(reason(status).as_bytes());
    out.put_slice(b"\r\n");
}

fn encode_decimal(mut number: u64, out: &mut BytesMut) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        // A remainder of 10 fits.
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.put_slice(&digits[at..]);
}

/// The reason phrases of the status codes that the server uses.
fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        // It is of GraphQL over HTTP.
        294 => "Partial Success",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        // The phrase may be empty (RFC 9112 §4).
        _ => "",
    }
}
