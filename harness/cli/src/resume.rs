//! `h1check run --resume`: goes on with a run that was killed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser as _};
use h1check::report::escape;
use h1check::report::json::journal::Header;

use crate::judge::quoted;
use crate::terminal::note;
use crate::{Command, client, exit, journal, reference, server, typed};

/// Go on with a run that was killed or interrupted
///
/// Reads the journal of the run (see --journal of server, client and reference), plays what is
/// left, and what could not be judged (error), with the command line of that run, which is printed,
/// in the folder of that run, and writes the same reports. So resume only what you started. Secrets are not in the journal: their variables must be set
/// as before. Exit codes: those of the run; 2 where the journal is none, or was written by another
/// version of h1check, for other scenarios or another subject.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  h1check server http://127.0.0.1:8080/ --report reports           killed, and then …
  h1check run --resume reports
  h1check run --resume reports/run.ndjson
  h1check run --resume run.ndjson -- server http://127.0.0.1:8080/ --slack 2")]
pub(crate) struct Arguments {
    /// The journal of the run, or the folder of its reports
    #[arg(long, value_name = "FILE")]
    resume: PathBuf,
    /// Another command line than that of the run, behind `--`: where it was started in another
    /// folder, on another machine, or with a secret among its words
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match prepare(arguments) {
        Ok((path, command)) => go_on(path, command),
        Err(code) => code,
    }
}

/// The journal, and the command to go on with.
fn prepare(arguments: &Arguments) -> Result<(PathBuf, Command), ExitCode> {
    let bad = |path: &Path, text: &str| {
        note(format_args!("error: {}: {text}", path.display()));
        ExitCode::from(exit::BAD_INPUT)
    };
    let (path, journal) = journal::read(&arguments.resume)?;
    // Relative paths of its options are meant from where it was started.
    let path = path
        .canonicalize()
        .map_err(|error| bad(&path, &error.to_string()))?;
    let words = if arguments.command.is_empty() {
        enter(&journal.header).map_err(|why| bad(&path, &why))?
    } else {
        arguments.command.clone()
    };
    let all = std::iter::once("h1check").chain(words.iter().map(String::as_str));
    let parsed = crate::Arguments::try_parse_from(all).map_err(|error| {
        note(format_args!("{}", error.render()));
        ExitCode::from(exit::BAD_INPUT)
    })?;
    let shown: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    note(format_args!("h1check {}", escape::text(&shown.join(" "))));
    typed::resume(words);
    Ok((path, parsed.command))
}

/// Goes to the folder of the run; the words of its command line.
fn enter(header: &Header) -> Result<Vec<String>, String> {
    let words = header.words.clone().ok_or(
        "its command line holds a secret, which is not written down: give it again, as in \
         h1check run --resume FILE -- server …",
    )?;
    let folder = Path::new(&header.folder);
    std::env::set_current_dir(folder).map_err(|error| {
        format!(
            "it was started in {}, where one cannot go ({error}): give its command line again, as \
             in h1check run --resume FILE -- server …",
            escape::text(&header.folder)
        )
    })?;
    Ok(words)
}

fn go_on(path: PathBuf, command: Command) -> ExitCode {
    match command {
        Command::Server(mut arguments) => {
            arguments.judge.journal.resumed = Some(path);
            server::run(&arguments)
        }
        Command::Client(mut arguments) => {
            arguments.judge.journal.resumed = Some(path);
            client::run(&arguments)
        }
        Command::Reference(mut arguments) => {
            arguments.judge.journal.resumed = Some(path);
            reference::run(&arguments)
        }
        _ => {
            note(format_args!(
                "error: only a run of server, client or reference can go on"
            ));
            ExitCode::from(exit::BAD_INPUT)
        }
    }
}
