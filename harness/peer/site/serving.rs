//! Documents in whole and in part (RFC 9110 §14, §15.3.7).
//!
//! Pure: it decides what is sent; preconditions have been evaluated before, but for `If-Range`.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

use super::conditional;
use super::document::{Document, Source};
use super::range::{self, Asked, Part};
use super::resource::{Body, Request, Response, TEXT};

/// GET and HEAD of a document, in whole or in part, and POST, which is answered with the whole.
pub(super) fn serve(document: &'static Document, request: &Request<'_>) -> Response {
    match asked(document, request) {
        Asked::Whole if request.method == b"POST" => whole(document, document.kind),
        Asked::Whole => whole(document, document.fields),
        Asked::Parts(parts) => {
            let is_resumed = request.fields.first("If-Range").is_some();
            let fields = match is_resumed {
                // 9110-15.3.7-3: who sends If-Range has the other fields.
                true => document.kept.to_vec(),
                // 9110-15.3.7-2, 9110-15.3.7-4
                false => [document.kept, document.others].concat(),
            };
            match parts[..] {
                // 9110-15.3.7.2-6: one part is never in multipart/byteranges.
                [part] if is_resumed => single(document, part, fields),
                [part] => single(document, part, [document.kind, &fields].concat()),
                _ => several(document, &parts, fields),
            }
        }
        // 9110-14.4-6
        Asked::Nothing => {
            let range = content_range("*", document);
            let fields = [TEXT, range.as_bytes()].concat();
            Response::octets(416, fields, "There is nothing in that range.\n")
        }
    }
}

/// 304, with what guides the update of a stored response and nothing else.
// 9110-13.1.3-7, 9110-15.4.5-1, 9110-15.4.5-2
pub(super) fn not_modified(document: &'static Document) -> Response {
    Response::new(304, document.kept)
}

fn asked(document: &Document, request: &Request<'_>) -> Asked {
    // 9110-14.2-2: ranges are for GET alone.
    if request.method != b"GET" || !document.is_file {
        return Asked::Whole;
    }
    let mut values = request.fields.all("Range");
    let (Some(value), None) = (values.next(), values.next()) else {
        return Asked::Whole;
    };
    // 9110-13.1.5-7: a false If-Range drops them.
    if !conditional::range_counts(request.fields, document.validators()) {
        return Asked::Whole;
    }
    range::parse(value, document.source.length())
}

fn whole(document: &Document, fields: &'static [u8]) -> Response {
    let body = match document.source {
        Source::Octets(octets) => Body::Octets(Bytes::from_static(octets)),
        source @ Source::Pattern(count) => Body::Part {
            source,
            first: 0,
            count,
        },
    };
    response(200, fields, body)
}

// 9110-15.3.7.1-1
fn single(document: &Document, part: Part, mut fields: Vec<u8>) -> Response {
    fields.extend_from_slice(content_range(&shown(part), document).as_bytes());
    let body = Body::Part {
        source: document.source,
        first: part.first,
        count: part.last - part.first + 1,
    };
    response(206, fields, body)
}

// 9110-15.3.7.2-1, 9110-15.3.7.2-2: the places are told in the parts and only there.
fn several(document: &Document, parts: &[Part], mut fields: Vec<u8>) -> Response {
    let octets: u64 = parts.iter().map(|part| part.last - part.first + 1).sum();
    if octets > MOST {
        return whole(document, document.fields);
    }
    let mut content = BytesMut::new();
    for part in parts {
        content.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        // 9110-15.3.7.2-3, 9110-15.3.7.2-4
        content.extend_from_slice(document.kind);
        content.extend_from_slice(content_range(&shown(*part), document).as_bytes());
        content.extend_from_slice(b"\r\n");
        // They are few enough, so that they fit.
        let count = usize::try_from(part.last - part.first + 1).unwrap_or(usize::MAX);
        document.source.write(part.first, count, &mut content);
        content.extend_from_slice(b"\r\n");
    }
    content.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("Content-Type: multipart/byteranges; boundary={BOUNDARY}\r\n");
    fields.extend_from_slice(kind.as_bytes());
    response(206, fields, Body::Octets(content.freeze()))
}

fn shown(part: Part) -> String {
    format!("{}-{}", part.first, part.last)
}

/// `Content-Range`, as a field line.
fn content_range(positions: &str, document: &Document) -> String {
    let length = document.source.length();
    format!("Content-Range: bytes {positions}/{length}\r\n")
}

fn response(status: u16, fields: impl Into<Cow<'static, [u8]>>, body: Body) -> Response {
    Response {
        body,
        ..Response::new(status, fields)
    }
}

/// It is in no document.
const BOUNDARY: &str = "part-of-a-document";
/// Octets that are put together in memory.
const MOST: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn several_parts_stand_between_boundaries() {
        let document = document::find(b"/other").unwrap();
        let parts = [Part { first: 5, last: 8 }, Part { first: 0, last: 0 }];
        let response = several(document, &parts, Vec::new());
        assert_eq!(response.status, 206);
        let Body::Octets(content) = response.body else {
            panic!("parts are put together in memory");
        };
        let wanted = "--part-of-a-document\r\nContent-Type: text/plain\r\n\
            Content-Range: bytes 5-8/15\r\n\r\nhing\r\n--part-of-a-document\r\n\
            Content-Type: text/plain\r\nContent-Range: bytes 0-0/15\r\n\r\nS\r\n\
            --part-of-a-document--\r\n";
        assert_eq!(String::from_utf8_lossy(&content), wanted);
    }

    #[test]
    fn too_many_octets_of_several_parts_are_sent_as_a_whole() {
        let document = document::find(b"/large").unwrap();
        let last = document.source.length() - 1;
        let parts = [Part { first: 9, last }, Part { first: 0, last: 0 }];
        assert_eq!(several(document, &parts, Vec::new()).status, 200);
    }
}
