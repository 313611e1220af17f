//! The report, as Markdown.

use std::fmt::Write as _;

use crate::figure::Line;
use crate::machine;

/// A table of all that was measured, and on what.
pub(crate) fn render(lines: &[Line], rounds: usize) -> String {
    let mut text = String::from(
        "# Speed and size\n\n\
         | what | goal | aim | reached | | figures behind it |\n|--|--|--|--|--|--|\n",
    );
    for line in lines {
        // Writing to a string cannot fail.
        let _ = match line {
            Line::Figure(figure) => writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                figure.what,
                figure.goal(),
                figure.aim(),
                figure.reached(),
                figure.verdict(),
                figure.note,
            ),
            Line::Skipped(what, why) => writeln!(text, "| {what} | | | | skipped | {why} |"),
        };
    }
    let _ = write!(
        text,
        "\nMedian [least..most] of {rounds} rounds, unless it says otherwise; where two things are \
         compared they take turns, and the ratio is taken round by round. `aim`: reached even \
         what was hoped for. `make bench` writes this table.\n\n{}",
        machine::describe()
    );
    text
}
