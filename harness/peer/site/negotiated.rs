//! A resource with variants: two media types, each with and without content codings.
//!
//! Pure: the fields of a request in, a variant out (RFC 9110 §12).

use bytes::Bytes;

use super::coding::{self, Coding};
use super::resource::Response;
use crate::wire::Fields;

/// Answers GET and HEAD with the variant that suits best, 406 where none does.
pub(super) fn answer(fields: &Fields) -> Response {
    let kind = best(TYPES, |kind| type_weight(fields, kind));
    let coding = best(CODINGS, |coding| coding_weight(fields, *coding));
    let (Some((name, content)), Some(coding)) = (kind, coding) else {
        // 9110-15.5.7-1
        let mut response = Response::text(
            406,
            "There are text/html and application/json, as they are or gzip.\n",
        );
        response.fields.to_mut().extend_from_slice(VARY.as_bytes());
        return response;
    };
    let (label, tag) = match coding {
        Coding::Identity => ("", "identity"),
        Coding::Gzip => ("Content-Encoding: gzip\r\n", "gzip"),
        Coding::Deflate => ("Content-Encoding: deflate\r\n", "deflate"),
    };
    let subtype = name.rsplit('/').next().unwrap_or(name);
    // 9110-12.5.5-3, 9110-8.4-1; each variant has an entity tag of its own.
    let lines = format!("Content-Type: {name}\r\n{label}{VARY}ETag: \"{subtype}-{tag}\"\r\n");
    Response::octets(
        200,
        lines.into_bytes(),
        Bytes::from(coding::encode(coding, content.as_bytes())),
    )
}

/// The first of those with the greatest weight, if that is not zero.
fn best<T: Copy>(variants: &[T], weight: impl Fn(&T) -> u16) -> Option<T> {
    let weighed = variants.iter().map(|variant| (weight(variant), *variant));
    // Of equal ones the last is taken, and the first shall be.
    let (weight, variant) = weighed.rev().max_by_key(|(weight, _)| *weight)?;
    (weight > 0).then_some(variant)
}

fn type_weight(fields: &Fields, (name, _): &(&str, &str)) -> u16 {
    weight_of(fields, name)
}

/// The quality of a media type, in thousandths.
// 9110-12.5.1-p1: the most specific range counts.
pub(super) fn weight_of(fields: &Fields, name: &str) -> u16 {
    let members: Vec<Member<'_>> = fields.list("Accept").map(member).collect();
    if members.is_empty() {
        return 1000;
    }
    let (kind, _) = name.split_once('/').unwrap_or((name, ""));
    let ranges = [name.to_owned(), format!("{kind}/*"), "*/*".to_owned()];
    let found = ranges.iter().find_map(|range| {
        let matches = |member: &&Member<'_>| {
            member.plain && member.name.eq_ignore_ascii_case(range.as_bytes())
        };
        members.iter().find(matches)
    });
    found.map_or(0, |member| member.weight)
}

/// The quality of a content coding, in thousandths.
// 9110-12.5.3-2, 9110-12.5.3-p1
fn coding_weight(fields: &Fields, coding: Coding) -> u16 {
    // 9110-8.4.1-p1, 9110-8.4.1.3-1
    let names: &[&str] = match coding {
        Coding::Identity => &["identity"],
        Coding::Gzip => &["gzip", "x-gzip"],
        Coding::Deflate => &["deflate"],
    };
    let members: Vec<Member<'_>> = fields.list("Accept-Encoding").map(member).collect();
    let weight = |name: &str| {
        let mut members = members.iter();
        members
            .find(|member| member.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|member| member.weight)
    };
    let named = names.iter().find_map(|name| weight(name)).or(weight("*"));
    match (coding, named) {
        // Without a coding it comes as it is, unless the client rules that out; one that it asks
        // for comes before.
        (Coding::Identity, weight) => weight.unwrap_or(1),
        (_, weight) => weight.unwrap_or(0),
    }
}

/// A member of `Accept` or `Accept-Encoding`.
struct Member<'a> {
    name: &'a [u8],
    /// Whether it has no parameters but its weight.
    plain: bool,
    /// In thousandths.
    weight: u16,
}

// 9110-12.5.1-2: the weight may stand anywhere among the parameters.
fn member(octets: &[u8]) -> Member<'_> {
    let mut parts = octets.split(|&octet| octet == b';').map(<[u8]>::trim_ascii);
    let name = parts.next().unwrap_or_default();
    let (mut plain, mut weight) = (true, 1000);
    let mut weighed = false;
    for parameter in parts {
        match parameter {
            [b'q' | b'Q', b'=', value @ ..] => {
                weight = thousandths(value);
                weighed = true;
            }
            // All that is sent here is in it.
            _ if parameter.eq_ignore_ascii_case(b"charset=utf-8") => {}
            // What stands behind the weight is an extension, and none of the media type.
            _ => plain &= weighed,
        }
    }
    Member {
        name,
        plain,
        weight,
    }
}

/// `weight = "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3("0") ]`; what is none counts in full.
fn thousandths(value: &[u8]) -> u16 {
    let number = std::str::from_utf8(value).ok();
    let number = number.and_then(|text| text.parse::<f32>().ok());
    let number = number.filter(|number| (0.0..=1.0).contains(number));
    // It is between 0 and 1000 and fits.
    number.map_or(1000, |number| (number * 1000.0).round() as u16)
}

const TYPES: &[(&str, &str)] = &[
    (
        "text/html",
        "<!DOCTYPE html><title>Hello</title>Hello World\n",
    ),
    ("application/json", "{\"hello\":\"World\"}\n"),
];
const CODINGS: &[Coding] = &[Coding::Gzip, Coding::Deflate, Coding::Identity];
const VARY: &str = "Vary: Accept, Accept-Encoding\r\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Field;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::nothing("*/*", None, "html-identity")]
    #[case::json("application/json", None, "json-identity")]
    #[case::weights("text/html;q=0.5, application/json", None, "json-identity")]
    #[case::specific("text/*;q=0.9, text/html;q=0.1, */*;q=0.5", None, "json-identity")]
    #[case::weight_first(
        "text/html;q=0.1;level=1, application/json;q=0.5",
        None,
        "json-identity"
    )]
    #[case::case_of_types("Text/HTML", None, "html-identity")]
    #[case::gzip("*/*", Some("gzip"), "html-gzip")]
    #[case::gzip_case("*/*", Some("GZIP"), "html-gzip")]
    #[case::x_gzip("*/*", Some("x-gzip"), "html-gzip")]
    #[case::deflate("*/*", Some("deflate"), "html-deflate")]
    #[case::any("*/*", Some("*"), "html-gzip")]
    #[case::empty("*/*", Some(""), "html-identity")]
    #[case::unknown("*/*", Some("zz"), "html-identity")]
    #[case::not_gzip("*/*", Some("gzip;q=0"), "html-identity")]
    #[case::identity_first("*/*", Some("gzip;q=0.5, identity"), "html-identity")]
    fn chooses_what_suits_best(
        #[case] accept: &'static str,
        #[case] codings: Option<&'static str>,
        #[case] tag: &str,
    ) {
        let field = |name: &'static str, value: &'static str| Field {
            name: Bytes::from_static(name.as_bytes()),
            value: Bytes::from_static(value.as_bytes()),
        };
        let mut fields = vec![field("Accept", accept)];
        fields.extend(codings.map(|codings| field("Accept-Encoding", codings)));
        let response = answer(&Fields(fields));
        let lines = String::from_utf8_lossy(&response.fields).into_owned();
        assert_eq!(response.status, 200);
        assert!(lines.contains(&format!("ETag: \"{tag}\"")), "{lines}");
    }
}
