//! How a client comes to a server: the address, and TLS where it is spoken.

use std::io;
use std::time::Duration;

use thiserror::Error;
use tokio::time::timeout;

use super::address::Address;
use super::socket::Socket;
use super::stream::Stream;
use super::tls::{Connector, HandshakeError, Tls, TlsError};

/// Where a server listens and how it is spoken with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Endpoint {
    address: Address,
    connector: Option<Connector>,
}

impl Endpoint {
    /// A server behind TLS. `host` is what its certificate must be for, unless `tls` names
    /// something else: a name, or an IP address without brackets.
    ///
    /// # Errors
    /// The certificates to trust cannot be read, the name is none, or TLS was not built in.
    pub fn tls(address: Address, tls: &Tls, host: &str) -> Result<Self, TlsError> {
        Ok(Self {
            connector: Some(Connector::new(tls, host)?),
            address,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The scheme of what is there: `https` behind TLS, else `http`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.connector.is_some() {
            "https"
        } else {
            "http"
        }
    }

    /// Makes a connection: so long may it take to connect, and so long to agree on TLS.
    ///
    /// # Errors
    /// Nobody listens, or no TLS that can be trusted came about.
    pub async fn connect(
        &self,
        within: Duration,
        handshake_within: Duration,
    ) -> Result<Stream, OpenError> {
        let socket = match timeout(within, Socket::connect(&self.address)).await {
            Ok(connected) => connected?,
            Err(_) => return Err(OpenError::Connect(io::ErrorKind::TimedOut.into())),
        };
        let Some(connector) = &self.connector else {
            return Ok(Stream::plain(socket));
        };
        match timeout(handshake_within, connector.connect(socket)).await {
            Ok(spoken) => Ok(Stream::tls(spoken?)),
            Err(_) => Err(HandshakeError::TimedOut(handshake_within).into()),
        }
    }
}

/// A server without TLS.
impl From<Address> for Endpoint {
    fn from(address: Address) -> Self {
        Self {
            address,
            connector: None,
        }
    }
}

/// Why a connection could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// What the operating system says: refused, unreachable, out of ports or descriptors.
    #[error(transparent)]
    Connect(#[from] io::Error),
    /// It connected, but no TLS that can be trusted came about.
    #[error("TLS: {0}")]
    Handshake(#[from] HandshakeError),
}
