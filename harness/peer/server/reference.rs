//! A reference server inside of this process, for a suite or a test.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::accept::{BindError, Server};
use super::config::Config;
use super::listener;

/// A running reference server on a free port of the loopback address. Dropping it shuts it down
/// without waiting.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use h1check::peer::server::{Config, Reference};
///
/// let server = Reference::start(Config::default()).await.unwrap();
/// assert!(server.address().ip().is_loopback());
/// server.shutdown().await;
/// # }
/// ```
#[derive(Debug)]
pub struct Reference {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Reference {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// If there is no free port.
    pub async fn start(config: Config) -> Result<Self, BindError> {
        let listener = listener::tcp(LOOPBACK).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let server = Server::from_listener(listener, config).map_err(cannot)?;
        let (end, ended) = oneshot::channel();
        let task = tokio::spawn(server.run(async {
            // A dropped sender ends the server as well.
            let _ = ended.await;
        }));
        Ok(Self {
            address,
            end: Some(end),
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shuts it down, and returns when its last connection has ended.
    pub async fn shutdown(mut self) {
        drop(self.end.take());
        // It fails only if the server has panicked, and then it has ended as well.
        let _ = (&mut self.task).await;
    }
}

fn cannot(error: io::Error) -> BindError {
    BindError::Listen(LOOPBACK.into(), error)
}

const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
