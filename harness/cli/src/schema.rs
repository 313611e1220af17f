//! `h1check schema`: JSON Schemas of what is read and written.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::terminal::{complain, say};

/// Print the JSON Schema of run.json
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check schema run > run.schema.json")]
pub(crate) struct Arguments {
    /// Of which format
    #[arg(default_value = "run")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// run.json
    Run,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let schema = match arguments.format {
        Format::Run => h1check::report::json::schema(),
    };
    match serde_json::to_string_pretty(&schema) {
        Ok(text) => {
            say(format_args!("{text}\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}
