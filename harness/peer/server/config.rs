//! What a reference server can be told, and what it tells.
//!
//! Plain data: no socket and no clock.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::peer::address::Address;
use crate::peer::site::Store;
use crate::peer::tls::{Acceptor, HandshakeError};
use crate::wire::{Head, Limits, Version};

/// How a reference server behaves.
#[derive(Clone)]
pub struct Config {
    /// The version it speaks: [`Version::HTTP_11`], or [`Version::HTTP_10`] to close after each
    /// response and use nothing of HTTP/1.1.
    pub version: Version,
    /// What it is willing to take.
    pub limits: Limits,
    /// How long it waits.
    pub deadlines: Deadlines,
    /// So many connections are held at once; beyond it nothing is accepted until one has ended,
    /// and the operating system keeps new connections waiting.
    pub connections: usize,
    /// Octets that are read and dropped between the half-close and the close.
    pub drain: u64,
    /// Whether clients reach it through TLS, so that what it has is of the scheme `https`: by
    /// its own (`tls`), or that of somebody in front of it.
    pub secured: bool,
    /// The certificate, where it speaks TLS itself.
    pub tls: Option<Acceptor>,
    /// Who is told of what happens.
    pub observer: Option<Observer>,
    /// What its clients have put.
    pub store: Store,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: Version::HTTP_11,
            limits: Limits {
                start_line: 16 << 10,
                head: 64 << 10,
                fields: 200,
                chunk_line: 4 << 10,
                extensions: 16 << 10,
                trailers: 16 << 10,
                content: 8 << 20,
            },
            deadlines: Deadlines::default(),
            connections: 16_384,
            drain: 64 << 20,
            secured: false,
            tls: None,
            observer: None,
            store: Store::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("version", &self.version)
            .field("limits", &self.limits)
            .field("deadlines", &self.deadlines)
            .field("connections", &self.connections)
            .field("drain", &self.drain)
            .field("secured", &self.secured)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// How long a reference server waits for what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Deadlines {
    /// From the first octet of a head to its end.
    pub head: Duration,
    /// Without a further octet of content; also without the client taking any of a response.
    pub content: Duration,
    /// Between requests, and before the first. Each request starts it anew.
    pub idle: Duration,
    /// From the half-close to the close, if the client does not close.
    pub drain: Duration,
    /// From the beginning of a shutdown to the end of the last response in flight.
    pub grace: Duration,
}

impl Deadlines {
    /// The same time for head, content and idle; the rest as by default.
    #[must_use]
    pub fn all(time: Duration) -> Self {
        Self {
            head: time,
            content: time,
            idle: time,
            ..Self::default()
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        let usual = Duration::from_secs(5);
        Self {
            head: usual,
            content: usual,
            idle: usual,
            drain: usual,
            grace: usual,
        }
    }
}

/// Who is told of what happens. Called from the tasks of the connections, so it should be quick.
pub type Observer = Arc<dyn Fn(Notice<'_>) + Send + Sync>;

/// What happens in a reference server.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// A connection was accepted from there.
    Accepted(&'a Address),
    /// The client and the server did not agree on TLS.
    HandshakeFailed(&'a HandshakeError),
    /// A request has been read.
    Request {
        /// Its head.
        head: &'a Head,
        /// Its content, or the beginning of it: not more than 64 KiB.
        content: &'a [u8],
        /// The length of the whole content.
        length: u64,
    },
    /// A request was refused with this status code because of what it is.
    Refused {
        /// The status code.
        status: u16,
        /// Why, as a fragment.
        why: &'a str,
    },
    /// A connection was ended because a deadline had passed.
    Timeout,
    /// Accepting has failed; it is tried again after a pause.
    AcceptFailed(&'a std::io::Error),
}
