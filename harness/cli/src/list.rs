//! `h1check list`: which scenarios there are.

use std::process::ExitCode;

use clap::Args;
use h1check::report::escape;
use h1check::scenario::{Rule, Selection};
use h1check::wire::lint::LINTS;

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
    for scenario in &selected.scenarios {
        say(format_args!(
            "{:width$}  {}\n",
            scenario.id,
            escape::text(&scenario.title)
        ));
        if arguments.long {
            let cited = match &scenario.rule {
                Rule::Requirements(ids, _) => ids.join(", "),
                Rule::Hardening(why) => format!("hardening: {why}"),
            };
            say(format_args!("{:width$}  {cited}\n", ""));
        }
    }
    ExitCode::SUCCESS
}

fn lints(requirement: Option<&str>) -> ExitCode {
    let wanted: Vec<_> = LINTS
        .iter()
        .filter(|lint| requirement.is_none_or(|id| lint.requirement.starts_with(id)))
        .collect();
    let width = wanted.iter().map(|lint| lint.id.len()).max().unwrap_or(0);
    for lint in &wanted {
        let senders: Vec<&str> = lint.senders.iter().map(|sender| sender.word()).collect();
        say(format_args!(
            "{:width$}  {:18} {}\n{:width$}  {:18} {}\n",
            lint.id,
            lint.requirement,
            lint.rule,
            "",
            "",
            senders.join(", ")
        ));
    }
    if wanted.is_empty() {
        note(format_args!(
            "error: no lint checks `{}`",
            requirement.unwrap_or_default()
        ));
        return ExitCode::from(exit::BAD_INPUT);
    }
    ExitCode::SUCCESS
}
