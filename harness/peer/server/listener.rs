//! The sockets on which connections arrive.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use socket2::{Domain, Protocol, SockAddr, Socket as RawSocket, Type};
use tokio::net::{TcpListener, UnixListener};

use crate::peer::address::Address;
use crate::peer::socket::{self, Socket};

/// A listening socket.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(Unix),
}

/// A listening socket with a path, which is removed with it.
#[derive(Debug)]
pub(super) struct Unix {
    listener: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// The next connection, and where it comes from.
    pub(super) async fn accept(&self) -> io::Result<(Socket, Address)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, from) = listener.accept().await?;
                Ok((Socket::Tcp(stream), from.into()))
            }
            Self::Unix(unix) => {
                let (stream, from) = unix.listener.accept().await?;
                Ok((Socket::Unix(stream), socket::unix(&from)))
            }
        }
    }
}

impl Drop for Unix {
    fn drop(&mut self) {
        // Somebody else may have removed it already.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A listener with a backlog that takes many connects at once.
pub(super) fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = RawSocket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A server that is started again must not wait for the connections of the one before.
    socket.set_reuse_address(true)?;
    // Responses are written whole, so there is nothing to gather.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

/// The same with a path. A socket that a server has left behind there is replaced.
pub(super) fn unix(path: &Path) -> io::Result<Unix> {
    let address = SockAddr::unix(path)?;
    let socket = RawSocket::new(Domain::UNIX, Type::STREAM, None)?;
    match socket.bind(&address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(path) => {
            std::fs::remove_file(path)?;
            socket.bind(&address)?;
        }
        bound => bound?,
    }
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(Unix {
        listener: UnixListener::from_std(socket.into())?,
        path: path.to_owned(),
    })
}

/// Whether it is a socket on which nobody listens.
fn is_left_behind(path: &Path) -> bool {
    let is_socket = std::fs::metadata(path).is_ok_and(|it| it.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    is_socket && std::os::unix::net::UnixStream::connect(path).is_err_and(refused)
}

/// With a shorter one, connects beyond it are repeated after a second, which looks like a hung
/// server.
const BACKLOG: i32 = 1024;
