//! A stream socket of one of the kinds that there are, without anything above it.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, TcpStream, UnixStream};

use super::address::Address;

/// A connected socket.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// Connects. It takes as long as the kernel tries, so callers bound it.
    pub(super) async fn connect(address: &Address) -> io::Result<Self> {
        let address = match address {
            Address::Tcp(address) => address,
            Address::Unix(path) => {
                let connected = UnixStream::connect(path).await;
                return connected
                    .map(Self::Unix)
                    .map_err(|error| explained(error, path));
            }
        };
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        Self::tcp(socket.connect(*address).await?)
    }

    /// What is written as one piece goes out at once, as a segment of its own.
    pub(super) fn tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self::Tcp(stream))
    }

    pub(super) fn local(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(stream) => stream.local_addr().map(Address::Tcp),
            Self::Unix(stream) => Ok(unix(&stream.local_addr()?)),
        }
    }

    /// Lets the close that follows be a RST, where there is such a thing. A Unix socket has none:
    /// the other side sees an end there, or an error if it has written what nobody read.
    pub(super) fn linger_not(&self) {
        if let Self::Tcp(stream) = self {
            // Where it fails, FIN has to do.
            let _ = stream.set_zero_linger();
        }
    }

    /// Writes what can be written at once.
    #[cfg(feature = "tls")]
    pub(super) fn try_write(&self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_write(octets),
            Self::Unix(stream) => stream.try_write(octets),
        }
    }
}

/// The kernel says "refused" for a file that is no socket as well.
fn explained(error: io::Error, path: &Path) -> io::Error {
    let is_socket = |path: &Path| std::fs::metadata(path).map(|it| it.file_type().is_socket());
    let why = match (error.kind(), is_socket(path)) {
        (io::ErrorKind::NotFound, _) => "there is no such file",
        (_, Ok(false)) => "this is no socket",
        (io::ErrorKind::ConnectionRefused, Ok(true)) => "nobody listens on this socket",
        _ => return error,
    };
    io::Error::new(error.kind(), why)
}

/// The address of one end; that of a client has no path.
pub(super) fn unix(address: &tokio::net::unix::SocketAddr) -> Address {
    Address::unix(address.as_pathname().unwrap_or("".as_ref()))
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, octets),
            Self::Unix(stream) => Pin::new(stream).poll_write(context, octets),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The kernel has all that was taken.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
