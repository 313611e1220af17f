//! `h1check server`: judges a server.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use h1check::peer::client::Url;
use h1check::profile::{Address, Profile};
use h1check::run::{self, ServerTarget, SpawnedServer, Target};
use h1check::scenario::duration;

use crate::exit;
use crate::judge::JudgeArguments;
use crate::profile::{ProfileArguments, USUAL};
use crate::terminal::note;
use crate::transport::TransportArguments;
use crate::watch::Watched;

/// Judge a server: one that listens, one that is started for the run, or the reference server
///
/// Every verdict cites its rule of RFC 9110 or RFC 9112. What the server offers and is set to is
/// declared in a profile, h1check.toml, which `h1check init` writes. Exit codes: 0 conforms, 1 at
/// least one fail (or a warning with --strict), 2 bad command line, scenario or profile file, 3
/// could not test.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  h1check server http://127.0.0.1:8080/
  h1check server                                  with the profile h1check.toml of this folder
  h1check server --profile staging.toml --given idle-timeout=75s
  h1check server http://127.0.0.1:8080/ --only server/close --given idle-timeout=75s
  h1check server --spawn 'python3 -m http.server {port} --bind 127.0.0.1'
  h1check server --reference --report reports
  h1check server --last-failed --report reports   what went wrong in reports/run.json
  h1check server --scenarios mine --watch         while scenarios or the server are written
  h1check server http://127.0.0.1:8080/ --junit junit.xml --quiet
  h1check server --update-baseline                accept what deviates now; later runs fail on what is new
  h1check server --retries 2 --flaky fail
  h1check server https://localhost:8443/ --cacert cert.pem --keylog keys.log
  h1check server https://example.com/ --resolve example.com:443:127.0.0.1 --insecure
  h1check server 'http://[::1]:8080/'
  h1check server unix:/run/server.sock
  h1check server unix:/run/server.sock:/path
  h1check server http://example.com/path --unix-socket /run/server.sock")]
pub(crate) struct Arguments {
    /// Where the server listens: http://, https:// or unix:SOCKET[:PATH]; the path is a resource
    /// that answers GET with 200. Default: the address of the profile
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Start the server with this command, and end it with the run; {port} is a free port
    #[arg(long, value_name = "COMMAND", conflicts_with = "url")]
    spawn: Option<String>,
    /// The resource to ask a started server for
    #[arg(long, value_name = "PATH", requires = "spawn")]
    path: Option<String>,
    /// How long a started server may take until it accepts connections
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s", requires = "spawn")]
    ready_within: Duration,
    /// Judge the built-in reference server
    #[arg(long, conflicts_with_all = ["url", "spawn", "profile", "resolve"])]
    reference: bool,
    #[command(flatten)]
    profile: ProfileArguments,
    #[command(flatten)]
    way: TransportArguments,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let once = |address: &mut Option<run::Address>| once(arguments, address);
    (arguments.judge.watch).repeat(&watched(arguments), once)
}

/// What a run depends on.
fn watched(arguments: &Arguments) -> Watched {
    let from_file = arguments.url.is_none() && arguments.spawn.is_none() && !arguments.reference;
    let profile = arguments.profile.profile.clone();
    let mut files = Vec::from_iter(profile.or_else(|| from_file.then(|| USUAL.into())));
    let baseline = &arguments.judge.baseline;
    files.extend(baseline.files(files.first().map(PathBuf::as_path), !arguments.reference));
    let command = arguments.spawn.as_deref().and_then(shlex::split);
    // The program, or the script that an interpreter is given.
    let programs = command.unwrap_or_default().into_iter().map(PathBuf::from);
    files.extend(programs.filter(|path| path.is_file()));
    Watched {
        folder: arguments.judge.origin.scenarios.clone(),
        files,
        server: !arguments.reference && arguments.spawn.is_none(),
    }
}

/// One run. It tells where the server is, so that others can look whether it is there.
fn once(arguments: &Arguments, address: &mut Option<run::Address>) -> ExitCode {
    let judge = &arguments.judge;
    if arguments.reference {
        return judge.judge(Target::ReferenceServer, &["server", "--reference"]);
    }
    let wanted = arguments.url.is_none() && arguments.spawn.is_none();
    let profile = arguments.profile.read(wanted, &judge.origin);
    let mut profile = match profile {
        Ok(profile) => profile,
        Err(code) => return code,
    };
    profile.tls = arguments.way.tls(&profile.tls);
    let mut words = vec!["server"];
    let target = match &arguments.spawn {
        Some(command) => {
            words.extend(["--spawn", command]);
            spawned(command, arguments, &profile).map(Target::Spawned)
        }
        None => {
            words.extend(arguments.url.as_deref());
            let server = server(arguments, &profile);
            *address = server.as_ref().ok().map(|it| it.address.clone());
            server.map(Target::Server)
        }
    };
    let more = [arguments.profile.words(), arguments.way.words()].concat();
    words.extend(more.iter().map(String::as_str));
    match target {
        Ok(target) => judge.judge_by(target, &words, &profile, arguments.profile.file()),
        Err((code, why)) => {
            note(format_args!("error: {why}"));
            ExitCode::from(code)
        }
    }
}

/// Why there is no target, with the exit code that says so.
pub(crate) type Refusal = (u8, String);

fn spawned(
    command: &str,
    arguments: &Arguments,
    profile: &Profile,
) -> Result<SpawnedServer, Refusal> {
    let wrong = |why: String| (exit::BAD_INPUT, why);
    let words = shlex::split(command).ok_or_else(|| {
        wrong(format!(
            "a quote in the command of --spawn has no end: {command}"
        ))
    })?;
    if words.is_empty() || !command.contains("{port}") {
        return Err(wrong(
            "--spawn takes a command with {port} in it, e.g. 'python3 -m http.server {port}'"
                .into(),
        ));
    }
    let path = arguments.path.as_deref().or(profile.path.as_deref());
    Ok(SpawnedServer {
        words,
        ready_within: arguments.ready_within,
        path: path.unwrap_or("/").to_owned(),
        given: arguments.judge.given(profile),
        echo_has: profile.echo_has,
        fields: profile.fields.clone(),
    })
}

fn server(arguments: &Arguments, profile: &Profile) -> Result<ServerTarget, Refusal> {
    let located = match (&arguments.url, &profile.address) {
        (Some(url), _) => given(url, &arguments.way, profile)?,
        (None, Some(address)) => {
            let located = locate(address, profile)?;
            ServerTarget {
                path: profile.path().to_owned(),
                // A URL of the command line brings its own host: that of the file is not for it.
                authority: profile.authority.clone().unwrap_or(located.authority),
                ..located
            }
        }
        (None, None) => {
            let why = "the profile has no address, and no URL is given: add address = \"http://…\"";
            return Err((exit::BAD_INPUT, why.into()));
        }
    };
    arguments.way.check(&located)?;
    Ok(ServerTarget {
        given: arguments.judge.given(profile),
        echo_has: profile.echo_has,
        fields: profile.fields.clone(),
        ..located
    })
}

/// The target of the command line.
pub(crate) fn given(
    url: &str,
    way: &TransportArguments,
    profile: &Profile,
) -> Result<ServerTarget, Refusal> {
    let parsed = Url::parse(url).map_err(|error| (exit::BAD_INPUT, format!("{url}: {error}")))?;
    match parsed.socket.as_ref().or(way.unix_socket.as_ref()) {
        None => locate(&address(url)?, profile),
        Some(path) => Ok(ServerTarget {
            tls: parsed.tls.then(|| profile.tls.clone()),
            authority: parsed.authority.clone(),
            path: parsed.target.clone(),
            ..ServerTarget::at(run::Address::unix(path))
        }),
    }
}

/// A URL of the command line; without a scheme it is `http`.
fn address(url: &str) -> Result<Address, Refusal> {
    let parsed = if url.contains("://") || url.starts_with("unix:") {
        Address::parse(url)
    } else {
        Address::parse(&format!("http://{url}"))
    };
    parsed.map_err(|why| (exit::BAD_INPUT, format!("{url}: {why}")))
}

/// A target at that address, of which nothing else is known.
fn locate(address: &Address, profile: &Profile) -> Result<ServerTarget, Refusal> {
    let origin = match address {
        Address::Unix(path) => return Ok(ServerTarget::at(run::Address::unix(path))),
        Address::Tcp(origin) => origin,
    };
    let (host, port) = origin.host_and_port();
    let instead = profile.resolve.iter().find(|it| it.is_for(host, port));
    let socket = match instead {
        Some(instead) => SocketAddr::new(instead.address, port),
        None => resolve(host, port)
            .map_err(|why| (exit::COULD_NOT_TEST, format!("{host}:{port}: {why}")))?,
    };
    Ok(ServerTarget {
        authority: origin.authority.clone(),
        path: origin.target.clone(),
        tls: origin.tls.then(|| profile.tls.clone()),
        ..ServerTarget::at(socket)
    })
}

/// The first address that the name has and that answers, or the first at all.
pub(crate) fn resolve(host: &str, port: u16) -> Result<SocketAddr, String> {
    let found: Vec<SocketAddr> = (host, port)
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
