//! Documents: resources with a stable representation.

use std::time::{Duration, SystemTime};

use bytes::{BufMut, BytesMut};

use super::conditional::Validators;

/// A resource with a stable representation, its validators and its fields.
#[derive(Debug)]
pub(super) struct Document {
    /// Where it is.
    pub(super) path: &'static [u8],
    /// What it is made of.
    pub(super) source: Source,
    /// The entity tag, quotes included, and `W/` if it is weak.
    pub(super) tag: Option<&'static str>,
    /// Whether it says when it was last modified, and has ranges.
    pub(super) is_file: bool,
    /// `Content-Type`, as a field line.
    pub(super) kind: &'static [u8],
    /// The field lines that a 304 response repeats, and a 206 response to `If-Range`.
    pub(super) kept: &'static [u8],
    /// All the others of a 200 response but `Content-Type`.
    pub(super) others: &'static [u8],
    /// All field lines of a 200 response, so that none has to be put together.
    pub(super) fields: &'static [u8],
    /// Whether POST is answered, with this representation.
    pub(super) takes_post: bool,
}

impl Document {
    /// What preconditions are held against.
    pub(super) fn validators(&self) -> Validators<'static> {
        Validators {
            tag: self.tag,
            modified: self.is_file.then(modified),
        }
    }
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
fn modified() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_654_560_000)
}

/// A line of 64 octets, so that every place in a pattern can be told from its neighbours.
const PATTERN: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n";

macro_rules! document {
    ($path:literal, $source:expr, $tag:literal, $kept:literal, $others:literal) => {
        Document {
            path: $path,
            source: $source,
            tag: Some($tag),
            is_file: true,
            kind: TEXT.as_bytes(),
            kept: concat!("ETag: ", $tag, "\r\n", $kept).as_bytes(),
            others: concat!($others, file!()).as_bytes(),
            fields: concat!(text!(), "ETag: ", $tag, "\r\n", $kept, $others, file!()).as_bytes(),
            takes_post: false,
        }
    };
    ($path:literal, $source:expr, $tag:literal) => {
        document!($path, $source, $tag, "", "")
    };
}

macro_rules! text {
    () => {
        "Content-Type: text/plain\r\n"
    };
}

macro_rules! file {
    () => {
        "Last-Modified: Tue, 07 Jun 2022 00:00:00 GMT\r\nAccept-Ranges: bytes\r\n"
    };
}

/// `Content-Type`, as a field line.
const TEXT: &str = text!();

const DOCUMENTS: &[Document] = &[
    Document {
        takes_post: true,
        ..document!(b"/", Source::Octets(b"Hello World\n"), "\"hello-1\"")
    },
    document!(
        b"/other",
        Source::Octets(b"Something else\n"),
        "\"other-1\""
    ),
    document!(b"/large", Source::Pattern(1 << 20), "\"large-1\""),
    // It has all the fields that partial and conditional answers repeat.
    document!(
        b"/range",
        Source::Pattern(1000),
        "\"range-1\"",
        "Cache-Control: max-age=60\r\nContent-Location: /range\r\n\
         Expires: Tue, 07 Jun 2022 00:01:00 GMT\r\nVary: Accept-Language\r\n",
        "Content-Language: en\r\n"
    ),
    document!(b"/empty", Source::Octets(b""), "\"empty-1\""),
    document!(b"/weak", Source::Octets(b"Much the same\n"), "W/\"weak-1\""),
    Document {
        path: b"/no-validators",
        source: Source::Octets(b"Something or other\n"),
        tag: None,
        is_file: false,
        kind: TEXT.as_bytes(),
        kept: b"",
        others: b"",
        fields: TEXT.as_bytes(),
        takes_post: false,
    },
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
            let others = std::str::from_utf8(document.others).unwrap();
            assert_eq!(others.contains(&date), document.is_file, "{others}");
        }
    }

    #[test]
    fn the_fields_of_a_200_response_are_those_of_its_parts() {
        for document in DOCUMENTS {
            let parts = [document.kind, document.kept, document.others].concat();
            assert_eq!(document.fields, parts);
        }
    }

    #[test]
    fn the_entity_tags_stand_in_the_fields() {
        for document in DOCUMENTS {
            let kept = std::str::from_utf8(document.kept).unwrap();
            let tag = document.tag.map(|tag| format!("ETag: {tag}\r\n"));
            assert!(kept.starts_with(&tag.unwrap_or_default()), "{kept}");
        }
    }
}
