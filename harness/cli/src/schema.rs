//! `h1check schema`: JSON Schemas of what is read and written.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::terminal::{complain, say};

/// Print the JSON Schema of scenario files, of profiles, of baselines or of run.json
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check schema scenario > scenario.schema.json
  h1check schema profile > profile.schema.json
  h1check schema baseline > baseline.schema.json
  h1check schema run > run.schema.json")]
pub(crate) struct Arguments {
    /// Of which format
    #[arg(default_value = "scenario")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Scenario files, for editors
    Scenario,
    /// h1check.toml
    Profile,
    /// h1check.baseline.toml
    Baseline,
    /// run.json
    Run,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let schema = match arguments.format {
        Format::Scenario => h1check::scenario::schema(),
        Format::Profile => h1check::profile::schema(),
        Format::Baseline => h1check::baseline::schema(),
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
