//! `h1check server`: judges a server.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use h1check::peer::client::Url;
use h1check::run::{ServerTarget, SpawnedServer, Target};
use h1check::scenario::duration;

use crate::exit;
use crate::judge::JudgeArguments;
use crate::terminal::note;

/// Judge a server: one that listens, one that is started for the run, or the reference server
///
/// Every verdict cites its rule of RFC 9110 or RFC 9112. Exit codes: 0 conforms, 1 at least one
/// fail (or a warning with --strict), 2 bad command line or scenario file, 3 could not test.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  h1check server http://127.0.0.1:8080/
  h1check server http://127.0.0.1:8080/ --only server/close --given idle-timeout=75s
  h1check server --spawn 'python3 -m http.server {port} --bind 127.0.0.1'
  h1check server --reference --report reports
  h1check server http://127.0.0.1:8080/ --junit junit.xml --quiet")]
pub(crate) struct Arguments {
    /// Where the server listens; the path is a resource that answers GET with 200
    #[arg(required_unless_present_any = ["spawn", "reference"], value_name = "URL")]
    url: Option<String>,
    /// Start the server with this command, and end it with the run; {port} is a free port
    #[arg(long, value_name = "COMMAND", conflicts_with = "url")]
    spawn: Option<String>,
    /// The resource to ask a started server for
    #[arg(long, value_name = "PATH", default_value = "/", requires = "spawn")]
    path: String,
    /// How long a started server may take until it accepts connections
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s", requires = "spawn")]
    ready_within: Duration,
    /// Judge the built-in reference server
    #[arg(long, conflicts_with_all = ["url", "spawn"])]
    reference: bool,
    #[command(flatten)]
    judge: JudgeArguments,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let judge = &arguments.judge;
    if let Some(url) = &arguments.url {
        return match server(url, arguments) {
            Ok(target) => judge.judge(Target::Server(target), &["server", url]),
            Err((code, why)) => {
                note(format_args!("error: {why}"));
                ExitCode::from(code)
            }
        };
    }
    let Some(command) = &arguments.spawn else {
        return judge.judge(Target::ReferenceServer, &["server", "--reference"]);
    };
    let Some(words) = shlex::split(command) else {
        note(format_args!(
            "error: a quote in the command of --spawn has no end: {command}"
        ));
        return ExitCode::from(exit::BAD_INPUT);
    };
    if words.is_empty() || !command.contains("{port}") {
        note(format_args!(
            "error: --spawn takes a command with {{port}} in it, e.g. 'python3 -m http.server {{port}}'"
        ));
        return ExitCode::from(exit::BAD_INPUT);
    }
    let target = SpawnedServer {
        words,
        ready_within: arguments.ready_within,
        path: arguments.path.clone(),
        given: judge.given(),
    };
    judge.judge(Target::Spawned(target), &["server", "--spawn", command])
}

fn server(url: &str, arguments: &Arguments) -> Result<ServerTarget, (u8, String)> {
    let parsed = Url::parse(url).map_err(|error| (exit::BAD_INPUT, format!("{url}: {error}")))?;
    let address = resolve(&parsed.address())
        .map_err(|why| (exit::COULD_NOT_TEST, format!("{}: {why}", parsed.address())))?;
    Ok(ServerTarget {
        address: address.into(),
        tls: None,
        authority: parsed.authority.clone(),
        path: parsed.target.clone(),
        given: arguments.judge.given(),
    })
}

/// The first address that the name has and that answers, or the first at all.
fn resolve(address: &str) -> Result<SocketAddr, String> {
    let found: Vec<SocketAddr> = address
        .to_socket_addrs()
        .map_err(|error| format!("cannot find the address: {error}"))?
        .collect();
    let answers =
        |address: &&SocketAddr| std::net::TcpStream::connect_timeout(address, CONNECT).is_ok();
    let first = found.first().copied();
    let chosen = if found.len() > 1 {
        found.iter().find(answers).copied().or(first)
    } else {
        first
    };
    chosen.ok_or_else(|| "the name has no address".into())
}

/// How long one of several addresses may take to answer.
const CONNECT: Duration = Duration::from_secs(2);
