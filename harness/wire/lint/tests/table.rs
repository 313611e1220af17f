//! For each lint the smallest message that it finds something in, and one in which it does not.

use pretty_assertions::assert_eq;

use super::*;

/// A message in which a lint finds something, and its twin in which nobody finds anything.
struct Row {
    lint: &'static str,
    kind: Kind,
    wrong: &'static str,
    right: &'static str,
}

#[test]
fn finds_the_wrong_one_and_not_its_twin() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let seen = row.kind.lint(&octets(row.wrong), false);
        if seen != [row.lint] {
            wrong.push(format!("{seen:?} and not {} in {:?}", row.lint, row.wrong));
        }
        let seen = row.kind.lint(&octets(row.right), false);
        if !seen.is_empty() {
            wrong.push(format!("{seen:?} in {:?}", row.right));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_lint_has_a_message_that_it_finds_something_in() {
    // Not written with the line breaks of the table, or only sent by one who relays, or known by
    // the request: tests of their own.
    let elsewhere = ["bare-lf", "bare-cr-relayed", "range-unsatisfied"];
    let provoked =
        |lint: &&&Lint| elsewhere.contains(&lint.id) || ROWS.iter().any(|row| row.lint == lint.id);
    let unproven: Vec<&str> = LINTS
        .iter()
        .filter(|lint| !provoked(lint))
        .map(|lint| lint.id)
        .collect();
    assert_eq!(unproven, [""; 0]);
}

#[test]
fn an_intermediary_is_accused_by_the_lints_for_intermediaries_alone() {
    let relayed: Vec<&str> = ROWS
        .iter()
        .flat_map(|row| row.kind.lint(&octets(row.wrong), true))
        .collect();
    let bound = |lint: &Lint| lint.senders.contains(&Sender::Intermediary);
    for lint in LINTS.iter().filter(|lint| lint.id != "bare-lf") {
        assert_eq!(relayed.contains(&lint.id), bound(lint), "{}", lint.id);
    }
}

#[test]
fn what_is_permitted_is_left_alone() {
    for (_, _, kind, text) in PERMITTED {
        assert_eq!(kind.lint(&octets(text), false), [""; 0], "{text:?}");
    }
    for lint in LINTS {
        for id in lint.permits {
            let is_shown = PERMITTED
                .iter()
                .any(|(of, shown, ..)| (*of, shown) == (lint.id, id));
            assert!(is_shown, "{} permits {id}, which no message shows", lint.id);
        }
    }
}

/// A lint, a freedom that it leaves alone, and a message that takes it.
const PERMITTED: &[(&str, &str, Kind, &str)] = &[
    (
        "date-missing",
        "9110-6.6.1-3",
        GET,
        "HTTP/1.1 100 \n\nHTTP/1.1 503 \nContent-Length: 0\n\n",
    ),
    ("status-line", "9112-4-p1-1", GET, "HTTP/1.1 204 \nDATE\n\n"),
    (
        "upgrade-option",
        "9110-7.8-9",
        GET,
        "HTTP/1.1 204 \nDATE\nConnection: upgrade\nUpgrade: h2c\n\n",
    ),
    (
        "tokens",
        "9110-10.2.1-2",
        GET,
        "HTTP/1.1 204 \nDATE\nAllow: GET, HEAD, X-OWN\n\n",
    ),
    (
        "tokens",
        "9110-14.3-3",
        GET,
        "HTTP/1.1 204 \nDATE\nAccept-Ranges: none\n\n",
    ),
    (
        "media-type",
        "9110-8.3.1-1",
        GET,
        "HTTP/1.1 204 \nDATE\nContent-Type: text/plain; charset=utf-8; x-p=\"q\"\n\n",
    ),
    ("products", "9110-10.2.4-1", GET, "HTTP/1.1 204 \nDATE\n\n"),
    (
        "challenge",
        "9110-11.6.1-2",
        GET,
        "HTTP/1.1 204 \nDATE\nWWW-Authenticate: Negotiate, Basic realm=\"a\"\n\n",
    ),
    (
        "weight",
        "9110-12.5.3-1",
        GET,
        "HTTP/1.1 415 \nDATE\nAccept-Encoding: gzip;q=0.5, br\nContent-Length: 0\n\n",
    ),
    (
        "trailer",
        "9110-8.8.3-2",
        GET,
        "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\nTrailer: ETag\n\n0\nETag: \"a\"\n\n",
    ),
    (
        "trailer",
        "9110-14.3-4",
        GET,
        "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\nTrailer: Accept-Ranges\n\n0\nAccept-Ranges: bytes\n\n",
    ),
];

const ROWS: &[Row] = &[
    Row {
        lint: "date-missing",
        kind: GET,
        wrong: "HTTP/1.1 404 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 500 \nContent-Length: 0\n\n",
    },
    Row {
        lint: "date-missing",
        kind: GET,
        wrong: "HTTP/1.1 304 \n\n",
        right: "HTTP/1.1 304 \nDATE\n\n",
    },
    Row {
        lint: "date-missing",
        kind: GET,
        wrong: "HTTP/1.1 200 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 103 \n\n",
    },
    Row {
        lint: "date-missing",
        kind: CONNECT,
        wrong: "HTTP/1.1 404 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 200 \n\n",
    },
    Row {
        lint: "date-format",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDate: Sunday, 06-Nov-94 08:49:37 GMT\n\n",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "date-format",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDate: Mon, 06 Nov 1994 08:49:37 GMT\n\n",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "date-format",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLast-Modified: Sun Nov  6 08:49:37 1994\n\n",
        right: "HTTP/1.1 204 \nDATE\nLast-Modified: Thu, 01 Jan 1970 00:00:00 GMT\n\n",
    },
    Row {
        lint: "date-format",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nExpires: Sunday, 06-Nov-94 08:49:37 GMT\n\n",
        right: "HTTP/1.1 204 \nDATE\nExpires: 0\n\n",
    },
    Row {
        lint: "doubled",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nDATE\n\n",
        right: "HTTP/1.1 204 \nDATE\nSet-Cookie: a\nSet-Cookie: b\n\n",
    },
    Row {
        lint: "doubled",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nETag: \"a\"\netag: \"b\"\nEtag: \"c\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nVary: a\nVary: b\n\n",
    },
    Row {
        lint: "length-and-coding",
        kind: HEAD,
        wrong: "HTTP/1.1 200 \nDATE\nContent-Length: 5\nTransfer-Encoding: chunked\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n",
    },
    Row {
        lint: "length-without-content",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 304 \nDATE\nContent-Length: 5\n\n",
    },
    Row {
        lint: "length-without-content",
        kind: GET,
        wrong: "HTTP/1.1 100 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 100 \n\n",
    },
    Row {
        lint: "coding-without-content",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nTransfer-Encoding: chunked\n\n",
        right: "HTTP/1.1 304 \nDATE\nTransfer-Encoding: chunked\n\n",
    },
    Row {
        lint: "coding-of-tunnel",
        kind: CONNECT,
        wrong: "HTTP/1.1 200 \nTransfer-Encoding: chunked\n\n",
        right: "HTTP/1.1 200 \n\n",
    },
    Row {
        lint: "length-of-tunnel",
        kind: CONNECT,
        wrong: "HTTP/1.1 200 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 407 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "coding-to-1.0",
        kind: GET_10,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\n\n",
        right: "HTTP/1.1 200 \nDATE\n\n",
    },
    Row {
        lint: "chunked-twice",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked, chunked\n\n0\n\n",
        right: "HTTP/1.0 200 \nDATE\nTransfer-Encoding: gzip, chunked\n\n0\n\n",
    },
    Row {
        lint: "interim-to-1.0",
        kind: GET_10,
        wrong: "HTTP/1.1 100 \n\n",
        right: "HTTP/1.1 200 \nDATE\n\n",
    },
    Row {
        lint: "status-range",
        kind: GET,
        wrong: "HTTP/1.1 099 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 599 \nContent-Length: 0\n\n",
    },
    Row {
        lint: "status-range",
        kind: GET,
        wrong: "HTTP/1.1 600 \nContent-Length: 0\n\n",
        right: "HTTP/1.1 299 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "allow-missing",
        kind: GET,
        wrong: "HTTP/1.1 405 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 405 \nDATE\nAllow:\nContent-Length: 0\n\n",
    },
    Row {
        lint: "challenge-missing",
        kind: GET,
        wrong: "HTTP/1.1 401 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 401 \nDATE\nWWW-Authenticate: Basic realm=\"a\"\nContent-Length: 0\n\n",
    },
    Row {
        lint: "challenge-missing",
        kind: GET,
        wrong: "HTTP/1.1 401 \nDATE\nWWW-Authenticate:\nContent-Length: 0\n\n",
        right: "HTTP/1.1 403 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "upgrade-required",
        kind: GET,
        wrong: "HTTP/1.1 426 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 426 \nDATE\nConnection: upgrade\nUpgrade: a\nContent-Length: 0\n\n",
    },
    Row {
        lint: "switching",
        kind: GET,
        wrong: "HTTP/1.1 101 \n\n",
        right: "HTTP/1.1 101 \nConnection: Upgrade\nUpgrade: a\n\n",
    },
    Row {
        lint: "upgrade-option",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nUpgrade: a\n\n",
        right: "HTTP/1.1 204 \nDATE\nConnection: a, UPGRADE\nUpgrade: a\n\n",
    },
    Row {
        lint: "close-field",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nClose: a\n\n",
        right: "HTTP/1.1 204 \nDATE\nConnection: close\n\n",
    },
    Row {
        lint: "empty-member",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nConnection: close,\n\n",
        right: "HTTP/1.1 204 \nDATE\nConnection:\n\n",
    },
    Row {
        lint: "end-to-end",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nConnection: cache-control\n\n",
        right: "HTTP/1.1 204 \nDATE\nConnection: x-own, close\n\n",
    },
    Row {
        lint: "content-in-205",
        kind: GET,
        wrong: "HTTP/1.1 205 \nDATE\nContent-Length: 1\n\na",
        right: "HTTP/1.1 205 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "metadata-in-304",
        kind: GET,
        wrong: "HTTP/1.1 304 \nDATE\nContent-Type: a/b\n\n",
        right: "HTTP/1.1 304 \nDATE\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\n",
    },
    Row {
        lint: "trailer",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nContent-Length: 5\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nETag: \"a\"\n\n",
    },
    Row {
        lint: "chunk",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0 \n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n00\n\n",
    },
    Row {
        lint: "chunk-extension",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;a\n\n",
    },
    Row {
        lint: "bad-white-space",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;a =b\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;a=b\n\n",
    },
    Row {
        lint: "field-line",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nA : b\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nA: b\n\n",
    },
    Row {
        lint: "length",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nContent-Length: 1x\n\n",
        right: "HTTP/1.1 200 \nDATE\nContent-Length: 00\n\n",
    },
    Row {
        lint: "length-list",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nContent-Length: 0, 0\n\n",
        right: "HTTP/1.1 200 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "doubled",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nContent-Length: 0\nContent-Length: 0\n\n",
        right: "HTTP/1.1 200 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "last-space",
        kind: GET,
        wrong: "HTTP/1.1 204\nDATE\n\n",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "status-line",
        kind: GET,
        wrong: "HTTP/1.1  204 A\nDATE\n\n",
        right: "HTTP/1.1 204  A\nDATE\n\n",
    },
    Row {
        lint: "reason",
        kind: GET,
        wrong: "HTTP/1.1 204 A\x01\nDATE\n\n",
        right: "HTTP/1.1 204 \t\u{e9}\nDATE\n\n",
    },
    Row {
        lint: "version",
        kind: GET,
        wrong: "HTTP/1.2 204 \nDATE\n\n",
        right: "HTTP/1.0 204 \nDATE\n\n",
    },
    Row {
        lint: "bare-cr",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA: a\rb\n\n",
        right: "HTTP/1.1 204 \nDATE\nA: a\tb\n\n",
    },
    Row {
        lint: "field-line",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA: \0\n\n",
        right: "HTTP/1.1 204 \nDATE\nA: \u{80}\n\n",
    },
    Row {
        lint: "fold",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA: a\n b\n\n",
        right: "HTTP/1.1 204 \nDATE\nA: a\n\n",
    },
    Row {
        lint: "white-led",
        kind: GET,
        wrong: "HTTP/1.1 204 \n A: a\nDATE\n\n",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "host-missing",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\n\n",
        right: "GET / HTTP/1.0\n\n",
    },
    Row {
        lint: "doubled",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nHost: h\n\n",
        right: "GET / HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "host",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: u:p@h\n\n",
        right: "GET / HTTP/1.1\nHost: [::1]:80\n\n",
    },
    Row {
        lint: "host",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h/\n\n",
        right: "GET / HTTP/1.1\nHost:\n\n",
    },
    Row {
        lint: "host-first",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nA: b\nHost: h\n\n",
        right: "GET / HTTP/1.1\nHost: h\nA: b\n\n",
    },
    Row {
        lint: "target",
        kind: Kind::Request,
        wrong: "GET /a#b HTTP/1.1\nHost: h\n\n",
        right: "GET /a?b HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "target",
        kind: Kind::Request,
        wrong: "GET ?a HTTP/1.1\nHost: h\n\n",
        right: "GET http://h/ HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "target",
        kind: Kind::Request,
        wrong: "GET * HTTP/1.1\nHost: h\n\n",
        right: "OPTIONS * HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "target",
        kind: Kind::Request,
        wrong: "GET /\u{e9} HTTP/1.1\nHost: h\n\n",
        right: "GET /%e9 HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "target",
        kind: Kind::Request,
        wrong: "CONNECT / HTTP/1.1\nHost: h\n\n",
        right: "CONNECT h:1 HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "connect-port",
        kind: Kind::Request,
        wrong: "CONNECT h HTTP/1.1\nHost: h\n\n",
        right: "CONNECT [::1]:1 HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "request-line",
        kind: Kind::Request,
        wrong: "GET  / HTTP/1.1\nHost: h\n\n",
        right: "GET / HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "empty-line-before-request",
        kind: Kind::Request,
        wrong: "\nGET / HTTP/1.1\nHost: h\n\n",
        right: "GET / HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "te-option",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nTE: trailers\n\n",
        right: "GET / HTTP/1.1\nHost: h\nTE: trailers\nConnection: close, te\n\n",
    },
    Row {
        lint: "te-chunked",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nConnection: TE\nTE: a, Chunked\n\n",
        right: "GET / HTTP/1.1\nHost: h\nConnection: TE\nTE: trailers\n\n",
    },
    Row {
        lint: "expect-without-content",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nExpect: 100-continue\n\n",
        right: "POST / HTTP/1.1\nHost: h\nExpect: 100-continue\nContent-Type: a/b\nContent-Length: 1\n\na",
    },
    Row {
        lint: "length-needless",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nContent-Length: 0\n\n",
        right: "POST / HTTP/1.1\nHost: h\nContent-Length: 0\n\n",
    },
    Row {
        lint: "length-missing",
        kind: Kind::Request,
        wrong: "POST / HTTP/1.1\nHost: h\n\n",
        right: "DELETE / HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "chunked-last",
        kind: Kind::Request,
        wrong: "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, gzip\n\n",
        right: "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: gzip, chunked\n\n0\n\n",
    },
    Row {
        lint: "date-format",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nDate: now\n\n",
        right: "GET / HTTP/1.1\nHost: h\nIf-Modified-Since: now\n\n",
    },
    Row {
        lint: "empty-line",
        kind: GET,
        wrong: "\nHTTP/1.1 204 \nDATE\n\n",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "status-line",
        kind: GET,
        wrong: "HTTP 204 \n\n",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "status-code",
        kind: GET,
        wrong: "HTTP/1.1 2004 OK\n\n",
        right: "HTTP/1.1 204 OK\nDATE\n\n",
    },
    Row {
        lint: "status-code",
        kind: GET,
        wrong: "HTTP/1.1 20 OK\n\n",
        right: "HTTP/1.1 200 20\nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "status-code",
        kind: GET,
        wrong: "HTTP/1.1 ok\n\n",
        right: "HTTP/1.1 204 ok\nDATE\n\n",
    },
    Row {
        lint: "behind-no-content",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\n\nok",
        right: "HTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "behind-no-content",
        kind: HEAD,
        wrong: "HTTP/1.1 200 \nDATE\nContent-Length: 2\n\nok",
        right: "HTTP/1.1 200 \nDATE\nContent-Length: 2\n\n",
    },
    Row {
        lint: "behind-no-content",
        kind: GET,
        wrong: "HTTP/1.1 304 \nDATE\n\n0\n\n",
        right: "HTTP/1.1 304 \nDATE\n\n",
    },
    Row {
        lint: "behind-interim",
        kind: GET,
        wrong: "HTTP/1.1 103 \n\nok",
        right: "HTTP/1.1 103 \n\nHTTP/1.1 204 \nDATE\n\n",
    },
    Row {
        lint: "chunk",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\nContent-Type: a/b\n\nx\nok\n0\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\nContent-Type: a/b\n\n2\nok\n0\n\n",
    },
    Row {
        lint: "request-line",
        kind: Kind::Request,
        wrong: "GET\n\n",
        right: "GET / HTTP/1.1\nHost: h\n\n",
    },
    Row {
        lint: "wide-gap",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA:  b\n\n",
        right: "HTTP/1.1 204 \nDATE\nA:b\n\n",
    },
    Row {
        lint: "wide-gap",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA:	b\n\n",
        right: "HTTP/1.1 204 \nDATE\nA: b\n\n",
    },
    Row {
        lint: "wide-gap",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nAllow: GET,  HEAD\n\n",
        right: "HTTP/1.1 204 \nDATE\nAllow: GET , HEAD\n\n",
    },
    Row {
        lint: "wide-gap",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nVary: a	, b\n\n",
        right: "HTTP/1.1 204 \nDATE\nVary: a,b\n\n",
    },
    Row {
        lint: "trailing-space",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA: b \n\n",
        right: "HTTP/1.1 204 \nDATE\nA: \n\n",
    },
    Row {
        lint: "trailing-space",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nA: b	\n\n",
        right: "HTTP/1.1 204 \nDATE\nA: b c\n\n",
    },
    Row {
        lint: "word-gap",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nServer: a  b\n\n",
        right: "HTTP/1.1 204 \nDATE\nServer: a (b  c)\n\n",
    },
    Row {
        lint: "word-gap",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nVia: 1.1	b\n\n",
        right: "HTTP/1.1 204 \nDATE\nVia: 1.1 b, 1.0 c (d, e)\n\n",
    },
    Row {
        lint: "quoted-pair",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: a/b;c=\"\\d\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: a/b;c=\"\\\"\\\\\"\n\n",
    },
    Row {
        lint: "quoted-pair",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=\"\\a\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=\"\\\"\"\n\n",
    },
    Row {
        lint: "comment-pair",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nServer: a (\\b)\n\n",
        right: "HTTP/1.1 204 \nDATE\nServer: a (\\(\\)\\\\)\n\n",
    },
    Row {
        lint: "comment-pair",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nVia: 1.1 b (\\c)\n\n",
        right: "HTTP/1.1 204 \nDATE\nVia: 1.1 b (c (d))\n\n",
    },
    Row {
        lint: "parameter-space",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c =d\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: a/b;;c=d ; e=\"f=g\"\n\n",
    },
    Row {
        lint: "parameter-space",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c= d\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: a/b ;c=d;\n\n",
    },
    Row {
        lint: "date-space",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLast-Modified: Sun,  06 Nov 1994 08:49:37 GMT\n\n",
        right: "HTTP/1.1 204 \nDATE\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\n",
    },
    Row {
        lint: "date-format",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nRetry-After: Sun Nov  6 08:49:37 1994\n\n",
        right: "HTTP/1.1 204 \nDATE\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\n\n",
    },
    Row {
        lint: "tokens",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nAllow: GET HEAD\n\n",
        right: "HTTP/1.1 204 \nDATE\nAllow: GET, HEAD\n\n",
    },
    Row {
        lint: "tokens",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nVary: a b\n\n",
        right: "HTTP/1.1 204 \nDATE\nVary: *\n\n",
    },
    Row {
        lint: "tokens",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nAccept-Ranges: a/b\n\n",
        right: "HTTP/1.1 204 \nDATE\nAccept-Ranges: bytes\n\n",
    },
    Row {
        lint: "tokens",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nConnection: upgrade\nUpgrade: a/b/c\n\n",
        right: "HTTP/1.1 204 \nDATE\nConnection: upgrade\nUpgrade: a/1, b\n\n",
    },
    Row {
        lint: "media-type",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: text\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: text/plain\n\n",
    },
    Row {
        lint: "media-type",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: a/b, c/d\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c=\"d, e\"\n\n",
    },
    Row {
        lint: "media-type",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c=d\n\n",
    },
    Row {
        lint: "media-type",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c=\"d\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Type: a/b; c=\"\"\n\n",
    },
    Row {
        lint: "products",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nServer:\n\n",
        right: "HTTP/1.1 204 \nDATE\nA:\n\n",
    },
    Row {
        lint: "products",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nServer: a(b)\n\n",
        right: "HTTP/1.1 204 \nDATE\nServer: a/1.0 (b) c\n\n",
    },
    Row {
        lint: "products",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nServer: (b) c\n\n",
        right: "HTTP/1.1 204 \nDATE\nServer: a (b (c)) d/2\n\n",
    },
    Row {
        lint: "products",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nServer: a/b/c\n\n",
        right: "HTTP/1.1 204 \nDATE\nServer: a/b+c~1\n\n",
    },
    Row {
        lint: "via",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nVia: 1.1\n\n",
        right: "HTTP/1.1 204 \nDATE\nVia: 1.1 a\n\n",
    },
    Row {
        lint: "via",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nVia: 1.1 a b\n\n",
        right: "HTTP/1.1 204 \nDATE\nVia: HTTP/1.1 a:80 (b), 1.0 [::1]\n\n",
    },
    Row {
        lint: "content-range",
        kind: GET,
        wrong: "HTTP/1.1 206 \nDATE\nContent-Range: bytes=0-1/2\n\n",
        right: "HTTP/1.1 206 \nDATE\nContent-Range: bytes 0-1/2\n\n",
    },
    Row {
        lint: "content-range",
        kind: GET,
        wrong: "HTTP/1.1 206 \nDATE\nContent-Range: bytes 0-1\n\n",
        right: "HTTP/1.1 206 \nDATE\nContent-Range: bytes 00-1/22\n\n",
    },
    Row {
        lint: "content-range",
        kind: GET,
        wrong: "HTTP/1.1 416 \nDATE\nContent-Range: bytes */*\n\n",
        right: "HTTP/1.1 416 \nDATE\nContent-Range: bytes */2\n\n",
    },
    Row {
        lint: "challenge",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: realm=\"a\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=\"a\", b=c, D e=, F, G h=\"i\"\n\n",
    },
    Row {
        lint: "challenge",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=\"b\n\n",
        right: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A b==\nWWW-Authenticate: C\n\n",
    },
    Row {
        lint: "challenge",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nProxy-Authenticate: A b c\n\n",
        right: "HTTP/1.1 204 \nDATE\nProxy-Authenticate: A b\n\n",
    },
    Row {
        lint: "challenge",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nAuthorization: A b c\n\n",
        right: "GET / HTTP/1.1\nHost: h\nAuthorization: A b+c/d==\n\n",
    },
    Row {
        lint: "challenge-params",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A b=c, B=d\n\n",
        right: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A b=c, A b=d\n\n",
    },
    Row {
        lint: "realm",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=b\n\n",
        right: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=\"b\"\n\n",
    },
    Row {
        lint: "realm",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nAuthorization: Digest username=\"u\", realm=r\n\n",
        right: "GET / HTTP/1.1\nHost: h\nAuthorization: Digest username=\"u\", realm=\"r\"\n\n",
    },
    Row {
        lint: "bad-white-space",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm = \"b\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nWWW-Authenticate: A realm=\"b\" , c=d\n\n",
    },
    Row {
        lint: "entity-tag",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nETag: a\n\n",
        right: "HTTP/1.1 204 \nDATE\nETag: \"a\\\"\n\n",
    },
    Row {
        lint: "entity-tag",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nETag: w/\"a\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nETag: W/\"\"\n\n",
    },
    Row {
        lint: "entity-tag",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nETag: \"a b\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nETag: \"aéb\"\n\n",
    },
    Row {
        lint: "entity-tag",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nETag: \"a\"b\"\n\n",
        right: "HTTP/1.1 204 \nDATE\nETag: \"W/\"\n\n",
    },
    Row {
        lint: "retry-after",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nRetry-After: -1\n\n",
        right: "HTTP/1.1 204 \nDATE\nRetry-After: 0\n\n",
    },
    Row {
        lint: "retry-after",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nRetry-After: 1.5\n\n",
        right: "HTTP/1.1 204 \nDATE\nRetry-After: 00120\n\n",
    },
    Row {
        lint: "retry-after",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nRetry-After: 10s\n\n",
        right: "HTTP/1.1 204 \nDATE\nRetry-After: 99999999999999999999\n\n",
    },
    Row {
        lint: "location",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLocation: /a b\n\n",
        right: "HTTP/1.1 204 \nDATE\nLocation: /a%20b\n\n",
    },
    Row {
        lint: "location",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLocation: /é\n\n",
        right: "HTTP/1.1 204 \nDATE\nLocation:\n\n",
    },
    Row {
        lint: "location",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLocation: /{a}\n\n",
        right: "HTTP/1.1 204 \nDATE\nLocation: //[::1]:80/a;b=c?d[]=e#f\n\n",
    },
    Row {
        lint: "empty-host",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLocation: http:///a\n\n",
        right: "HTTP/1.1 204 \nDATE\nLocation: /http:///a\n\n",
    },
    Row {
        lint: "empty-host",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Location: HTTP://:80/\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Location: ///a\n\n",
    },
    Row {
        lint: "empty-secure-host",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLocation: https://?a\n\n",
        right: "HTTP/1.1 204 \nDATE\nLocation: https://a?https://\n\n",
    },
    Row {
        lint: "userinfo",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLocation: http://u:p@h/\n\n",
        right: "HTTP/1.1 204 \nDATE\nLocation: http://h/u:p@h\n\n",
    },
    Row {
        lint: "userinfo",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nReferer: https://u@h/\n\n",
        right: "GET / HTTP/1.1\nHost: h\nReferer: https://h/?@\n\n",
    },
    Row {
        lint: "identity",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nContent-Encoding: gzip, Identity\n\n",
        right: "HTTP/1.1 204 \nDATE\nContent-Encoding: gzip\n\n",
    },
    Row {
        lint: "type-missing",
        kind: GET,
        wrong: "HTTP/1.1 404 \nDATE\nContent-Length: 1\n\na",
        right: "HTTP/1.1 404 \nDATE\nContent-Length: 0\n\n",
    },
    Row {
        lint: "type-missing",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\n\na",
        right: "HTTP/1.1 200 \nDATE\nContent-Type: a/b\n\na",
    },
    Row {
        lint: "type-missing",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n1\na\n0\n\n",
        right: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\n\n",
    },
    Row {
        lint: "weight",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nAccept-Encoding: gzip;q=0.1234\n\n",
        right: "HTTP/1.1 204 \nDATE\nAccept-Encoding: gzip;q=0.123, br;q=1.000, *;q=0.\n\n",
    },
    Row {
        lint: "weight",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nAccept: a/b;q=1.1\n\n",
        right: "HTTP/1.1 204 \nDATE\nAccept: a/b;Q=1\n\n",
    },
    Row {
        lint: "weight",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nAccept: a/b;q=2\n\n",
        right: "HTTP/1.1 204 \nDATE\nAccept: a/b;c=2\n\n",
    },
    Row {
        lint: "weight",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nAccept-Language: de;q=.5\n\n",
        right: "GET / HTTP/1.1\nHost: h\nAccept-Language: de;q=0.5, en\n\n",
    },
    Row {
        lint: "weight-last",
        kind: Kind::Request,
        wrong: "GET / HTTP/1.1\nHost: h\nAccept: a/b;q=0.5;c=d\n\n",
        right: "GET / HTTP/1.1\nHost: h\nAccept: a/b;c=d;q=0.5, c/d;e=f\n\n",
    },
    Row {
        lint: "keep-alive-option",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nKeep-Alive: timeout=5\n\n",
        right: "HTTP/1.1 204 \nDATE\nKeep-Alive: timeout=5\nConnection: Keep-Alive\n\n",
    },
    Row {
        lint: "trailer",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nVary: a\n\n",
        right: "HTTP/1.1 200 \nDATE\nVary: a\nTransfer-Encoding: chunked\n\n0\nServer-Timing: a\n\n",
    },
    Row {
        lint: "modified-later",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLast-Modified: Sun, 06 Nov 1994 08:49:38 GMT\n\n",
        right: "HTTP/1.1 204 \nDATE\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\n",
    },
    Row {
        lint: "location-of-301",
        kind: GET,
        wrong: "HTTP/1.1 301 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 301 \nDATE\nLocation: /\nContent-Length: 0\n\n",
    },
    Row {
        lint: "location-of-302",
        kind: GET,
        wrong: "HTTP/1.1 302 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 302 \nDATE\nLocation: /\nContent-Length: 0\n\n",
    },
    Row {
        lint: "location-of-307",
        kind: GET,
        wrong: "HTTP/1.1 307 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 307 \nDATE\nLocation: /\nContent-Length: 0\n\n",
    },
    Row {
        lint: "location-of-308",
        kind: GET,
        wrong: "HTTP/1.1 308 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 308 \nDATE\nLocation: /\nContent-Length: 0\n\n",
    },
    Row {
        lint: "range-missing",
        kind: GET,
        wrong: "HTTP/1.1 206 \nDATE\nContent-Length: 0\n\n",
        right: "HTTP/1.1 206 \nDATE\nContent-Type: Multipart/byteranges;boundary=a\nContent-Length: 0\n\n",
    },
    Row {
        lint: "range-of-parts",
        kind: GET,
        wrong: "HTTP/1.1 206 \nDATE\nContent-Type: multipart/byteranges; boundary=\"a\"\nContent-Range: bytes 0-1/2\n\n",
        right: "HTTP/1.1 206 \nDATE\nContent-Type: multipart/byteranges-x\nContent-Range: bytes 0-1/2\n\n",
    },
    Row {
        lint: "boundary",
        kind: GET,
        wrong: "HTTP/1.1 206 \nDATE\nContent-Type: multipart/byteranges\n\n",
        right: "HTTP/1.1 206 \nDATE\nContent-Type: multipart/byteranges; boundary=a\n\n",
    },
    Row {
        lint: "range-length",
        kind: GET,
        wrong: "HTTP/1.1 206 \nDATE\nContent-Range: bytes 0-1/*\n\n",
        right: "HTTP/1.1 206 \nDATE\nContent-Range: bytes 0-1/2\n\n",
    },
    Row {
        lint: "range-elsewhere",
        kind: GET,
        wrong: "HTTP/1.1 200 \nDATE\nContent-Range: bytes 0-1/2\nContent-Length: 0\n\n",
        right: "HTTP/1.1 416 \nDATE\nContent-Range: bytes */2\nContent-Length: 0\n\n",
    },
    Row {
        lint: "link",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLink: </a; rel=next\n\n",
        right: "HTTP/1.1 204 \nDATE\nLink: </a>;rel=next, <b> ; rel=\"prev x\"; title*=UTF-8''%e2%82%ac, <http://[::1]/>;rel=up;a\n\n",
    },
    Row {
        lint: "link-rel",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLink: </a>; title=a\n\n",
        right: "HTTP/1.1 204 \nDATE\nLink: </a>; rev=made; rel=self\n\n",
    },
    Row {
        lint: "link-rel-twice",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLink: </a>; rel=next; rel=prev\n\n",
        right: "HTTP/1.1 204 \nDATE\nLink: </a>; rel=next, </a>; rel=prev\n\n",
    },
    Row {
        lint: "link-param-twice",
        kind: GET,
        wrong: "HTTP/1.1 204 \nDATE\nLink: </a>; rel=next; title=a; Title=b\n\n",
        right: "HTTP/1.1 204 \nDATE\nLink: </a>; rel=next; title=a; title*=UTF-8''b; hreflang=en; hreflang=de\n\n",
    },
];
