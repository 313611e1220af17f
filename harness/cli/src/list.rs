//! `h1check list`: which scenarios there are.

use std::process::ExitCode;

use clap::Args;
use h1check::report::escape;
use h1check::scenario::{Rule, Selection};

use crate::library::{Which, refuse};
use crate::terminal::say;

/// List scenarios: id and title
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check list
  h1check list server/close
  h1check list --requirement 9112-9.6")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Only those that cite this requirement, or this section, e.g. `9112-9.6`
    #[arg(long, value_name = "ID")]
    requirement: Option<String>,
    /// Also print which requirements each one cites
    #[arg(short, long)]
    long: bool,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
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
