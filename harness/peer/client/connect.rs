//! How the client comes to a connection.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::peer::endpoint::{Endpoint, OpenError};
use crate::peer::stream::Stream;

/// Makes connections to one origin.
pub trait Connect: Send {
    /// A connection.
    type Io: AsyncRead + AsyncWrite + Unpin + Send;

    /// Makes a new connection.
    fn connect(&mut self) -> impl Future<Output = io::Result<Self::Io>> + Send;
}

/// Connects over TCP.
#[derive(Clone, Debug)]
pub struct Tcp {
    address: String,
}

impl Tcp {
    /// Connects to an address such as `localhost:8888`, trying all that the name resolves to.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
        }
    }
}

impl Connect for Tcp {
    type Io = TcpStream;

    async fn connect(&mut self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(&self.address).await?;
        // Requests are written whole, so there is nothing to gather. Where the option cannot be
        // set the connection works all the same.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

/// Connects to where it says, with TLS where it says so.
impl Connect for Endpoint {
    type Io = Stream;

    async fn connect(&mut self) -> io::Result<Stream> {
        // The client bounds the time, and tells whoever waits.
        let opened = Self::connect(self, Duration::MAX, Duration::MAX).await;
        opened.map_err(|error| match error {
            OpenError::Connect(error) => error,
            error @ OpenError::Handshake(_) => io::Error::other(error),
        })
    }
}

/// A function that makes connections, for tests and simulations.
impl<F, R, S> Connect for F
where
    F: FnMut() -> R + Send,
    R: Future<Output = io::Result<S>> + Send,
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    type Io = S;

    fn connect(&mut self) -> impl Future<Output = io::Result<S>> + Send {
        self()
    }
}
