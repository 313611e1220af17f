//! What a survey is made with, and what it found: plain data.

use std::time::Duration;

use thiserror::Error;

use crate::profile::ExtraFields;

/// How a survey is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// What `Host` says.
    pub authority: String,
    /// The path to ask for.
    pub path: String,
    /// Field lines for every request.
    pub fields: ExtraFields,
    /// Paths that may be an echo, beside `/echo`.
    pub echo: Vec<String>,
    /// How long an idle connection is watched.
    pub idle: Duration,
    /// How long an answer is awaited.
    pub patience: Duration,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The path of a resource that answers GET, and what it answered.
    pub get: Finding,
    /// What the server calls itself.
    pub server: Option<String>,
    /// What is offered, by the names of `given`; without a path: what was looked for in vain.
    pub paths: Vec<(String, Finding)>,
    /// Whether the echo wraps the content.
    pub echo_has: bool,
    /// Whether a connection serves one request after the other.
    pub keeps_alive: bool,
    /// Whether it serves one connection at a time.
    pub one_at_a_time: bool,
    /// How long an idle connection stays.
    pub idle: Idle,
    /// Other things worth a comment.
    pub notes: Vec<String>,
}

/// A path, if there is one, and what was seen there or what it would have to do.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The path.
    pub path: Option<String>,
    /// A few words.
    pub seen: String,
}

/// How long an idle connection stays.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Idle {
    /// Not known: connections do not stay at all.
    #[default]
    Never,
    /// The server ended it after this time.
    For(Duration),
    /// It was still open after this time.
    Beyond(Duration),
}

/// Why there is nothing to tell of a server.
#[derive(Debug, Error)]
#[error("GET {path}: {why}")]
pub struct SurveyError {
    /// What was asked for.
    pub path: String,
    /// What came of it, as a fragment.
    pub why: String,
}
