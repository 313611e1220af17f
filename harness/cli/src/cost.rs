//! `h1check cost`: what a connection costs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use h1check::scenario::duration;
use h1check_cost::report::{json, page, text};
use h1check_cost::{Plan, measure};

use crate::exit;
use crate::output::{try_place, write_atomically};
use crate::terminal::{fail, note, say};

/// Measure what a connection costs: a new one per message, one that is kept, pipelining
///
/// The reference client talks to the reference server, with HTTP/1.0 and HTTP/1.1, over a simulated
/// link in virtual time: handshake, segments and FIN are simulated, and nothing takes time but the
/// way, so the same comes out each time and on each machine. The numbers are what the clock and the
/// count of crossings then say, beside what the tutorial computes: 1.5 round trips to open, 1 to
/// send and be answered, 1.5 to close.
///
/// After that the same is measured on the loopback of this machine, by its clock.
///
/// The exit code is 0 if all was measured, 2 if the command line is wrong, 3 if something could not
/// be measured or written.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check cost                                        all tables, and what they mean
  h1check cost --rtt 80ms --messages 20 --no-loopback
  h1check cost --html cost.html                       a page with plots
  h1check cost --json | jq '.simulated[] | select(.round_trip == 0.05) | .exchanges_per_second'")]
pub(crate) struct Arguments {
    /// Round-trip times of the simulated link
    #[arg(
        long,
        value_name = "TIME,…",
        value_delimiter = ',',
        value_parser = duration,
        default_value = "0ms,1ms,10ms,50ms,150ms"
    )]
    rtt: Vec<Duration>,
    /// How many messages are exchanged, one count after the other
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        value_parser = count,
        default_value = "1,3,10,100"
    )]
    messages: Vec<usize>,
    /// Leave the loopback out: what is left is the same each time
    #[arg(long)]
    no_loopback: bool,
    /// Print the numbers as JSON
    #[arg(long)]
    json: bool,
    /// Write a page with plots into this file, instead of printing tables
    #[arg(long, value_name = "FILE", conflicts_with = "report")]
    html: Option<PathBuf>,
    /// Write that page as cost.html into a folder of reports, whose index.html links to it
    ///
    /// The link is made when index.html is written after that, with `--report` of the same folder.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let place = arguments.place();
    if let Some((path, _)) = &place
        && let Err(error) = try_place(path)
    {
        return fail(&error);
    }
    let costs = match measure(&arguments.plan()) {
        Ok(costs) => costs,
        Err(error) => return fail(&error),
    };
    if let Some((path, report)) = &place {
        if let Err(error) = write_atomically(path, page(&costs, *report).as_bytes()) {
            return fail(&error);
        }
        note(format_args!("wrote {}", path.display()));
    }
    if arguments.json {
        say(format_args!("{:#}\n", json(&costs)));
    } else if place.is_none() {
        say(format_args!("{}", text(&costs)));
    }
    ExitCode::from(exit::CONFORMS)
}

impl Arguments {
    fn plan(&self) -> Plan {
        let mut plan = Plan {
            round_trips: self.rtt.clone(),
            messages: self.messages.clone(),
            loopback: !self.no_loopback,
        };
        // The tables and plots go from little to much, and say nothing twice.
        plan.round_trips.sort_unstable();
        plan.round_trips.dedup();
        plan.messages.sort_unstable();
        plan.messages.dedup();
        plan
    }

    /// Where the page goes, and the address of the report beside it.
    fn place(&self) -> Option<(PathBuf, Option<&'static str>)> {
        match (&self.html, &self.report) {
            (Some(file), _) => Some((file.clone(), None)),
            (None, Some(folder)) => Some((folder.join(PAGE), Some("index.html"))),
            (None, None) => None,
        }
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=1000).contains(&count) => Ok(count),
        _ => Err("a number from 1 to 1000".into()),
    }
}

/// The name of the page in a folder of reports.
pub(crate) const PAGE: &str = "cost.html";
