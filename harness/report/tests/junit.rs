use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rstest::rstest;

use super::golden;
use crate::report::junit::render;
use crate::report::sample;

/// A test case, as a CI service reads it.
#[derive(Clone, Debug, Default)]
struct Case {
    class: String,
    /// The elements inside, with their attribute `type` and what they hold.
    children: Vec<(String, String, String)>,
}

fn attribute(element: &BytesStart, name: &str) -> String {
    let found = element.try_get_attribute(name).unwrap();
    found.map_or_else(String::new, |it| {
        it.normalized_value(quick_xml::XmlVersion::Explicit1_0)
            .unwrap()
            .into_owned()
    })
}

fn parse(xml: &str) -> (BTreeMap<String, Case>, Vec<[String; 4]>) {
    let mut reader = Reader::from_str(xml);
    let (mut cases, mut suites, mut open) = (BTreeMap::new(), Vec::new(), None);
    loop {
        let event = reader.read_event().unwrap();
        let name = match &event {
            Event::Start(it) | Event::Empty(it) => it.name().as_ref().to_vec(),
            _ => Vec::new(),
        };
        match (&event, name.as_slice()) {
            (Event::Start(it), b"testsuite") => {
                suites
                    .push(["name", "failures", "errors", "skipped"].map(|key| attribute(it, key)));
            }
            (Event::Start(it) | Event::Empty(it), b"testcase") => {
                let class = attribute(it, "classname");
                open = Some(attribute(it, "name"));
                let case = Case {
                    class,
                    ..Case::default()
                };
                cases.insert(attribute(it, "name"), case);
            }
            (Event::Start(it) | Event::Empty(it), tag) => {
                let child = (
                    String::from_utf8(tag.to_vec()).unwrap(),
                    attribute(it, "type"),
                );
                let case = open.as_ref().and_then(|name| cases.get_mut(name));
                if let Some(case) = case {
                    case.children
                        .push((child.0, child.1, attribute(it, "message")));
                }
            }
            (Event::Eof, _) => return (cases, suites),
            _ => {}
        }
    }
}

#[rstest]
#[case::pass("server/reuse/sequential", "server/reuse", None)]
#[case::warn("server/close/announces", "server/close", None)]
#[case::fail("server/close/honours-close", "server/close", Some(("failure", "timeout")))]
#[case::wrong_status("smuggling/te-lookalike[tab]", "smuggling", Some(("failure", "wrong-status")))]
#[case::error("server/reuse/late", "server/reuse", Some(("error", "error")))]
#[case::skip("server/timeout/idle", "server/timeout", Some(("skipped", "")))]
#[case::failing_lint("9110-6.6.1-1 date-missing", "lints", Some(("failure", "lint")))]
#[case::warning_lint("9112-0-unknown unknown", "lints", None)]
fn maps_each_verdict_to_its_element(
    #[case] id: &str,
    #[case] class: &str,
    #[case] expected: Option<(&str, &str)>,
) {
    let (cases, _) = parse(&render(&sample::run(), &sample::catalogue()));
    let case = &cases[id];
    assert_eq!(case.class, class);
    let counted = ["failure", "error", "skipped"];
    let found: Vec<_> = case
        .children
        .iter()
        .filter(|(tag, ..)| counted.contains(&tag.as_str()))
        .map(|(tag, kind, _)| (tag.as_str(), kind.as_str()))
        .collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
}

#[test]
fn shows_a_warning_without_counting_it() {
    let (cases, suites) = parse(&render(&sample::run(), &sample::catalogue()));
    let tags: Vec<_> = cases["server/close/announces"]
        .children
        .iter()
        .map(|it| it.0.as_str())
        .collect();
    assert!(tags.contains(&"system-out"), "{tags:?}");
    let close = suites
        .iter()
        .find(|suite| suite[0] == "server/close")
        .unwrap();
    assert_eq!(close[1..], ["1", "0", "1"]);
}

#[test]
fn says_in_one_line_what_was_wanted_and_seen() {
    let (cases, _) = parse(&render(&sample::run(), &sample::catalogue()));
    let failure = cases["server/hostile/markup"]
        .children
        .iter()
        .find(|it| it.0 == "failure");
    let message = &failure.unwrap().2;
    assert!(
        message.starts_with("wanted a response with status 200; seen: "),
        "{message}"
    );
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn looks_like_the_golden_file_and_holds_no_illegal_character() {
    let xml = render(&sample::run(), &sample::catalogue());
    golden::assert_harmless(&xml);
    assert!(!xml.contains("<script") && !xml.contains("]]>"));
    golden::check("junit.xml", &xml);
}
