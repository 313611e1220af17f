//! What came of a check, as a test wants to hear it. Pure but for the panic that fails the test.

use std::fmt;
use std::io;
use std::sync::Arc;

use thiserror::Error;

use crate::outcome::Run;
use crate::report::terminal;
use crate::run::RunError;
use crate::scenario::{Catalogue, LoadError};

/// What came of a check.
///
/// It conforms where nothing that was judged missed a MUST (or, with [`ServerCheck::strict`](super::ServerCheck::strict), a
/// SHOULD) and nothing was in the way of judging. A scenario that was skipped accuses nobody;
/// [`run`](Self::run) tells which, and why.
#[derive(Debug)]
#[must_use = "it has to be asked whether the server conforms"]
pub struct Judgement {
    pub(super) result: Result<Run, CheckError>,
    pub(super) catalogue: Arc<Catalogue>,
}

impl Judgement {
    /// Fails the test unless the server conforms.
    ///
    /// # Panics
    ///
    /// It does not conform, or it could not be judged: with the report that the command line
    /// would print.
    #[track_caller]
    pub fn assert_conforms(&self) {
        if let Err(nonconformity) = self.conforms() {
            panic!("{nonconformity}");
        }
    }

    /// Whether the server conforms: [`assert_conforms`](Self::assert_conforms) without a panic.
    ///
    /// # Errors
    ///
    /// It does not conform, or it could not be judged.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// // Nobody listens on this port.
    /// let check = h1check::check_server(([127, 0, 0, 1], 1)).only("server/basic/get");
    /// let error = check.run().await.conforms().unwrap_err();
    /// assert!(error.to_string().contains("cannot connect to 127.0.0.1:1"));
    /// # }
    /// ```
    pub fn conforms(&self) -> Result<(), Nonconformity> {
        let report = match &self.result {
            Ok(run) if self.is_harmless(run) => return Ok(()),
            Ok(run) => {
                let style = terminal::Style::default();
                terminal::report(run, &self.catalogue, style)
            }
            Err(error) => error.render(),
        };
        Err(Nonconformity { report })
    }

    /// The run, with every outcome and its transcript, for [`report`](crate::report)s or for
    /// checks of one's own.
    ///
    /// # Errors
    ///
    /// Nothing was judged: the selection is wrong, or nobody listens.
    pub fn run(&self) -> Result<&Run, &CheckError> {
        self.result.as_ref()
    }

    fn is_harmless(&self, run: &Run) -> bool {
        let only_skips = run.tally().error == 0 && run.interrupted.is_none();
        match run.exit_code() {
            0 => true,
            3 => only_skips,
            _ => false,
        }
    }
}

/// Why a server is not known to conform: the whole report, as the command line prints it.
#[derive(Clone, Eq, Error, PartialEq)]
#[error("the server does not conform, or could not be judged\n\n{report}")]
pub struct Nonconformity {
    /// The report, in several lines, without colours.
    pub report: String,
}

/// As it reads in the output of a test that unwraps it.
impl fmt::Debug for Nonconformity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why there is no run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The scenarios cannot be read, or none was selected.
    #[error("the scenarios cannot be played")]
    Load(#[from] LoadError),
    /// The server cannot be reached.
    #[error("the server cannot be judged")]
    Run(#[from] RunError),
    /// A check that blocks would stop the runtime that plays it, and perhaps the server.
    #[error("`run_blocking` was called inside of a runtime: call `run().await` there")]
    InsideRuntime,
    /// The operating system has no resources for a runtime.
    #[error("cannot start a runtime")]
    NoRuntime(#[source] io::Error),
}

impl CheckError {
    /// The error with its causes and, for a scenario file, its lines.
    fn render(&self) -> String {
        if let Self::Load(error) = self {
            return error.render(false);
        }
        let mut text = format!("error: {self}");
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }
}
