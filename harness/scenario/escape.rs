//! Octets as files write them: single-quoted text with the escapes of the scenario language.

use std::ops::Range;

use ::bytes::Bytes;

use super::bytes::{Expression, Octets, Piece};
use super::expression;
use super::log::Log;
use super::read::Item;

/// Octets, and the places of the values in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) octets: Octets,
    pub(super) uses: Vec<Use>,
}

/// A value that is used in octets: a name, a second authority, a part of a message.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) expression: Expression,
    pub(super) span: Range<usize>,
}

/// Reads a string of octets. `None`: it is none. What is wrong inside of it is noted, and the
/// rest is read all the same.
pub(super) fn octets(item: &Item<'_>) -> Option<Written> {
    let text = item.text()?;
    let span = item.span();
    let raw = item.log.source().text.get(span.clone())?;
    let quotes = if raw.starts_with("'''") { 3 } else { 1 };
    if !raw.starts_with('\'') || raw.len() < 2 * quotes {
        item.note("octets are written in single quotes")
            .label("TOML itself reads escapes in double quotes")
            .advice(format!("write {}", single_quoted(text)));
        return None;
    }
    let mut start = quotes;
    let end = raw.len() - quotes;
    if quotes == 3 {
        // TOML drops a line break right behind the opening quotes.
        start += newline(&raw.as_bytes()[start..end]);
    }
    let scan = Scan {
        log: item.log,
        text: &raw[..end],
        at: start,
        base: span.start,
        literal: Vec::new(),
        written: Written::default(),
    };
    Some(scan.run())
}

/// Walks over the text between the quotes.
struct Scan<'s> {
    log: &'s Log,
    /// The raw text from the opening quotes to before the closing ones.
    text: &'s str,
    /// The offset in it of what comes next.
    at: usize,
    /// The offset of the text in the file.
    base: usize,
    /// Octets that have been read but are not yet a piece.
    literal: Vec<u8>,
    written: Written,
}

impl Scan<'_> {
    fn run(mut self) -> Written {
        while let Some(octet) = self.text.as_bytes().get(self.at) {
            let line_break = newline(&self.text.as_bytes()[self.at..]);
            if line_break > 0 {
                self.literal.extend_from_slice(b"\r\n");
                self.at += line_break;
            } else if *octet == b'\\' {
                self.escape();
            } else {
                self.literal.push(*octet);
                self.at += 1;
            }
        }
        self.end_literal();
        self.written.octets.0.shrink_to_fit();
        self.written
    }

    /// Reads what begins with the backslash at the current offset.
    fn escape(&mut self) {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let line_break = newline(rest.as_bytes());
        if line_break > 0 {
            self.at += 1 + line_break;
            return;
        }
        self.at += 2;
        match rest.chars().next() {
            Some('r') => self.literal.push(b'\r'),
            Some('n') => self.literal.push(b'\n'),
            Some('t') => self.literal.push(b'\t'),
            Some('0') => self.literal.push(0),
            Some('\\') => self.literal.push(b'\\'),
            Some('x') => self.hexadecimal(start),
            Some('|') => {
                self.end_literal();
                self.written.octets.0.push(Piece::Boundary);
            }
            Some('{') => self.value(start),
            Some(other) => self.unknown(start, other),
            None => {
                self.at = self.text.len();
                self.wrong(start..self.at, "the octets end inside an escape")
                    .advice("write `\\\\` for a backslash");
            }
        }
    }

    fn hexadecimal(&mut self, start: usize) {
        let digits = self.text.get(self.at..self.at + 2);
        if let Some(octet) = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            self.literal.push(octet);
            self.at += 2;
        } else {
            self.wrong(start..start + 2, "`\\x` needs two hexadecimal digits")
                .advice("e.g. `\\x0b`");
        }
    }

    fn value(&mut self, start: usize) {
        let rest = &self.text[self.at..];
        let length = rest.find(['}', '\n']).unwrap_or(rest.len());
        if !rest[length..].starts_with('}') {
            self.wrong(start..start + 2, "`\\{` is not closed")
                .advice("a value ends with `}` on the same line");
            return;
        }
        let inside = self.at..self.at + length;
        self.at = inside.end + 1;
        self.end_literal();
        match expression::parse(&self.text[inside.clone()]) {
            Ok(expression) => {
                let span = self.base + start..self.base + self.at;
                let leaf = expression::leaf(&expression).clone();
                self.written.uses.push(Use {
                    expression: leaf,
                    span,
                });
                self.written.octets.0.push(Piece::Value(expression));
            }
            Err(flaw) => {
                let from = inside.start + flaw.span.start;
                let to = inside.start + flaw.span.end;
                let noted = self.wrong(from..to.max(from), flaw.message);
                if let Some(advice) = flaw.advice {
                    noted.advice(advice);
                }
            }
        }
    }

    fn unknown(&mut self, start: usize, other: char) {
        self.at = start + 1 + other.len_utf8();
        let to = self.at;
        let blanks = self.text[start + 1..]
            .find(|letter| letter != ' ' && letter != '\t')
            .unwrap_or_default();
        if other.is_whitespace() && newline(&self.text.as_bytes()[start + 1 + blanks..]) > 0 {
            self.wrong(
                start..start + 1 + blanks,
                "blanks between `\\` and the end of the line",
            )
            .advice("`\\` joins lines only as the last character of its line");
            return;
        }
        self.wrong(start..to, format!("unknown escape `\\{other}`"))
            .advice(
                "known are `\\r \\n \\t \\0 \\\\ \\xff \\| \\{…}`, and `\\` at the end of a line",
            );
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) -> super::log::Noted<'_> {
        self.log
            .note(self.base + span.start..self.base + span.end, message)
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            let literal = Bytes::copy_from_slice(&self.literal);
            self.literal.clear();
            self.written.octets.0.push(Piece::Literal(literal));
        }
    }
}

/// The length of the line break at the start of a text, 0 if there is none.
fn newline(text: &[u8]) -> usize {
    if text.starts_with(b"\r\n") {
        2
    } else {
        usize::from(text.starts_with(b"\n"))
    }
}

/// What a double-quoted string must have meant, as it should have been written.
fn single_quoted(text: &str) -> String {
    let mut out = String::from("'");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            // `"\\{path}"` was meant to become a value.
            '\\' if letters.peek() == Some(&'{') => out.push('\\'),
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\x27"),
            // `"\u00ff"` was meant to be one octet.
            other if other.is_control() || ('\u{80}'..='\u{ff}').contains(&other) => {
                out.push_str(&format!("\\x{:02x}", u32::from(other)));
            }
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}
