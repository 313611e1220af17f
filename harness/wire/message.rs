//! A message and its parts, as the octets that they are.

use std::fmt;

use bytes::Bytes;

use super::Violation;
use super::grammar::trim_blanks;

/// The protocol version of a message, e.g. `HTTP/1.1`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Version {
    /// The digit before the dot.
    pub major: u8,
    /// The digit after the dot.
    pub minor: u8,
}

impl Version {
    /// HTTP/1.0
    pub const HTTP_10: Self = Self { major: 1, minor: 0 };
    /// HTTP/1.1
    pub const HTTP_11: Self = Self { major: 1, minor: 1 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP/{}.{}", self.major, self.minor)
    }
}

/// One field line: a name and a value without the white space around it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    /// The name as it was spelt.
    pub name: Bytes,
    /// The value, trimmed of SP and HTAB; folds are replaced by SP.
    pub value: Bytes,
}

/// The field lines of a header or trailer section, in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Fields(pub Vec<Field>);

impl Fields {
    /// The values of all field lines of that name (case-insensitive), in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> {
        self.0
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|field| &field.value)
    }

    /// The value of the first field line of that name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Bytes> {
        self.0
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|field| &field.value)
    }

    /// The members of a list field over all its lines (RFC 9110 §5.6.1): split at commas outside
    /// of quoted strings, trimmed, empty members skipped.
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.all(name).flat_map(|value| members(value))
    }

    /// Whether the list field has that member, ignoring case.
    #[must_use]
    pub fn lists(&self, name: &str, member: &str) -> bool {
        self.list(name)
            .any(|found| found.eq_ignore_ascii_case(member.as_bytes()))
    }
}

/// The start-line of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StartLine {
    /// Of a request.
    Request(RequestLine),
    /// Of a response.
    Status(StatusLine),
}

/// `method SP request-target SP HTTP-version` (RFC 9112 §3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestLine {
    /// The method, case-sensitive.
    pub method: Bytes,
    /// The request-target as sent.
    pub target: Bytes,
    /// The version as sent.
    pub version: Version,
}

/// `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 §4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusLine {
    /// The version as sent.
    pub version: Version,
    /// Three digits.
    pub code: u16,
    /// May be empty.
    pub reason: Bytes,
}

/// Start-line and header section.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// The start-line.
    pub start: StartLine,
    /// The header section.
    pub fields: Fields,
    /// The exact octets: from the first octet after the message before, through the empty line.
    pub octets: Bytes,
    /// What is wrong with it, in the order of the offsets; framing violations behind them.
    pub violations: Vec<Violation>,
}

impl Head {
    /// The version in the start-line.
    #[must_use]
    pub fn version(&self) -> Version {
        match &self.start {
            StartLine::Request(line) => line.version,
            StartLine::Status(line) => line.version,
        }
    }

    /// The request-line, where this is a request.
    #[must_use]
    pub fn request(&self) -> Option<&RequestLine> {
        match &self.start {
            StartLine::Request(line) => Some(line),
            StartLine::Status(_) => None,
        }
    }

    /// The status-line, where this is a response.
    #[must_use]
    pub fn status(&self) -> Option<&StatusLine> {
        match &self.start {
            StartLine::Status(line) => Some(line),
            StartLine::Request(_) => None,
        }
    }

    /// The name of the first field line of that name, which tells where it is; of none: empty.
    pub(super) fn field(&self, name: &str) -> &Bytes {
        static NONE: Bytes = Bytes::new();
        let is_named = |field: &&Field| field.name.eq_ignore_ascii_case(name.as_bytes());
        (self.fields.0.iter().find(is_named)).map_or(&NONE, |field| &field.name)
    }

    /// Where in [`octets`](Self::octets) a part of this head starts; 0 for a part that was copied
    /// (the value of a folded field line, say).
    #[must_use]
    pub fn offset_of(&self, part: &Bytes) -> usize {
        let start = self.octets.as_ptr() as usize;
        (part.as_ptr() as usize)
            .checked_sub(start)
            .filter(|&offset| offset < self.octets.len())
            .unwrap_or_default()
    }

    /// Whether this message ends the persistence of its connection: a `close` connection option,
    /// or HTTP/1.0 without `keep-alive` (RFC 9112 §9.3).
    #[must_use]
    pub fn closes(&self) -> bool {
        self.fields.lists("Connection", "close")
            || (self.version() < Version::HTTP_11 && !self.fields.lists("Connection", "keep-alive"))
    }
}

/// A whole message, put together from the events of the decoder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Start-line and header section.
    pub head: Head,
    /// The decoded content.
    pub content: Bytes,
    /// The trailer section of a chunked message.
    pub trailers: Fields,
    /// Violations found behind the head (chunk lines, trailers).
    pub violations: Vec<Violation>,
    /// The exact octets of the whole message.
    pub octets: Bytes,
}

/// Splits a list field value at the commas outside of quoted strings.
pub(super) fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .split(move |&octet| {
            match octet {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b',' => return !quoted,
                _ => {}
            }
            false
        })
        .map(trim_blanks)
        .filter(|member| !member.is_empty())
}
