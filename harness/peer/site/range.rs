//! Byte ranges (RFC 9110 §14): one range is served, several are not.
//!
//! Pure: a field value and a length in, octet positions out.

/// What a `Range` field asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Asked {
    /// The whole representation: the field is not understood, not valid, or asks for several.
    Whole,
    /// The octets from `first` to `last`, both included.
    Part {
        /// The first octet.
        first: u64,
        /// The last octet.
        last: u64,
    },
    /// Nothing that exists: 416.
    Nothing,
}

/// Reads the value of a `Range` field for a representation of that length.
// 9110-14.2-3, 9110-14.2-5: what is not understood is ignored.
pub(super) fn parse(value: &[u8], length: u64) -> Asked {
    let Some(set) = value
        .split_at_checked(6)
        // Range unit names are case-insensitive (9110-14.1-p1).
        .filter(|(unit, _)| unit.eq_ignore_ascii_case(b"bytes="))
        .map(|(_, set)| set.trim_ascii())
    else {
        return Asked::Whole;
    };
    let Some(dash) = set.iter().position(|&octet| octet == b'-') else {
        return Asked::Whole;
    };
    let (first, last) = (&set[..dash], &set[dash + 1..]);
    match (first.is_empty(), last.is_empty()) {
        (true, true) => Asked::Whole,
        (true, false) => number(last).map_or(Asked::Whole, |count| suffix(count, length)),
        (false, _) => match (number(first), number(last)) {
            (Some(first), _) if last.is_empty() => between(first, u64::MAX, length),
            (Some(first), Some(last)) if first <= last => between(first, last, length),
            _ => Asked::Whole,
        },
    }
}

fn suffix(count: u64, length: u64) -> Asked {
    match count.min(length) {
        0 => Asked::Nothing,
        count => Asked::Part {
            first: length - count,
            last: length - 1,
        },
    }
}

// 9110-14.1.2-p2: an end beyond the data means the rest.
fn between(first: u64, last: u64, length: u64) -> Asked {
    if first >= length {
        return Asked::Nothing;
    }
    Asked::Part {
        first,
        last: last.min(length - 1),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    const fn part(first: u64, last: u64) -> Asked {
        Asked::Part { first, last }
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
    #[case::several("bytes=0-1,3-4", Asked::Whole)]
    #[case::other_unit("lines=0-1", Asked::Whole)]
    #[case::no_number("bytes=a-b", Asked::Whole)]
    #[case::nothing("bytes=-", Asked::Whole)]
    #[case::empty("", Asked::Whole)]
    fn reads_one_range(#[case] value: &str, #[case] asked: Asked) {
        assert_eq!(parse(value.as_bytes(), 12), asked);
    }
}
