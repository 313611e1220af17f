use bytes::Bytes;
use pretty_assertions::assert_eq;
use rstest::rstest;

use super::*;
use crate::wire::{Decoder, Event, Limits};

type Pairs<'a> = &'a [(&'a str, &'a [u8])];

#[test]
fn writes_a_request_and_nothing_else() {
    let mut out = BytesMut::new();
    let fields: Pairs<'_> = &[("Host", b"h"), ("A", b"\xe9")];
    let fields = fields.iter().copied();
    encode_request(&mut out, b"GET", b"/a?b", Version::HTTP_11, fields).unwrap();
    assert_eq!(&out[..], b"GET /a?b HTTP/1.1\r\nHost: h\r\nA: \xe9\r\n\r\n");
}

#[rstest]
#[case::with_phrase(200, b"OK", b"HTTP/1.0 200 OK\r\n\r\n")]
#[case::without_phrase(204, b"", b"HTTP/1.0 204 \r\n\r\n")]
#[case::below_100(7, b"", b"HTTP/1.0 007 \r\n\r\n")]
fn writes_responses(#[case] code: u16, #[case] reason: &[u8], #[case] expected: &[u8]) {
    let mut out = BytesMut::new();
    encode_response(&mut out, Version::HTTP_10, code, reason, []).unwrap();
    assert_eq!(&out[..], expected);
}

#[rstest]
#[case::method(b"G T", b"/", "A", b"", EncodeError::Method)]
#[case::no_method(b"", b"/", "A", b"", EncodeError::Method)]
#[case::target_with_a_line_end(b"GET", b"/ HTTP/1.1\r\nA: b", "A", b"", EncodeError::Target)]
#[case::target_with_obs_text(b"GET", b"/\xe9", "A", b"", EncodeError::Target)]
#[case::no_target(b"GET", b"", "A", b"", EncodeError::Target)]
#[case::name(b"GET", b"/", "A: b\r\nC", b"", EncodeError::Name)]
#[case::no_name(b"GET", b"/", "", b"", EncodeError::Name)]
#[case::value_with_lf(b"GET", b"/", "A", b"b\nC: d", EncodeError::Value)]
#[case::value_with_cr(b"GET", b"/", "A", b"b\r", EncodeError::Value)]
#[case::value_with_nul(b"GET", b"/", "A", b"\0", EncodeError::Value)]
fn refuses_what_would_inject(
    #[case] method: &[u8],
    #[case] target: &[u8],
    #[case] name: &str,
    #[case] value: &[u8],
    #[case] expected: EncodeError,
) {
    let mut out = BytesMut::from(&b"before"[..]);
    let fields = [("Good", b"one".as_slice()), (name, value)];
    let result = encode_request(&mut out, method, target, Version::HTTP_11, fields);
    assert_eq!(result, Err(expected));
    assert_eq!(&out[..], b"before");
}

#[rstest]
#[case::long_code(1000, b"", EncodeError::Code)]
#[case::phrase(200, b"OK\r\nA: b", EncodeError::Reason)]
fn refuses_status_lines(#[case] code: u16, #[case] reason: &[u8], #[case] expected: EncodeError) {
    let mut out = BytesMut::new();
    let result = encode_response(&mut out, Version::HTTP_11, code, reason, []);
    assert_eq!(result, Err(expected));
    assert!(out.is_empty());
}

#[rstest]
#[case::one(1, "1")]
#[case::fifteen(15, "f")]
#[case::sixteen(16, "10")]
#[case::many(0xabc0, "abc0")]
fn writes_chunk_sizes_in_hex(#[case] length: usize, #[case] size: &str) {
    let mut out = BytesMut::new();
    encode_chunk(&mut out, &vec![b'x'; length]);
    assert_eq!(out.len(), size.len() + length + 4);
    assert!(out.starts_with(format!("{size}\r\nx").as_bytes()));
}

#[test]
fn writes_no_last_chunk_for_empty_data() {
    let mut out = BytesMut::new();
    encode_chunk(&mut out, b"");
    assert!(out.is_empty());
}

#[test]
fn writes_what_the_decoder_reads() {
    let mut out = BytesMut::new();
    let fields = [("Transfer-Encoding", b"chunked".as_slice())];
    encode_response(&mut out, Version::HTTP_11, 200, b"OK", fields).unwrap();
    encode_chunk(&mut out, b"hello, ");
    encode_chunk(&mut out, b"world");
    encode_last_chunk(&mut out, [("A", b"b".as_slice())]).unwrap();

    let mut decoder = Decoder::responses(Limits::default());
    decoder.expect_answer(Bytes::from_static(b"GET"));
    decoder.push(&out);
    let mut content = Vec::new();
    let mut trailers = None;
    while let Some(event) = decoder.poll() {
        match event {
            Event::Head { head, .. } => assert_eq!(head.violations, []),
            Event::Content(more) => content.extend_from_slice(&more),
            Event::End(fields, octets) => {
                assert_eq!(octets, out.len() as u64);
                trailers = fields.first("a").cloned();
            }
            event => panic!("{event:?}"),
        }
    }
    assert_eq!(content, b"hello, world");
    assert_eq!(trailers.as_deref(), Some(&b"b"[..]));
}
