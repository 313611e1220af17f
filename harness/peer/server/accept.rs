//! The accept loop: one task per connection, and an orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::config::{Config, Notice};
use super::connection::serve_connection;
use super::stop::Stop;

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The name of the host does not resolve.
    #[error("cannot resolve {0}")]
    Resolve(String, #[source] io::Error),
    /// The address is not to be had.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// A reference server on a TCP socket.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    /// Whether accepted sockets do not gather what is written, as the listener says already.
    is_prompt: bool,
    config: Arc<Config>,
}

impl Server {
    /// Listens on an address such as `localhost:8888`; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// If the name does not resolve, or none of its addresses can be listened on.
    pub async fn bind(address: &str, config: Config) -> Result<Self, BindError> {
        let unresolved = |error| BindError::Resolve(address.to_owned(), error);
        let mut failure = None;
        for address in lookup_host(address).await.map_err(unresolved)? {
            match listen(address) {
                Ok(listener) => {
                    return Self::from_listener(listener, config)
                        .map_err(|error| BindError::Listen(address, error));
                }
                // Another address of the same name would hide that somebody else is there.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(BindError::Listen(address, error));
                }
                Err(error) => failure = Some(BindError::Listen(address, error)),
            }
        }
        Err(failure.unwrap_or_else(|| unresolved(io::ErrorKind::NotFound.into())))
    }

    /// Serves on a listener that somebody else has made.
    ///
    /// # Errors
    ///
    /// If the listener does not know its address.
    pub fn from_listener(listener: TcpListener, config: Config) -> io::Result<Self> {
        // Linux hands the option on to what is accepted, which saves a system call for each.
        let option = SockRef::from(&listener).tcp_nodelay();
        Ok(Self {
            address: listener.local_addr()?,
            is_prompt: cfg!(target_os = "linux") && option.unwrap_or(false),
            listener,
            config: Arc::new(config),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` ends. Then nothing more is accepted, idle connections are closed,
    /// and responses in flight are finished, for which there is a bounded time.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let stop = Stop::new();
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            // Reaping with each accept and not with each end saves a wake-up for each connection. A
            // panic would have been a bug of ours and ends that connection only.
            while connections.try_join_next().is_some() {}
            let is_full = connections.len() >= self.config.connections;
            tokio::select! {
                () = &mut shutdown => break,
                Some(_) = connections.join_next(), if is_full => {}
                accepted = self.listener.accept(), if !is_full => match accepted {
                    Ok((stream, from)) => self.serve(&mut connections, stream, from, &stop),
                    Err(error) => self.survive(&error).await,
                },
            }
        }
        let grace = self.config.deadlines.grace;
        drop(self.listener);
        stop.begin();
        let ended = async { while connections.join_next().await.is_some() {} };
        // What is still going on after that is cut off when the set is dropped.
        let _ = timeout(grace, ended).await;
    }

    fn serve(
        &self,
        connections: &mut JoinSet<()>,
        stream: TcpStream,
        from: SocketAddr,
        stop: &Stop,
    ) {
        if let Some(observer) = &self.config.observer {
            observer(Notice::Accepted(from));
        }
        if !self.is_prompt {
            // Where the option cannot be set the connection works all the same.
            let _ = stream.set_nodelay(true);
        }
        let config = Arc::clone(&self.config);
        let stop = stop.clone();
        connections.spawn(async move { serve_connection(stream, &config, &stop).await });
    }

    /// No error of accept ends a server: either that connection is gone already, or the system
    /// has run out of something that comes back when connections end.
    async fn survive(&self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
        if matches!(
            error.kind(),
            ConnectionAborted | ConnectionReset | Interrupted
        ) {
            return;
        }
        if let Some(observer) = &self.config.observer {
            observer(Notice::AcceptFailed(error));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A listener with a backlog that takes many connects at once.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A server that is started again must not wait for the connections of the one before.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    // Responses are written whole, so there is nothing to gather.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

/// With a shorter one, connects beyond it are repeated after a second, which looks like a hung
/// server.
const BACKLOG: i32 = 1024;
/// How long accepting pauses when the system has run out of something.
const PAUSE: Duration = Duration::from_millis(50);
