//! The accept loop: one task per connection, and an orderly end.
//!
//! TCP without TLS has a way of its own through it, the shortest; all else is served as a
//! [`Stream`].

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::{TcpListener, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::config::{Config, Notice};
use super::connection::serve_connection;
use super::listener::{self, Listener};
use super::stop::Stop;
use crate::peer::address::Address;
use crate::peer::socket::Socket;
use crate::peer::stream::Stream;
use crate::peer::tls::{Acceptor, HandshakeError};

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The name of the host does not resolve.
    #[error("cannot resolve {0}")]
    Resolve(String, #[source] io::Error),
    /// The address is not to be had.
    #[error("cannot listen on {0}")]
    Listen(Address, #[source] io::Error),
}

/// A reference server on a socket.
#[derive(Debug)]
pub struct Server {
    listener: Listener,
    address: Address,
    /// Whether accepted sockets do not gather what is written, as the listener says already.
    is_prompt: bool,
    config: Arc<Config>,
}

impl Server {
    /// Listens on an address such as `localhost:8888` or `unix:/run/server.sock`; port 0 takes
    /// any that is free.
    ///
    /// # Errors
    ///
    /// If the name does not resolve, or none of its addresses can be listened on.
    pub async fn bind(address: &str, mut config: Config) -> Result<Self, BindError> {
        config.secured |= config.tls.is_some();
        if let Ok(Address::Unix(path)) = address.parse() {
            return match listener::unix(&path) {
                Ok(listener) => Ok(Self {
                    listener: Listener::Unix(listener),
                    address: Address::Unix(path),
                    is_prompt: true,
                    config: Arc::new(config),
                }),
                Err(error) => Err(BindError::Listen(Address::Unix(path), error)),
            };
        }
        let unresolved = |error| BindError::Resolve(address.to_owned(), error);
        let mut failure = None;
        for address in lookup_host(address).await.map_err(unresolved)? {
            match listener::tcp(address) {
                Ok(listener) => {
                    return Self::from_listener(listener, config)
                        .map_err(|error| BindError::Listen(address.into(), error));
                }
                // Another address of the same name would hide that somebody else is there.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(BindError::Listen(address.into(), error));
                }
                Err(error) => failure = Some(BindError::Listen(address.into(), error)),
            }
        }
        Err(failure.unwrap_or_else(|| unresolved(io::ErrorKind::NotFound.into())))
    }

    /// Serves on a listener that somebody else has made.
    ///
    /// # Errors
    ///
    /// If the listener does not know its address.
    pub fn from_listener(listener: TcpListener, mut config: Config) -> io::Result<Self> {
        config.secured |= config.tls.is_some();
        // Linux hands the option on to what is accepted, which saves a system call for each.
        let option = SockRef::from(&listener).tcp_nodelay();
        Ok(Self {
            address: listener.local_addr()?.into(),
            is_prompt: cfg!(target_os = "linux") && option.unwrap_or(false),
            listener: Listener::Tcp(listener),
            config: Arc::new(config),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
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
                    Ok((socket, from)) => self.serve(&mut connections, socket, &from, &stop),
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

    fn serve(&self, connections: &mut JoinSet<()>, socket: Socket, from: &Address, stop: &Stop) {
        if let Some(observer) = &self.config.observer {
            observer(Notice::Accepted(from));
        }
        let config = Arc::clone(&self.config);
        let stop = stop.clone();
        if let (Socket::Tcp(stream), false) = (&socket, self.is_prompt) {
            // Where the option cannot be set the connection works all the same.
            let _ = stream.set_nodelay(true);
        }
        match (socket, &config.tls) {
            (Socket::Tcp(stream), None) => {
                connections.spawn(async move { serve_connection(stream, &config, &stop).await });
            }
            (socket, None) => {
                let stream = Stream::plain(socket);
                connections.spawn(async move { serve_connection(stream, &config, &stop).await });
            }
            (socket, Some(acceptor)) => {
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    if let Some(stream) = secured(socket, &acceptor, &config, &stop).await {
                        serve_connection(stream, &config, &stop).await;
                    }
                });
            }
        }
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

/// Agrees on TLS; not where that takes longer than a head may, or the server ends.
async fn secured(
    socket: Socket,
    acceptor: &Acceptor,
    config: &Config,
    stop: &Stop,
) -> Option<Stream> {
    let stopped = stop.notified();
    if stop.begun() {
        return None;
    }
    let accepting = timeout(config.deadlines.head, acceptor.accept(socket));
    let accepted = tokio::select! {
        accepted = accepting => accepted,
        () = stopped => return None,
    };
    let error = match accepted {
        Ok(Ok(stream)) => return Some(Stream::tls(stream)),
        Ok(Err(error)) => error,
        Err(_) => HandshakeError::TimedOut(config.deadlines.head),
    };
    if let Some(observer) = &config.observer {
        observer(Notice::HandshakeFailed(&error));
    }
    None
}

/// How long accepting pauses when the system has run out of something.
const PAUSE: Duration = Duration::from_millis(50);
