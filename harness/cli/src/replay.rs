//! `h1check replay`: the very octets of a former run once more.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use h1check::evidence::again::{Comparison, is_repeatable};
use h1check::evidence::{find, text};
use h1check::peer::client::Url;
use h1check::peer::{Address, Endpoint};
use h1check::run::replay;
use h1check::scenario::duration;

use crate::exit;
use crate::run_file;
use crate::server::{Refusal, resolve};
use crate::terminal::{complain, fail, note, runtime, say};
use crate::transport::TransportArguments;

/// Send the very octets of a former run again, and compare what comes back
///
/// They are cut as they were, with the same pauses; what had come before something was sent is
/// awaited before it is sent again; connections are closed as they were. Nothing is changed in the
/// octets, also where URL is another server. What is the same: status codes, what delimits the
/// content, how connections end. Dates, content and times may differ.
///
///   =  came then and now      -  came then      +  came now
///
/// Exit codes: 0 the same came, 1 something else came, 2 bad command line, or no run.json, or
/// nothing that can be sent again, 3 could not connect.
#[derive(Args, Debug)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  h1check replay reports/run.json server/close/honours-close
  h1check replay reports server/close/honours-close http://127.0.0.1:8081/ --verbose
  h1check replay reports server/basic/get https://localhost:8443/ --insecure"
)]
pub(crate) struct Arguments {
    /// The run: a run.json, or its folder
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The id of the scenario, with its case in brackets
    #[arg(value_name = "ID")]
    id: String,
    /// Where to send to: http://, https:// or unix:SOCKET; default: the server of the run
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// How long to wait for what had come, and for a connection
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s")]
    patience: Duration,
    /// Print the new transcript as well, with every octet
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    way: TransportArguments,
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
    if let Err(error) = is_repeatable(outcome) {
        return bad(&error);
    }
    let endpoint = match endpoint(arguments, &run.subject) {
        Ok(endpoint) => endpoint,
        Err((code, why)) => {
            note(format_args!("error: {why}"));
            return ExitCode::from(code);
        }
    };
    let runtime = match runtime(Some(1)) {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let former = &outcome.transcript;
    let now = match runtime.block_on(replay(former, &endpoint, arguments.patience)) {
        Ok(now) => now,
        Err(error) => {
            note(format_args!(
                "error: cannot connect to {}: {error}",
                endpoint.address()
            ));
            return ExitCode::from(exit::COULD_NOT_TEST);
        }
    };
    let comparison = Comparison::of(former, &now);
    if arguments.verbose {
        say(format_args!("{}\n", text::transcript(&now)));
    }
    say(format_args!("{}", comparison.render()));
    if comparison.is_same() {
        say(format_args!("the same came\n"));
        ExitCode::SUCCESS
    } else {
        say(format_args!("something else came\n"));
        ExitCode::from(exit::DEVIATES)
    }
}

/// Where to send to: as the command line says, or else to where the run was.
fn endpoint(arguments: &Arguments, subject: &str) -> Result<Endpoint, Refusal> {
    let url = match (&arguments.url, subject.strip_prefix("server at ")) {
        (Some(url), _) => url.clone(),
        // `… on unix:PATH` tells the socket where the URL does not.
        (None, Some(told)) => told
            .split_once(" on ")
            .map_or(told, |(_, at)| at)
            .to_owned(),
        (None, None) => {
            let why = "the run was not of a server that listens somewhere: name a URL";
            return Err((exit::BAD_INPUT, why.into()));
        }
    };
    let parsed = Url::parse(&url).map_err(|error| (exit::BAD_INPUT, format!("{url}: {error}")))?;
    if let Some(endpoint) = arguments.way.endpoint(&parsed)? {
        return Ok(endpoint);
    }
    let found = resolve(parsed.host(), parsed.port());
    let unknown = |why| (exit::COULD_NOT_TEST, format!("{}: {why}", parsed.address()));
    Ok(Address::from(found.map_err(unknown)?).into())
}
