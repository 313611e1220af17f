//! Whoever sends without end is cut off after a bounded number of octets.

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::super::*;
use super::{GET, Side, events};

const SMALL: Limits = Limits {
    start_line: 30,
    head: 80,
    fields: 3,
    chunk_line: 20,
    extensions: 30,
    trailers: 40,
    content: 50,
};

const CHUNKED: &[u8] = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

#[rstest]
#[case::start_line(Side::Requests, b"GET /", b"a", "garbage StartLineTooLong@30")]
#[case::separators(Side::Requests, b"", b" ", "garbage StartLineTooLong@30")]
#[case::status_line(GET, b"HTTP/1.1 200 ", b"a", "garbage StartLineTooLong@30")]
#[case::empty_lines(Side::Requests, b"", b"\r\n", "garbage HeadTooLarge@80")]
#[case::behind_empty_lines(Side::Requests, b"\r\n\r\n", b"a", "garbage StartLineTooLong@34")]
#[case::name(Side::Requests, b"GET / HTTP/1.1\r\n", b"a", "garbage HeadTooLarge@80")]
#[case::value(
    Side::Requests,
    b"GET / HTTP/1.1\r\nA: ",
    b"a",
    "garbage HeadTooLarge@80"
)]
#[case::bare_cr(
    Side::Requests,
    b"GET / HTTP/1.1\r\nA: ",
    b"\r",
    "garbage HeadTooLarge@80"
)]
#[case::folds(
    Side::Requests,
    b"GET / HTTP/1.1\r\nA: b",
    b"\r\n c",
    "garbage HeadTooLarge@30"
)]
#[case::lines(
    Side::Requests,
    b"GET / HTTP/1.1\r\n",
    b"A: b\r\n",
    "garbage HeadTooLarge@34"
)]
#[case::chunk_size(Side::Requests, CHUNKED, b"0", "garbage ChunkTooLarge@67")]
#[case::extension(Side::Requests, CHUNKED, b"1;a", "garbage ChunkTooLarge@67")]
#[case::extensions(
    Side::Requests,
    CHUNKED,
    b"1;abcde\r\na\r\n",
    "garbage ChunkTooLarge@107"
)]
#[case::chunks(
    Side::Requests,
    CHUNKED,
    b"a\r\n0123456789\r\n",
    "garbage ContentTooLarge@122"
)]
#[case::trailer(Side::Requests, TRAILERS, b"a", "garbage ChunkTooLarge@90")]
#[case::trailers(Side::Requests, TRAILERS, b"A: b\r\n", "garbage ChunkTooLarge@68")]
#[case::until_close(GET, b"HTTP/1.1 200 \r\n\r\n", b"a", "garbage ContentTooLarge@67")]
fn cuts_off(
    #[case] side: Side,
    #[case] start: &[u8],
    #[case] repeated: &[u8],
    #[case] expected: &str,
) {
    let octets = [start, &repeated.repeat(200)].concat();
    let mut whole = events(side.decoder(SMALL), [&octets[..]], false);
    let slow = events(side.decoder(SMALL), octets.chunks(1), false);
    assert_eq!(whole, slow, "however it arrives");
    assert_eq!(whole.pop().as_deref(), Some(expected));
}

const TRAILERS: &[u8] = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";

#[rstest]
#[case::start_line(
    b"GET /2345678901234567890 HTTP/1.1\r\n\r\n",
    "garbage StartLineTooLong@30"
)]
#[case::head(&[b"GET / HTTP/1.1\r\nA: ".as_slice(), &[b'a'; 58], b"\r\n\r\n"].concat(), "garbage HeadTooLarge@80")]
#[case::fields(
    b"GET / HTTP/1.1\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n",
    "garbage HeadTooLarge@28"
)]
fn holds_a_complete_head_to_the_bounds(#[case] octets: &[u8], #[case] expected: &str) {
    let whole = events(Side::Requests.decoder(SMALL), [octets], false);
    assert_eq!(whole, [expected]);
    let slow = events(Side::Requests.decoder(SMALL), octets.chunks(1), false);
    assert_eq!(slow, [expected]);
}

#[test]
fn takes_what_just_fits_the_bounds() {
    let line = b"GET /2345678901234567 HTTP/1.1\r\n";
    let fields = [b"A: b\r\nA: ".as_slice(), &[b'a'; 35], b"\r\n\r\n"].concat();
    let octets = [&line[..], &fields].concat();
    assert_eq!((line.len() - 2, octets.len()), (30, 80));
    let events = events(Side::Requests.decoder(SMALL), octets.chunks(1), false);
    assert_eq!(events.last().map(String::as_str), Some("end 80"));
}

/// Octet by octet a head is searched once, not once for each octet, which would take minutes.
#[test]
fn searches_no_octet_twice() {
    let mut decoder = Decoder::requests(Limits::default());
    let mut push = |octets: &[u8]| {
        decoder.push(octets);
        assert_eq!(decoder.poll(), None);
    };
    (0..60_000).for_each(|_| push(b" "));
    push(b"GET / HTTP/1.1\r\nA: ");
    (0..150_000).for_each(|_| push(b"a"));
}
