//! Every case is fed whole, octet by octet, and with octets of a next message behind it.

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::*;
use crate::wire::StartLine;

mod bounds;
mod cuts;

/// Which decoder reads, and where a response, which methods it answers.
#[derive(Clone, Copy, Debug)]
enum Side {
    Requests,
    Responses(&'static [&'static str]),
}

const GET: Side = Side::Responses(&["GET"]);

impl Side {
    fn decoder(self, limits: Limits) -> Decoder {
        match self {
            Self::Requests => Decoder::requests(limits),
            Self::Responses(methods) => {
                let mut decoder = Decoder::responses(limits);
                for method in methods {
                    decoder.expect_answer(Bytes::from_static(method.as_bytes()));
                }
                decoder
            }
        }
    }

    /// A message to put behind another one, and the events it gives.
    fn next(self) -> (&'static [u8], [&'static str; 2]) {
        match self {
            Self::Requests => (
                b"GET /next HTTP/1.1\r\n\r\n",
                ["GET /next 1.1 None", "end 22"],
            ),
            Self::Responses(_) => (b"HTTP/1.1 204 \r\n\r\n", ["204 '' 1.1 None of ?", "end 17"]),
        }
    }
}

/// All events that are there now; adjacent content is merged, for cuts may split it.
fn drain(decoder: &mut Decoder, events: &mut Vec<Event>) {
    while let Some(event) = decoder.poll() {
        match (events.last_mut(), event) {
            (Some(Event::Content(before)), Event::Content(more)) => {
                *before = [&before[..], &more].concat().into();
            }
            (_, event) => events.push(event),
        }
    }
}

/// The events for octets that arrive in these pieces; `end` closes behind them.
fn events<'a>(
    mut decoder: Decoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    end: bool,
) -> Vec<String> {
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        drain(&mut decoder, &mut events);
    }
    if end {
        decoder.end();
        drain(&mut decoder, &mut events);
    }
    events.iter().map(show).collect()
}

/// One event in one line.
fn show(event: &Event) -> String {
    match event {
        Event::Head {
            head,
            framing,
            answers,
        } => {
            let answers = match (head.request(), answers) {
                (Some(_), _) => String::new(),
                (None, None) => " of ?".to_owned(),
                (None, Some(method)) => format!(" of {}", method.escape_ascii()),
            };
            let (head, violations) = (show_head(head), show_violations(&head.violations));
            format!("{head} {framing:?}{answers}{violations}")
        }
        Event::Content(content) => format!("content {}", content.escape_ascii()),
        Event::Violation(violation) => format!("violation {}", show_violation(violation)),
        Event::End(trailers, octets) => format!("end {octets}{}", show_fields(trailers)),
        Event::Garbage(garbage) => {
            let head = garbage.head.as_ref().map_or_else(String::new, |head| {
                let violations = show_violations(&head.violations);
                format!(" behind {}{violations}", show_head(head))
            });
            format!("garbage {:?}@{}{head}", garbage.kind, garbage.offset)
        }
        Event::Truncated(place) => format!("truncated {place:?}"),
    }
}

fn show_head(head: &Head) -> String {
    let start = match &head.start {
        StartLine::Request(line) => format!(
            "{} {} {}",
            line.method.escape_ascii(),
            line.target.escape_ascii(),
            version(line.version)
        ),
        StartLine::Status(line) => format!(
            "{:03} '{}' {}",
            line.code,
            line.reason.escape_ascii(),
            version(line.version)
        ),
    };
    format!("{start}{}", show_fields(&head.fields))
}

fn version(version: crate::wire::Version) -> String {
    format!("{}.{}", version.major, version.minor)
}

fn show_fields(fields: &Fields) -> String {
    let field = |field: &crate::wire::Field| {
        format!(
            " {}={}",
            field.name.escape_ascii(),
            field.value.escape_ascii()
        )
    };
    fields.0.iter().map(field).collect()
}

fn show_violations(violations: &[Violation]) -> String {
    let one = |violation: &Violation| format!(" !{}", show_violation(violation));
    violations.iter().map(one).collect()
}

fn show_violation(violation: &Violation) -> String {
    format!("{:?}@{}", violation.kind, violation.offset)
}

/// Checks that the octets give these events however they arrive. Behind a message that is
/// complete, a next one must be found; behind anything else nothing.
fn check(side: Side, octets: &[u8], expected: &[&str]) {
    let decoder = || side.decoder(Limits::default());
    assert_eq!(events(decoder(), [octets], false), expected, "whole");
    let octet_by_octet = events(decoder(), octets.chunks(1), false);
    assert_eq!(octet_by_octet, expected, "octet by octet");

    let (next, next_events) = side.next();
    let longer = [octets, next].concat();
    let mut expected = expected.to_vec();
    match expected.last() {
        Some(last) if last.starts_with("end") => expected.extend(next_events),
        Some(last) if last.starts_with("garbage") || last.contains("Tunnel") => {}
        _ => return,
    }
    assert_eq!(events(decoder(), [&longer[..]], false), expected, "behind");
    let octet_by_octet = events(decoder(), longer.chunks(1), false);
    assert_eq!(octet_by_octet, expected, "behind, octet by octet");
}

#[rstest]
#[case::get(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", &["GET / 1.1 Host=h None", "end 27"])]
#[case::no_fields(b"GET / HTTP/1.0\r\n\r\n", &["GET / 1.0 None", "end 18"])]
#[case::trims_the_value(b"GET / HTTP/1.1\r\nA:\t b c \t\r\nB:\r\n\r\n", &["GET / 1.1 A=b c B= None", "end 33"])]
#[case::obs_text_in_a_value(b"GET / HTTP/1.1\r\nA: \xc3\xa9\r\n\r\n", &[r"GET / 1.1 A=\xc3\xa9 None", "end 25"])]
#[case::length(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", &["POST / 1.1 Content-Length=5 Length(5)", "content hello", "end 43"])]
#[case::length_zero(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", &["POST / 1.1 Content-Length=0 Length(0)", "end 38"])]
#[case::leading_zeros(b"POST / HTTP/1.1\r\nContent-Length: 010\r\n\r\n0123456789", &["POST / 1.1 Content-Length=010 Length(10)", "content 0123456789", "end 50"])]
#[case::chunked(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0A\r\n, world!!!\r\n0\r\n\r\n", &["POST / 1.1 Transfer-Encoding=chunked Chunked", "content hello, world!!!", "end 78"])]
#[case::unknown_minor_version(b"GET / HTTP/1.9\r\n\r\n", &["GET / 1.9 None !Version@6", "end 18"])]
#[case::method_unknown(b"FROB! * HTTP/1.1\r\n\r\n", &["FROB! * 1.1 None", "end 20"])]
#[case::connect(b"CONNECT h:1 HTTP/1.1\r\n\r\n", &["CONNECT h:1 1.1 None", "end 24"])]
fn decodes_requests(#[case] octets: &[u8], #[case] expected: &[&str]) {
    check(Side::Requests, octets, expected);
}

#[rstest]
#[case::length(GET, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &["200 'OK' 1.1 Content-Length=2 Length(2) of GET", "content ok", "end 40"])]
#[case::no_phrase(GET, b"HTTP/1.1 204 \r\n\r\n", &["204 '' 1.1 None of GET", "end 17"])]
#[case::obs_text_in_the_phrase(GET, b"HTTP/1.1 204 \xe9t\xe9\r\n\r\n", &[r"204 '\xe9t\xe9' 1.1 None of GET", "end 20"])]
#[case::two_blanks_before_the_phrase(GET, b"HTTP/1.1 204  A\r\n\r\n", &["204 ' A' 1.1 None of GET", "end 19"])]
#[case::unknown_minor_version(GET, b"HTTP/1.2 204 \r\n\r\n", &["204 '' 1.2 None of GET !Version@0", "end 17"])]
#[case::code_out_of_range(GET, b"HTTP/1.1 099 \r\nContent-Length: 0\r\n\r\n", &["099 '' 1.1 Content-Length=0 Length(0) of GET", "end 36"])]
#[case::not_modified_with_length(GET, b"HTTP/1.1 304 \r\nContent-Length: 5\r\n\r\n", &["304 '' 1.1 Content-Length=5 None of GET", "end 36"])]
#[case::not_modified_chunked(GET, b"HTTP/1.1 304 \r\nTransfer-Encoding: chunked\r\n\r\n", &["304 '' 1.1 Transfer-Encoding=chunked None of GET", "end 45"])]
#[case::head(Side::Responses(&["HEAD"]), b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", &["200 'OK' 1.1 Content-Length=5 None of HEAD", "end 38"])]
#[case::head_with_an_invalid_length(Side::Responses(&["HEAD"]), b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", &["200 'OK' 1.1 Content-Length=x None of HEAD !ContentLength@17", "end 38"])]
#[case::interim_takes_nothing_from_the_queue(Side::Responses(&["HEAD", "GET"]), b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 \r\n\r\nHTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nHTTP/1.1 200 \r\nContent-Length: 1\r\n\r\na", &[
    "100 '' 1.1 None of HEAD", "end 17", "103 '' 1.1 None of HEAD", "end 17",
    "200 '' 1.1 Content-Length=1 None of HEAD", "end 36",
    "200 '' 1.1 Content-Length=1 Length(1) of GET", "content a", "end 37"])]
#[case::length_in_interim(Side::Responses(&[]), b"HTTP/1.1 100 \r\nContent-Length: 5\r\n\r\n", &["100 '' 1.1 Content-Length=5 None of ? !FramingBanned@15", "end 36"])]
#[case::coding_in_204(GET, b"HTTP/1.1 204 \r\nTransfer-Encoding: chunked\r\n\r\n", &["204 '' 1.1 Transfer-Encoding=chunked None of GET !FramingBanned@15", "end 45"])]
#[case::switched(GET, b"HTTP/1.1 101 \r\nUpgrade: x\r\n\r\n", &["101 '' 1.1 Upgrade=x Tunnel of GET"])]
#[case::connected(Side::Responses(&["CONNECT"]), b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n", &["200 '' 1.1 Content-Length=5 Tunnel of CONNECT"])]
#[case::not_connected(Side::Responses(&["CONNECT"]), b"HTTP/1.1 407 \r\nContent-Length: 1\r\n\r\nx", &["407 '' 1.1 Content-Length=1 Length(1) of CONNECT", "content x", "end 37"])]
#[case::to_no_request(Side::Responses(&[]), b"HTTP/1.1 408 \r\nContent-Length: 0\r\n\r\n", &["408 '' 1.1 Content-Length=0 Length(0) of ?", "end 36"])]
#[case::coding_overrides_length(GET, b"HTTP/1.1 200 \r\nContent-Length: 99\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", &["200 '' 1.1 Content-Length=99 Transfer-Encoding=CHUNKED Chunked of GET !LengthAndCoding@15", "end 70"])]
fn decodes_responses(#[case] side: Side, #[case] octets: &[u8], #[case] expected: &[&str]) {
    check(side, octets, expected);
}

#[rstest]
#[case::until_close(GET, b"HTTP/1.0 200 OK\r\n\r\nabc", &["200 'OK' 1.0 UntilClose of GET", "content abc", "end 22"])]
#[case::until_close_empty(GET, b"HTTP/1.1 200 OK\r\n\r\n", &["200 'OK' 1.1 UntilClose of GET", "end 19"])]
#[case::coding_not_chunked(GET, b"HTTP/1.1 200 \r\nTransfer-Encoding: gzip\r\n\r\nabc", &["200 '' 1.1 Transfer-Encoding=gzip UntilClose of GET !TransferCoding@15", "content abc", "end 45"])]
#[case::nothing(GET, b"", &[])]
#[case::line_ends_only(Side::Requests, b"\r\n\n", &["violation EmptyLineBefore@0"])]
#[case::in_the_start_line(Side::Requests, b"GE", &["truncated Head"])]
#[case::in_the_head(GET, b"HTTP/1.1 200 OK\r\nA: b\r\n", &["truncated Head"])]
#[case::in_the_content(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", &["POST / 1.1 Content-Length=5 Length(5)", "content abc", "truncated Content"])]
#[case::before_the_content(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", &["POST / 1.1 Content-Length=5 Length(5)", "truncated Content"])]
#[case::behind_a_chunk(Side::Requests, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", &["POST / 1.1 Transfer-Encoding=chunked Chunked", "content a", "truncated Content"])]
#[case::in_the_trailers(Side::Requests, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n", &["POST / 1.1 Transfer-Encoding=chunked Chunked", "truncated Content"])]
#[case::tunnel(GET, b"HTTP/1.1 101 \r\n\r\nabc", &["101 '' 1.1 Tunnel of GET"])]
fn knows_what_the_end_of_the_connection_means(
    #[case] side: Side,
    #[case] octets: &[u8],
    #[case] expected: &[&str],
) {
    let decoder = || side.decoder(Limits::default());
    assert_eq!(events(decoder(), [octets], true), expected);
    assert_eq!(events(decoder(), octets.chunks(1), true), expected);
}

#[rstest]
#[case::bare_lf(b"GET / HTTP/1.1\nA: b\n\n", &["GET / 1.1 A=b None !BareLf@14 !BareLf@19 !BareLf@20", "end 21"])]
#[case::bare_lf_then_crlf(b"GET / HTTP/1.1\r\nA: b\n\r\n", &["GET / 1.1 A=b None !BareLf@20", "end 23"])]
#[case::empty_lines_before(b"\r\n\nGET / HTTP/1.1\r\n\r\n", &["GET / 1.1 None !EmptyLineBefore@0", "end 21"])]
#[case::white_led_behind_the_start_line(b"GET / HTTP/1.1\r\n A: b\r\n\tC: d\r\nE: f\r\n\r\n", &["GET / 1.1 E=f None !SpaceAfterStartLine@16 !SpaceAfterStartLine@23", "end 38"])]
#[case::fold(b"GET / HTTP/1.1\r\nA: b\r\n  c\r\n\t\r\n d\r\nE: f\r\n\r\n", &["GET / 1.1 A=b c  d E=f None !ObsFold@22 !ObsFold@27 !ObsFold@30", "end 42"])]
#[case::fold_behind_an_empty_value(b"GET / HTTP/1.1\r\nA:\r\n b\r\n\r\n", &["GET / 1.1 A=b None !ObsFold@20", "end 26"])]
#[case::space_before_the_colon(b"GET / HTTP/1.1\r\nA \t: b\r\n\r\n", &["GET / 1.1 A=b None !SpaceBeforeColon@17", "end 26"])]
#[case::no_colon(b"GET / HTTP/1.1\r\nAb\r\n c\r\nD: e\r\n\r\n", &["GET / 1.1 D=e None !FieldName@16 !ObsFold@20", "end 32"])]
#[case::no_name(b"GET / HTTP/1.1\r\n: b\r\n\r\n", &["GET / 1.1 None !FieldName@16", "end 23"])]
#[case::name_no_token(b"GET / HTTP/1.1\r\nA b: c\r\nD[: e\r\n\r\n", &["GET / 1.1 None !FieldName@16 !FieldName@24", "end 33"])]
#[case::bare_cr_in_a_value(b"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", &["GET / 1.1 A=b c None !BareCr@20", "end 26"])]
#[case::cr_cr_lf(b"GET / HTTP/1.1\r\nA: b\r\r\n\r\n", &["GET / 1.1 A=b None !BareCr@20", "end 25"])]
#[case::bare_cr_hides_no_line(b"GET / HTTP/1.1\r\nA: b\rContent-Length: 5\r\n\r\n", &["GET / 1.1 A=b Content-Length: 5 None !BareCr@20", "end 42"])]
#[case::nul_in_a_value(b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", &[r"GET / 1.1 A=b\x00c None !FieldValue@20", "end 26"])]
#[case::two_blanks(b"GET  / HTTP/1.1\r\n\r\n", &["GET / 1.1 None !StartLine@0", "end 19"])]
#[case::tab(b"GET\t/ HTTP/1.1\r\n\r\n", &["GET / 1.1 None !StartLine@0", "end 18"])]
#[case::blanks_around(b" GET / HTTP/1.1 \r\n\r\n", &["GET / 1.1 None !StartLine@0", "end 20"])]
#[case::space_in_the_target(b"GET /a b HTTP/1.1\r\n\r\n", &["GET /a b 1.1 None !StartLine@0", "end 21"])]
#[case::bare_cr_as_separator(b"GET\r/ HTTP/1.1\r\n\r\n", &["GET / 1.1 None !BareCr@3", "end 18"])]
#[case::obs_text_in_the_target(b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", &[r"GET /\xc3\xa9 1.1 None !RequestTarget@5", "end 20"])]
#[case::latin1_in_the_target(b"GET /\xe9 HTTP/1.1\r\n\r\n", &[r"GET /\xe9 1.1 None !RequestTarget@5", "end 19"])]
#[case::nul_in_the_target(b"GET /\0 HTTP/1.1\r\n\r\n", &[r"GET /\x00 1.1 None !RequestTarget@5", "end 19"])]
#[case::equal_lengths(b"POST / HTTP/1.1\r\nContent-Length: 2, 2\r\nContent-Length: 02\r\n\r\nab", &["POST / 1.1 Content-Length=2, 2 Content-Length=02 Length(2) !ContentLengthList@17", "content ab", "end 63"])]
#[case::one_length_and_a_comma(b"POST / HTTP/1.1\r\nContent-Length: 2,\r\n\r\nab", &["POST / 1.1 Content-Length=2, Length(2) !ContentLengthList@17", "content ab", "end 41"])]
#[case::length_and_coding(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n0\r\n\r\n", &["POST / 1.1 Transfer-Encoding=chunked Content-Length=x Chunked !LengthAndCoding@45", "end 71"])]
#[case::coding_in_10(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &["POST / 1.0 Transfer-Encoding=chunked Chunked !CodingIn10@17", "end 52"])]
#[case::empty_members(b"POST / HTTP/1.1\r\nTransfer-Encoding: , chunked ,\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n", &["POST / 1.1 Transfer-Encoding=, chunked , Transfer-Encoding= Chunked", "end 76"])]
#[case::another_coding(b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &["POST / 1.1 Transfer-Encoding=gzip Transfer-Encoding=chunked Chunked !TransferCoding@17", "end 77"])]
#[case::chunked_twice(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", &["POST / 1.1 Transfer-Encoding=chunked, chunked Chunked !TransferCoding@17", "end 61"])]
#[case::chunked_with_parameter(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n", &["POST / 1.1 Transfer-Encoding=chunked;a=b Chunked !TransferCoding@17", "end 56"])]
fn recovers_and_notes_the_violation(#[case] octets: &[u8], #[case] expected: &[&str]) {
    check(Side::Requests, octets, expected);
}

#[rstest]
#[case::no_space_behind_the_code(b"HTTP/1.1 204\r\n\r\n", &["204 '' 1.1 None of GET !StartLine@0", "end 16"])]
#[case::two_blanks(b"HTTP/1.1  204 A\r\n\r\n", &["204 'A' 1.1 None of GET !StartLine@0", "end 19"])]
#[case::tabs(b"HTTP/1.1\t204\tA\r\n\r\n", &["204 'A' 1.1 None of GET !StartLine@0", "end 18"])]
#[case::leading_blank(b" HTTP/1.1 204 A\r\n\r\n", &["204 'A' 1.1 None of GET !StartLine@0", "end 19"])]
#[case::nul_in_the_phrase(b"HTTP/1.1 204 A\0\r\n\r\n", &[r"204 'A\x00' 1.1 None of GET !Reason@14", "end 19"])]
#[case::bare_cr_in_the_phrase(b"HTTP/1.1 204 A\rB\r\n\r\n", &["204 'A B' 1.1 None of GET !BareCr@14", "end 20"])]
fn recovers_in_status_lines(#[case] octets: &[u8], #[case] expected: &[&str]) {
    check(GET, octets, expected);
}

#[rstest]
#[case::simple_request(Side::Requests, b"GET /\r\n", &["garbage StartLine@0"])]
#[case::no_target(Side::Requests, b"GET HTTP/1.1\r\n", &["garbage StartLine@0"])]
#[case::four_words(Side::Requests, b"GET / HTTP/1.1 extra\r\n", &["garbage StartLine@0"])]
#[case::lower_case_name(Side::Requests, b"GET / http/1.1\r\n", &["garbage StartLine@0"])]
#[case::long_version(Side::Requests, b"GET / HTTP/01.1\r\n", &["garbage StartLine@0"])]
#[case::short_version(Side::Requests, b"GET / HTTP/1\r\n", &["garbage StartLine@0"])]
#[case::method_no_token(Side::Requests, b"G@T / HTTP/1.1\r\n", &["garbage StartLine@0"])]
#[case::other_major_version(Side::Requests, b"PRI * HTTP/2.0\r\n", &["garbage Version@0"])]
#[case::major_version_0(Side::Requests, b"GET / HTTP/0.9\r\n", &["garbage Version@0"])]
#[case::tls(Side::Requests, b"\x16\x03\x01\x02\x00", &["garbage StartLine@0"])]
#[case::tls_behind_empty_lines(Side::Requests, b"\r\n\r\n\x16\x03\x01\x02\x00", &["garbage StartLine@4"])]
#[case::response_to_a_server(Side::Requests, b"HTTP/1.1 200 OK\r\n", &["garbage StartLine@0"])]
#[case::no_status_line(GET, b"<html>", &["garbage StartLine@0"])]
#[case::other_protocol(GET, b"ICY 200 OK", &["garbage StartLine@0"])]
#[case::other_major_in_a_response(GET, b"HTTP/2 200\r\n", &["garbage StartLine@0"])]
#[case::other_version_in_a_response(GET, b"HTTP/2.0 200 OK\r\n", &["garbage Version@0"])]
#[case::two_digits(GET, b"HTTP/1.1 20 OK\r\n", &["garbage StartLine@0"])]
#[case::four_digits(GET, b"HTTP/1.1 2000 OK\r\n", &["garbage StartLine@0"])]
#[case::no_digits(GET, b"HTTP/1.1 2x0 OK\r\n", &["garbage StartLine@0"])]
#[case::no_code(GET, b"HTTP/1.1\r\n", &["garbage StartLine@0"])]
fn gives_up_at_start_lines_that_cannot_be_read(
    #[case] side: Side,
    #[case] octets: &[u8],
    #[case] expected: &[&str],
) {
    check(side, octets, expected);
    check(side, &[octets, b"A: b\r\n\r\n"].concat(), expected);
}

#[rstest]
#[case::sign(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", &["garbage Framing@39 behind POST / 1.1 Content-Length=+5 !ContentLength@17"])]
#[case::empty(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", &["garbage Framing@36 behind POST / 1.1 Content-Length= !ContentLength@17"])]
#[case::differing(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", &["garbage Framing@57 behind POST / 1.1 Content-Length=5 Content-Length=6 !ContentLength@17"])]
#[case::differing_in_a_response(GET, b"HTTP/1.1 200 \r\nContent-Length: 5, 6\r\n\r\n", &["garbage Framing@39 behind 200 '' 1.1 Content-Length=5, 6 !ContentLength@15"])]
#[case::chunked_not_last(Side::Requests, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", &["garbage Framing@53 behind POST / 1.1 Transfer-Encoding=chunked, gzip !TransferCoding@17"])]
#[case::quoted_coding(Side::Requests, b"POST / HTTP/1.1\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", &["garbage Framing@49 behind POST / 1.1 Transfer-Encoding=\\\"chunked\\\" !TransferCoding@17"])]
#[case::lookalike(Side::Requests, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\x0b\r\n\r\n", &["garbage Framing@48 behind POST / 1.1 Transfer-Encoding=chunked\\x0b !FieldValue@43 !TransferCoding@17"])]
#[case::length_overflows(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n", &["garbage ContentTooLarge@57 behind POST / 1.1 Content-Length=18446744073709551616"])]
#[case::length_overflows_in_a_response(GET, b"HTTP/1.1 200 \r\nContent-Length: 18446744073709551616\r\n\r\n", &["garbage Framing@55 behind 200 '' 1.1 Content-Length=18446744073709551616"])]
#[case::length_over_the_limit(Side::Requests, b"POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n", &["garbage ContentTooLarge@57 behind POST / 1.1 Content-Length=18446744073709551615"])]
fn gives_up_where_the_length_cannot_be_known(
    #[case] side: Side,
    #[case] octets: &[u8],
    #[case] expected: &[&str],
) {
    check(side, octets, expected);
}

/// The chunked content behind a head of 47 octets, and the events behind that of the head.
#[rstest]
#[case::upper_and_lower_case(b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", &["content 01234567890123456789", "end 82"])]
#[case::leading_zeros(b"00000000000000000000001\r\na\r\n000\r\n\r\n", &["content a", "end 82"])]
#[case::extensions(b"1;a;b=c;d=\"e;\\\" f\"\r\na\r\n0;x\r\n\r\n", &["content a", "end 77"])]
#[case::trailers(b"0\r\nA: b\r\nC: d\r\n\r\n", &["end 64 A=b C=d"])]
#[case::bad_white_space_in_extensions(b"1 ; a = b\r\na\r\n0\r\n\r\n", &["violation BadWhitespace@48", "content a", "end 66"])]
#[case::blank_behind_the_size(b"1 \r\na\r\n0\r\n\r\n", &["violation ChunkSize@48", "content a", "end 59"])]
#[case::blank_before_the_size(b"\t1\r\na\r\n0\r\n\r\n", &["violation ChunkSize@47", "content a", "end 59"])]
#[case::bare_lf_behind_the_size(b"1\na\r\n0\r\n\r\n", &["violation ChunkSize@48", "content a", "end 57"])]
#[case::bare_lf_behind_the_data(b"1\r\na\n0\r\n\r\n", &["content a", "violation ChunkEnd@51", "end 57"])]
#[case::bare_lf_in_the_trailers(b"0\r\nA: b\n\n", &["violation BareLf@54", "violation BareLf@55", "end 56 A=b"])]
#[case::empty_extension(b"1;\r\na\r\n0\r\n\r\n", &["violation ChunkExtension@48", "content a", "end 59"])]
#[case::extension_without_value(b"1;a=\r\na\r\n0\r\n\r\n", &["violation ChunkExtension@48", "content a", "end 61"])]
#[case::extension_with_open_quote(b"1;a=\"b\r\na\r\n0\r\n\r\n", &["violation ChunkExtension@48", "content a", "end 63"])]
#[case::blank_behind_an_extension(b"1;a \r\na\r\n0\r\n\r\n", &["violation ChunkExtension@50", "content a", "end 61"])]
#[case::malformed_trailer(b"0\r\nA b: c\r\nD: e\r\n\r\n", &["violation Trailer@50", "end 66 D=e"])]
#[case::folded_trailer(b"0\r\nA: b\r\n c\r\n\r\n", &["violation ObsFold@56", "end 62 A=b c"])]
#[case::white_led_trailer(b"0\r\n A: b\r\n\r\n", &["violation Trailer@50", "end 59"])]
#[case::bare_cr_in_a_trailer(b"0\r\nA: b\rc\r\n\r\n", &["violation BareCr@54", "end 60 A=b c"])]
#[case::no_size(b"\r\n", &["garbage Chunk@47"])]
#[case::only_an_extension(b";a\r\n", &["garbage Chunk@47"])]
#[case::sign(b"+1\r\na\r\n", &["garbage Chunk@47"])]
#[case::prefix(b"0x1\r\na\r\n", &["garbage Chunk@47"])]
#[case::two_sizes(b"1 1\r\na\r\n", &["garbage Chunk@47"])]
#[case::bare_cr_as_line_end(b"1\ra\r\n", &["garbage Chunk@47"])]
#[case::cr_cr_lf(b"1\r\r\na\r\n", &["garbage Chunk@47"])]
#[case::too_many_digits(b"10000000000000001\r\na\r\n", &["garbage Chunk@47"])]
#[case::huge(b"ffffffffffffffff\r\na\r\n", &["garbage ContentTooLarge@47"])]
#[case::data_too_long(b"1\r\nab\r\n", &["content a", "garbage Chunk@51"])]
#[case::data_too_short(b"3\r\na\r\n0\r\n\r\n", &["content a\\r\\n", "garbage Chunk@53"])]
#[case::bare_cr_behind_the_data(b"1\r\na\r0\r\n", &["content a", "garbage Chunk@51"])]
fn decodes_chunks(#[case] content: &[u8], #[case] expected: &[&str]) {
    let head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let head_event = "POST / 1.1 Transfer-Encoding=chunked Chunked";
    let expected: Vec<_> = [&[head_event], expected].concat();
    check(Side::Requests, &[&head[..], content].concat(), &expected);
}

#[test]
fn is_between_messages_only_while_nothing_has_come() {
    let mut decoder = Decoder::requests(Limits::default());
    assert!(decoder.is_between());
    decoder.push(b"G");
    assert_eq!(decoder.poll(), None);
    assert!(!decoder.is_between());
    decoder.push(b"ET / HTTP/1.1\r\n\r\n");
    decoder.poll();
    assert!(!decoder.is_between(), "the end has not been given");
    decoder.poll();
    assert!(decoder.is_between());
    decoder.push(b"\r\n");
    assert!(!decoder.is_between());
}

#[test]
fn keeps_what_comes_behind_garbage_until_it_is_taken() {
    let mut decoder = Decoder::requests(Limits::default());
    decoder.push(b"G@T / HTTP/1.1\r\n\r\nabc");
    assert_eq!(decoder.take_rest(), Bytes::new(), "not stopped yet");
    assert!(matches!(decoder.poll(), Some(Event::Garbage(_))));
    assert!(decoder.is_stopped());
    assert_eq!(decoder.rest(), b"G@T / HTTP/1.1\r\n\r\nabc");
    assert_eq!(&decoder.take_rest()[..], b"G@T / HTTP/1.1\r\n\r\nabc");
    decoder.push(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(decoder.poll(), None);
    assert_eq!(decoder.rest(), b"GET / HTTP/1.1\r\n\r\n");
}

#[test]
fn leaves_what_comes_through_a_tunnel() {
    let mut decoder = GET.decoder(Limits::default());
    decoder.push(b"HTTP/1.1 101 \r\n\r\nabc");
    assert!(matches!(decoder.poll(), Some(Event::Head { .. })));
    assert!(decoder.is_stopped() && !decoder.is_between());
    decoder.end();
    assert_eq!(decoder.poll(), None);
    assert_eq!(&decoder.take_rest()[..], b"abc");
}

#[test]
fn copies_no_field_of_a_well_formed_head() {
    let mut decoder = Decoder::requests(Limits::default());
    decoder.push(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    let Some(Event::Head { head, .. }) = decoder.poll() else {
        panic!("a head")
    };
    let range = head.octets.as_ptr_range();
    assert!(range.contains(&head.fields.0[0].value.as_ptr()));
    assert_eq!(&head.octets[..], b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
}
