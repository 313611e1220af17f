//! `h1check reference`: judges both built-in peers; the main job of `make report`.

use std::process::ExitCode;

use clap::Args;

use crate::judge::JudgeArguments;
use crate::watch::Watched;

/// Judge both reference peers, side by side, into one report
#[derive(Args, Debug)]
#[command(after_long_help = "Example:
  h1check reference --report reports")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let watched = Watched {
        folder: arguments.judge.origin.scenarios.clone(),
        files: arguments.judge.baseline.files(None, false),
        ..Watched::default()
    };
    (arguments.judge.watch).repeat(&watched, |_| arguments.judge.judge_references())
}
