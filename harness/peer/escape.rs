//! Octets from the network as text that is safe on a terminal.
//!
//! Knows nothing of HTTP: it is given octets.

use std::fmt;

/// Octets that display as text: printable ASCII and HTAB stay, CR LF and LF end a line,
/// everything else is written `\xNN`, so that no peer can send control sequences to a terminal.
///
/// ```
/// let shown = h1check::peer::escape(b"a\r\n\x1b[31mb\xff");
/// assert_eq!(shown.to_string(), "a\n\\x1b[31mb\\xff");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(&'a [u8]);

/// Shows octets in a way that is safe on a terminal.
#[must_use]
pub fn escape(octets: &[u8]) -> Escaped<'_> {
    Escaped(octets)
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        let mut rest = self.0.iter().copied().peekable();
        while let Some(octet) = rest.next() {
            match octet {
                b'\r' if rest.peek() == Some(&b'\n') => {}
                b'\n' | b'\t' | b' '..=b'~' => f.write_char(char::from(octet))?,
                _ => write!(f, "\\x{octet:02x}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::plain(b"GET / HTTP/1.1\r\n", "GET / HTTP/1.1\n")]
    #[case::bare_cr(b"a\rb", "a\\x0db")]
    #[case::bare_lf(b"a\nb", "a\nb")]
    #[case::escape_sequence(b"\x1b[2J", "\\x1b[2J")]
    #[case::not_ascii("ä".as_bytes(), "\\xc3\\xa4")]
    #[case::nul_and_delete(b"\0\x7f", "\\x00\\x7f")]
    #[case::cr_at_the_end(b"a\r", "a\\x0d")]
    fn shows_only_what_a_terminal_can_bear(#[case] octets: &[u8], #[case] text: &str) {
        assert_eq!(escape(octets).to_string(), text);
    }
}
