//! The command line of h1check: flags to library calls to exit codes.

mod baseline;
mod client;
mod colour;
mod compare;
mod cost;
mod coverage;
mod diff;
mod explain;
mod export;
mod formats;
mod freeze;
mod init;
mod journal;
mod judge;
mod keylog;
mod last;
mod library;
mod list;
mod manual;
mod merge;
mod output;
mod profile;
mod progress;
mod prove;
mod record;
mod reference;
mod replay;
mod report;
mod resume;
mod run_file;
mod schema;
mod send;
mod serve;
mod server;
mod shard;
mod terminal;
mod transport;
mod typed;
mod validate;
mod watch;

#[cfg(test)]
mod examples;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Network test harness and conformance suite for HTTP/1.x
#[derive(Debug, Parser)]
#[command(
    name = "h1check",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(flatten)]
    colour: colour::ColourArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Server(Box<server::Arguments>),
    Client(client::Arguments),
    Reference(reference::Arguments),
    Report(report::Arguments),
    List(list::Arguments),
    Explain(explain::Arguments),
    Coverage(coverage::Arguments),
    Cost(cost::Arguments),
    Run(resume::Arguments),
    Merge(merge::Arguments),
    Compare(compare::Arguments),
    Diff(diff::Arguments),
    Validate(validate::Arguments),
    Prove(prove::Arguments),
    Freeze(freeze::Arguments),
    Schema(schema::Arguments),
    Export(export::Arguments),
    Record(record::Arguments),
    Replay(replay::Arguments),
    Serve(serve::Arguments),
    Send(send::Arguments),
    Completions(manual::Completions),
    Man(manual::Manual),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.colour.set();
    match arguments.command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Server(arguments) => server::run(&arguments),
        Command::Client(arguments) => client::run(&arguments),
        Command::Reference(arguments) => reference::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Cost(arguments) => cost::run(&arguments),
        Command::Run(arguments) => resume::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::Freeze(arguments) => freeze::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Record(arguments) => record::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Send(arguments) => send::run(&arguments),
        Command::Completions(arguments) => manual::complete(&arguments),
        Command::Man(arguments) => manual::man(&arguments),
    }
}

/// The exit codes, the same for every command.
mod exit {
    /// All is well.
    pub(crate) const CONFORMS: u8 = 0;
    /// At least one fail, or a warning with `--strict`.
    pub(crate) const DEVIATES: u8 = 1;
    /// The command line, a scenario file or a profile is wrong.
    pub(crate) const BAD_INPUT: u8 = 2;
    /// Nothing could be judged.
    pub(crate) const COULD_NOT_TEST: u8 = 3;
}
