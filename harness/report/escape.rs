//! Octets and text of a peer made harmless and visible, for every report format.
//!
//! The escapes are those of scenario files, so what is shown can be pasted into one. Markup is
//! not escaped here: that is the business of each format.

use std::fmt::Write as _;

/// Octets as one line of printable ASCII: `\r`, `\n`, `\t`, `\0`, `\\`, all else `\xNN`.
///
/// No information is lost: two different inputs never look alike.
#[must_use]
pub fn octets(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() + 8);
    for &octet in octets {
        match octet {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            0 => text.push_str("\\0"),
            b'\\' => text.push_str("\\\\"),
            0x20..=0x7e => text.push(char::from(octet)),
            _ => write!(text, "\\x{octet:02x}").expect("a String takes everything"),
        }
    }
    text
}

/// Text that may hold parts of what a peer sent, safe on a terminal and in a page: control
/// characters and those that change the direction or hide are shown as `\u{202e}`.
#[must_use]
pub fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\r' => safe.push_str("\\r"),
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\0' => safe.push_str("\\0"),
            _ if is_treacherous(character) => {
                write!(safe, "{}", character.escape_unicode()).expect("a String takes everything");
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// What a process printed, line by line, each made safe by [`text`].
pub fn lines(output: &str) -> impl Iterator<Item = String> {
    output.lines().map(text)
}

/// Whether a character acts on its surroundings instead of being seen.
fn is_treacherous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}'
            | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::line_end(b"GET / HTTP/1.1\r\n", r"GET / HTTP/1.1\r\n")]
    #[case::nul_tab_backslash(b"\0\t\\", r"\0\t\\")]
    #[case::escape_del_c1(b"\x1b[2J\x7f\x9b", r"\x1b[2J\x7f\x9b")]
    #[case::utf_8_is_shown_as_octets("é".as_bytes(), r"\xc3\xa9")]
    fn shows_octets_as_scenario_files_write_them(#[case] input: &[u8], #[case] shown: &str) {
        assert_eq!(octets(input), shown);
    }

    #[test]
    fn shows_every_octet_in_printable_ascii() {
        let all: Vec<u8> = (0..=255).collect();
        assert!(
            octets(&all)
                .bytes()
                .all(|octet| (0x20..=0x7e).contains(&octet))
        );
    }

    #[rstest]
    #[case::kept("within 5 s — “fine”, naïve 日本", "within 5 s — “fine”, naïve 日本")]
    #[case::terminal_escape("\u{1b}]0;x\u{7}", r"\u{1b}]0;x\u{7}")]
    #[case::c1("\u{9b}31m", r"\u{9b}31m")]
    #[case::bidi("a\u{202e}b\u{2066}c", r"a\u{202e}b\u{2066}c")]
    #[case::hidden("a\u{200b}b\u{feff}\u{e0041}", r"a\u{200b}b\u{feff}\u{e0041}")]
    #[case::lines("a\r\nb\u{2028}", r"a\r\nb\u{2028}")]
    fn shows_text_without_its_powers(#[case] input: &str, #[case] shown: &str) {
        assert_eq!(text(input), shown);
    }
}
