//! The tables and remarks for a terminal.

use std::fmt::Write as _;

use super::remarks::remarks;
use super::table::{Table, tables};
use crate::model::Costs;

/// The costs as text, in lines of at most a hundred characters.
#[must_use]
pub fn text(costs: &Costs) -> String {
    let mut text = String::new();
    for table in tables(costs) {
        write(&mut text, &table);
    }
    for remark in remarks(costs) {
        text.push_str(&wrapped(&format!("{}: {}", remark.about, remark.text)));
        text.push('\n');
    }
    text
}

/// Writing to a string cannot fail.
fn write(text: &mut String, table: &Table) {
    let _ = writeln!(text, "{}\n  {}", table.title, table.about);
    let width = |at: usize| {
        let cells = table.rows.iter().map(|row| row.cells[at].chars().count());
        cells.max().unwrap_or(0).max(8)
    };
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    let _ = write!(text, "  {:28}", "messages");
    for (count, width) in table.columns.iter().zip(&widths) {
        let _ = write!(text, " {count:>width$}");
    }
    text.push('\n');
    for row in &table.rows {
        let _ = write!(text, "  {:9} {:18}", row.who, row.manner);
        for (cell, width) in row.cells.iter().zip(&widths) {
            let _ = write!(text, " {cell:>width$}");
        }
        text.push('\n');
    }
    text.push('\n');
}

/// A paragraph in lines, those behind the first indented.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut length = 0;
    for word in paragraph.split_whitespace() {
        let count = word.chars().count();
        if length > 0 && length + 1 + count > WIDTH {
            text.push_str("\n  ");
            length = 2;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += count;
    }
    text.push('\n');
    text
}

const WIDTH: usize = 100;
