//! TLS below HTTP: what can be set, and what can go wrong. What does it is there only with the
//! feature `tls`; without it an endpoint with TLS cannot be made.

#[cfg(not(feature = "tls"))]
mod absent;
#[cfg(feature = "tls")]
mod client;
mod error;
#[cfg(feature = "tls")]
mod keylog;
mod options;
#[cfg(feature = "tls")]
mod server;
#[cfg(feature = "tls")]
mod stream;
#[cfg(feature = "tls")]
mod verify;

#[cfg(not(feature = "tls"))]
pub use absent::Acceptor;
#[cfg(not(feature = "tls"))]
pub(super) use absent::{Connector, TlsStream};
#[cfg(feature = "tls")]
pub(super) use client::Connector;
pub use error::{HandshakeError, TlsError};
pub use options::Tls;
#[cfg(feature = "tls")]
pub use server::{Acceptor, SelfMade};
#[cfg(feature = "tls")]
pub(super) use stream::TlsStream;
