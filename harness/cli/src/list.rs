//! `h1check list`: which scenarios there are.

use std::process::ExitCode;

use clap::Args;
use h1check::report::escape;
use h1check::scenario::{Library, Rule, Selection};
use h1check::wire::lint::{LINTS, Lint};

use crate::colour::width as columns;
use crate::exit;
use crate::library::{Which, refuse};
use crate::terminal::{note, say};

/// List scenarios: id and title; or the lints
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check list
  h1check list server/close
  h1check list --requirement 9112-9.6
  h1check list --lints")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Only those that cite this requirement, or this section, e.g. `9112-9.6`
    #[arg(long, value_name = "ID")]
    requirement: Option<String>,
    /// Also print which requirements each one cites
    #[arg(short, long)]
    long: bool,
    /// List the passive checks instead, which look at every message of a subject: name, rule, what
    /// is right
    #[arg(long, conflicts_with_all = ["ids", "scenarios", "suite", "long"])]
    lints: bool,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    if arguments.lints {
        return lints(arguments.requirement.as_deref());
    }
    let library = match arguments.which.library() {
        Ok(library) => library,
        Err(code) => return code,
    };
    let mut selection = Selection::matching(&arguments.which.ids);
    selection.requirement.clone_from(&arguments.requirement);
    let selected = match library.select(&selection) {
        Ok(selected) => selected,
        Err(error) => return refuse(&error),
    };
    let width = selected
        .scenarios
        .iter()
        .map(|scenario| scenario.id.len())
        .max()
        .unwrap_or(0);
    let columns = columns();
    for scenario in &selected.scenarios {
        let title = escape::text(&scenario.title);
        say(format_args!(
            "{}",
            row(&scenario.id, &title, width, columns)
        ));
        if arguments.long {
            let cited = match &scenario.rule {
                Rule::Requirements(ids, _) => ids.join(", "),
                Rule::Hardening(why) => format!("hardening: {why}"),
            };
            say(format_args!("{}", row("", &cited, width, columns)));
        }
    }
    ExitCode::SUCCESS
}

/// An id and what is said of it. On a terminal no line is wider than that, but for a long id; what
/// is narrow gets the text on lines of its own. Elsewhere a row is one line, for other programs.
fn row(id: &str, text: &str, width: usize, columns: Option<usize>) -> String {
    let Some(columns) = columns else {
        return format!("{id:width$}  {text}\n");
    };
    let room = columns.saturating_sub(width + 2);
    let (mut row, indent, room) = if room >= NARROWEST {
        (format!("{id:width$}  "), width + 2, room)
    } else if id.is_empty() {
        ("    ".to_owned(), 4, columns.saturating_sub(4))
    } else {
        (format!("{id}\n    "), 4, columns.saturating_sub(4))
    };
    let mut taken = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if taken > 0 && taken + 1 + length > room {
            row.push_str(&format!("\n{:indent$}", ""));
            taken = 0;
        } else if taken > 0 {
            row.push(' ');
            taken += 1;
        }
        row.push_str(word);
        taken += length;
    }
    row.push('\n');
    row
}

/// A text in less columns than this is no pleasure.
const NARROWEST: usize = 36;

fn lints(requirement: Option<&str>) -> ExitCode {
    let wanted: Vec<_> = LINTS
        .iter()
        .filter(|lint| requirement.is_none_or(|id| checks(lint, id)))
        .collect();
    let width = wanted.iter().map(|lint| lint.id.len()).max().unwrap_or(0);
    let columns = columns();
    for lint in &wanted {
        let senders: Vec<&str> = lint.senders.iter().map(|sender| sender.word()).collect();
        let first = format!("{:18} {}", lint.requirement, lint.rule);
        let second = format!("{:18} {}", "", senders.join(", "));
        say(format_args!("{}", row(lint.id, &first, width, columns)));
        say(format_args!("{}", row("", &second, width, columns)));
    }
    if wanted.is_empty() {
        let requirement = requirement.unwrap_or_default();
        let library = Library::bundled();
        let meant = library
            .catalogue()
            .ok()
            .and_then(|it| it.meant(requirement));
        let hint = meant.map(|meant| format!(" (did you mean `{meant}`?)"));
        note(format_args!(
            "error: no lint checks `{requirement}`{}",
            hint.unwrap_or_default()
        ));
        return ExitCode::from(exit::BAD_INPUT);
    }
    ExitCode::SUCCESS
}

/// Whether a lint checks this rule, or one of this section.
fn checks(lint: &Lint, id: &str) -> bool {
    let rules = std::iter::once(&lint.requirement).chain(lint.restated);
    let within = |rule: &&str| {
        let rest = rule.strip_prefix(id.trim_end_matches(['-', '.']));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    };
    rules.into_iter().any(within)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    const TITLE: &str = "Asked to close, the server answers and then closes";

    #[rstest]
    #[case::no_terminal(
        None,
        "server/close/a  Asked to close, the server answers and then closes\n"
    )]
    #[case::wide(
        Some(100),
        "server/close/a  Asked to close, the server answers and then closes\n"
    )]
    #[case::less_wide(
        Some(60),
        "server/close/a  Asked to close, the server answers and then\n                closes\n"
    )]
    #[case::narrow(
        Some(40),
        "server/close/a\n    Asked to close, the server answers\n    and then closes\n"
    )]
    fn a_row_fits_the_terminal(#[case] columns: Option<usize>, #[case] wanted: &str) {
        let seen = row("server/close/a", TITLE, 14, columns);
        assert_eq!(seen, wanted);
        let widest = seen.lines().map(str::len).max();
        assert!(columns.is_none_or(|columns| widest <= Some(columns)));
    }

    #[test]
    fn a_lint_checks_its_rule_the_section_of_it_and_what_restates_it() {
        let length = LINTS
            .iter()
            .find(|lint| lint.id == "allow-missing")
            .unwrap();
        for id in ["9110-15.5.6-1", "9110-15.5.6", "9110-15.5", "9110-10.2.1-1"] {
            assert!(checks(length, id), "{id}");
        }
        assert!(!checks(length, "9110-15.5.61") && !checks(length, "9110-1"));
    }
}
