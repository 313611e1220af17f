//! `h1check record`: a scenario file from what was exchanged.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use h1check::evidence::{find, record};

use crate::exit;
use crate::export::deliver;
use crate::run_file;
use crate::terminal::complain;

/// Write a scenario file that does again what was done in a scenario: a first draft, to be edited
///
/// What was sent is sent again, what came is expected again, with waits and windows rounded, and
/// the authority of the server replaced by its value. Which rule that is about, and what a wrong
/// subject looks like, stands there as a placeholder that `h1check validate` and `h1check prove`
/// accept.
///
/// Exit codes: 0 written, 2 bad command line, or no run.json, or nothing to record, 3 cannot write.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check record reports/run.json server/close/honours-close
  h1check record reports 'server/host/invalid[backslash]' -o mine/server/host/backslash.toml
  h1check validate --scenarios mine
  h1check server http://127.0.0.1:8080/ --scenarios mine")]
pub(crate) struct Arguments {
    /// The run: a run.json, or its folder
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The id of the scenario, with its case in brackets
    #[arg(value_name = "ID")]
    id: String,
    /// Write into this file instead of stdout; its path below the folder of scenarios is its id
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let run = match run_file::restore(&arguments.run) {
        Ok((run, _)) => run,
        Err(code) => return code,
    };
    let bad = |error: &dyn std::error::Error| {
        complain(error);
        ExitCode::from(exit::BAD_INPUT)
    };
    let outcome = match find(&run, &arguments.id) {
        Ok(outcome) => outcome,
        Err(error) => return bad(&error),
    };
    match record::render(&run, outcome) {
        Ok(text) => deliver(text.as_bytes(), arguments.output.as_deref()),
        Err(error) => bad(&error),
    }
}
