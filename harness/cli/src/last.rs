//! `--last-failed`: what went wrong in a former run, to be played again alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use h1check::report::json::VerdictFile;
use h1check::scenario::{Library, LoadError, Selected, Selection};

use crate::library::refuse;
use crate::run_file;
use crate::terminal::{note, say};

/// Which former run.
#[derive(Args, Debug)]
pub(crate) struct LastArguments {
    /// Play only what did not pass in a former run; RUN.JSON, or its folder, is its report
    ///
    /// That is what failed, warned, could not be judged or was not played, and the scenarios in
    /// which a lint found something. Without RUN.JSON it is the report that --json or --report names,
    /// else reports/run.json. Where nothing went wrong nothing is played, and the exit code is 0.
    #[arg(
        long,
        value_name = "RUN.JSON",
        num_args = 0..=1,
        require_equals = true,
        conflicts_with = "only",
        help_heading = "Selection"
    )]
    last_failed: Option<Option<PathBuf>>,
}

impl LastArguments {
    /// Selects by the former run, where one is asked for. An error with the code 0: there is nothing
    /// to be played.
    pub(crate) fn select(
        &self,
        library: &Library,
        requirement: Option<&String>,
        usual: Option<PathBuf>,
    ) -> Option<Result<Selected, ExitCode>> {
        let named = self.last_failed.as_ref()?.clone();
        let path = named.or(usual).unwrap_or_else(|| USUAL.into());
        Some(select(&run_file::locate(&path), library, requirement))
    }
}

fn select(
    path: &Path,
    library: &Library,
    requirement: Option<&String>,
) -> Result<Selected, ExitCode> {
    let wanted = wrong(path)?;
    if wanted.is_empty() {
        say(format_args!(
            "nothing went wrong in {}: there is nothing to play\n",
            path.display()
        ));
        return Err(ExitCode::SUCCESS);
    }
    // All of the catalogue is wanted anyway, and with it each selection is quick.
    library.catalogue().map_err(|error| refuse(&error))?;
    let mut patterns = Vec::new();
    for id in wanted {
        match library.select(&Selection::matching([&id])) {
            Ok(_) => patterns.push(id),
            Err(LoadError::NothingSelected { .. }) => note(format_args!(
                "note: {} names {id}, which is not among the scenarios now",
                path.display()
            )),
            Err(error) => return Err(refuse(&error)),
        }
    }
    if patterns.is_empty() {
        say(format_args!(
            "nothing of what went wrong in {} is among the scenarios now: there is nothing to play\n",
            path.display()
        ));
        return Err(ExitCode::SUCCESS);
    }
    let mut selection = Selection::matching(patterns);
    selection.requirement = requirement.cloned();
    let selected = library.select(&selection);
    selected.map_err(|error| refuse(&error))
}

/// The ids of what went wrong.
fn wrong(path: &Path) -> Result<BTreeSet<String>, ExitCode> {
    let run = run_file::read(path)?;
    let bad = |verdict| {
        matches!(
            verdict,
            VerdictFile::Fail | VerdictFile::Warn | VerdictFile::Error
        )
    };
    let scenarios = run.scenarios.into_iter().filter(|it| bad(it.verdict));
    let linted = run.lints.into_iter().map(|lint| lint.scenario);
    Ok(scenarios.map(|it| it.id).chain(linted).collect())
}

/// Where `make report` writes.
const USUAL: &str = "reports/run.json";
