//! `h1check send`: the reference client for everybody.

mod messages;
mod raw;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use h1check::peer::client::{
    Client, ClientError, Connect, Deadlines, Notice, Options, Reconnect, Request, Tcp, Url,
};
use h1check::scenario::duration;

use self::messages::Messages;
use crate::exit;
use crate::serve::{Dump, Http};
use crate::terminal::{self, complain, note, runtime, say};
use crate::transport::TransportArguments;

/// Send messages to a server on one connection, and print its responses
///
/// Each MESSAGE is the content of one request. Without any, ASCII, PROGRAMMING and PLUS are sent
/// (with GET or HEAD: one request without content); `-` takes the lines of stdin, one request
/// each. `Access: n` is printed for each connection that is made.
///
/// Where the connection has died between two messages, a new one is made and `Retry` printed.
/// Where it dies before any of a response has come, the request is sent once more if its method
/// is idempotent (RFC 9110 section 9.2.2) or --idempotent says so. POST is not: the server may
/// have done what it was asked, so this ends the session.
///
/// Exit codes: 0 every request has a response, 1 a request failed, 2 bad command line, 3 could
/// not connect.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_long_help = "Examples:\n  \
        h1check send http://localhost:8888\n  \
        h1check send localhost:8888/echo one two three --method PUT\n  \
        h1check send localhost:8888 --raw 'GET / HTTP/1.0\\r\\n\\r\\n'\n  \
        h1check send localhost:8888 --raw - < request.txt\n  \
        h1check send https://localhost:8443 --cacert cert.pem\n  \
        h1check send unix:/tmp/h1check.sock:/echo one two"
)]
pub(crate) struct Arguments {
    /// Where to send to: http://HOST[:PORT][/PATH], https://, or unix:PATH[:TARGET]
    #[arg(value_parser = Url::parse)]
    url: Url,

    /// What to send; `-` for the lines of stdin
    #[arg(value_name = "MESSAGE", allow_hyphen_values = false)]
    messages: Vec<String>,

    /// The method of the requests
    #[arg(short, long, default_value = "POST", value_name = "METHOD")]
    method: String,

    /// The version to speak; 1.0 makes a connection for each request
    #[arg(long, default_value = "1.1", value_name = "VERSION")]
    http: Http,

    /// Ask the server to close the connection after each response
    #[arg(long)]
    close: bool,

    /// How long to wait: for a connection, for the server to read, and for its response
    #[arg(long, default_value = "30s", value_name = "TIME", value_parser = duration)]
    timeout: Duration,

    /// Declare the messages idempotent: what was sent and not answered is sent once more
    #[arg(long)]
    idempotent: bool,

    #[command(flatten)]
    way: TransportArguments,

    /// Send the octets of the one MESSAGE as they are (\r \n \t \0 \\ \xNN are understood), or
    /// those of stdin, and print what comes back
    #[arg(long, conflicts_with_all = ["method", "http", "close", "idempotent"])]
    raw: bool,
}

/// Sends all messages.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match runtime(Some(1)) {
        Ok(runtime) => runtime.block_on(send(arguments)),
        Err(error) => terminal::fail(&error),
    }
}

async fn send(arguments: &Arguments) -> ExitCode {
    let (url, way) = (&arguments.url, &arguments.way);
    // Without need no address is chosen ahead: each connection tries all that the name has.
    match way.endpoint(url) {
        Ok(Some(endpoint)) if arguments.raw => raw::run(arguments, endpoint).await,
        Ok(Some(endpoint)) => session(arguments, endpoint).await,
        Ok(None) if arguments.raw => raw::run(arguments, Tcp::new(url.address())).await,
        Ok(None) => session(arguments, Tcp::new(url.address())).await,
        Err((code, why)) => {
            note(format_args!("error: {why}"));
            ExitCode::from(code)
        }
    }
}

async fn session(arguments: &Arguments, connector: impl Connect) -> ExitCode {
    let options = Options {
        version: arguments.http.into(),
        close: arguments.close,
        deadlines: Deadlines::all(arguments.timeout),
        observer: Some(Arc::new(|notice: Notice<'_>| print(notice))),
        ..Options::default()
    };
    let mut client = Client::new(connector, arguments.url.authority.clone(), options);
    let mut messages = Messages::new(&arguments.messages, &arguments.method);
    loop {
        // A connection that the server closes in the meantime is closed here too.
        let message = loop {
            tokio::select! {
                biased;
                message = messages.next() => break message,
                () = client.watch() => {}
            }
        };
        let Some(message) = message else {
            return ExitCode::SUCCESS;
        };
        let request = request(arguments, message);
        if let Err(error) = client.request(&request).await {
            return fail(&error, &request, &arguments.url);
        }
    }
}

fn request(arguments: &Arguments, content: Option<String>) -> Request {
    let mut request = Request::new(arguments.method.clone(), arguments.url.target.clone());
    if let Some(content) = content {
        request = request.field("Content-Type", "text/plain").content(content);
    }
    request.idempotent = arguments.idempotent;
    request
}

fn fail(error: &ClientError, request: &Request, url: &Url) -> ExitCode {
    complain(error);
    match error {
        ClientError::Connect(_) | ClientError::ConnectTimeout => {
            note(format_args!("  is a server running at {}?", url.address()));
            return ExitCode::from(exit::COULD_NOT_TEST);
        }
        ClientError::Request(_) => return ExitCode::from(exit::BAD_INPUT),
        _ if !request.is_idempotent() => note(format_args!(
            "  {} is not idempotent and the server may have acted on it, so it is not sent again \
             (--idempotent says that it may be)",
            h1check::peer::escape(&request.method)
        )),
        _ => {}
    }
    ExitCode::from(exit::DEVIATES)
}

fn print(notice: Notice<'_>) {
    match notice {
        Notice::Dialling(count) => say(format_args!("Access: {count}\n")),
        Notice::Reconnecting(Reconnect::Stale | Reconnect::Retry) => say(format_args!("Retry\n")),
        Notice::Interim(head) => say(format_args!("{}", Dump(&head.octets, b"", 0))),
        Notice::Response(response) => say(format_args!(
            "{}",
            Dump(
                &response.head.octets,
                &response.content,
                response.content.len() as u64
            )
        )),
        _ => {}
    }
}
