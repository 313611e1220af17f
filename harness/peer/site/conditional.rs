//! Preconditions (RFC 9110 §13), in the RFC's order.
//!
//! Pure: the fields of a request and the validators of a representation in, a decision out.

use std::time::SystemTime;

use crate::wire::{Field, Fields};

/// The validators of the selected representation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Validators<'a> {
    /// The entity tag, quotes included, and `W/` if it is weak.
    pub(super) tag: Option<&'a str>,
    /// The modification date, if there is one.
    pub(super) modified: Option<SystemTime>,
}

/// What the preconditions say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Decision {
    /// Perform the method.
    Perform,
    /// 304.
    NotModified,
    /// 412.
    Failed,
}

/// Evaluates the preconditions of a request in the order of RFC 9110 §13.2.2, but for `If-Range`.
// 9110-13.2.2-1
pub(super) fn evaluate(method: &[u8], fields: &Fields, validators: Validators<'_>) -> Decision {
    // Most requests have none of the fields, and one look tells.
    let is_condition = |field: &Field| {
        let start = field.name.get(..3);
        start.is_some_and(|start| start.eq_ignore_ascii_case(b"If-"))
    };
    if !fields.0.iter().any(is_condition) {
        return Decision::Perform;
    }
    let reads = matches!(method, b"GET" | b"HEAD");
    if fields.first("If-Match").is_some() {
        // 9110-13.1.1-1, 9110-13.1.4-1: If-Unmodified-Since does not count beside it.
        if !lists_tag(fields, "If-Match", validators.tag, Comparison::Strong) {
            return Decision::Failed;
        }
    } else if later(fields, "If-Unmodified-Since", validators.modified) == Some(true) {
        return Decision::Failed;
    }
    if fields.first("If-None-Match").is_some() {
        // 9110-13.1.2-5, 9110-13.1.3-1: If-Modified-Since does not count beside it.
        if !lists_tag(fields, "If-None-Match", validators.tag, Comparison::Weak) {
            return Decision::Perform;
        }
        return if reads {
            Decision::NotModified
        } else {
            Decision::Failed
        };
    }
    // 9110-13.1.3-2: only GET and HEAD.
    if reads && later(fields, "If-Modified-Since", validators.modified) == Some(false) {
        return Decision::NotModified;
    }
    Decision::Perform
}

/// Whether a `Range` field counts, by the `If-Range` beside it.
pub(super) fn range_counts(fields: &Fields, validators: Validators<'_>) -> bool {
    let mut conditions = fields.all("If-Range");
    let Some(condition) = conditions.next() else {
        return true;
    };
    if conditions.next().is_some() {
        return false;
    }
    if condition.starts_with(b"\"") || condition.starts_with(b"W/") {
        // 9110-13.1.5-6: a strong comparison.
        return !condition.starts_with(b"W/")
            && validators
                .tag
                .is_some_and(|tag| tag.as_bytes() == condition);
    }
    // The date must be the exact one. The documents have not been modified for years, so that
    // theirs is a strong validator (RFC 9110 §8.8.2.2).
    let date = date(condition);
    date.is_some() && date == validators.modified
}

/// Whether the representation was modified after the date in that field; `None` where the field
/// does not count, because it holds no single date or there is no modification date.
// 9110-13.1.3-2, 9110-13.1.3-3, 9110-13.1.4-2, 9110-13.1.4-3
fn later(fields: &Fields, name: &str, modified: Option<SystemTime>) -> Option<bool> {
    let mut values = fields.all(name);
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let date = date(value)?;
    // A date has no fractions of a second, which the modification date may have.
    let since = modified?.duration_since(date);
    Some(since.is_ok_and(|time| time.as_secs() > 0))
}

fn date(value: &[u8]) -> Option<SystemTime> {
    httpdate::parse_http_date(std::str::from_utf8(value).ok()?).ok()
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Comparison {
    Strong,
    Weak,
}

/// Whether `*` or a list of entity tags matches the current representation. There is one at every
/// resource that asks.
fn lists_tag(fields: &Fields, name: &str, tag: Option<&str>, comparison: Comparison) -> bool {
    fields.all(name).any(|value| {
        value.as_ref() == b"*"
            || tag.is_some_and(|tag| matches_tag(value, tag.as_bytes(), comparison))
    })
}

/// Whether one of the entity tags of a field line is this one. What comes behind something that is
/// no entity tag is not looked at.
fn matches_tag(line: &[u8], current: &[u8], comparison: Comparison) -> bool {
    let (current_is_weak, opaque) = match current.strip_prefix(b"W/") {
        Some(opaque) => (true, opaque),
        None => (false, current),
    };
    let mut rest = line;
    loop {
        rest = rest.trim_ascii_start();
        if let [b',', tail @ ..] = rest {
            rest = tail;
            continue;
        }
        let (weak, tail) = match rest {
            [b'W', b'/', tail @ ..] => (true, tail),
            _ => (false, rest),
        };
        let [b'"', inner @ ..] = tail else {
            return false;
        };
        let Some(end) = inner.iter().position(|&octet| octet == b'"') else {
            return false;
        };
        let comparable = comparison == Comparison::Weak || !weak && !current_is_weak;
        if comparable && &tail[..end + 2] == opaque {
            return true;
        }
        rest = &inner[end + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;
    use std::time::Duration;

    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn fields(lines: &[(&str, &str)]) -> Fields {
        let field = |&(name, value): &(&str, &str)| Field {
            name: bytes::Bytes::copy_from_slice(name.as_bytes()),
            value: bytes::Bytes::copy_from_slice(value.as_bytes()),
        };
        Fields(lines.iter().map(field).collect())
    }

    fn validators() -> Validators<'static> {
        Validators {
            tag: Some("\"a\""),
            modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)),
        }
    }

    #[rstest]
    #[case::none("GET", &[], Decision::Perform)]
    #[case::match_strong("GET", &[("If-Match", "\"a\"")], Decision::Perform)]
    #[case::match_weak("GET", &[("If-Match", "W/\"a\"")], Decision::Failed)]
    #[case::match_any("PUT", &[("If-Match", "*")], Decision::Perform)]
    #[case::match_other("GET", &[("If-Match", "\"b\"")], Decision::Failed)]
    #[case::match_second("GET", &[("If-Match", "\"b\", \"a\"")], Decision::Perform)]
    #[case::match_second_line("GET", &[("If-Match", "\"b\""), ("If-Match", "\"a\"")], Decision::Perform)]
    #[case::match_comma_inside("GET", &[("If-Match", "\"b,\", \"a\"")], Decision::Perform)]
    #[case::match_before_date("GET", &[("If-Match", "\"a\""), ("If-Unmodified-Since", BEFORE)], Decision::Perform)]
    #[case::unmodified_before("GET", &[("If-Unmodified-Since", BEFORE)], Decision::Failed)]
    #[case::unmodified_same("GET", &[("If-Unmodified-Since", SAME)], Decision::Perform)]
    #[case::unmodified_no_date("GET", &[("If-Unmodified-Since", "yesterday")], Decision::Perform)]
    #[case::none_match("GET", &[("If-None-Match", "\"a\"")], Decision::NotModified)]
    #[case::none_match_weak("HEAD", &[("If-None-Match", "W/\"a\"")], Decision::NotModified)]
    #[case::none_match_post("POST", &[("If-None-Match", "*")], Decision::Failed)]
    #[case::none_match_other("GET", &[("If-None-Match", "\"b\"")], Decision::Perform)]
    #[case::none_match_before_date("GET", &[("If-None-Match", "\"b\""), ("If-Modified-Since", SAME)], Decision::Perform)]
    #[case::none_match_cut("GET", &[("If-None-Match", "\"a")], Decision::Perform)]
    #[case::modified_same("GET", &[("If-Modified-Since", SAME)], Decision::NotModified)]
    #[case::modified_before("GET", &[("If-Modified-Since", BEFORE)], Decision::Perform)]
    #[case::modified_post("POST", &[("If-Modified-Since", SAME)], Decision::Perform)]
    #[case::modified_twice("GET", &[("If-Modified-Since", SAME), ("If-Modified-Since", SAME)], Decision::Perform)]
    #[case::modified_rfc850("GET", &[("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT")], Decision::NotModified)]
    #[case::modified_asctime("GET", &[("If-Modified-Since", "Sun Nov  6 08:49:37 1994")], Decision::NotModified)]
    #[case::match_fails_first("GET", &[("If-Match", "\"b\""), ("If-None-Match", "\"a\"")], Decision::Failed)]
    fn decides_in_the_order_of_the_rfc(
        #[case] method: &str,
        #[case] lines: &[(&str, &str)],
        #[case] decision: Decision,
    ) {
        let found = evaluate(method.as_bytes(), &fields(lines), validators());
        assert_eq!(found, decision);
    }

    #[rstest]
    #[case::strong("If-Match", "\"a\"", Decision::Failed)]
    #[case::weak("If-Match", "W/\"a\"", Decision::Failed)]
    #[case::any("If-Match", "*", Decision::Perform)]
    #[case::none_strong("If-None-Match", "\"a\"", Decision::NotModified)]
    #[case::none_weak("If-None-Match", "\"b\", W/\"a\"", Decision::NotModified)]
    #[case::none_other("If-None-Match", "W/\"b\"", Decision::Perform)]
    fn a_weak_entity_tag_is_never_strongly_equal(
        #[case] name: &str,
        #[case] value: &str,
        #[case] decision: Decision,
    ) {
        let weak = Validators {
            tag: Some("W/\"a\""),
            ..validators()
        };
        assert_eq!(evaluate(b"GET", &fields(&[(name, value)]), weak), decision);
        assert!(!range_counts(&fields(&[("If-Range", value)]), weak));
    }

    #[rstest]
    #[case::unmodified("If-Unmodified-Since", Decision::Perform)]
    #[case::modified("If-Modified-Since", Decision::NotModified)]
    fn fractions_of_a_second_do_not_count(#[case] name: &str, #[case] decision: Decision) {
        let mut now = validators();
        now.modified = now.modified.map(|date| date + Duration::from_millis(999));
        assert_eq!(evaluate(b"GET", &fields(&[(name, SAME)]), now), decision);
    }

    #[rstest]
    #[case::absent(&[], true)]
    #[case::tag(&[("If-Range", "\"a\"")], true)]
    #[case::other_tag(&[("If-Range", "\"b\"")], false)]
    #[case::weak_tag(&[("If-Range", "W/\"a\"")], false)]
    #[case::date(&[("If-Range", SAME)], true)]
    #[case::earlier_date(&[("If-Range", BEFORE)], false)]
    #[case::nonsense(&[("If-Range", "x")], false)]
    fn lets_a_range_count_only_for_the_same_representation(
        #[case] lines: &[(&str, &str)],
        #[case] counts: bool,
    ) {
        assert_eq!(range_counts(&fields(lines), validators()), counts);
    }
}
