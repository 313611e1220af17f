//! What can go wrong with TLS: on our side, and with the other one.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why TLS cannot even be tried.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The library was built without it.
    #[error("this h1check was built without TLS: it needs the feature `tls`")]
    NotBuiltIn,
    /// A file of certificates or of a key cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file for the secrets of sessions cannot be written.
    #[error("cannot write {path}")]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file has nothing in it that is of use.
    #[error("there is no {what} in {path}: it should be a PEM file")]
    Empty {
        /// What was looked for.
        what: &'static str,
        /// Which file.
        path: PathBuf,
    },
    /// A name for which there can be no certificate.
    #[error("`{0}` is no name of a host")]
    Name(String),
    /// The library for TLS refuses what it was given.
    #[error("{0}")]
    Refused(String),
}

/// Why no TLS came about that can be trusted, once there was a connection.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// What the server says is no TLS.
    #[error("the server answers with something that is not TLS; try http://")]
    NotTls,
    /// Nobody that is trusted vouches for the certificate.
    #[error(
        "nobody who is trusted has signed the server's certificate; --cacert FILE trusts that of \
         its issuer, --insecure any"
    )]
    Untrusted,
    /// The certificate is too old.
    #[error("the server's certificate has expired{0}; --insecure takes it all the same")]
    Expired(String),
    /// The certificate is from the future.
    #[error("the server's certificate is not valid yet{0}; --insecure takes it all the same")]
    NotYetValid(String),
    /// The certificate is somebody else's.
    #[error(
        "the server's certificate is not for {wanted}{offered}; --sni NAME asks for another name, \
         --insecure takes any"
    )]
    WrongName {
        /// Whom it should be for.
        wanted: String,
        /// Whom it is for, as an addition to the sentence.
        offered: String,
    },
    /// Something else is wrong with the certificate.
    #[error("the server's certificate cannot be used: {0}; --insecure takes any")]
    Certificate(String),
    /// The server has refused, with an alert.
    #[error("the server refuses: it sent the alert {0}")]
    Refused(String),
    /// There is no version or cipher that both sides know, or the other side breaks the rules.
    #[error("no agreement on TLS: {0}")]
    Failed(String),
    /// The connection ended before TLS was agreed on.
    #[error("the connection was closed in the middle of the handshake; is this a TLS port?")]
    Closed,
    /// The handshake took too long.
    #[error("the handshake was not finished within {0:?}; is this a TLS port?")]
    TimedOut(Duration),
    /// The network or the other side ended the connection.
    #[error("the connection broke in the middle of the handshake: {0}")]
    Broken(#[source] io::Error),
}
