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
    #[command(flatten)]
    pub(crate) origin: Origin,
}

/// Where the scenarios come from.
#[derive(Args, Clone, Debug)]
pub(crate) struct Origin {
    /// Read the scenarios from this folder instead of those that are built in
    #[arg(long, value_name = "DIR", help_heading = "Selection")]
    pub(crate) scenarios: Option<PathBuf>,
    /// Take the scenarios and the rules of a former release of the suite, e.g. 1.0
    ///
    /// Newer releases of h1check add and sharpen scenarios; a pipeline that names its suite is
    /// judged by the same ones as before.
    #[arg(
        long,
        value_name = "VERSION",
        conflicts_with = "scenarios",
        help_heading = "Selection"
    )]
    pub(crate) suite: Option<String>,
}

impl Origin {
    pub(crate) fn library(&self) -> Result<Library, LoadError> {
        match (&self.scenarios, &self.suite) {
            (Some(folder), _) => Library::read(folder),
            (None, Some(name)) => Library::frozen(name),
            (None, None) => Ok(Library::bundled()),
        }
    }

    /// The words of a command line that reads from the same place.
    pub(crate) fn words(&self) -> Vec<String> {
        let folder = self.scenarios.iter();
        let folder = folder.flat_map(|it| ["--scenarios".into(), it.display().to_string()]);
        let suite = self.suite.iter();
        folder
            .chain(suite.flat_map(|it| ["--suite".into(), it.clone()]))
            .collect()
    }
}

impl Which {
    pub(crate) fn library(&self) -> Result<Library, ExitCode> {
        self.origin.library().map_err(|error| refuse(&error))
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
