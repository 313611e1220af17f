//! `h1check export`: what was exchanged in a scenario, for other tools.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use h1check::evidence::{find, har, pcapng, text};
use h1check::outcome::{Outcome, Run};

use crate::exit;
use crate::output::{try_place, write_atomically};
use crate::run_file;
use crate::terminal::{complain, fail, note};

/// Export what was exchanged in a scenario: for Wireshark, as an HTTP Archive, or as text
///
/// RUN is a run.json, or a folder that holds one. The octets are those of the run; of what passed
/// or was skipped it keeps the first 4 KiB of each piece.
///
///   text    every octet with its time, in the escapes of scenario files
///   pcapng  packets for Wireshark and tshark: the headers are made up, and TLS is decrypted
///   har     HTTP Archive 1.2: what is no valid message is left out, and a comment says so
///
/// Exit codes: 0 written, 2 bad command line, or no run.json, or no such scenario, 3 cannot write.
#[derive(Args, Debug)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  h1check export reports/run.json server/close/honours-close
  h1check export reports server/close/honours-close -o close.pcapng
  h1check export reports server/basic/get -o get.har
  h1check export reports server/basic/get --format pcapng | tshark -r -"
)]
pub(crate) struct Arguments {
    /// The run: a run.json, or its folder
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The id of the scenario, with its case in brackets
    #[arg(value_name = "ID")]
    id: String,
    /// The format; without it the name of FILE tells (.pcapng, .har, .txt), and else it is text
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write into this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    Text,
    Pcapng,
    Har,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "txt" => Some(Self::Text),
            "pcapng" => Some(Self::Pcapng),
            "har" => Some(Self::Har),
            _ => None,
        }
    }

    fn render(self, run: &Run, outcome: &Outcome) -> Vec<u8> {
        match self {
            Self::Text => text::render(run, outcome).into_bytes(),
            Self::Pcapng => pcapng::render(run, outcome),
            Self::Har => har::render(run, outcome).into_bytes(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let named = arguments.output.as_deref().map(Format::of);
    let Some(format) = arguments.format.or(named.unwrap_or(Some(Format::Text))) else {
        return refuse("name a file that ends in .pcapng, .har or .txt, or say --format");
    };
    if format == Format::Pcapng && arguments.output.is_none() && io::stdout().is_terminal() {
        return refuse("a capture is nothing for a terminal: name a file with -o FILE");
    }
    let run = match run_file::restore(&arguments.run) {
        Ok((run, _)) => run,
        Err(code) => return code,
    };
    let outcome = match find(&run, &arguments.id) {
        Ok(outcome) => outcome,
        Err(error) => {
            complain(&error);
            return ExitCode::from(exit::BAD_INPUT);
        }
    };
    deliver(&format.render(&run, outcome), arguments.output.as_deref())
}

/// Writes into the file, or else to stdout.
pub(crate) fn deliver(octets: &[u8], file: Option<&Path>) -> ExitCode {
    let written = match file {
        Some(path) => try_place(path).and_then(|()| write_atomically(path, octets)),
        None => {
            let mut out = io::stdout().lock();
            // Whoever has closed stdout is not interested, which is no error.
            let _ = out.write_all(octets).and_then(|()| out.flush());
            Ok(())
        }
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn refuse(why: &str) -> ExitCode {
    note(format_args!("error: {why}"));
    ExitCode::from(exit::BAD_INPUT)
}
