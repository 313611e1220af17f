//! Each lint has a message that trips it and a twin that does not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::values::{has_empty_member, is_host, is_imf_fixdate, is_obsolete_date};
use super::*;
use crate::wire::framing::Framing;
use crate::wire::{Decoder, Event, Garbage, GarbageKind, Limits};

const DATE: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT\n";

/// What a message is: a request, or a response to a request with this method and version.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Request,
    To(&'static str, Version),
}

const GET: Kind = Kind::To("GET", Version::HTTP_11);
const GET_10: Kind = Kind::To("GET", Version::HTTP_10);
const HEAD: Kind = Kind::To("HEAD", Version::HTTP_11);
const CONNECT: Kind = Kind::To("CONNECT", Version::HTTP_11);

impl Kind {
    fn context(self, relays: bool) -> Context<'static> {
        let answers = match self {
            Self::Request => None,
            Self::To(method, version) => Some(Answered {
                method: method.as_bytes(),
                version,
            }),
        };
        Context { relays, answers }
    }

    /// Decodes the one message that these octets are.
    fn message(self, octets: &[u8]) -> Message {
        let mut decoder = match self {
            Self::Request => Decoder::requests(Limits::default()),
            Self::To(..) => Decoder::responses(Limits::default()),
        };
        if let Self::To(method, _) = self {
            decoder.expect_answer(Bytes::from_static(method.as_bytes()));
        }
        decoder.push(octets);
        decoder.end();
        let mut message = None;
        while let Some(event) = decoder.poll() {
            match (event, &mut message) {
                (Event::Head { head, .. }, None) => message = Some(whole(*head, octets)),
                (Event::Garbage(garbage), None) => {
                    message = garbage.head.map(|head| whole(*head, octets));
                }
                (Event::Content(more), Some(message)) => {
                    message.content = [&message.content[..], &more].concat().into();
                }
                (Event::Violation(violation), Some(message)) => message.violations.push(violation),
                (Event::End(trailers, _), Some(message)) => message.trailers = trailers,
                (event, _) => panic!("{event:?}"),
            }
        }
        message.expect("a message")
    }

    fn lint(self, octets: &[u8], relays: bool) -> Vec<&'static str> {
        let findings = lint(&self.message(octets), &self.context(relays));
        for finding in &findings {
            assert!(finding.offset <= octets.len(), "{finding:?}");
            self.assert_binds(finding.lint.requirement, relays);
        }
        findings
            .iter()
            .map(|finding| finding.lint.requirement)
            .collect()
    }

    /// The rule must bind the role that is accused.
    fn assert_binds(self, id: &str, relays: bool) {
        let roles = CATALOGUE[id]["roles"].as_array().unwrap();
        let role = match self {
            _ if relays => "intermediary",
            Self::Request => "client",
            Self::To(..) => "server",
        };
        let binds = roles.iter().any(|one| one.as_str() == Some(role));
        assert!(binds, "{id} does not bind a {role}");
    }
}

fn whole(head: Head, octets: &[u8]) -> Message {
    Message {
        head,
        content: Bytes::new(),
        trailers: Fields::default(),
        violations: Vec::new(),
        octets: Bytes::copy_from_slice(octets),
    }
}

/// The entries of the catalogue, as they stand in the files.
static CATALOGUE: LazyLock<BTreeMap<String, toml::Table>> = LazyLock::new(|| {
    [
        include_str!("../../../scenarios/requirements/rfc9110.toml"),
        include_str!("../../../scenarios/requirements/rfc9112.toml"),
    ]
    .iter()
    .flat_map(|text| {
        let table: toml::Table = text.parse().unwrap();
        let entries = table["requirement"].as_array().unwrap().clone();
        entries.into_iter().map(|entry| {
            let entry = entry.as_table().unwrap().clone();
            (entry["id"].as_str().unwrap().to_owned(), entry)
        })
    })
    .collect()
});

/// A line break in these texts is CR LF, and `DATE` a Date field line.
fn octets(text: &str) -> Vec<u8> {
    let text = text.replace("DATE\n", DATE);
    text.replace('\n', "\r\n").into_bytes()
}

#[rstest]
#[case::no_date(
    GET,
    "9110-6.6.1-2",
    "HTTP/1.1 404 \nContent-Length: 0\n\n",
    "HTTP/1.1 500 \nContent-Length: 0\n\n"
)]
#[case::no_date_in_304(GET, "9110-6.6.1-2", "HTTP/1.1 304 \n\n", "HTTP/1.1 304 \nDATE\n\n")]
#[case::no_date_in_1xx(
    GET,
    "9110-6.6.1-2",
    "HTTP/1.1 200 \nContent-Length: 0\n\n",
    "HTTP/1.1 103 \n\n"
)]
#[case::no_date_in_a_tunnel(
    CONNECT,
    "9110-6.6.1-2",
    "HTTP/1.1 404 \nContent-Length: 0\n\n",
    "HTTP/1.1 200 \n\n"
)]
#[case::date(
    GET,
    "9110-5.6.7-2",
    "HTTP/1.1 204 \nDate: Sunday, 06-Nov-94 08:49:37 GMT\n\n",
    "HTTP/1.1 204 \nDATE\n\n"
)]
#[case::weekday(
    GET,
    "9110-5.6.7-2",
    "HTTP/1.1 204 \nDate: Mon, 06 Nov 1994 08:49:37 GMT\n\n",
    "HTTP/1.1 204 \nDATE\n\n"
)]
#[case::last_modified(
    GET,
    "9110-5.6.7-2",
    "HTTP/1.1 204 \nDATE\nLast-Modified: Sun Nov  6 08:49:37 1994\n\n",
    "HTTP/1.1 204 \nDATE\nLast-Modified: Thu, 01 Jan 1970 00:00:00 GMT\n\n"
)]
#[case::expires(
    GET,
    "9110-5.6.7-2",
    "HTTP/1.1 204 \nDATE\nExpires: Sunday, 06-Nov-94 08:49:37 GMT\n\n",
    "HTTP/1.1 204 \nDATE\nExpires: 0\n\n"
)]
#[case::two_dates(
    GET,
    "9110-5.3-3",
    "HTTP/1.1 204 \nDATE\nDATE\n\n",
    "HTTP/1.1 204 \nDATE\nSet-Cookie: a\nSet-Cookie: b\n\n"
)]
#[case::three_types_are_one_finding(
    GET,
    "9110-5.3-3",
    "HTTP/1.1 204 \nDATE\nETag: a\netag: b\nEtag: c\n\n",
    "HTTP/1.1 204 \nDATE\nVary: a\nVary: b\n\n"
)]
#[case::both_framing_fields(
    HEAD,
    "9112-6.2-p2-1",
    "HTTP/1.1 200 \nDATE\nContent-Length: 5\nTransfer-Encoding: chunked\n\n",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n"
)]
#[case::length_in_204(
    GET,
    "9110-8.6-7",
    "HTTP/1.1 204 \nDATE\nContent-Length: 0\n\n",
    "HTTP/1.1 304 \nDATE\nContent-Length: 5\n\n"
)]
#[case::length_in_1xx(
    GET,
    "9110-8.6-7",
    "HTTP/1.1 100 \nContent-Length: 0\n\n",
    "HTTP/1.1 100 \n\n"
)]
#[case::coding_in_204(
    GET,
    "9112-6.1-p10-1",
    "HTTP/1.1 204 \nDATE\nTransfer-Encoding: chunked\n\n",
    "HTTP/1.1 304 \nDATE\nTransfer-Encoding: chunked\n\n"
)]
#[case::coding_in_tunnel(
    CONNECT,
    "9112-6.1-p10-2",
    "HTTP/1.1 200 \nTransfer-Encoding: chunked\n\n",
    "HTTP/1.1 200 \n\n"
)]
#[case::length_in_tunnel(
    CONNECT,
    "9110-8.6-8",
    "HTTP/1.1 200 \nContent-Length: 0\n\n",
    "HTTP/1.1 407 \nDATE\nContent-Length: 0\n\n"
)]
#[case::coding_to_10(
    GET_10,
    "9112-6.1-p13-2",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\n\n",
    "HTTP/1.1 200 \nDATE\n\n"
)]
#[case::chunked_twice(
    GET,
    "9112-6.1-p4-2",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked, chunked\n\n0\n\n",
    "HTTP/1.0 200 \nDATE\nTransfer-Encoding: gzip, chunked\n\n0\n\n"
)]
#[case::interim_to_10(GET_10, "9110-15.2-1", "HTTP/1.1 100 \n\n", "HTTP/1.1 200 \nDATE\n\n")]
#[case::code_too_low(
    GET,
    "9110-15-p1",
    "HTTP/1.1 099 \nContent-Length: 0\n\n",
    "HTTP/1.1 599 \nContent-Length: 0\n\n"
)]
#[case::code_too_high(
    GET,
    "9110-15-p1",
    "HTTP/1.1 600 \nContent-Length: 0\n\n",
    "HTTP/1.1 299 \nDATE\nContent-Length: 0\n\n"
)]
#[case::no_allow(
    GET,
    "9110-15.5.6-1",
    "HTTP/1.1 405 \nDATE\nContent-Length: 0\n\n",
    "HTTP/1.1 405 \nDATE\nAllow:\nContent-Length: 0\n\n"
)]
#[case::no_challenge(
    GET,
    "9110-15.5.2-1",
    "HTTP/1.1 401 \nDATE\nContent-Length: 0\n\n",
    "HTTP/1.1 401 \nDATE\nWWW-Authenticate: Basic realm=\"a\"\nContent-Length: 0\n\n"
)]
#[case::empty_challenge(
    GET,
    "9110-15.5.2-1",
    "HTTP/1.1 401 \nDATE\nWWW-Authenticate:\nContent-Length: 0\n\n",
    "HTTP/1.1 403 \nDATE\nContent-Length: 0\n\n"
)]
#[case::upgrade_required(
    GET,
    "9110-15.5.22-1",
    "HTTP/1.1 426 \nDATE\nContent-Length: 0\n\n",
    "HTTP/1.1 426 \nDATE\nConnection: upgrade\nUpgrade: a\nContent-Length: 0\n\n"
)]
#[case::switching(
    GET,
    "9110-15.2.2-1",
    "HTTP/1.1 101 \n\n",
    "HTTP/1.1 101 \nConnection: Upgrade\nUpgrade: a\n\n"
)]
#[case::upgrade_without_option(
    GET,
    "9110-7.8-11",
    "HTTP/1.1 204 \nDATE\nUpgrade: a\n\n",
    "HTTP/1.1 204 \nDATE\nConnection: a, UPGRADE\nUpgrade: a\n\n"
)]
#[case::field_close(
    GET,
    "9112-9.6-p4-1",
    "HTTP/1.1 204 \nDATE\nClose: a\n\n",
    "HTTP/1.1 204 \nDATE\nConnection: close\n\n"
)]
#[case::empty_member(
    GET,
    "9110-5.6.1.1-1",
    "HTTP/1.1 204 \nDATE\nConnection: close,\n\n",
    "HTTP/1.1 204 \nDATE\nConnection:\n\n"
)]
#[case::end_to_end_option(
    GET,
    "9110-7.6.1-4",
    "HTTP/1.1 204 \nDATE\nConnection: cache-control\n\n",
    "HTTP/1.1 204 \nDATE\nConnection: x-own, close\n\n"
)]
#[case::content_in_205(
    GET,
    "9110-15.3.6-1",
    "HTTP/1.1 205 \nDATE\nContent-Length: 1\n\na",
    "HTTP/1.1 205 \nDATE\nContent-Length: 0\n\n"
)]
#[case::metadata_in_304(
    GET,
    "9110-15.4.5-2",
    "HTTP/1.1 304 \nDATE\nContent-Type: a/b\n\n",
    "HTTP/1.1 304 \nDATE\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\n"
)]
#[case::trailer(
    GET,
    "9110-6.5.1-1",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nContent-Length: 5\n\n",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nETag: \"a\"\n\n"
)]
#[case::chunk_size(
    GET,
    "9112-7.1-p2-1",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0 \n\n",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n00\n\n"
)]
#[case::chunk_extension(
    GET,
    "9112-7.1.1-p2-1",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;\n\n",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;a\n\n"
)]
#[case::bad_white_space(
    GET,
    "9110-5.6.3-5",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;a =b\n\n",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0;a=b\n\n"
)]
#[case::malformed_trailer(
    GET,
    "9112-5-p2-1",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nA : b\n\n",
    "HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\nA: b\n\n"
)]
#[case::invalid_length(
    GET,
    "9112-6.3-p1-1",
    "HTTP/1.1 200 \nDATE\nContent-Length: 1x\n\n",
    "HTTP/1.1 200 \nDATE\nContent-Length: 00\n\n"
)]
#[case::list_of_lengths(
    GET,
    "9110-2.2-1",
    "HTTP/1.1 200 \nDATE\nContent-Length: 0, 0\n\n",
    "HTTP/1.1 200 \nDATE\nContent-Length: 0\n\n"
)]
#[case::lines_of_lengths(
    GET,
    "9110-5.3-3",
    "HTTP/1.1 200 \nDATE\nContent-Length: 0\nContent-Length: 0\n\n",
    "HTTP/1.1 200 \nDATE\nContent-Length: 0\n\n"
)]
#[case::no_last_space(
    GET,
    "9112-4-p9-2",
    "HTTP/1.1 204\nDATE\n\n",
    "HTTP/1.1 204 \nDATE\n\n"
)]
#[case::two_spaces(
    GET,
    "9112-4-p2-1",
    "HTTP/1.1  204 A\nDATE\n\n",
    "HTTP/1.1 204  A\nDATE\n\n"
)]
#[case::reason(
    GET,
    "9112-4-p8-1",
    "HTTP/1.1 204 A\x01\nDATE\n\n",
    "HTTP/1.1 204 \t\u{e9}\nDATE\n\n"
)]
#[case::unknown_version(
    GET,
    "9112-2.3-p3-1",
    "HTTP/1.2 204 \nDATE\n\n",
    "HTTP/1.0 204 \nDATE\n\n"
)]
#[case::bare_cr(
    GET,
    "9112-2.2-p4-1",
    "HTTP/1.1 204 \nDATE\nA: a\rb\n\n",
    "HTTP/1.1 204 \nDATE\nA: a\tb\n\n"
)]
#[case::control(
    GET,
    "9112-5-p2-1",
    "HTTP/1.1 204 \nDATE\nA: \0\n\n",
    "HTTP/1.1 204 \nDATE\nA: \u{80}\n\n"
)]
#[case::fold(
    GET,
    "9112-5.2-p3-1",
    "HTTP/1.1 204 \nDATE\nA: a\n b\n\n",
    "HTTP/1.1 204 \nDATE\nA: a\n\n"
)]
#[case::white_led(
    GET,
    "9112-2.2-p7-1",
    "HTTP/1.1 204 \n A: a\nDATE\n\n",
    "HTTP/1.1 204 \nDATE\n\n"
)]
#[case::no_host(
    Kind::Request,
    "9112-3.2-p5-1",
    "GET / HTTP/1.1\n\n",
    "GET / HTTP/1.0\n\n"
)]
#[case::two_hosts(
    Kind::Request,
    "9110-5.3-3",
    "GET / HTTP/1.1\nHost: h\nHost: h\n\n",
    "GET / HTTP/1.1\nHost: h\n\n"
)]
#[case::userinfo(
    Kind::Request,
    "9112-3.2-p5-2",
    "GET / HTTP/1.1\nHost: u:p@h\n\n",
    "GET / HTTP/1.1\nHost: [::1]:80\n\n"
)]
#[case::path_in_host(
    Kind::Request,
    "9112-3.2-p5-2",
    "GET / HTTP/1.1\nHost: h/\n\n",
    "GET / HTTP/1.1\nHost:\n\n"
)]
#[case::host_not_first(
    Kind::Request,
    "9110-7.2-2",
    "GET / HTTP/1.1\nA: b\nHost: h\n\n",
    "GET / HTTP/1.1\nHost: h\nA: b\n\n"
)]
#[case::fragment(
    Kind::Request,
    "9112-3.2-p2-1",
    "GET /a#b HTTP/1.1\nHost: h\n\n",
    "GET /a?b HTTP/1.1\nHost: h\n\n"
)]
#[case::no_form(
    Kind::Request,
    "9112-3.2-p2-1",
    "GET ?a HTTP/1.1\nHost: h\n\n",
    "GET http://h/ HTTP/1.1\nHost: h\n\n"
)]
#[case::asterisk(
    Kind::Request,
    "9112-3.2-p2-1",
    "GET * HTTP/1.1\nHost: h\n\n",
    "OPTIONS * HTTP/1.1\nHost: h\n\n"
)]
#[case::obs_text_in_the_target(
    Kind::Request,
    "9112-3.2-p2-1",
    "GET /\u{e9} HTTP/1.1\nHost: h\n\n",
    "GET /%e9 HTTP/1.1\nHost: h\n\n"
)]
#[case::path_to_connect(
    Kind::Request,
    "9112-3.2-p2-1",
    "CONNECT / HTTP/1.1\nHost: h\n\n",
    "CONNECT h:1 HTTP/1.1\nHost: h\n\n"
)]
#[case::no_port(
    Kind::Request,
    "9110-9.3.6-1",
    "CONNECT h HTTP/1.1\nHost: h\n\n",
    "CONNECT [::1]:1 HTTP/1.1\nHost: h\n\n"
)]
#[case::two_spaces_in_a_request(
    Kind::Request,
    "9112-3-p2-1",
    "GET  / HTTP/1.1\nHost: h\n\n",
    "GET / HTTP/1.1\nHost: h\n\n"
)]
#[case::empty_line(
    Kind::Request,
    "9112-2.2-p5-1",
    "\nGET / HTTP/1.1\nHost: h\n\n",
    "GET / HTTP/1.1\nHost: h\n\n"
)]
#[case::te(
    Kind::Request,
    "9112-7.4-p8-1",
    "GET / HTTP/1.1\nHost: h\nTE: trailers\n\n",
    "GET / HTTP/1.1\nHost: h\nTE: trailers\nConnection: close, te\n\n"
)]
#[case::chunked_in_te(
    Kind::Request,
    "9112-7.4-p2-1",
    "GET / HTTP/1.1\nHost: h\nConnection: TE\nTE: a, Chunked\n\n",
    "GET / HTTP/1.1\nHost: h\nConnection: TE\nTE: trailers\n\n"
)]
#[case::expectation(
    Kind::Request,
    "9110-10.1.1-2",
    "GET / HTTP/1.1\nHost: h\nExpect: 100-continue\n\n",
    "POST / HTTP/1.1\nHost: h\nExpect: 100-continue\nContent-Length: 1\n\na"
)]
#[case::needless_length(
    Kind::Request,
    "9110-8.6-2",
    "GET / HTTP/1.1\nHost: h\nContent-Length: 0\n\n",
    "POST / HTTP/1.1\nHost: h\nContent-Length: 0\n\n"
)]
#[case::no_length(
    Kind::Request,
    "9110-8.6-1",
    "POST / HTTP/1.1\nHost: h\n\n",
    "DELETE / HTTP/1.1\nHost: h\n\n"
)]
#[case::not_chunked_last(
    Kind::Request,
    "9112-6.1-p4-3",
    "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, gzip\n\n",
    "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: gzip, chunked\n\n0\n\n"
)]
#[case::date_of_a_request(
    Kind::Request,
    "9110-5.6.7-2",
    "GET / HTTP/1.1\nHost: h\nDate: now\n\n",
    "GET / HTTP/1.1\nHost: h\nIf-Modified-Since: now\n\n"
)]
fn finds_the_wrong_one_and_not_its_twin(
    #[case] kind: Kind,
    #[case] requirement: &str,
    #[case] wrong: &str,
    #[case] right: &str,
) {
    assert_eq!(kind.lint(&octets(wrong), false), [requirement]);
    assert_eq!(kind.lint(&octets(right), false), [""; 0]);
}

#[test]
fn finds_lines_that_end_in_lf_alone() {
    let text = octets("HTTP/1.1 204 \nDATE\n\n");
    let text = String::from_utf8(text).unwrap().replace("204 \r", "204 ");
    assert_eq!(GET.lint(text.as_bytes(), false), ["9112-2.1-p2-1"]);
}

#[rstest]
#[case::what_it_may_have_copied(GET, "HTTP/1.1 405 \nDate: now\nConnection: close,\nETag: a\nETag: b\nContent-Length: 0, 0\nA: \x01\n\n", &[])]
#[case::what_it_may_not_send(GET_10, "HTTP/1.1 100 \nTransfer-Encoding: chunked\n\n", &["9112-6.1-p10-1", "9112-6.1-p13-2", "9110-15.2-1"])]
#[case::bare_cr(GET, "HTTP/1.1 204 \nA: a\rb\n\n", &["9112-2.2-p4-2"])]
#[case::request(Kind::Request, "\nPOST / HTTP/1.1\nA: b\nHost: u@h\n\n", &[])]
#[case::request_without_host(Kind::Request, "GET / HTTP/1.1\nTE: a\nUpgrade: a\n\n", &["9112-3.2-p5-1", "9112-7.4-p8-1", "9110-7.8-11"])]
fn holds_against_an_intermediary_only_what_it_sends(
    #[case] kind: Kind,
    #[case] text: &str,
    #[case] expected: &[&str],
) {
    assert_eq!(kind.lint(&octets(text), true), expected);
}

#[test]
fn leaves_out_what_depends_on_an_unknown_request() {
    let text = octets("HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n0\n\n");
    let message = GET_10.message(&text);
    assert_eq!(lint(&message, &Context::default()), []);
}

#[test]
fn says_what_and_where() {
    let text = octets("HTTP/1.1 204 \nDATE\nContent-Length: 0\n\n");
    let expected = Finding {
        lint: &table::LENGTH_WITHOUT_CONTENT,
        text: "Content-Length in a 204 response".to_owned(),
        offset: 52,
    };
    let findings = lint_head(&GET.message(&text).head, &GET.context(false));
    assert_eq!(findings, [expected]);
}

#[rstest]
#[case::no_status_line(GarbageKind::StartLine, true, None, Some("9112-4-p2-1"))]
#[case::content_behind_head(
    GarbageKind::StartLine,
    true,
    Some(Framing::None),
    Some("9112-6.3-p2.1.1-1")
)]
#[case::behind_content(
    GarbageKind::StartLine,
    true,
    Some(Framing::Length(1)),
    Some("9112-4-p2-1")
)]
#[case::no_request_line(GarbageKind::StartLine, false, None, Some("9112-3-p2-1"))]
#[case::framing(GarbageKind::Framing, true, None, Some("9112-6.3-p1-1"))]
#[case::chunk(GarbageKind::Chunk, false, None, Some("9112-7.1-p2-1"))]
#[case::preface_of_another_version(GarbageKind::Version, false, None, None)]
#[case::limit(GarbageKind::HeadTooLarge, true, None, None)]
fn names_the_rule_that_garbage_breaks(
    #[case] kind: GarbageKind,
    #[case] responses: bool,
    #[case] behind: Option<Framing>,
    #[case] expected: Option<&str>,
) {
    let garbage = Garbage {
        kind,
        offset: 0,
        head: None,
    };
    let head = HEAD
        .message(&octets("HTTP/1.1 200 \nContent-Length: 1\n\n"))
        .head;
    let found = lint_garbage(&garbage, responses, behind.map(|framing| (&head, framing)));
    assert_eq!(found.map(|finding| finding.lint.requirement), expected);
}

/// Every id that stands in the code must stand in the catalogue.
#[test]
fn cites_only_what_the_catalogue_has() {
    let sources = [
        include_str!("../lint.rs"),
        include_str!("garbage.rs"),
        include_str!("request.rs"),
        include_str!("response.rs"),
        include_str!("table.rs"),
        include_str!("../violation.rs"),
        include_str!("../chunked.rs"),
        include_str!("../decoder.rs"),
        include_str!("../encoder.rs"),
        include_str!("../field_lines.rs"),
        include_str!("../framing.rs"),
        include_str!("../head.rs"),
        include_str!("../start_line.rs"),
    ];
    let mut cited = 0;
    for source in sources {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
        for word in source.split(|letter| !is_part(letter)) {
            if word.starts_with("9110-") || word.starts_with("9112-") {
                cited += 1;
                let id = word.trim_end_matches(['.', '-']);
                assert!(CATALOGUE.contains_key(id), "{id} is not in the catalogue");
            }
        }
    }
    assert!(cited > 80, "only {cited} were found");
}

#[rstest]
#[case::right("Sun, 06 Nov 1994 08:49:37 GMT", true)]
#[case::leap_second("Sat, 31 Dec 2016 23:59:60 GMT", true)]
#[case::leap_day("Thu, 29 Feb 2024 00:00:00 GMT", true)]
#[case::before_1970("Wed, 31 Dec 1969 23:59:59 GMT", true)]
#[case::no_leap_day("Wed, 29 Feb 2023 00:00:00 GMT", false)]
#[case::weekday("Mon, 06 Nov 1994 08:49:37 GMT", false)]
#[case::case_matters("sun, 06 nov 1994 08:49:37 GMT", false)]
#[case::one_digit("Sun, 6 Nov 1994 08:49:37 GMT", false)]
#[case::other_zone("Sun, 06 Nov 1994 08:49:37 UTC", false)]
#[case::offset("Sun, 06 Nov 1994 08:49:37 +0000", false)]
#[case::two_blanks("Sun,  06 Nov 1994 08:49:37 GMT", false)]
#[case::hour("Sun, 06 Nov 1994 24:49:37 GMT", false)]
#[case::month("Sun, 06 Nob 1994 08:49:37 GMT", false)]
#[case::rfc850("Sunday, 06-Nov-94 08:49:37 GMT", false)]
#[case::asctime("Sun Nov  6 08:49:37 1994", false)]
#[case::empty("", false)]
#[case::obs_text("\u{e9}un, 06 Nov 1994 08:49:37 GMT", false)]
fn knows_imf_fixdates(#[case] value: &str, #[case] expected: bool) {
    assert_eq!(is_imf_fixdate(value.as_bytes()), expected);
}

#[rstest]
#[case::rfc850("Sunday, 06-Nov-94 08:49:37 GMT", true)]
#[case::asctime("Sun Nov  6 08:49:37 1994", true)]
#[case::imf_fixdate("Sun, 06 Nov 1994 08:49:37 GMT", false)]
#[case::number("120", false)]
#[case::nothing("-1", false)]
fn knows_obsolete_dates(#[case] value: &str, #[case] expected: bool) {
    assert_eq!(is_obsolete_date(value.as_bytes()), expected);
}

#[rstest]
#[case::empty("", false)]
#[case::one("close", false)]
#[case::two("a, b", false)]
#[case::trailing("a,", true)]
#[case::leading(", a", true)]
#[case::middle("a, \t,b", true)]
#[case::comma(",", true)]
#[case::quoted("a;b=\",,\\\",\", c", false)]
fn finds_empty_members(#[case] value: &str, #[case] expected: bool) {
    assert_eq!(has_empty_member(value.as_bytes()), expected);
}

#[rstest]
#[case::empty("", true)]
#[case::empty_port("h:", true)]
#[case::huge_port("h:99999", true)]
#[case::underscore("a_b", true)]
#[case::percent("%41", true)]
#[case::sub_delims("a,b*", true)]
#[case::literal("[::1]:80", true)]
#[case::blank("h b", false)]
#[case::path("h/b", false)]
#[case::userinfo("u@h", false)]
#[case::port("h:8x", false)]
#[case::fragment("h#f", false)]
#[case::backslash("h\\b", false)]
#[case::open_bracket("[::1", false)]
fn knows_hosts(#[case] value: &str, #[case] expected: bool) {
    assert_eq!(is_host(value.as_bytes()), expected);
}
