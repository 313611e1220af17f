//! `h1check report`: a former run once more, in any format.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::formats::FormatArguments;
use crate::run_file;

/// Render a former run again, from its run.json
///
/// The exit code is that of the run: 0 conforms, 1 deviates, 3 could not test. It is 2 if the file
/// is no run.json.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check report reports/run.json
  h1check report reports --format sarif=h1check.sarif --format markdown=report.md
  h1check report reports --format tap | prove -")]
pub(crate) struct Arguments {
    /// The run.json of a run, or the folder it lies in
    #[arg(value_name = "RUN")]
    file: PathBuf,
    #[command(flatten)]
    formats: FormatArguments,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let (run, catalogue) = match run_file::restore(&arguments.file) {
        Ok(restored) => restored,
        Err(code) => return code,
    };
    if let Err(code) = arguments.formats.check() {
        return code;
    }
    let muted = arguments.formats.mute();
    arguments.formats.write(&run, &catalogue, muted, false)
}
