//! Why nothing could be tested, in words for the user.

use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::peer::Address;
use crate::peer::tls::{HandshakeError, TlsError};

/// Why nothing could be tested.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// Nobody listens there, or the way is blocked.
    #[error("cannot connect to {address}")]
    Unreachable {
        /// Where to.
        address: Address,
        /// What the operating system says.
        source: io::Error,
    },
    /// What was said about TLS cannot be used.
    #[error("cannot speak TLS")]
    Tls(#[from] TlsError),
    /// No TLS that can be trusted came about.
    #[error("cannot speak TLS with {address}")]
    Handshake {
        /// With whom.
        address: Address,
        /// Why.
        source: HandshakeError,
    },
    /// It wants TLS where none was spoken.
    #[error("{address} does not answer plain HTTP: this looks like TLS; try https://")]
    LooksLikeTls {
        /// Who.
        address: Address,
    },
    /// It accepts connections, and that is all.
    #[error(
        "{address} accepts connections and answers nothing: no response to GET {path} within \
         {within:?}; is it an HTTP server? (--patience waits longer)"
    )]
    Silent {
        /// Who.
        address: Address,
        /// What was asked for.
        path: String,
        /// How long it was waited for.
        within: Duration,
    },
    /// It begins to answer, and does not come to an end.
    #[error(
        "{address} does not finish its answer: {octets} octets{} came for GET {path} within \
         {within:?}, and no whole head of a response (--patience waits longer)",
        with_interim(*interim)
    )]
    Unfinished {
        /// Who.
        address: Address,
        /// What was asked for.
        path: String,
        /// How long it was waited for.
        within: Duration,
        /// What came.
        octets: u64,
        /// Interim responses in it.
        interim: u64,
    },
    /// The head of its response is longer than any that is read.
    #[error(
        "{address} answers GET {path} with a head that has no end: none within {octets} octets"
    )]
    EndlessHead {
        /// Who.
        address: Address,
        /// What was asked for.
        path: String,
        /// What came.
        octets: u64,
    },
    /// The content of its response is longer than any that is kept.
    #[error(
        "{address} answers GET {path} with content that has no end, or more than 24 MiB: name a \
         smaller resource in the URL"
    )]
    EndlessContent {
        /// Who.
        address: Address,
        /// What was asked for.
        path: String,
    },
    /// It accepts connections and ends them.
    #[error(
        "{address} closes every connection without an answer to GET {path}; is it an HTTP server?"
    )]
    ClosesAlways {
        /// Who.
        address: Address,
        /// What was asked for.
        path: String,
    },
    /// Something else is spoken there.
    #[error("{address} does not speak HTTP/1.x: {seen}")]
    NotHttp {
        /// Who.
        address: Address,
        /// What it looks like.
        seen: String,
    },
    /// The command is nowhere to be found.
    #[error("there is no program `{command}`{}", hint(command))]
    NoSuchProgram {
        /// The program.
        command: String,
    },
    /// The command may not be run.
    #[error("cannot start `{command}`")]
    CannotStart {
        /// The program.
        command: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The server that was started did not accept a connection in time.
    #[error(
        "`{command}` accepted no connection on port {port} within {within:?}; it printed: {output}"
    )]
    NotReady {
        /// The program and its arguments.
        command: String,
        /// The port that it was given.
        port: u16,
        /// The time that it had.
        within: Duration,
        /// What it printed, the end of it.
        output: String,
    },
    /// The server that was started ended before it accepted a connection.
    #[error("`{command}` ended before it accepted a connection ({status}); it printed: {output}")]
    EndedEarly {
        /// The program and its arguments.
        command: String,
        /// How it ended.
        status: String,
        /// What it printed, the end of it.
        output: String,
    },
    /// The run was told to end before anything was played.
    #[error("the run was interrupted before anything was played")]
    Interrupted,
    /// Our own sockets failed.
    #[error("cannot listen on loopback")]
    CannotListen(#[source] io::Error),
}

/// Why a program could not be started.
pub(crate) fn cannot_start(command: String, source: io::Error) -> RunError {
    if source.kind() == io::ErrorKind::NotFound {
        RunError::NoSuchProgram { command }
    } else {
        RunError::CannotStart { command, source }
    }
}

/// Where it was looked for.
fn hint(command: &str) -> &'static str {
    if command.contains('/') {
        ""
    } else {
        " in the folders of PATH"
    }
}

fn with_interim(count: u64) -> String {
    match count {
        0 => String::new(),
        1 => " with an interim response".into(),
        count => format!(" with {count} interim responses"),
    }
}
