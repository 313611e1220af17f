//! The parts of a representation that a 206 response encloses (RFC 9110 §14.4, §14.6): one, which
//! `Content-Range` in its header section places, or several in `multipart/byteranges`.
//!
//! Pure: the fields and the content of a message in, parts out.

use bytes::Bytes;
use memchr::memmem;

use super::Fields;
use super::field_lines;
use super::grammar::is_blank;

/// One part of a representation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part<'c> {
    /// The fields of this part; for a single one the header section of the message.
    pub fields: Fields,
    /// The octets.
    pub content: &'c [u8],
    /// Which octets they are.
    pub range: Option<ContentRange>,
}

/// The value of a `Content-Range` field of a 206 response.
///
/// ```abnf
/// range-resp = first-pos "-" last-pos "/" ( complete-length / "*" )
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ContentRange {
    /// The first octet.
    pub first: u64,
    /// The last octet.
    pub last: u64,
    /// The length of the whole representation, where it is said.
    pub length: Option<u64>,
}

/// Why a content cannot be taken apart, as a fragment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unparted {
    /// No parameter says what stands between the parts.
    #[error("multipart/byteranges without a boundary")]
    Boundary,
    /// The delimiter does not occur.
    #[error("multipart/byteranges whose boundary does not occur in the content")]
    NoPart,
    /// Something else than the end of the line is behind a delimiter.
    #[error("a boundary that is not followed by CR LF")]
    Delimiter,
    /// The fields of a part do not end.
    #[error("a part without an empty line behind its fields")]
    Fields,
    /// No closing delimiter.
    #[error("multipart/byteranges without its closing delimiter")]
    Unclosed,
}

/// Whether the content consists of several parts, by its `Content-Type`.
#[must_use]
pub fn is_multipart(fields: &Fields) -> bool {
    fields.first("Content-Type").is_some_and(|value| {
        let end = value.iter().position(|&octet| octet == b';');
        value[..end.unwrap_or(value.len())]
            .trim_ascii()
            .eq_ignore_ascii_case(b"multipart/byteranges")
    })
}

/// The parts that a 206 response encloses, in their order.
///
/// # Errors
///
/// If the content says that it is `multipart/byteranges` and cannot be taken apart.
pub fn parts<'c>(fields: &Fields, content: &'c [u8]) -> Result<Vec<Part<'c>>, Unparted> {
    if !is_multipart(fields) {
        return Ok(vec![Part::new(fields.clone(), content)]);
    }
    let boundary = boundary(fields).ok_or(Unparted::Boundary)?;
    let delimiter = [b"\r\n--", &boundary[..]].concat();
    // The line end before the first delimiter belongs to it, and is missing where nothing is
    // before it.
    let mut at = if content.starts_with(&delimiter[2..]) {
        delimiter.len() - 2
    } else {
        memmem::find(content, &delimiter).ok_or(Unparted::NoPart)? + delimiter.len()
    };
    let mut parts = Vec::new();
    while !content[at..].starts_with(b"--") {
        let padding = content[at..].iter().take_while(|&&octet| is_blank(octet));
        let start = at + padding.count();
        if !content[start..].starts_with(b"\r\n") {
            return Err(Unparted::Delimiter);
        }
        let length = memmem::find(&content[start..], &delimiter).ok_or(Unparted::Unclosed)?;
        parts.push(part(&content[start..start + length])?);
        at = start + length + delimiter.len();
    }
    Ok(parts)
}

/// A part with the line end before it and without the one behind it.
fn part(octets: &[u8]) -> Result<Part<'_>, Unparted> {
    // Without fields the empty line follows at once.
    let end = memmem::find(octets, b"\r\n\r\n").ok_or(Unparted::Fields)?;
    let head = Bytes::copy_from_slice(octets.get(2..end + 2).unwrap_or_default());
    let fields = field_lines::parse(&head, 0, &mut Vec::new());
    Ok(Part::new(fields, &octets[end + 4..]))
}

impl<'c> Part<'c> {
    fn new(fields: Fields, content: &'c [u8]) -> Self {
        let range = fields.first("Content-Range");
        let range = range.and_then(|value| ContentRange::parse(value));
        Self {
            fields,
            content,
            range,
        }
    }
}

impl ContentRange {
    /// Reads the value of a field; `None` for what places no octets.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let value = std::str::from_utf8(value).ok()?;
        let (unit, range) = value.split_once(' ')?;
        let (positions, length) = range.split_once('/')?;
        let (first, last) = positions.split_once('-')?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
            is_number.then(|| text.parse::<u64>().ok()).flatten()
        };
        let found = Self {
            first: number(first)?,
            last: number(last)?,
            length: match length {
                "*" => None,
                length => Some(number(length)?),
            },
        };
        // RFC 9110 §14.4: invalid where the end is before the start, or not inside of the length.
        let is_valid = found.first <= found.last && found.length.is_none_or(|all| found.last < all);
        (is_valid && unit.eq_ignore_ascii_case("bytes")).then_some(found)
    }
}

/// The `boundary` parameter of `Content-Type`, which may be quoted.
fn boundary(fields: &Fields) -> Option<Vec<u8>> {
    let value = fields.first("Content-Type")?;
    let parameters = value.split(|&octet| octet == b';').skip(1);
    let mut named = parameters.filter_map(|parameter| {
        let equals = parameter.iter().position(|&octet| octet == b'=')?;
        let (name, value) = (&parameter[..equals], &parameter[equals + 1..]);
        name.trim_ascii()
            .eq_ignore_ascii_case(b"boundary")
            .then(|| value.trim_ascii())
    });
    let value = named.next()?;
    let bare = match value {
        // No octet of a boundary has to be escaped (RFC 2046 §5.1.1).
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    };
    (!bare.is_empty()).then(|| bare.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Decoder, Event, Limits};
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    /// The parts of a response as `(Content-Range, content)`.
    fn parted(kind: &str, content: &str) -> Result<Vec<(String, String)>, Unparted> {
        let mut decoder = Decoder::responses(Limits::default());
        decoder.push(format!("HTTP/1.1 206 \r\nContent-Type: {kind}\r\n\r\n").as_bytes());
        let Some(Event::Head { head, .. }) = decoder.poll() else {
            panic!("a head");
        };
        let parts = parts(&head.fields, content.as_bytes())?;
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let range = |part: &Part<'_>| part.fields.first("Content-Range").map(|value| text(value));
        let shown = |part: &Part<'_>| (range(part).unwrap_or_default(), text(part.content));
        Ok(parts.iter().map(shown).collect())
    }

    const TWO: &str = "--X\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n--X\r\n\
        Content-Type: text/plain\r\nContent-Range: bytes 4-4/9\r\n\r\ne\r\n--X--\r\n";

    #[rstest]
    #[case::bare("multipart/byteranges; boundary=X", TWO)]
    #[case::quoted("multipart/byteranges; boundary=\"X\"", TWO)]
    #[case::other_case("Multipart/ByteRanges;charset=x; BOUNDARY=X", TWO)]
    #[case::line_end_first("multipart/byteranges; boundary=X", &["\r\n", TWO].concat())]
    #[case::preamble("multipart/byteranges; boundary=X", &["nobody reads\r\n", TWO].concat())]
    #[case::padded("multipart/byteranges; boundary=X", &TWO.replacen("X\r", "X \t\r", 1))]
    #[case::epilogue("multipart/byteranges; boundary=X", &[TWO, "--X\r\n"].concat())]
    fn several_parts_are_taken_apart(#[case] kind: &str, #[case] content: &str) {
        let pair = |range: &str, octets: &str| (range.to_owned(), octets.to_owned());
        let wanted = vec![pair("bytes 0-1/9", "ab"), pair("bytes 4-4/9", "e")];
        assert_eq!(parted(kind, content), Ok(wanted));
    }

    #[test]
    fn a_part_may_have_no_fields() {
        let found = parted("multipart/byteranges; boundary=X", "--X\r\n\r\nab\r\n--X--");
        assert_eq!(found, Ok(vec![(String::new(), "ab".to_owned())]));
    }

    #[test]
    fn anything_else_is_one_part() {
        let found = parted("text/plain", "ab");
        assert_eq!(found, Ok(vec![(String::new(), "ab".to_owned())]));
    }

    #[rstest]
    #[case::no_boundary("multipart/byteranges", TWO, Unparted::Boundary)]
    #[case::other_boundary("multipart/byteranges; boundary=Y", TWO, Unparted::NoPart)]
    #[case::longer(
        "multipart/byteranges; boundary=X",
        "--XY\r\n\r\n",
        Unparted::Delimiter
    )]
    #[case::cut("multipart/byteranges; boundary=X", "--X", Unparted::Delimiter)]
    #[case::no_empty_line(
        "multipart/byteranges; boundary=X",
        "--X\r\na\r\n--X--",
        Unparted::Fields
    )]
    #[case::unclosed(
        "multipart/byteranges; boundary=X",
        "--X\r\n\r\nab",
        Unparted::Unclosed
    )]
    fn what_cannot_be_taken_apart_is_told(
        #[case] kind: &str,
        #[case] content: &str,
        #[case] why: Unparted,
    ) {
        assert_eq!(parted(kind, content), Err(why));
    }

    #[rstest]
    #[case::whole("bytes 0-8/9", Some((0, 8, Some(9))))]
    #[case::unknown_length("bytes 2-2/*", Some((2, 2, None)))]
    #[case::unit_in_any_case("Bytes 0-0/1", Some((0, 0, Some(1))))]
    #[case::unsatisfied("bytes */9", None)]
    #[case::backwards("bytes 3-2/9", None)]
    #[case::beyond("bytes 0-9/9", None)]
    #[case::other_unit("lines 0-0/9", None)]
    #[case::no_length("bytes 0-0", None)]
    #[case::signed("bytes +0-0/9", None)]
    #[case::overflow("bytes 0-18446744073709551616/*", None)]
    #[case::empty("", None)]
    fn content_range_is_read(#[case] value: &str, #[case] wanted: Option<(u64, u64, Option<u64>)>) {
        let found = ContentRange::parse(value.as_bytes());
        let found = found.map(|range| (range.first, range.last, range.length));
        assert_eq!(found, wanted);
    }
}
