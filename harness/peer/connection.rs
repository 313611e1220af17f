//! One connection, octet by octet: timed reads, writes, and the ways to end told apart from each
//! other and from silence.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, UnixListener};

use super::address::Address;
use super::endpoint::{Endpoint, OpenError};
use super::socket::{self, Socket};
use super::stream::Stream;

/// A connection that tells exactly what the other side did with it.
///
/// Dropping it closes it as the kernel does: with FIN, or with RST where octets are unread.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    /// Our address.
    pub local: Address,
    /// The address of the other side.
    pub remote: Address,
}

/// What came in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Received {
    /// So many octets.
    Octets(usize),
    /// Nothing more will come.
    End(End),
}

/// How the other side ended what it sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// In order: with FIN, and where TLS is spoken with close_notify before it.
    Fin,
    /// With FIN where TLS is spoken, but without close_notify: somebody may have cut it off. Also
    /// an alert, or what is no TLS any more.
    Cut,
    /// With RST, or the network ended it.
    Rst,
}

impl Connection {
    /// Opens a connection: so long may it take to connect, and so long to agree on TLS.
    ///
    /// # Errors
    /// What the operating system says (refused, unreachable, out of ports or descriptors), or why
    /// no TLS came about.
    pub async fn open(
        endpoint: &Endpoint,
        within: Duration,
        handshake_within: Duration,
    ) -> Result<Self, OpenError> {
        let remote = endpoint.address().clone();
        let stream = endpoint.connect(within, handshake_within).await?;
        Ok(Self::new(stream, remote)?)
    }

    fn new(stream: Stream, remote: Address) -> io::Result<Self> {
        Ok(Self {
            local: stream.local()?,
            stream,
            remote,
        })
    }

    /// What carries the octets, in a few words: "TCP", "TLS 1.3" …
    #[must_use]
    pub fn transport(&self) -> &'static str {
        self.stream.transport()
    }

    /// Whether our direction can be closed while the other one stays open. Up to TLS 1.2 it
    /// cannot: who gets close_notify has to drop what it still would send.
    #[must_use]
    pub fn can_half_close(&self) -> bool {
        self.stream.can_half_close()
    }

    /// Reads into `buffer`, and says when that was. Never called again after the end.
    pub fn poll_receive(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<(Received, Instant)> {
        let mut read = ReadBuf::new(buffer);
        let received = match ready!(Pin::new(&mut self.stream).poll_read(context, &mut read)) {
            Ok(()) if read.filled().is_empty() => Received::End(End::Fin),
            Ok(()) => Received::Octets(read.filled().len()),
            Err(error) => Received::End(match error.kind() {
                // The kernel knows neither of these.
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => End::Cut,
                _ => End::Rst,
            }),
        };
        Poll::Ready((received, Instant::now()))
    }

    /// Writes from the front of `octets`, and says how many were taken. They are on their way
    /// once [`poll_flush`](Self::poll_flush) is ready.
    ///
    /// # Errors
    /// The other side no longer reads.
    pub fn poll_send(
        &mut self,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, octets)
    }

    /// Ready when all that was taken is in the hands of the kernel. Only TLS keeps anything.
    ///
    /// # Errors
    /// The other side no longer reads.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Closes our direction in order (with FIN, and where TLS is spoken with close_notify before
    /// it); the other one stays open. What was sent is flushed by then, so this does not wait. A
    /// connection that is gone already is no error here.
    pub fn send_fin(&mut self, context: &mut Context<'_>) {
        let _ = Pin::new(&mut self.stream).poll_shutdown(context);
    }

    /// Ends the connection with RST: what is under way in both directions is lost. A Unix socket
    /// is closed instead.
    pub fn reset(self) {
        self.stream.reset();
    }
}

/// A socket on which the other side's connections arrive.
#[derive(Debug)]
pub struct Listener {
    listener: Kind,
    /// Where it listens.
    pub address: Address,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    /// Listens on `address`; port 0 takes a free one. A Unix socket must not exist yet, and is
    /// removed in the end.
    ///
    /// # Errors
    /// What the operating system says: port in use, no such address, no permission.
    pub fn bind(address: impl Into<Address>) -> io::Result<Self> {
        let address = match address.into() {
            Address::Tcp(address) => address,
            Address::Unix(path) => {
                return Ok(Self {
                    listener: Kind::Unix(UnixListener::bind(&path)?),
                    address: Address::Unix(path),
                });
            }
        };
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if address.port() != 0 {
            // A port that was used a moment ago can be used again.
            socket.set_reuseaddr(true)?;
        }
        socket.bind(address)?;
        let listener = socket.listen(BACKLOG)?;
        let address = Address::Tcp(listener.local_addr()?);
        Ok(Self {
            listener: Kind::Tcp(listener),
            address,
        })
    }

    /// Takes the next connection.
    ///
    /// # Errors
    /// Out of descriptors, or the connection was gone before it was taken.
    pub fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Connection>> {
        let (socket, remote) = match &self.listener {
            Kind::Tcp(listener) => {
                let (stream, remote) = ready!(listener.poll_accept(context))?;
                (Socket::tcp(stream)?, remote.into())
            }
            Kind::Unix(listener) => {
                let (stream, remote) = ready!(listener.poll_accept(context))?;
                (Socket::Unix(stream), socket::unix(&remote))
            }
        };
        Poll::Ready(Connection::new(Stream::plain(socket), remote))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let (Kind::Unix(_), Address::Unix(path)) = (&self.listener, &self.address) {
            // Somebody else may have removed it already.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A port of the loopback address that is free now, for a server that is told its port and
/// cannot be handed a socket. Somebody else may be quicker to take it.
///
/// # Errors
/// What the operating system says: none is free, out of descriptors.
pub fn free_port() -> io::Result<u16> {
    let probe = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    probe.local_addr().map(|address| address.port())
}

/// Connections that may wait to be accepted. Beyond it a SYN is dropped and comes again after a
/// second, which looks like a peer that hangs.
const BACKLOG: u32 = 1024;
