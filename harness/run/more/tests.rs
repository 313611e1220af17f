//! What is found in XML.

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::*;
use crate::scenario::{Library, Piece, parse};

/// The check that a scenario file with this line has.
fn check(line: &str) -> XmlCheck {
    let text = format!(
        "title = 'x'\nsubject = 'server'\nhardening = 'x'\n[[step]]\nsend = 'x'\n\
         expect.status = 200\nexpect.xml.{line}\n\
         [[counterexample]]\nfault = 'x'\nat = 1\n[[counterexample.step]]\nsend = 'x'\n"
    );
    let catalogue = Library::bundled().catalogue().cloned().unwrap_or_default();
    let scenarios = parse("x.toml", &text, &catalogue)
        .unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)));
    let expect = scenarios[0].steps[0].expect.as_ref().unwrap();
    expect.alternatives[0].more.as_ref().unwrap().xml[0].clone()
}

/// How the content differs from what the line asks for.
fn differs(line: &str, content: &[u8]) -> Option<Difference> {
    let literal = |octets: &Octets| match &octets.0[..] {
        [] => Ok(Bytes::new()),
        [Piece::Literal(literal)] => Ok(literal.clone()),
        other => panic!("{other:?}"),
    };
    xml(&[check(line)], content, literal).unwrap()
}

const CALL: &str = "<?xml version=\"1.0\"?>\n<!-- hello -->\n<r>\n <v>one</v>\n <v> <s>two</s> </v>\n\
    <m><name>x</name><v><int>+07</int></v></m>\n <m><name>y</name><v>&lt;&#38;</v></m>\n\
    <w> </w><p:q xmlns:p=\"urn:p\"><![CDATA[<raw>]]></p:q>\n</r>";

#[rstest]
#[case::text("'r/v[1]' = 'one'")]
#[case::text_of_what_is_inside("'r/v[2]' = 'two'")]
#[case::a_member_by_name("\"r/m[name='y']/v\" = '<&'")]
#[case::whatever_name("'*/m[1]/*/*' = '+07'")]
#[case::either_name("'r/m/v/i4|int' = '+07'")]
#[case::a_number("'r/m/v/int'.number = 7")]
#[case::a_fraction("'r/m/v/int'.number = 7.0")]
#[case::there("'r/m'.present = true")]
#[case::not_there("'r/m/fault'.present = false")]
#[case::white_space_alone("'r/w' = ' '")]
#[case::raw("'r/q' = '<raw>'")]
fn what_is_there_is_found(#[case] line: &str) {
    let difference = differs(line, CALL.as_bytes());
    assert!(difference.is_none(), "{difference:?}");
}

#[rstest]
#[case::another_text("'r/v[1]' = 'two'", CALL, "'one' at r/v[1]")]
#[case::several("'r/v' = 'one'", CALL, "2 elements at r/v")]
#[case::none("'r/x' = 'one'", CALL, "no element at r/x")]
#[case::not_below("'v' = 'one'", CALL, "no element at v")]
#[case::no_number("'r/v[1]'.number = 1", CALL, "'one' at r/v[1]")]
#[case::an_exponent("'r'.number = 10", "<r>1e1</r>", "'1e1' at r")]
#[case::not_a_number("'r'.number = 10", "<r>inf</r>", "'inf' at r")]
#[case::too_many("'r/v'.present = false", CALL, "2 elements at r/v")]
fn what_is_not_so_is_told(#[case] line: &str, #[case] content: &str, #[case] seen: &str) {
    let difference = differs(line, content.as_bytes()).unwrap();
    assert_eq!(difference.seen, seen);
}

#[rstest]
#[case::nothing(b"")]
#[case::open(b"<r><v></r>")]
#[case::no_utf8(b"<r>\xff</r>")]
#[case::an_entity(b"<!DOCTYPE r [<!ENTITY a \"b\">]><r>&a;</r>")]
fn what_is_no_xml_is_told(#[case] content: &[u8]) {
    let difference = differs("'r'.present = false", content).unwrap();
    assert!(
        difference.seen.starts_with("content that is no"),
        "{difference:?}"
    );
}

#[test]
fn a_document_without_end_is_not_looked_at() {
    let content = "<a>".repeat(200_000);
    assert!(differs("'a'.present = true", content.as_bytes()).is_some());
    let content = format!("{}{}", "<a>".repeat(90_000), "</a>".repeat(90_000));
    assert!(differs("'a' = 'x'", content.as_bytes()).is_some());
}
