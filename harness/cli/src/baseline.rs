//! The baseline of a run: where it is read from, and how it is written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use h1check::baseline::{self, Baseline};
use h1check::outcome::{FlakyPolicy, Outcome, Run};
use h1check::run::Progress;
use h1check::scenario::{Library, Scenario};

use crate::exit;
use crate::library::refuse;
use crate::output::{try_place, write_atomically};
use crate::terminal::{complain, fail, note};

/// The baseline that is read where none is named.
const USUAL: &str = "h1check.baseline.toml";

/// What is known of a subject, and what is seen again.
#[derive(Args, Debug)]
pub(crate) struct BaselineArguments {
    /// Read the known deviations from this file: they do not fail the run, others do
    ///
    /// Without it h1check.baseline.toml is read, where it lies beside the profile or in the current
    /// folder (not for the reference peers). An entry that has expired, or of which nothing comes
    /// out as it says, fails the run.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_baseline",
        help_heading = "Baseline"
    )]
    baseline: Option<PathBuf>,
    /// Read no baseline
    #[arg(long, conflicts_with = "update_baseline", help_heading = "Baseline")]
    no_baseline: bool,
    /// Write the baseline from this run: add what deviates (with --strict also warnings), and remove
    /// what no longer does
    ///
    /// Reasons, comments and the order of what is still true are kept. New entries have what was
    /// wanted and seen as their reason: replace it by why that is accepted.
    #[arg(long, help_heading = "Baseline")]
    update_baseline: bool,
    /// Play what fails or warns again, up to N times; where another verdict comes, it is flaky
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=100), help_heading = "Baseline")]
    pub(crate) retries: u32,
    /// As what a flaky scenario counts: as its worst verdict, as a warning, or as a pass
    #[arg(
        long,
        value_name = "VERDICT",
        value_enum,
        default_value_t = Flaky::Warn,
        help_heading = "Baseline"
    )]
    flaky: Flaky,
}

/// As what a flaky scenario counts.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Flaky {
    /// As its worst verdict
    Fail,
    /// As a warning, which fails the run with --strict
    Warn,
    /// As a pass
    Pass,
}

/// A baseline that was read, and what to do with it at the end.
#[derive(Debug)]
pub(crate) struct Known {
    /// Where it is, or shall be.
    path: PathBuf,
    baseline: Option<Baseline>,
    update: bool,
    flaky: FlakyPolicy,
    whole: bool,
}

/// For what a baseline is looked up.
pub(crate) struct Wanted<'w> {
    /// The profile, beside which a baseline may lie.
    pub(crate) profile: Option<&'w Path>,
    /// Whether the usual file is meant, which is about a subject of the user's own.
    pub(crate) usual: bool,
    pub(crate) library: &'w Library,
    pub(crate) played: &'w [Arc<Scenario>],
    /// Whether all scenarios for the subject are played.
    pub(crate) whole: bool,
}

impl BaselineArguments {
    /// Reads the baseline, where there is one.
    pub(crate) fn read(&self, wanted: &Wanted<'_>) -> Result<Known, ExitCode> {
        let (path, is_there) = match &self.baseline {
            // One that is to be written need not be there.
            Some(path) => (path.clone(), !self.update_baseline || path.exists()),
            None => self.usual(wanted),
        };
        let mut baseline = None;
        if is_there {
            let mut read = Baseline::read(&path).map_err(|error| refuse(&error))?;
            read.look_up(wanted.library, wanted.played, wanted.whole)
                .map_err(|error| refuse(&error))?;
            baseline = Some(read);
        }
        if self.update_baseline {
            try_place(&path).map_err(|error| fail(&error))?;
        }
        Ok(Known {
            path,
            baseline,
            update: self.update_baseline,
            flaky: match self.flaky {
                Flaky::Fail => FlakyPolicy::Fail,
                Flaky::Warn => FlakyPolicy::Warn,
                Flaky::Pass => FlakyPolicy::Pass,
            },
            whole: wanted.whole,
        })
    }

    /// The files that a run would read, whether they are there or not: the one that is named, or
    /// those where a subject of the user's own may have its baseline. None where the run itself
    /// writes it.
    pub(crate) fn files(&self, profile: Option<&Path>, usual: bool) -> Vec<PathBuf> {
        if self.no_baseline || self.update_baseline {
            return Vec::new();
        }
        match &self.baseline {
            Some(path) => vec![path.clone()],
            None if usual => {
                let beside = profile.map(|profile| profile.with_file_name(USUAL));
                beside.into_iter().chain([USUAL.into()]).collect()
            }
            None => Vec::new(),
        }
    }

    /// The file that is read where none is named, and whether there is one.
    fn usual(&self, wanted: &Wanted<'_>) -> (PathBuf, bool) {
        let beside = wanted.profile.map(|profile| profile.with_file_name(USUAL));
        let here = PathBuf::from(USUAL);
        if self.no_baseline || !wanted.usual {
            return (here, false);
        }
        match beside {
            Some(beside) if beside.exists() => (beside, true),
            Some(beside) if !here.exists() => (beside, false),
            _ => {
                let is_there = here.exists();
                (here, is_there)
            }
        }
    }
}

impl Known {
    /// Tells what goes on, with what the baseline says of it.
    pub(crate) fn tell(&self, progress: &Progress<'_>, show: impl FnOnce(&Progress<'_>)) {
        let expected = match progress {
            Progress::Finished(outcome, _) => self.expected(outcome),
            _ => None,
        };
        match (progress, &expected) {
            (Progress::Finished(_, lints), Some(outcome)) => {
                show(&Progress::Finished(outcome, lints));
            }
            (progress, _) => show(progress),
        }
    }

    fn expected(&self, outcome: &Outcome) -> Option<Outcome> {
        let baseline = self.baseline.as_ref()?;
        let expected = baseline.expects(outcome, SystemTime::now())?;
        Some(Outcome {
            expected: Some(expected),
            ..outcome.clone()
        })
    }

    /// Weighs the run, and writes the baseline before that where it is wanted. Tells whether all
    /// that was to be written was.
    pub(crate) fn weigh(&self, run: &mut Run) -> bool {
        run.gate.flaky = self.flaky;
        let weigh = |baseline: Option<&Baseline>, run: &mut Run| {
            if let Some(baseline) = baseline {
                baseline.weigh(run, SystemTime::now());
            }
        };
        weigh(self.baseline.as_ref(), run);
        if !self.update {
            return true;
        }
        if run.interrupted.is_some() || run.tally().error > 0 || run.exit_code() == 3 {
            note(format_args!(
                "error: {} is left as it was: not everything could be judged",
                self.path.display()
            ));
            return false;
        }
        match self.write(run) {
            Ok(written) => {
                weigh(Some(&written), run);
                true
            }
            Err(()) => {
                weigh(self.baseline.as_ref(), run);
                false
            }
        }
    }

    /// The exit code where a baseline was to be written and is not: a pipeline that waits for it
    /// must not take its absence for success.
    pub(crate) fn missing(&self, run: &Run, code: ExitCode) -> ExitCode {
        if run.exit_code() != exit::CONFORMS {
            return code;
        }
        note(format_args!("exit 3, for the baseline is missing"));
        ExitCode::from(exit::COULD_NOT_TEST)
    }

    fn write(&self, run: &mut Run) -> Result<Baseline, ()> {
        // One shard of a file says nothing of the file.
        let whole = self.whole && run.shard.is_none();
        let strict = run.strict;
        let updated = baseline::update(self.baseline.as_ref(), run, strict, whole);
        let path = self.path.display();
        // It is read as the next run will read it, before it takes the place of the old one.
        let written = baseline::parse(&path.to_string(), &updated.text);
        let mut written = written.map_err(|error| complain(&error))?;
        if let Some(old) = &self.baseline {
            written.know_as(old);
        }
        write_atomically(&self.path, updated.text.as_bytes()).map_err(|error| complain(&error))?;
        let baseline::Updated {
            kept,
            added,
            removed,
            renewed,
            ..
        } = updated;
        note(format_args!(
            "wrote {path}: {added} new, {kept} kept, {removed} removed"
        ));
        if renewed > 0 {
            note(format_args!(
                "{renewed} of them had expired and are still so: they have no date now"
            ));
        }
        if added > 0 {
            note(format_args!(
                "now say in each new entry why the deviation is accepted"
            ));
        }
        Ok(written)
    }
}
