//! One connection, octet by octet: timed reads, writes, FIN told apart from RST and from silence.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// A connection that tells exactly what the other side did with it.
///
/// Dropping it closes it as the kernel does: with FIN, or with RST where octets are unread.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Our address.
    pub local: SocketAddr,
    /// The address of the other side.
    pub remote: SocketAddr,
}

/// What came in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Received {
    /// So many octets.
    Octets(usize),
    /// The other side closed its direction (FIN).
    Fin,
    /// The other side ended the connection (RST), or the network did.
    Rst,
}

impl Connection {
    /// Opens a connection. It takes as long as the kernel tries, so callers bound it.
    ///
    /// # Errors
    /// What the operating system says: refused, unreachable, out of ports or descriptors.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        Self::new(socket.connect(address).await?, address)
    }

    fn new(stream: TcpStream, remote: SocketAddr) -> io::Result<Self> {
        // What a scenario writes as one piece goes out at once, as a segment of its own.
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        Ok(Self {
            stream,
            local,
            remote,
        })
    }

    /// Reads into `buffer`, and says when that was. Never called again after FIN or RST.
    pub fn poll_receive(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<(Received, Instant)> {
        let mut read = ReadBuf::new(buffer);
        let received = match ready!(Pin::new(&mut self.stream).poll_read(context, &mut read)) {
            Ok(()) if read.filled().is_empty() => Received::Fin,
            Ok(()) => Received::Octets(read.filled().len()),
            Err(_) => Received::Rst,
        };
        Poll::Ready((received, Instant::now()))
    }

    /// Writes from the front of `octets`, and says how many were taken.
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

    /// Closes our direction with FIN; the other one stays open. Nothing is left to be flushed, so
    /// this does not wait. A connection that is gone already is no error here.
    pub fn send_fin(&mut self, context: &mut Context<'_>) {
        let _ = Pin::new(&mut self.stream).poll_shutdown(context);
    }

    /// Ends the connection with RST: what is under way in both directions is lost.
    pub fn reset(self) {
        // Linger of zero is how a socket is closed with RST; where that fails, FIN has to do.
        let _ = self.stream.set_zero_linger();
    }
}

/// A socket on which the other side's connections arrive.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Listener {
    /// Listens on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// What the operating system says: port in use, no such address, no permission.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
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
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Takes the next connection.
    ///
    /// # Errors
    /// Out of descriptors, or the connection was gone before it was taken.
    pub fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Connection>> {
        let (stream, remote) = ready!(self.listener.poll_accept(context))?;
        Poll::Ready(Connection::new(stream, remote))
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
