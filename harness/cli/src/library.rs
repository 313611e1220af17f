//! Where the scenarios come from, and which of them are meant.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use h1check::scenario::{Library, LoadError, Selected, Selection};

use crate::exit;

/// Which scenarios.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// Ids or globs of scenarios, e.g. `server/close` or `'**/te-*'`; without any: all
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Read the scenarios from this folder instead of those that are built in
    #[arg(long, value_name = "DIR", help_heading = "Selection")]
    pub(crate) scenarios: Option<PathBuf>,
}

impl Which {
    pub(crate) fn library(&self) -> Result<Library, ExitCode> {
        match &self.scenarios {
            Some(folder) => Library::read(folder).map_err(|error| refuse(&error)),
            None => Ok(Library::bundled()),
        }
    }

    pub(crate) fn select(&self, library: &Library) -> Result<Selected, ExitCode> {
        let selection = if self.ids.is_empty() {
            Selection::all()
        } else {
            Selection::matching(&self.ids)
        };
        library.select(&selection).map_err(|error| refuse(&error))
    }
}

/// Says what is wrong with the scenarios.
pub(crate) fn refuse(error: &LoadError) -> ExitCode {
    anstream::eprintln!("{}", error.render(true));
    ExitCode::from(exit::BAD_INPUT)
}
