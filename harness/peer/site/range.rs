//! Byte ranges (RFC 9110 §14).
//!
//! Pure: a field value and a length in, octet positions out.

/// The octets from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Part {
    /// The first octet.
    pub(super) first: u64,
    /// The last octet.
    pub(super) last: u64,
}

/// What a `Range` field asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Asked {
    /// The whole representation: the field is not understood, not valid, or asks for too much.
    Whole,
    /// These octets of it.
    Parts(Vec<Part>),
    /// Nothing that exists: 416.
    Nothing,
}

/// Reads the value of a `Range` field for a representation of that length.
// 9110-14.2-3, 9110-14.2-5: what is not understood is ignored.
pub(super) fn parse(value: &[u8], length: u64) -> Asked {
    // 9110-14.2-7: an empty representation has no part.
    let Some((unit, set)) = value.split_at_checked(6).filter(|_| length > 0) else {
        return Asked::Whole;
    };
    // Range unit names are case-insensitive (9110-14.1-p1).
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return Asked::Whole;
    }
    let mut parts: Vec<Part> = Vec::new();
    let specs = set.split(|&octet| octet == b',').map(<[u8]>::trim_ascii);
    // A recipient takes empty members of a list (RFC 9110 §5.6.1.2), up to a bound.
    let specs = specs.filter(|spec| !spec.is_empty());
    let mut some = false;
    for (index, spec) in specs.enumerate() {
        some = true;
        let Some(found) = one(spec, length).filter(|_| index < MOST) else {
            return Asked::Whole;
        };
        // 9110-15.3.7.2-9: in the order in which they were asked for.
        parts.extend(found);
    }
    // 9110-14.2-5: who asks for an octet twice may be up to no good.
    let overlap = |(at, part): (usize, &Part)| {
        let behind = parts[at + 1..].iter();
        behind
            .clone()
            .any(|other| part.first <= other.last && other.first <= part.last)
    };
    match parts.is_empty() {
        true if some => Asked::Nothing,
        false if !parts.iter().enumerate().any(overlap) => Asked::Parts(parts),
        _ => Asked::Whole,
    }
}

/// Reads one range; `None` if it is not valid, `Some(None)` if it has no octet.
fn one(spec: &[u8], length: u64) -> Option<Option<Part>> {
    let dash = spec.iter().position(|&octet| octet == b'-')?;
    let (first, last) = (&spec[..dash], &spec[dash + 1..]);
    match (first.is_empty(), last.is_empty()) {
        (true, true) => None,
        (true, false) => number(last).map(|count| suffix(count, length)),
        (false, true) => number(first).map(|first| between(first, u64::MAX, length)),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| between(first, last, length))
        }
    }
}

fn suffix(count: u64, length: u64) -> Option<Part> {
    let count = count.min(length);
    (count > 0).then(|| Part {
        first: length - count,
        last: length - 1,
    })
}

// 9110-14.1.2-p2: an end beyond the data means the rest.
fn between(first: u64, last: u64, length: u64) -> Option<Part> {
    (first < length).then(|| Part {
        first,
        last: last.min(length - 1),
    })
}

/// A decimal number; one that is too large for the type is as large as it can be.
// 9110-14.1.2-1: very large decimals neither overflow nor wrap.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0_u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    }))
}

/// So many ranges are served at once.
const MOST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    fn part(first: u64, last: u64) -> Asked {
        Asked::Parts(vec![Part { first, last }])
    }

    #[rstest]
    #[case::first("bytes=0-0", part(0, 0))]
    #[case::middle("bytes=2-5", part(2, 5))]
    #[case::open("bytes=4-", part(4, 11))]
    #[case::clamped("bytes=4-99", part(4, 11))]
    #[case::suffix("bytes=-3", part(9, 11))]
    #[case::long_suffix("bytes=-99", part(0, 11))]
    #[case::no_suffix("bytes=-0", Asked::Nothing)]
    #[case::behind("bytes=12-", Asked::Nothing)]
    #[case::huge_end("bytes=1-99999999999999999999999", part(1, 11))]
    #[case::huge_start("bytes=18446744073709551617-", Asked::Nothing)]
    #[case::huge_suffix("bytes=-18446744073709551617", part(0, 11))]
    #[case::unit_ignores_case("BYTES=0-1", part(0, 1))]
    #[case::backwards("bytes=5-2", Asked::Whole)]
    #[case::overlapping("bytes=0-4,3-5", Asked::Whole)]
    #[case::twice("bytes=0-0,-12", Asked::Whole)]
    #[case::one_is_wrong("bytes=0-1,5-2", Asked::Whole)]
    #[case::one_is_beyond("bytes=0-1,12-", part(0, 1))]
    #[case::all_are_beyond("bytes=12-,13-14", Asked::Nothing)]
    #[case::empty_members("bytes=,0-1 ,", part(0, 1))]
    #[case::only_empty_members("bytes=,", Asked::Whole)]
    #[case::other_unit("lines=0-1", Asked::Whole)]
    #[case::no_number("bytes=a-b", Asked::Whole)]
    #[case::nothing("bytes=-", Asked::Whole)]
    #[case::empty("", Asked::Whole)]
    fn reads_one_range(#[case] value: &str, #[case] asked: Asked) {
        assert_eq!(parse(value.as_bytes(), 12), asked);
    }

    #[test]
    fn several_ranges_keep_their_order() {
        let part = |first, last| Part { first, last };
        let wanted = Asked::Parts(vec![part(9, 11), part(0, 1), part(3, 3)]);
        assert_eq!(parse(b"bytes=-3, 0-1,3-3", 12), wanted);
    }

    #[test]
    fn very_many_ranges_are_not_served() {
        let set = (0..=MOST).map(|at| format!("{at}-{at}"));
        let value = format!("bytes={}", set.collect::<Vec<_>>().join(","));
        assert_eq!(parse(value.as_bytes(), 1000), Asked::Whole);
    }

    #[test]
    fn an_empty_representation_has_no_ranges() {
        assert_eq!(parse(b"bytes=0-0", 0), Asked::Whole);
        assert_eq!(parse(b"bytes=-1", 0), Asked::Whole);
    }
}
