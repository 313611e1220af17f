//! Requests to send, and responses that came.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};

use super::options::Options;
use crate::wire::{Fields, Head, Version};

/// A request, before it is framed.
///
/// ```
/// use h1check::peer::client::Request;
///
/// let request = Request::new("POST", "/echo").field("Content-Type", "text/plain").content("ASCII");
/// assert!(!request.is_idempotent());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Bytes,
    /// The request-target.
    pub target: Bytes,
    /// The field lines: names and values. `Host`, `Content-Length` and `Connection` are added
    /// where they are not among them.
    pub fields: Vec<(Bytes, Bytes)>,
    /// The content.
    pub content: Option<Bytes>,
    /// Whether the user knows that doing it twice does no more than doing it once, whatever the
    /// method says.
    pub idempotent: bool,
}

impl Request {
    /// A request without fields and content.
    pub fn new(method: impl Into<Bytes>, target: impl Into<Bytes>) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            fields: Vec::new(),
            content: None,
            idempotent: false,
        }
    }

    /// Adds a field line.
    #[must_use]
    pub fn field(mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Sets the content.
    #[must_use]
    pub fn content(mut self, content: impl Into<Bytes>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Declares it idempotent, whatever its method.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Whether it may be sent again without asking (RFC 9110 §9.2.2).
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
            || matches!(
                &self.method[..],
                b"GET" | b"HEAD" | b"OPTIONS" | b"TRACE" | b"PUT" | b"DELETE"
            )
    }

    /// Whether the connection ends behind it.
    pub(super) fn closes(&self, options: &Options) -> bool {
        options.close
            || options.version < Version::HTTP_11
            || self.values("Connection").any(|value| {
                let mut members = value.split(|&octet| octet == b',');
                members.any(|member| member.trim_ascii().eq_ignore_ascii_case(b"close"))
            })
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> {
        let same = move |field: &&(Bytes, Bytes)| field.0.eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(same).map(|(_, value)| value)
    }

    /// The octets before the content.
    pub(super) fn encode_head(
        &self,
        authority: &str,
        options: &Options,
        out: &mut BytesMut,
    ) -> Result<(), RequestError> {
        self.check()?;
        out.put_slice(&self.method);
        out.put_u8(b' ');
        out.put_slice(&self.target);
        out.put_slice(format!(" {}\r\n", options.version).as_bytes());
        // 9112-3.2-p5-1: and first of all, as RFC 9110 §7.2 advises.
        if self.values("Host").next().is_none() {
            encode_field(b"Host", authority.as_bytes(), out);
        }
        for (name, value) in &self.fields {
            encode_field(name, value, out);
        }
        let framed = self.values("Content-Length").next().is_some()
            || self.values("Transfer-Encoding").next().is_some();
        // 9112-6.3-p6-1, 9110-8.6-1: a method that expects content says so even if there is none.
        let expects = matches!(&self.method[..], b"POST" | b"PUT" | b"PATCH");
        if !framed && (self.content.is_some() || expects) {
            let length = self.content.as_ref().map_or(0, Bytes::len);
            encode_field(b"Content-Length", length.to_string().as_bytes(), out);
        }
        // 9112-9.6-p1-1
        let announced = self.values("Connection").next().is_some();
        if !announced && options.close && options.version >= Version::HTTP_11 {
            encode_field(b"Connection", b"close", out);
        }
        out.put_slice(b"\r\n");
        Ok(())
    }

    /// Nothing in it may end a line, or be taken for something else.
    fn check(&self) -> Result<(), RequestError> {
        if !is_token(&self.method) {
            return Err(RequestError::Method);
        }
        // 9112-3.2-p2-1: no white space, no fragment.
        let outside = |octet: &u8| !octet.is_ascii_graphic() || *octet == b'#';
        if self.target.is_empty() || self.target.iter().any(outside) {
            return Err(RequestError::Target);
        }
        for (name, value) in &self.fields {
            let control = |octet: &u8| octet.is_ascii_control() && *octet != b'\t';
            if !is_token(name) || value.iter().any(control) {
                return Err(RequestError::Field(name.clone()));
            }
        }
        Ok(())
    }
}

fn encode_field(name: &[u8], value: &[u8], out: &mut BytesMut) {
    out.put_slice(name);
    out.put_slice(b": ");
    out.put_slice(value);
    out.put_slice(b"\r\n");
}

/// `token = 1*tchar` (RFC 9110 §5.6.2)
fn is_token(octets: &[u8]) -> bool {
    let is_tchar = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    !octets.is_empty() && octets.iter().all(is_tchar)
}

/// Why a request cannot be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestError {
    /// The method is no token.
    Method,
    /// The request-target has octets that must be encoded.
    Target,
    /// This field line would not be one.
    Field(Bytes),
}

impl std::error::Error for RequestError {}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("the method is not a token"),
            Self::Target => f.write_str("the target has octets that must be percent-encoded"),
            Self::Field(name) => {
                write!(f, "the field {} is not valid", crate::peer::escape(name))
            }
        }
    }
}

/// A final response.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// Status-line and header section.
    pub head: Head,
    /// The content.
    pub content: Bytes,
    /// The trailer section.
    pub trailers: Fields,
}

impl Response {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status().map_or(0, |line| line.code)
    }

    /// The value of the first field line of that name, as text where it is some.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let value = self.head.fields.first(name)?;
        std::str::from_utf8(value).ok()
    }
}
