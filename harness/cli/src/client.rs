//! `h1check client`: judges a client.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use h1check::run::{ClientCommand, Target};

use crate::judge::JudgeArguments;
use crate::watch::Watched;

/// Judge a client: a command that is started for every scenario, or the reference client
///
/// The command is given the URL to request in {url}. Further holes make more scenarios possible:
/// {url2} … (or {urls}) for several requests in one run, {method} for other methods than GET,
/// {body} for the path of a file with the content. What a command has no hole for is skipped.
/// Its exit status tells whether it was content with the answers.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  h1check client -- curl -sS {url}
  h1check client -- curl -sS {url} {url2}
  h1check client -- curl -sS -X {method} --data-binary @{body} {url}
  h1check client --reference --report reports")]
pub(crate) struct Arguments {
    /// Judge the built-in reference client
    #[arg(long, conflicts_with = "command")]
    reference: bool,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    /// The command, behind `--`
    #[arg(
        last = true,
        required_unless_present = "reference",
        value_name = "COMMAND"
    )]
    command: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let programs = arguments.command.iter().map(PathBuf::from);
    let watched = Watched {
        folder: arguments.judge.origin.scenarios.clone(),
        files: programs
            .filter(|path| path.is_file())
            .chain(arguments.judge.baseline.files(None, !arguments.reference))
            .collect(),
        server: false,
    };
    (arguments.judge.watch).repeat(&watched, |_| once(arguments))
}

fn once(arguments: &Arguments) -> ExitCode {
    if arguments.reference {
        return arguments
            .judge
            .judge(Target::ReferenceClient, &["client", "--reference"]);
    }
    let mut words = vec!["client", "--"];
    words.extend(arguments.command.iter().map(String::as_str));
    let command = ClientCommand {
        words: arguments.command.clone(),
    };
    arguments.judge.judge(Target::Client(command), &words)
}
