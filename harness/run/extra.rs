//! Where the extra field lines of a profile go in what a scenario sends.
//!
//! One rule: right behind a `Host` line whose value is just `\\{authority}`, once in each header
//! section. They get the line end in front, and the `Host` line its own back, so that whatever
//! follows follows still. What has no such line (HTTP/1.0 without `Host`, a `Host` that is itself
//! what is tested) is sent as it is written. The rule holds wherever octets are filled in, so
//! that a length that a scenario takes of a request within a request counts the lines as well.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// Octets that have been filled in.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) octets: BytesMut,
    /// Where segments end.
    pub(crate) boundaries: Vec<usize>,
    /// Where authorities stand.
    pub(crate) authorities: Vec<Range<usize>>,
}

/// The octets with the lines in their places, and where their segments end then.
pub(crate) fn insert(filled: Filled, lines: &str) -> (Bytes, Vec<usize>) {
    let octets = filled.octets.freeze();
    let places = places(&octets, &filled.authorities);
    if places.is_empty() {
        return (octets, filled.boundaries);
    }
    let mut out = BytesMut::with_capacity(octets.len() + places.len() * lines.len());
    let mut done = 0;
    for &at in &places {
        out.extend_from_slice(&octets[done..at]);
        out.extend_from_slice(lines.as_bytes());
        done = at;
    }
    out.extend_from_slice(&octets[done..]);
    let moved = |boundary: usize| {
        let before = places.iter().filter(|&&at| at < boundary).count();
        boundary + before * lines.len()
    };
    let boundaries = filled.boundaries.into_iter().map(moved).collect();
    (out.freeze(), boundaries)
}

/// The ends of those authorities that are the whole value of the first `Host` line of a section.
fn places(octets: &[u8], authorities: &[Range<usize>]) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for authority in authorities {
        let at = authority.end;
        let other_section = |&last: &usize| {
            let between = &octets[last..at];
            let has = |line_ends: &[u8]| memchr::memmem::find(between, line_ends).is_some();
            has(b"\n\r\n") || has(b"\n\n")
        };
        if is_host_line(octets, authority) && places.last().is_none_or(other_section) {
            places.push(at);
        }
    }
    places
}

/// Whether it is the whole value of a line `Host`, which is not folded.
fn is_host_line(octets: &[u8], authority: &Range<usize>) -> bool {
    let (before, behind) = (&octets[..authority.start], &octets[authority.end..]);
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let name = before[start..].trim_ascii_end();
    let next = behind
        .strip_prefix(b"\r\n")
        .or_else(|| behind.strip_prefix(b"\n"));
    name.eq_ignore_ascii_case(b"Host:")
        && next.is_some_and(|next| !next.starts_with(b" ") && !next.starts_with(b"\t"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    /// `@` is the authority, `|` a boundary; `+` is where the lines came.
    fn inserted(text: &str) -> String {
        let mut filled = Filled::default();
        for letter in text.bytes() {
            match letter {
                b'@' => {
                    filled.octets.extend_from_slice(b"h:80");
                    let end = filled.octets.len();
                    filled.authorities.push(end - 4..end);
                }
                b'|' => filled.boundaries.push(filled.octets.len()),
                letter => filled.octets.extend_from_slice(&[letter]),
            }
        }
        let (octets, boundaries) = insert(filled, "\r\nA: b");
        let mut text = String::from_utf8(octets.to_vec()).unwrap();
        for boundary in boundaries.into_iter().rev() {
            text.insert(boundary, '|');
        }
        text.replace("\r\nA: b", "+").replace("h:80", "@")
    }

    #[rstest]
    #[case::plain(
        "GET / HTTP/1.1\r\nHost: @\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: @+\r\n\r\n"
    )]
    #[case::any_case(
        "GET / HTTP/1.1\r\nhOsT:@\r\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nhOsT:@+\r\nX: y\r\n\r\n"
    )]
    #[case::bare_lf("GET / HTTP/1.1\r\nHost: @\n\r\n", "GET / HTTP/1.1\r\nHost: @+\n\r\n")]
    #[case::in_the_middle("Host: @\r\n", "Host: @+\r\n")]
    #[case::two_requests(
        "Host: @\r\n\r\nGET\r\nHost: @\r\n\r\n",
        "Host: @+\r\n\r\nGET\r\nHost: @+\r\n\r\n"
    )]
    #[case::twice_in_one(
        "Host: @\r\nX: y\r\nHost: @\r\n\r\n",
        "Host: @+\r\nX: y\r\nHost: @\r\n\r\n"
    )]
    #[case::segments("GET /\r\nHo|st: @\r|\n\r|\n", "GET /\r\nHo|st: @+\r|\n\r|\n")]
    #[case::cut_behind("Host: @|\r\n", "Host: @|+\r\n")]
    #[case::target_too(
        "GET http://@/ HTTP/1.1\r\nHost: @\r\n\r\n",
        "GET http://@/ HTTP/1.1\r\nHost: @+\r\n\r\n"
    )]
    #[case::other_value("Host: @x\r\n\r\n", "Host: @x\r\n\r\n")]
    #[case::list("Host: a @\r\n\r\n", "Host: a @\r\n\r\n")]
    #[case::other_field("X-Host: @\r\n\r\n", "X-Host: @\r\n\r\n")]
    #[case::space_before_colon("Host : @\r\n\r\n", "Host : @\r\n\r\n")]
    #[case::folded("Host: @\r\n x\r\n\r\n", "Host: @\r\n x\r\n\r\n")]
    #[case::bare_cr("Host: @\rX: y\r\n\r\n", "Host: @\rX: y\r\n\r\n")]
    #[case::unfinished("GET / HTTP/1.1\r\nHost: @", "GET / HTTP/1.1\r\nHost: @")]
    #[case::no_host("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\n\r\n")]
    #[case::content("GET / HTTP/1.1\r\n\r\n@\r\n", "GET / HTTP/1.1\r\n\r\n@\r\n")]
    fn goes_behind_a_plain_host_line(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(inserted(text), wanted);
    }
}
