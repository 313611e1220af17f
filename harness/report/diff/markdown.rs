//! A difference as Markdown, for a pull request or a wiki.

use std::fmt::Write as _;

use super::gather::{Group, gather, verdicts};
use super::{Class, Diff};
use crate::report::across::{Cell, Origin, code, prose};

/// The difference as Markdown. Of each class the first few hundred are listed.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut text = String::from("# h1check diff\n\n");
    line(
        &mut text,
        &format!("**{}**", diff.summary().replace("  ", ", ")),
    );
    for (word, origin) in [("old", &diff.old), ("new", &diff.new)] {
        line(&mut text, &side(word, origin));
    }
    if let Some(suites) = &diff.suites {
        line(&mut text, &format!("The suites differ: {}", prose(suites)));
    }
    for class in Class::ALL {
        let groups = gather(&diff.changes, class);
        if groups.is_empty() {
            continue;
        }
        let count = diff.count(class);
        line(&mut text, &format!("## {} ({count})", capital(class)));
        text.push_str("| scenario | verdict | what is wrong now |\n|---|---|---|\n");
        for group in groups.iter().take(LISTED) {
            text.push_str(&row(group));
        }
        text.push('\n');
        if groups.len() > LISTED {
            let more = groups.len() - LISTED;
            line(&mut text, &format!("… {more} rows more: see the JSON."));
        }
    }
    text
}

fn side(word: &str, origin: &Origin) -> String {
    let early = origin.interrupted.as_ref();
    let early = early.map_or(String::new(), |why| {
        format!(", ended early: {}", prose(why))
    });
    format!(
        "- {word}: {}, {}, {}{early}",
        prose(&origin.subject),
        prose(&origin.day()),
        prose(&origin.made_by())
    )
}

fn row(group: &Group<'_>) -> String {
    let shown = group.shown;
    let alike = group
        .alike()
        .map_or(String::new(), |it| format!("<br>{}", prose(&it)));
    let now = shown
        .new
        .as_ref()
        .and_then(Cell::sentence)
        .unwrap_or_default();
    format!(
        "| {}<br>{}{alike} | {} | {} |\n",
        code(&shown.id),
        prose(&shown.title),
        verdicts(shown),
        prose(&now)
    )
}

fn capital(class: Class) -> &'static str {
    match class {
        Class::Worse => "Worse",
        Class::Better => "Better",
        Class::Changed => "Changed",
        Class::New => "New",
        Class::Gone => "Gone",
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}\n").expect("a String takes everything");
}

/// How many rows of a class are listed: what a page of a forge still shows.
const LISTED: usize = 300;
