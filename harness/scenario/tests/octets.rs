//! The escape language, and what stands in `\{…}`.

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::scenario::{
    Catalogue, Expression, Function, Octets, Part, Piece, Scenario, Selector, parse,
};

/// What `written`, a TOML string with its quotes, means.
fn octets(written: &str) -> Octets {
    let text = format!(
        "title = 'x'\nsubject = 'server'\nhardening = 'x'\ngiven.echo = '/echo'\n\
         let.a = 'a'\nstep = [\n  {{ send = 'x', expect = {{ status = 200, as = 'get' }} }},\n  \
         {{ send = {written} }},\n]\n"
    );
    let scenarios = parse("x.toml", &text, &Catalogue::default());
    let scenarios: Vec<Scenario> =
        scenarios.unwrap_or_else(|error| panic!("{}", error.render(false)));
    scenarios[0].steps[1].send.clone().unwrap()
}

fn literal(octets: &[u8]) -> Piece {
    Piece::Literal(octets.to_vec().into())
}

#[rstest]
#[case::text("'GET / HTTP/1.1'", b"GET / HTTP/1.1")]
#[case::a_line_break_is_crlf("'''a\nb\n'''", b"a\r\nb\r\n")]
#[case::also_one_that_the_file_writes_as_crlf("'''\r\na\r\nb'''", b"a\r\nb")]
#[case::toml_drops_the_first_line_break("'''\na'''", b"a")]
#[case::and_only_the_first("'''\n\na'''", b"\r\na")]
#[case::control_characters(r"'\r\n\t\0\\'", b"\r\n\t\0\\")]
#[case::hexadecimal(r"'\x0b\xff\xFFf'", b"\x0b\xff\xfff")]
#[case::a_backslash_joins_lines("'''a\\\nb'''", b"ab")]
#[case::also_with_crlf("'''a\\\r\nb'''", b"ab")]
#[case::a_joined_line_keeps_its_blanks("'''a\\\n  b'''", b"a  b")]
#[case::a_bare_lf("'''a\\n\\\nb'''", b"a\nb")]
#[case::a_bare_cr("'''a\\r\\\nb'''", b"a\rb")]
#[case::letters_beyond_ascii("'é'", "é".as_bytes())]
#[case::quotes("'''it's \"x\"'''", b"it's \"x\"")]
#[case::braces_without_a_backslash("'{path}'", b"{path}")]
fn escapes_become_octets(#[case] written: &str, #[case] wanted: &[u8]) {
    assert_eq!(octets(written), Octets(vec![literal(wanted)]));
}

#[test]
fn the_empty_string_is_no_octets() {
    assert_eq!(octets("''"), Octets::default());
}

#[test]
fn a_boundary_cuts_between_two_octets() {
    let wanted = vec![literal(b"a\r"), Piece::Boundary, literal(b"\nb")];
    assert_eq!(octets(r"'a\r\|\nb'"), Octets(wanted));
}

#[test]
fn octets_can_be_repeated() {
    let wanted = vec![Piece::Repeat(Octets(vec![literal(b"ab")]), 70_000)];
    assert_eq!(octets("{ repeat = 'ab', times = 70000 }"), Octets(wanted));
}

#[test]
fn values_stand_between_literal_pieces() {
    let wanted = vec![
        literal(b"GET "),
        Piece::Value(name("path")),
        literal(b"?"),
        Piece::Value(name("nonce")),
        literal(b" HTTP/1.1\r\n"),
    ];
    assert_eq!(
        octets("'''GET \\{path}?\\{nonce} HTTP/1.1\n'''"),
        Octets(wanted)
    );
}

#[rstest]
#[case::a_built_in_name("authority", name("authority"))]
#[case::a_given("echo", name("echo"))]
#[case::a_piece("a", name("a"))]
#[case::a_second_authority("authority:other", Expression::Authority("other".into()))]
#[case::a_target("target:/a?b=:c", Expression::Target("/a?b=:c".into()))]
#[case::length("length:a", apply(Function::Length, name("a")))]
#[case::hex("hex:a", apply(Function::Hex, name("a")))]
#[case::slice("slice:0-4:a", apply(Function::Slice(0, 4), name("a")))]
#[case::add("add:-1:length:a", apply(Function::Add(-1), apply(Function::Length, name("a"))))]
#[case::an_earlier_date("date:-1d:a", apply(Function::Date(-86_400), name("a")))]
#[case::a_later_date("date:+90m:a", apply(Function::Date(5_400), name("a")))]
#[case::rfc850("rfc850:a", apply(Function::Rfc850, name("a")))]
#[case::asctime("asctime:a", apply(Function::Asctime, name("a")))]
#[case::base64("base64:a", apply(Function::Base64, name("a")))]
#[case::opaque("opaque:get.fields.ETag", apply(Function::Opaque, part(Part::Field("ETag".into()))))]
#[case::nested(
    "rfc850:date:-2h:get.fields.Last-Modified",
    apply(
        Function::Rfc850,
        apply(Function::Date(-7_200), part(Part::Field("Last-Modified".into()))),
    )
)]
#[case::status("get.status", part(Part::Status))]
#[case::method("get.method", part(Part::Method))]
#[case::target_of_a_request("get.target", part(Part::Target))]
#[case::body("get.body", part(Part::Body))]
#[case::message("get.message", part(Part::Message))]
#[case::json("get.json./a/0", part(Part::Json("/a/0".into())))]
#[case::json_with_dots_and_colons("get.json./a.b:c", part(Part::Json("/a.b:c".into())))]
#[case::the_whole_json("get.json.", part(Part::Json(String::new())))]
#[case::link("get.link.next", part(Part::Link("next".into())))]
fn expressions_are_understood(#[case] written: &str, #[case] wanted: Expression) {
    let pieces = vec![Piece::Value(wanted)];
    assert_eq!(octets(&format!("'\\{{{written}}}'")), Octets(pieces));
}

fn name(name: &str) -> Expression {
    Expression::Name(name.to_owned())
}

fn part(part: Part) -> Expression {
    Expression::Selected(Selector {
        message: String::from("get"),
        part,
    })
}

fn apply(function: Function, inner: Expression) -> Expression {
    Expression::Apply(function, Box::new(inner))
}
