//! What a `Link` field value says.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;

use super::*;

/// Target and relation types of each link.
fn seen(value: &str) -> Vec<String> {
    let (links, malformed) = parse(value.as_bytes());
    assert_eq!(malformed, None, "{value}");
    links
        .iter()
        .map(|link| {
            let words = std::iter::once(&link.target[..]).chain(link.relations());
            let words: Vec<_> = words.map(String::from_utf8_lossy).collect();
            words.join(" ")
        })
        .collect()
}

#[rstest]
#[case::quoted("</a>; rel=\"next\"", &["/a next"])]
#[case::token("</a>;rel=next", &["/a next"])]
#[case::several_types("</a>; rel=\"next  last\"", &["/a next last"])]
#[case::several_links("</a>; rel=next,</b>;rel=prev", &["/a next", "/b prev"])]
#[case::empty_members(", ,</a>; rel=next ,", &["/a next"])]
#[case::a_comma_in_a_title("</a>; title=\"x, <y>; rel=prev\"; rel=next", &["/a next"])]
#[case::a_comma_in_a_target("</a,b;rel=prev>; rel=next", &["/a,b;rel=prev next"])]
#[case::an_escaped_quote("</a>; title=\"\\\"\"; rel=next", &["/a next"])]
#[case::bad_white_space("</a> \t;\trel = \"next\"", &["/a next"])]
#[case::the_first_rel("</a>; rel=next; rel=prev", &["/a next"])]
#[case::a_name_in_capitals("</a>; REL=NEXT", &["/a NEXT"])]
#[case::without_value("</a>; crossorigin; rel=next", &["/a next"])]
#[case::without_relation("</a>", &["/a"])]
#[case::an_empty_target("<>; rel=self", &[" self"])]
#[case::an_extension("</a>; rel=\"https://x.example/r\"", &["/a https://x.example/r"])]
#[case::nothing("", &[])]
fn links_are_read(#[case] value: &str, #[case] wanted: &[&str]) {
    assert_eq!(seen(value), wanted);
}

#[rstest]
#[case::no_brackets("/a; rel=next", 0, 0)]
#[case::no_end("</a; rel=next", 0, 0)]
#[case::a_space_in_the_target("</a b>; rel=next", 3, 0)]
#[case::no_name("</a>; =next", 6, 0)]
#[case::no_value("</a>; rel=", 10, 0)]
#[case::an_open_quote("</a>; rel=\"next", 10, 0)]
#[case::behind_a_link("</a>; rel=next </b>; rel=prev", 15, 0)]
#[case::the_second("</a>; rel=next, b", 16, 1)]
#[case::a_semicolon_at_the_end("</a>; rel=next;", 15, 0)]
fn what_is_malformed_is_found(#[case] value: &str, #[case] offset: usize, #[case] before: usize) {
    let (links, malformed) = parse(value.as_bytes());
    let seen = malformed.map(|malformed| malformed.offset);
    // A link that is followed by what is malformed may be read itself.
    assert_eq!(seen, Some(offset));
    assert!(links.len() >= before, "{links:?}");
}

proptest! {
    #[test]
    fn whatever_octets_come_they_are_read_to_an_end(
        value in proptest::collection::vec(any::<u8>(), 0..80),
        reference in "[a/.?#:]{0,12}",
    ) {
        let (links, malformed) = parse(&value);
        prop_assert!(links.len() <= value.len());
        prop_assert!(malformed.is_none_or(|malformed| malformed.offset <= value.len()));
        for link in links {
            let target = resolve("h", b"/x?y", &link.target);
            prop_assert!(target.is_none_or(|target| target.starts_with(b"/")));
        }
        if let Some(target) = resolve("h", b"/x?y", reference.as_bytes()) {
            prop_assert!(target.starts_with(b"/"));
        }
    }
}
