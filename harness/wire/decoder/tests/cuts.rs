//! Where the octets are cut must not matter.

use proptest::prelude::*;

use super::super::*;
use super::{Side, events};

/// Pieces of which messages, good and bad, are made.
const PARTS: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\n",
    b"POST /a HTTP/1.0\r\n",
    b"GET  /\xe9 b HTTP/1.1\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 204\r\n",
    b"HTTP/1.1 100 \r\n",
    b"Host: h\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 1, 1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"A : b\rc\r\n",
    b" folded\r\n",
    b"no colon\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"hello",
    b"5\r\nhello\r\n",
    b"1;a=\"b\"\na\n",
    b"2 ;c\r\nab\r\n",
    b"0\r\n",
    b"0\r\nT: u\r\n\r\n",
];

/// Bounds that such inputs can reach.
const LIMITS: Limits = Limits {
    start_line: 24,
    head: 90,
    fields: 4,
    chunk_line: 9,
    extensions: 5,
    trailers: 30,
    content: 12,
};

/// Mostly a message that starts well, else anything.
fn input() -> impl Strategy<Value = (bool, Vec<u8>)> {
    let start = (any::<bool>(), any::<bool>()).prop_map(|(responses, good)| {
        let line: &[u8] = match (good, responses) {
            (false, _) => b"",
            (true, false) => b"POST / HTTP/1.1\r\n",
            (true, true) => b"HTTP/1.1 200 OK\r\n",
        };
        (responses, line.to_vec())
    });
    let parts = prop::collection::vec(prop::sample::select(PARTS), 0..24);
    (start, parts)
        .prop_map(|((responses, start), parts)| (responses, [start, parts.concat()].concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn give_the_same_events(
        (responses, octets) in input(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        small in any::<bool>(),
    ) {
        let side = if responses { Side::Responses(&["GET", "HEAD"]) } else { Side::Requests };
        let limits = if small { LIMITS } else { Limits::default() };
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(octets.len() + 1)).collect();
        cuts.extend([0, octets.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &octets[cut[0]..cut[1]]);
        let whole = events(side.decoder(limits), [&octets[..]], true);
        prop_assert_eq!(&events(side.decoder(limits), pieces, true), &whole);
        prop_assert_eq!(&events(side.decoder(limits), octets.chunks(1), true), &whole);
    }

    #[test]
    fn of_anything_are_survived(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let octets = [b"GET / HTTP/1.1\r\n", &octets[..]].concat();
        let limits = Limits::default();
        let whole = events(Side::Requests.decoder(limits), [&octets[..]], true);
        prop_assert_eq!(&events(Side::Requests.decoder(limits), octets.chunks(1), true), &whole);
    }
}
