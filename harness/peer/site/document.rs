//! Documents: resources with a stable representation.

use std::time::{Duration, SystemTime};

use bytes::{BufMut, BytesMut};

/// A resource with a stable representation, its validators and its fields.
#[derive(Debug)]
pub(super) struct Document {
    /// Where it is.
    pub(super) path: &'static [u8],
    /// What it is made of.
    pub(super) source: Source,
    /// The entity tag, quotes included; always a strong one.
    pub(super) tag: &'static str,
    /// `Content-Type`, as a field line.
    pub(super) kind: &'static [u8],
    /// `ETag`, `Last-Modified`, `Accept-Ranges`, as field lines.
    pub(super) validators: &'static [u8],
    /// All field lines of a 200 response, so that none has to be put together.
    pub(super) fields: &'static [u8],
    /// Whether POST is answered, with this representation.
    pub(super) takes_post: bool,
}

/// Where the octets of a content come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::peer) enum Source {
    /// These.
    Octets(&'static [u8]),
    /// So many octets of an endless pattern, which costs no memory.
    Pattern(u64),
}

impl Source {
    /// How many octets there are.
    pub(in crate::peer) fn length(self) -> u64 {
        match self {
            Self::Octets(octets) => octets.len() as u64,
            Self::Pattern(length) => length,
        }
    }

    /// Appends `count` octets from `first` on. The caller stays inside of the length.
    pub(in crate::peer) fn write(self, first: u64, count: usize, out: &mut BytesMut) {
        match self {
            Self::Octets(octets) => {
                // Both are within the length, which is one of memory, so that they fit.
                let first = usize::try_from(first).unwrap_or(usize::MAX);
                out.extend_from_slice(
                    octets
                        .get(first..)
                        .map_or(&[], |rest| rest.get(..count).unwrap_or(rest)),
                );
            }
            Self::Pattern(_) => {
                let skip = usize::try_from(first % PATTERN.len() as u64).unwrap_or(0);
                let mut left = count;
                out.reserve(count);
                let mut from = skip;
                while left > 0 {
                    let piece = &PATTERN[from..];
                    let piece = &piece[..piece.len().min(left)];
                    out.put_slice(piece);
                    left -= piece.len();
                    from = 0;
                }
            }
        }
    }
}

/// The document at that path.
pub(super) fn find(path: &[u8]) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| document.path == path)
}

/// When all the documents were last modified: `Tue, 07 Jun 2022 00:00:00 GMT`, the month of
/// RFC 9110 and RFC 9112.
pub(super) fn modified() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_654_560_000)
}

/// A line of 64 octets, so that every place in a pattern can be told from its neighbours.
const PATTERN: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n";

macro_rules! validators {
    ($tag:literal) => {
        concat!(
            "ETag: ",
            $tag,
            "\r\nLast-Modified: Tue, 07 Jun 2022 00:00:00 GMT\r\nAccept-Ranges: bytes\r\n"
        )
    };
}

macro_rules! document {
    ($path:literal, $source:expr, $tag:literal, $kind:literal, $takes_post:literal) => {
        Document {
            path: $path,
            source: $source,
            tag: $tag,
            kind: concat!("Content-Type: ", $kind, "\r\n").as_bytes(),
            validators: validators!($tag).as_bytes(),
            fields: concat!("Content-Type: ", $kind, "\r\n", validators!($tag)).as_bytes(),
            takes_post: $takes_post,
        }
    };
}

const DOCUMENTS: &[Document] = &[
    document!(
        b"/",
        Source::Octets(b"Hello World\n"),
        "\"hello-1\"",
        "text/plain",
        true
    ),
    document!(
        b"/other",
        Source::Octets(b"Something else\n"),
        "\"other-1\"",
        "text/plain",
        false
    ),
    document!(
        b"/large",
        Source::Pattern(1 << 20),
        "\"large-1\"",
        "text/plain",
        false
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_part_of_a_pattern_is_a_part_of_the_whole() {
        let source = Source::Pattern(1000);
        let mut whole = BytesMut::new();
        source.write(0, 1000, &mut whole);
        let mut part = BytesMut::new();
        source.write(100, 200, &mut part);
        assert_eq!(part, whole[100..300]);
    }

    #[test]
    fn the_last_modified_fields_say_when_the_documents_were_modified() {
        let date = httpdate::HttpDate::from(modified()).to_string();
        for document in DOCUMENTS {
            let validators = std::str::from_utf8(document.validators).unwrap();
            assert!(validators.contains(&date), "{validators}");
        }
    }
}
