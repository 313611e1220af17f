//! Judges servers that others wrote, each started for the run with a configuration of its own and
//! ended with it. A folder beside this program's sources is one peer: `start`, its configuration,
//! and the profile `h1check.toml`; a file `only` names the scenarios that it is there for, where
//! those are not all.

mod findings;
mod judge;
mod peer;
mod stability;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::peer::Peer;

/// What can go wrong here ends the program: there is nothing to clean up but temporary folders.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Judges servers that others wrote
#[derive(Debug, Parser)]
#[command(name = "h1check-peers")]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Judge each peer once, and write reports/peers/NAME
    ///
    /// Those that are there for some scenarios only go to reports/peers/partial/NAME.
    ///
    /// Fails where a verdict is *error*, or where a *fail* has no line in scenarios/findings.md.
    Judge {
        #[command(flatten)]
        common: Common,
        /// Where the reports go
        #[arg(long, value_name = "DIR", default_value = "reports/peers")]
        reports: PathBuf,
        /// The list of the deviations that were checked by hand
        #[arg(long, value_name = "FILE", default_value = "scenarios/findings.md")]
        findings: PathBuf,
    },
    /// Judge each peer many times, and demand the same verdicts every time
    Stability {
        #[command(flatten)]
        common: Common,
        /// How many runs
        #[arg(long, value_name = "N", default_value_t = 20)]
        times: usize,
    },
}

#[derive(Args, Debug)]
struct Common {
    /// Names of peers; all, unless some are named
    #[arg(value_name = "PEER")]
    peers: Vec<String>,
    /// The folder of the peers
    #[arg(long, value_name = "DIR", default_value = "harness/peers")]
    folder: PathBuf,
    /// The binary that judges
    #[arg(long, value_name = "FILE", default_value = "target/debug/h1check")]
    h1check: PathBuf,
}

impl Common {
    fn chosen(&self) -> Result<Vec<Peer>> {
        peer::find(&self.folder, &self.h1check, &self.peers)
    }
}

fn main() -> ExitCode {
    let done = match &Arguments::parse().action {
        Action::Judge {
            common,
            reports,
            findings,
        } => common
            .chosen()
            .and_then(|peers| judge::all(&peers, reports, findings)),
        Action::Stability { common, times } => common
            .chosen()
            .and_then(|peers| stability::all(&peers, *times)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
