//! What a reference client can be told, and what it tells.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::request::Response;
use crate::wire::{Head, Limits, Version};

/// How a reference client behaves.
#[derive(Clone)]
pub struct Options {
    /// The version it speaks: [`Version::HTTP_11`], or [`Version::HTTP_10`] to use a connection
    /// for one request.
    pub version: Version,
    /// Whether every request says that the connection is to be closed behind its response.
    pub close: bool,
    /// What it is willing to take.
    pub limits: Limits,
    /// How long it waits.
    pub deadlines: Deadlines,
    /// Interim responses that may come before a final one.
    pub interim: usize,
    /// Who is told of what happens.
    pub observer: Option<Observer>,
}

impl Options {
    pub(super) fn notify(&self, notice: Notice<'_>) {
        if let Some(observer) = &self.observer {
            observer(notice);
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::HTTP_11,
            close: false,
            limits: Limits::default(),
            deadlines: Deadlines::default(),
            interim: 16,
            observer: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("version", &self.version)
            .field("close", &self.close)
            .field("limits", &self.limits)
            .field("deadlines", &self.deadlines)
            .field("interim", &self.interim)
            .finish_non_exhaustive()
    }
}

/// How long a reference client waits for what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Deadlines {
    /// For a connection to be made.
    pub connect: Duration,
    /// For the server to take more of a request.
    pub write: Duration,
    /// From the last octet of a request to the end of the head of its final response; interim
    /// responses do not prolong it.
    pub head: Duration,
    /// For more of the content of a response.
    pub content: Duration,
}

impl Deadlines {
    /// The same time for everything.
    #[must_use]
    pub fn all(time: Duration) -> Self {
        Self {
            connect: time,
            write: time,
            head: time,
            content: time,
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self::all(Duration::from_secs(30))
    }
}

/// Who is told of what happens. Called while a request is under way, so it should be quick.
pub type Observer = Arc<dyn Fn(Notice<'_>) + Send + Sync>;

/// What happens in a reference client.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// A connection is being made: the how-manieth.
    Dialling(u64),
    /// A request goes on with another connection than it would have.
    Reconnecting(Reconnect),
    /// An interim response came.
    Interim(&'a Head),
    /// A final response came.
    Response(&'a Response),
}

/// Why a request goes on with another connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reconnect {
    /// The connection was found dead before any octet of the request was sent.
    Stale,
    /// The connection was closed before any octet of a response came, and the request is
    /// idempotent: this is its one retry.
    Retry,
}
