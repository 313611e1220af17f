//! The matrix as Markdown: who was judged, who is alike, and on what they disagree.

use std::fmt::Write as _;

use super::matrix::{Column, Matrix, Row, folded};
use crate::report::across::{code, prose, word};
use crate::report::json::VerdictFile;

/// The matrix as Markdown. Of what is disagreed on the first few hundred rows are listed, and it says
/// what was left out. `links` has the page of each run, in the order in which they were added.
#[must_use]
pub fn markdown(matrix: &Matrix, links: &[Option<String>]) -> String {
    let (contested, total) = (matrix.contested(), matrix.rows.len());
    let mut text = format!(
        "# {} subjects, {total} scenarios and lints\n\n{}\n\n",
        matrix.columns.len(),
        headline(contested.len(), total)
    );
    text.push_str("| subject | judged by | pass | warn | fail | skip | error |\n");
    text.push_str("|---|---|---:|---:|---:|---:|---:|\n");
    for column in &matrix.columns {
        text.push_str(&subject(column, links));
    }
    for names in matrix.alike() {
        let names: Vec<String> = names.iter().map(|name| prose(name)).collect();
        write!(
            text,
            "\nAlike, with a third or more of what they do wrong in common: {}\n",
            names.join(", ")
        )
        .expect("a String takes everything");
    }
    if !contested.is_empty() {
        text.push_str("\n## Where they disagree\n\n| scenario |");
        for column in &matrix.columns {
            write!(text, " {} |", prose(&column.name)).expect("a String takes everything");
        }
        let rule = "---|".repeat(matrix.columns.len() + 1);
        writeln!(text, "\n|{rule}").expect("a String takes everything");
        let groups = folded(contested);
        for group in groups.iter().take(LISTED) {
            text.push_str(&line(group, &matrix.columns, links));
        }
        text.push_str(&left_out(groups.get(LISTED..).unwrap_or_default()));
    }
    text.push_str(&agreed(&matrix.rows[contested.len()..]));
    text
}

fn headline(contested: usize, total: usize) -> String {
    match contested {
        0 => String::from("They disagree on nothing."),
        _ => format!(
            "They disagree on {contested} of {total}; what is disagreed on most comes first."
        ),
    }
}

fn subject(column: &Column, links: &[Option<String>]) -> String {
    let name = prose(&column.name);
    let name = match links.get(column.run).and_then(Option::as_ref) {
        Some(link) => format!("[{name}](<{link}>)"),
        None => name,
    };
    let counts = column.tally.map(|count| count.to_string()).join(" | ");
    let origin = &column.origin;
    let early = if origin.interrupted.is_some() {
        ", ended early"
    } else {
        ""
    };
    format!(
        "| {name}: {}{early} | {} | {counts} |\n",
        prose(&origin.subject),
        prose(&origin.made_by())
    )
}

/// The first of cases that are alike, and how many there are.
fn line(group: &[&Row], columns: &[Column], links: &[Option<String>]) -> String {
    let Some((row, more)) = group.split_first() else {
        return String::new();
    };
    let mut text = format!("| {}<br>{}", code(&row.id), prose(&row.title));
    if !more.is_empty() {
        write!(text, "<br>and {} more cases", more.len()).expect("a String takes everything");
    }
    text.push_str(" |");
    for (column, cell) in columns.iter().zip(&row.cells) {
        let verdict = cell.as_ref().map(|cell| cell.verdict);
        let shown = match verdict {
            Some(VerdictFile::Fail) => "**fail**",
            Some(verdict) => word(verdict),
            None => "–",
        };
        let deviates = matches!(verdict, Some(VerdictFile::Fail | VerdictFile::Warn));
        let link = links.get(column.run).and_then(Option::as_ref);
        let scenario = deviates && row.area != "lints";
        let shown = match link.filter(|_| scenario) {
            Some(link) => format!("[{shown}](<{link}#open={}>)", encoded(&row.id)),
            None => String::from(shown),
        };
        write!(text, " {shown} |").expect("a String takes everything");
    }
    text.push('\n');
    text
}

fn left_out(groups: &[Vec<&Row>]) -> String {
    match groups.iter().map(Vec::len).sum::<usize>() {
        0 => String::new(),
        rows => format!(
            "\n{rows} more, on which they disagree less, are left out: they are in the HTML and the JSON.\n"
        ),
    }
}

/// `No disagreement on 1394: 684 pass everywhere, …`
fn agreed(rows: &[Row]) -> String {
    let mut parts = Vec::new();
    let all = [
        VerdictFile::Pass,
        VerdictFile::Warn,
        VerdictFile::Fail,
        VerdictFile::Skip,
        VerdictFile::Error,
    ];
    for verdict in all {
        let count = rows
            .iter()
            .filter(|row| row.unanimous() == Some(verdict))
            .count();
        if count > 0 {
            parts.push(format!("{count} {} everywhere", word(verdict)));
        }
    }
    let rest = rows.iter().filter(|row| row.unanimous().is_none()).count();
    if rest > 0 {
        parts.push(format!("{rest} the same wherever it was judged"));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!(
        "\nNo disagreement on {}: {}.\n",
        rows.len(),
        parts.join(", ")
    )
}

/// An id within the fragment of an address.
fn encoded(id: &str) -> String {
    let mut text = String::new();
    for &octet in id.as_bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet) {
            text.push(char::from(octet));
        } else {
            write!(text, "%{octet:02X}").expect("a String takes everything");
        }
    }
    text
}

/// How many rows are listed: what a forge still shows as a page.
const LISTED: usize = 300;
