//! The lints from outside: octets in, findings out. The table of them all is in `table`.

mod table;

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
                head: None,
            }),
        };
        Context { relays, answers }
    }

    /// Decodes the one message that these octets are.
    fn message(self, octets: &[u8]) -> Message {
        let mut decoder = self.decoder(octets);
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

    /// The lints that find something in the messages that these octets are.
    fn lint(self, octets: &[u8], relays: bool) -> Vec<&'static str> {
        let findings = self.findings(octets, &self.context(relays));
        for finding in &findings {
            assert!(finding.offset <= octets.len(), "{finding:?}");
            self.assert_binds(finding.lint.requirement, relays);
        }
        findings.iter().map(|finding| finding.lint.id).collect()
    }

    fn findings(self, octets: &[u8], context: &Context<'_>) -> Vec<Finding> {
        let mut decoder = self.decoder(octets);
        let (mut findings, mut behind) = (Vec::new(), None);
        let mut message: Option<(Box<Head>, Vec<Violation>, usize)> = None;
        while let Some(event) = decoder.poll() {
            match (event, &mut message) {
                (Event::Head { head, framing, .. }, _) => {
                    behind = Some((head.status().map_or(0, |line| line.code), framing));
                    findings.extend(lint_head(&head, context));
                    message = Some((head, Vec::new(), 0));
                }
                (Event::Content(more), Some((.., content))) => *content += more.len(),
                (Event::Violation(violation), Some((_, found, _))) => found.push(violation),
                (Event::End(trailers, _), Some((head, violations, content))) => {
                    findings.extend(lint_behind(head, violations, &trailers, *content, context));
                }
                (Event::Garbage(garbage), _) => {
                    let is_response = !matches!(self, Self::Request);
                    if let Some(head) = &garbage.head {
                        findings.extend(lint_head(head, context));
                    } else {
                        let rest = decoder.rest();
                        findings.extend(lint_garbage(&garbage, rest, is_response, behind));
                    }
                }
                (Event::Truncated(_), _) => {}
                (event, _) => panic!("{event:?}"),
            }
        }
        findings
    }

    fn decoder(self, octets: &[u8]) -> Decoder {
        let mut decoder = match self {
            Self::Request => Decoder::requests(Limits::default()),
            Self::To(..) => Decoder::responses(Limits::default()),
        };
        if let Self::To(method, _) = self {
            decoder.expect_answer(Bytes::from_static(method.as_bytes()));
        }
        decoder.push(octets);
        decoder.end();
        decoder
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
        include_str!("../../../scenarios/requirements/rfc8288.toml"),
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

#[test]
fn finds_lines_that_end_in_lf_alone() {
    let text = octets("HTTP/1.1 204 \nDATE\n\n");
    let text = String::from_utf8(text).unwrap().replace("204 \r", "204 ");
    assert_eq!(GET.lint(text.as_bytes(), false), ["bare-lf"]);
}

#[rstest]
#[case::what_it_may_have_copied(GET, "HTTP/1.1 405 \nDate: now\nConnection: close,\nETag: a\nETag: b\nContent-Length: 0, 0\nA: \x01\n\n", &[])]
#[case::what_it_may_not_send(GET_10, "HTTP/1.1 100 \nTransfer-Encoding: chunked\n\n", &["coding-without-content", "coding-to-1.0", "interim-to-1.0"])]
#[case::bare_cr(GET, "HTTP/1.1 204 \nA: a\rb\n\n", &["bare-cr-relayed"])]
#[case::request(Kind::Request, "\nPOST / HTTP/1.1\nA: b\nHost: u@h\n\n", &[])]
#[case::request_without_host(Kind::Request, "GET / HTTP/1.1\nTE: a\nUpgrade: a\n\n", &["host-missing", "te-option", "upgrade-option"])]
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
        lint: &super::table::LENGTH_WITHOUT_CONTENT,
        text: "Content-Length in a 204 response".to_owned(),
        offset: 52,
    };
    let findings = lint_head(&GET.message(&text).head, &GET.context(false));
    assert_eq!(findings, [expected]);
}

#[test]
fn credentials_may_name_a_parameter_twice_as_far_as_a_rule_says() {
    let text = "GET / HTTP/1.1\nHost: h\nAuthorization: A b=c, b=d\n\n";
    assert_eq!(Kind::Request.lint(&octets(text), false), [""; 0]);
}

/// The findings in a response to this request.
fn answered(request: &str, response: &str) -> Vec<&'static str> {
    let request = Kind::Request.message(&octets(request)).head;
    let line = request.request().unwrap();
    let context = Context {
        relays: false,
        answers: Some(Answered {
            method: &line.method,
            version: line.version,
            head: Some(&request),
        }),
    };
    let findings = GET.findings(&octets(response), &context);
    findings.iter().map(|finding| finding.lint.id).collect()
}

#[rstest]
#[case::target("GET /{ HTTP/1.1\nHost: h\n\n", "Location: http://h/{/")]
#[case::value(
    "GET / HTTP/1.1\nHost: h\nContent-Type: text\n\n",
    "Content-Type: text"
)]
#[case::challenge(
    "GET /?realm=a HTTP/1.1\nA: A realm=a\n\n",
    "WWW-Authenticate: A realm=a"
)]
#[case::userinfo("GET / HTTP/1.1\nReferer: http://u@h/\n\n", "Location: http://u@h/")]
fn what_the_request_has_is_not_held_against_the_response(
    #[case] request: &str,
    #[case] field: &str,
) {
    let response = format!("HTTP/1.1 204 \nDATE\n{field}\n\n");
    assert_eq!(answered(request, &response), [""; 0]);
    let other = "GET / HTTP/1.1\nHost: h\n\n";
    assert_eq!(answered(other, &response).len(), 1, "{response}");
}

#[rstest]
#[case::of_octets("GET", "Range: Bytes=9-", "", &["range-unsatisfied"])]
#[case::told("GET", "Range: bytes=9-", "Content-Range: bytes */1\n", &[])]
#[case::of_something_else("GET", "Range: lines=9-", "", &[])]
#[case::not_asked_for("GET", "A: b", "", &[])]
#[case::another_method("OPTIONS", "Range: bytes=9-", "", &[])]
fn an_unsatisfied_byte_range_is_answered_with_the_length(
    #[case] method: &str,
    #[case] asked: &str,
    #[case] told: &str,
    #[case] expected: &[&str],
) {
    let request = format!("{method} / HTTP/1.1\nHost: h\n{asked}\n\n");
    let response = format!("HTTP/1.1 416 \nDATE\n{told}Content-Length: 0\n\n");
    assert_eq!(answered(&request, &response), expected);
}

#[test]
fn a_part_for_if_range_may_leave_out_its_type() {
    let fields = "DATE\nETag: \"a\"\nContent-Range: bytes 0-0/2\nContent-Length: 1";
    let part = format!("HTTP/1.1 206 \n{fields}\n\na");
    assert_eq!(GET.lint(&octets(&part), false), [""; 0]);
}

#[rstest]
#[case::head("HTTP/1.1 405 Method Not Allowed\nContent-Type")]
#[case::status_line("HTTP/1.1 4")]
#[case::content("HTTP/1.1 200 \nDATE\nContent-Length: 5\n\na")]
#[case::chunk("HTTP/1.1 200 \nDATE\nTransfer-Encoding: chunked\n\n5\na")]
fn a_message_that_is_cut_short_is_not_malformed(#[case] text: &str) {
    assert_eq!(GET.lint(&octets(text), false), [""; 0]);
}

#[test]
fn what_comes_behind_a_switch_is_not_looked_at() {
    let switched = "HTTP/1.1 101 \nConnection: upgrade\nUpgrade: a\n\n\x01\x02 anything";
    assert_eq!(GET.lint(&octets(switched), false), [""; 0]);
    let tunnel = "HTTP/1.1 200 \n\nHTTP/1.1 405 \n\n";
    assert_eq!(CONNECT.lint(&octets(tunnel), false), [""; 0]);
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
    let behind = behind.map(|framing| (200, framing));
    let found = lint_garbage(&garbage, b"x", responses, behind);
    assert_eq!(found.map(|finding| finding.lint.requirement), expected);
}

/// Every id that stands in the code must stand in the catalogue.
#[test]
fn cites_only_what_the_catalogue_has() {
    let sources = [
        include_str!("../lint.rs"),
        include_str!("fields.rs"),
        include_str!("garbage.rs"),
        include_str!("links.rs"),
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
