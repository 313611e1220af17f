//! Why a request has got no response.

use std::io;

use super::request::RequestError;
use crate::wire::{GarbageKind, ViolationKind};

/// Why a request has got no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The request cannot be sent as it is.
    #[error("the request is not valid")]
    Request(#[from] RequestError),
    /// There is no connection to be had.
    #[error("cannot connect")]
    Connect(#[source] io::Error),
    /// The connection was not made in time.
    #[error("no connection was made in time")]
    ConnectTimeout,
    /// The server did not take the request in time.
    #[error("the server stopped taking the request")]
    WriteTimeout,
    /// No complete head of a response came in time.
    #[error("no response came in time")]
    HeadTimeout,
    /// The content of the response stopped coming.
    #[error("the content of the response stopped coming")]
    ContentTimeout,
    /// The connection ended before any octet of a response.
    #[error("the connection was closed before a response came")]
    Closed(#[source] Option<io::Error>),
    /// The connection ended inside of a response.
    // 9112-6.3-p2.6.1-2, RFC 9112 §8
    #[error("the connection ended inside of the response")]
    Truncated(#[source] Option<io::Error>),
    /// What came is no HTTP/1.x response.
    #[error("what came is not a response that can be read ({0:?})")]
    Garbage(GarbageKind),
    /// What came is a response that must not be trusted.
    #[error("the response is malformed: {0}")]
    Violation(ViolationKind),
    /// The server switched protocols, which nobody asked for.
    #[error("the server switched protocols unasked")]
    Switched,
    /// More interim responses came than anybody needs.
    #[error("too many interim responses")]
    TooManyInterim,
    /// The driver of this client has ended.
    #[error("the client has ended")]
    Ended,
}
