//! `h1check serve`: the reference server for everybody.

mod tls;

use std::fmt::{self, Display};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use h1check::peer::server::{BindError, Config, Deadlines, Notice, Server};
use h1check::peer::{Address, escape};
use h1check::scenario::duration;
use h1check::wire::Version;

use self::tls::TlsArguments;
use crate::terminal::{fail, note, runtime, say, told_to_end};

/// Run the reference server: strict, and it prints every request
///
/// It offers a small site to try clients on:
///
///   /            Hello World, with validators and ranges; POST is answered too
///   /other       something else
///   /echo        POST or PUT content to have it back
///   /chunked     a chunked response, with a trailer for those who send TE: trailers
///   /large       1 MiB
///   /slow?ms=N   answers after N milliseconds
///   /no-content  204
///   /put/NAME    PUT makes it, GET gives it back, DELETE removes it; /typed/NAME takes text only
///   /create      POST makes something below /put
///   /redirect    302, with the query that came; /status/CODE for other status codes
///   /auth        401 without the credentials Aladdin:open sesame
///   /negotiated  has variants by Accept and Accept-Encoding
///   /reflect     the field lines of the request as text
///   /upgrade     switches to the protocol h1check-echo
///   /rpc         JSON-RPC 2.0 by POST: subtract, sum, get_data, update
///   /xmlrpc      XML-RPC: subtract and echo
///   /items       a list on five pages, with links from page to page
///
/// It ends on Ctrl-C or SIGTERM, once responses in flight are finished.
///
/// Exit codes: 0 ended as told, 2 bad command line, 3 could not listen.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_long_help = "Examples:\n  \
        h1check serve\n  \
        h1check serve localhost:0 --timeout 300ms\n  \
        h1check serve 8080 --http 1.0\n  \
        h1check serve '[::1]:8080'\n  \
        h1check serve unix:/tmp/h1check.sock\n  \
        h1check serve localhost:8443 --tls --cert-out cert.pem\n  \
        h1check serve localhost:8443 --cert cert.pem --key key.pem\n  \
        curl -v http://localhost:8888/"
)]
pub(crate) struct Arguments {
    /// Where to listen: HOST:PORT, or a port on localhost (port 0 takes any that is free), or
    /// unix:PATH
    #[arg(default_value = "localhost:8888", value_name = "ADDR", value_parser = address)]
    address: String,

    /// How long to wait for the next request, for a head to be complete, and for more content
    #[arg(long, default_value = "5s", value_name = "TIME", value_parser = duration)]
    timeout: Duration,

    /// How long to wait for the next request, instead of --timeout
    #[arg(long, value_name = "TIME", value_parser = duration)]
    idle_timeout: Option<Duration>,

    /// How long a head may take from its first octet to its last, instead of --timeout
    #[arg(long, value_name = "TIME", value_parser = duration)]
    head_timeout: Option<Duration>,

    /// How long to wait for more of a content, instead of --timeout
    #[arg(long, value_name = "TIME", value_parser = duration)]
    content_timeout: Option<Duration>,

    /// The version to speak; 1.0 closes after each response
    #[arg(long, default_value = "1.1", value_name = "VERSION")]
    http: Http,

    /// How many connections to hold at once; more have to wait
    #[arg(long, default_value_t = 16_384, value_name = "N", value_parser = at_least_one)]
    max_connections: usize,

    /// How many octets of content a request may have
    #[arg(long, default_value_t = Config::default().limits.content, value_name = "OCTETS")]
    max_content: u64,

    #[command(flatten)]
    tls: TlsArguments,

    /// How many threads serve connections [default: one for each core]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    workers: Option<usize>,

    /// Print neither connections nor requests
    #[arg(short, long)]
    quiet: bool,
}

/// The versions that the reference peers speak.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Http {
    /// HTTP/1.0: one request for each connection
    #[value(name = "1.0")]
    Http10,
    /// HTTP/1.1: connections are kept
    #[value(name = "1.1")]
    Http11,
}

impl From<Http> for Version {
    fn from(http: Http) -> Self {
        match http {
            Http::Http10 => Self::HTTP_10,
            Http::Http11 => Self::HTTP_11,
        }
    }
}

impl Arguments {
    fn config(&self) -> Config {
        let mut config = Config {
            version: self.http.into(),
            deadlines: Deadlines {
                idle: self.idle_timeout.unwrap_or(self.timeout),
                head: self.head_timeout.unwrap_or(self.timeout),
                content: self.content_timeout.unwrap_or(self.timeout),
                ..Deadlines::default()
            },
            connections: self.max_connections,
            ..Config::default()
        };
        config.limits.content = self.max_content;
        if !self.quiet {
            config.observer = Some(Arc::new(|notice: Notice<'_>| print(notice)));
        }
        config
    }
}

/// Serves until the process is told to end.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match runtime(arguments.workers) {
        Ok(runtime) => runtime.block_on(serve(arguments)),
        Err(error) => fail(&error),
    }
}

async fn serve(arguments: &Arguments) -> ExitCode {
    let mut config = arguments.config();
    config.tls = match arguments.tls.acceptor(host(&arguments.address)) {
        Ok(acceptor) => acceptor,
        Err(code) => return code,
    };
    let server = match Server::bind(&arguments.address, config).await {
        Ok(server) => server,
        Err(error) => {
            let code = fail(&error);
            if is_in_use(&error) {
                note(format_args!(
                    "  another program listens there; `h1check serve localhost:0` takes a free port"
                ));
            }
            return code;
        }
    };
    match server.address() {
        Address::Tcp(address) => {
            let (host, port) = (host(&arguments.address), address.port());
            say(format_args!("Server is running at {host}:{port}\n"));
        }
        socket => say(format_args!("Server is running at {socket}\n")),
    }
    server.run(told_to_end()).await;
    ExitCode::SUCCESS
}

fn is_in_use(error: &BindError) -> bool {
    matches!(error, BindError::Listen(_, cause) if cause.kind() == std::io::ErrorKind::AddrInUse)
}

fn print(notice: Notice<'_>) {
    match notice {
        Notice::Accepted(from) => say(format_args!("Accept {from}\n")),
        Notice::Request {
            head,
            content,
            length,
        } => say(format_args!("{}", Dump(&head.octets, content, length))),
        Notice::Refused { status, why } => say(format_args!("Refused with {status}: {why}\n")),
        Notice::HandshakeFailed(error) => say(format_args!("TLS failed: {error}\n")),
        Notice::Timeout => say(format_args!("Timeout\n")),
        Notice::AcceptFailed(error) => note(format_args!("warning: cannot accept: {error}")),
        _ => {}
    }
}

/// A message as text: its head, an empty line, and as much of its content as is there.
pub(crate) struct Dump<'a>(
    pub(crate) &'a [u8],
    pub(crate) &'a [u8],
    /// The length of the whole content.
    pub(crate) u64,
);

impl Display for Dump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(head, content, length) = self;
        write!(f, "{}{}", escape(head), escape(content))?;
        if !content.is_empty() && !content.ends_with(b"\n") {
            f.write_str("\n")?;
        }
        if *length > content.len() as u64 {
            writeln!(f, "(the first {} of {length} octets)", content.len())?;
        }
        Ok(())
    }
}

/// The host of an address; nothing for a Unix socket.
fn host(address: &str) -> &str {
    match address.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => "",
    }
}

fn address(text: &str) -> Result<String, String> {
    if text.parse().is_ok_and(|it| matches!(it, Address::Unix(_))) {
        return Ok(text.to_owned());
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("localhost", text));
    if host.is_empty() || port.parse::<u16>().is_err() {
        return Err("this is neither HOST:PORT, nor a port, nor unix:PATH".to_owned());
    }
    Ok(format!("{host}:{port}"))
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("this must be at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("this is not a number".to_owned()),
    }
}
