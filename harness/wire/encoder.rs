//! Messages to octets.
//!
//! Pure: everything is appended to a buffer of the caller; time (a `Date`) is a value like any
//! other. Nothing is added that was not asked for, and nothing can be injected: what would end a
//! line early is refused. Whether a message makes sense is the caller's business.

use bytes::{BufMut, BytesMut};

use super::Version;
use super::grammar::{is_token, is_vchar};

/// Why something was not encoded. The buffer is as it was before.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Not a token (RFC 9110 §5.6.2).
    #[error("the method is not a token")]
    Method,
    /// Empty, or with octets outside of VCHAR (white space, controls, obs-text).
    #[error("the request-target is empty or has octets that must be percent-encoded")]
    Target,
    /// Not of three digits.
    #[error("the status code does not have three digits")]
    Code,
    /// With CR, LF or NUL.
    #[error("the reason phrase has a CR, LF or NUL")]
    Reason,
    /// Not a token.
    #[error("a field name is not a token")]
    Name,
    /// With CR, LF or NUL.
    #[error("a field value has a CR, LF or NUL")]
    Value,
}

/// Appends the head of a request.
///
/// # Errors
/// Where a part could end its line early or is no such part.
///
/// ```
/// use bytes::BytesMut;
/// use h1check::wire::{Version, encoder};
///
/// let mut octets = BytesMut::new();
/// let fields = [("Host", b"example.org".as_slice())];
/// encoder::encode_request(&mut octets, b"GET", b"/", Version::HTTP_11, fields)?;
/// assert_eq!(&octets[..], b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
/// # Ok::<(), encoder::EncodeError>(())
/// ```
pub fn encode_request<'a>(
    out: &mut BytesMut,
    method: &[u8],
    target: &[u8],
    version: Version,
    fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), EncodeError> {
    all_or_nothing(out, |out| {
        encode_request_line(out, method, target, version)?;
        encode_fields(out, fields)
    })
}

/// Appends the head of a response. The SP behind the status code is there without a reason phrase
/// as well (`9112-4-p9-2`).
///
/// # Errors
/// Where a part could end its line early or is no such part.
pub fn encode_response<'a>(
    out: &mut BytesMut,
    version: Version,
    code: u16,
    reason: &[u8],
    fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), EncodeError> {
    all_or_nothing(out, |out| {
        encode_status_line(out, version, code, reason)?;
        encode_fields(out, fields)
    })
}

/// Appends `method SP request-target SP HTTP-version CRLF` (RFC 9112 §3).
///
/// # Errors
/// Where the method is no token, or the target empty or not of VCHAR alone.
pub fn encode_request_line(
    out: &mut BytesMut,
    method: &[u8],
    target: &[u8],
    version: Version,
) -> Result<(), EncodeError> {
    if !is_token(method) {
        return Err(EncodeError::Method);
    }
    if target.is_empty() || !target.iter().all(|&octet| is_vchar(octet)) {
        return Err(EncodeError::Target);
    }
    out.reserve(method.len() + target.len() + 12);
    out.put_slice(method);
    out.put_u8(b' ');
    out.put_slice(target);
    out.put_u8(b' ');
    put_version(out, version);
    out.put_slice(b"\r\n");
    Ok(())
}

/// Appends `HTTP-version SP status-code SP [ reason-phrase ] CRLF` (RFC 9112 §4).
///
/// # Errors
/// Where the code does not have three digits, or the phrase has a CR, LF or NUL.
pub fn encode_status_line(
    out: &mut BytesMut,
    version: Version,
    code: u16,
    reason: &[u8],
) -> Result<(), EncodeError> {
    if code > 999 {
        return Err(EncodeError::Code);
    }
    if !stays_on_its_line(reason) {
        return Err(EncodeError::Reason);
    }
    out.reserve(reason.len() + 15);
    put_version(out, version);
    let digit = |number: u16| b'0' + u8::try_from(number % 10).unwrap_or_default();
    out.put_slice(&[b' ', digit(code / 100), digit(code / 10), digit(code), b' ']);
    out.put_slice(reason);
    out.put_slice(b"\r\n");
    Ok(())
}

/// Appends one field line.
///
/// # Errors
/// Where the name is no token, or the value has a CR, LF or NUL.
pub fn encode_field(out: &mut BytesMut, name: &str, value: &[u8]) -> Result<(), EncodeError> {
    if !is_token(name.as_bytes()) {
        return Err(EncodeError::Name);
    }
    if !stays_on_its_line(value) {
        return Err(EncodeError::Value);
    }
    out.reserve(name.len() + value.len() + 4);
    out.put_slice(name.as_bytes());
    out.put_slice(b": ");
    out.put_slice(value);
    out.put_slice(b"\r\n");
    Ok(())
}

/// Appends field lines and the empty line behind them.
///
/// # Errors
/// Where a name is no token, or a value has a CR, LF or NUL.
pub fn encode_fields<'a>(
    out: &mut BytesMut,
    fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), EncodeError> {
    all_or_nothing(out, |out| {
        for (name, value) in fields {
            encode_field(out, name, value)?;
        }
        out.put_slice(b"\r\n");
        Ok(())
    })
}

/// Appends one chunk (RFC 9112 §7.1). Empty data gives nothing, because a chunk of size 0 would
/// be the last one.
pub fn encode_chunk(out: &mut BytesMut, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    out.reserve(data.len() + 20);
    let digits = (usize::BITS - data.len().leading_zeros()).div_ceil(4);
    for shift in (0..digits).rev() {
        let digit = (data.len() >> (shift * 4)) & 0xf;
        out.put_u8(b"0123456789abcdef"[digit]);
    }
    out.put_slice(b"\r\n");
    out.put_slice(data);
    out.put_slice(b"\r\n");
}

/// Appends the last chunk, the trailer section and the empty line.
///
/// # Errors
/// Where a name is no token, or a value has a CR, LF or NUL.
pub fn encode_last_chunk<'a>(
    out: &mut BytesMut,
    trailers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), EncodeError> {
    all_or_nothing(out, |out| {
        out.put_slice(b"0\r\n");
        encode_fields(out, trailers)
    })
}

fn all_or_nothing(
    out: &mut BytesMut,
    encode: impl FnOnce(&mut BytesMut) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let before = out.len();
    let result = encode(out);
    if result.is_err() {
        out.truncate(before);
    }
    result
}

fn put_version(out: &mut BytesMut, version: Version) {
    let digit = |number: u8| b'0' + number % 10;
    let (major, minor) = (digit(version.major), digit(version.minor));
    out.put_slice(&[b'H', b'T', b'T', b'P', b'/', major, b'.', minor]);
}

/// 9110-5.5-4: what is wrong here would end the line, or the value, for somebody.
fn stays_on_its_line(value: &[u8]) -> bool {
    memchr::memchr3(b'\r', b'\n', b'\0', value).is_none()
}

#[cfg(test)]
mod tests;
