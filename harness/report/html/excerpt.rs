//! Places of a scenario file as lines and columns, counted as a browser counts: in UTF-16.

use serde::Serialize;

use crate::report::{escape, words};
use crate::scenario::Place;

/// A part of one line: the line from 1, and the columns from 0 in the escaped text.
#[derive(Debug, Eq, PartialEq, Serialize)]
pub(super) struct Marked {
    line: usize,
    from: usize,
    to: usize,
}

/// The first and the last line, from 1.
pub(super) type Span = (usize, usize);

/// The part of a place that lies in its first line.
pub(super) fn marked(place: &Place) -> Marked {
    let (text, span) = (&place.source.text, words::first_line(place));
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    // A place may lie on the CR of a line end, which the lines of the page do not have.
    let line = text[line_start..].lines().next().unwrap_or_default();
    let width = |end: usize| {
        let end = (end - line_start).min(line.len());
        escape::text(&line[..end]).encode_utf16().count()
    };
    Marked {
        line: text[..span.start].matches('\n').count() + 1,
        from: width(span.start),
        to: width(span.end),
    }
}

/// The lines of the table that begins at a place, with the tables within it.
pub(super) fn block(place: &Place) -> Span {
    let lines: Vec<&str> = place.source.text.lines().collect();
    let here = (place.line().max(1) - 1).min(lines.len().saturating_sub(1));
    // The place may be that of a key; its header stands above.
    let first = (0..=here).rev().find(|&at| header(&lines, at).is_some());
    let Some(first) = first else {
        return (here + 1, here + 1);
    };
    let name = header(&lines, first).unwrap_or_default();
    let inner = format!("{name}.");
    let last = (first + 1..lines.len())
        .find(|&at| header(&lines, at).is_some_and(|other| !other.starts_with(&inner)))
        .unwrap_or(lines.len());
    let blank = |at: &usize| {
        let line = lines[*at].trim();
        line.is_empty() || line.starts_with('#')
    };
    let last = (first..last).rev().find(|at| !blank(at)).unwrap_or(first);
    (first + 1, last + 1)
}

/// The name in a line that begins a table.
fn header<'a>(lines: &[&'a str], at: usize) -> Option<&'a str> {
    let line = lines.get(at)?.trim_end();
    let line = line.split(" #").next()?.trim_end();
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    Some(name.trim_matches(['[', ']']))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;
    use crate::scenario::Source;

    fn place(text: &str, span: std::ops::Range<usize>) -> Place {
        let (path, text) = (String::from("x.toml"), String::from(text));
        let source = Arc::new(Source { path, text });
        Place { source, span }
    }

    #[rstest]
    #[case::plain("a\nbcd", 3..4, (2, 1, 2))]
    #[case::behind_an_escape("\tb", 1..2, (1, 2, 3))]
    #[case::behind_a_wide_character("\u{1f600}b", 4..5, (1, 2, 3))]
    #[case::on_the_line_end("ab\r\nc", 2..4, (1, 2, 2))]
    #[case::beyond_the_text("ab", 90..95, (1, 2, 2))]
    fn counts_columns_of_the_shown_line(
        #[case] text: &str,
        #[case] span: std::ops::Range<usize>,
        #[case] (line, from, to): (usize, usize, usize),
    ) {
        assert_eq!(marked(&place(text, span)), Marked { line, from, to });
    }

    const FILE: &str = "title = 1\n\n[[counterexample]]\nfault = 2\n[[counterexample.step]]\nx = 1\n\n\
        # of the next\n[[permitted]]\nchoice = 3\n";

    #[rstest]
    #[case::from_its_header(12, (3, 6))]
    #[case::from_a_key(32, (3, 6))]
    #[case::the_last_one(110, (9, 10))]
    #[case::no_table(0, (1, 1))]
    fn finds_the_lines_of_an_example(#[case] at: usize, #[case] lines: Span) {
        assert_eq!(block(&place(FILE, at..at + 1)), lines);
    }
}
