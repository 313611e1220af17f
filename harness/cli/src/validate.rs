//! `h1check validate`: is what the scenario files say possible?

use std::process::ExitCode;

use clap::Args;

use crate::library::Which;

/// Check scenario files without playing them
///
/// Every mistake is shown with its file, line and column, and with advice.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check validate                              the built-in scenarios
  h1check validate --scenarios my/scenarios     a folder of your own
  h1check validate --scenarios my/scenarios server/close")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let selected = arguments
        .which
        .library()
        .and_then(|library| arguments.which.select(&library));
    match selected {
        Ok(selected) => {
            anstream::println!("{} scenarios are valid", selected.scenarios.len());
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}
