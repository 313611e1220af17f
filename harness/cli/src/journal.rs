//! The journal of a run: results are appended to a file while the run goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use h1check::outcome::{Lint, Outcome, Run, Shard, Suite};
use h1check::report::json::journal::{self, Header, Journal};
use h1check::run::{Former, Target};
use h1check::scenario::{Catalogue, Scenario};

use crate::exit;
use crate::output::try_place;
use crate::terminal::{complain, fail, note};
use crate::typed;

/// The journal that `--report DIR` writes.
pub(crate) const USUAL: &str = "run.ndjson";

/// Options for journals.
#[derive(Args, Debug)]
#[command(next_help_heading = "Many machines")]
pub(crate) struct JournalArguments {
    /// Append each result to this file as it comes; with --report DIR: DIR/run.ndjson
    ///
    /// What a run that was killed had done is in it, and `h1check run --resume FILE` goes on.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The journal of a run to go on with.
    #[arg(skip)]
    pub(crate) resumed: Option<PathBuf>,
}

/// What a run is about, as far as its journal is concerned.
pub(crate) struct About<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) shard: Option<Shard>,
    pub(crate) scenarios: &'a [Arc<Scenario>],
    pub(crate) targets: &'a [Target],
}

impl JournalArguments {
    /// Begins a journal where one is wanted, or reads the one to go on with. `report` is the
    /// folder of the reports.
    pub(crate) fn begin(
        &self,
        report: Option<&Path>,
        about: &About<'_>,
    ) -> Result<(Writer, Former), ExitCode> {
        let header = header(about);
        if let Some(path) = &self.resumed {
            return go_on(path, &header, about.scenarios);
        }
        let usual = report.map(|folder| folder.join(USUAL));
        let Some(path) = self.journal.clone().or(usual) else {
            return Ok((Writer::none(), Former::default()));
        };
        let begun = try_place(&path).and_then(|()| Writer::create(path, &header));
        begun
            .map(|writer| (writer, Former::default()))
            .map_err(|error| fail(&error))
    }
}

/// What the first line says. Nothing in it is secret.
fn header(about: &About<'_>) -> Header {
    let hidden = |text: &str| {
        let hide = |text: String, target: &Target| target.hide_secrets(&text);
        about.targets.iter().fold(text.to_owned(), hide)
    };
    let subjects: Vec<String> = about.targets.iter().map(Target::describe).collect();
    let subject = hidden(&subjects.join(" and "));
    let words = typed::words();
    let folder = std::env::current_dir().unwrap_or_default();
    Header {
        folder: folder.display().to_string(),
        words: words
            .iter()
            .all(|word| hidden(word) == *word)
            .then_some(words),
        ..Header::new(about.suite, about.shard, subject, SystemTime::now())
    }
}

/// Reads a journal: its path, or that of the folder of the reports.
pub(crate) fn read(path: &Path) -> Result<(PathBuf, Journal), ExitCode> {
    let path = if path.is_dir() {
        path.join(USUAL)
    } else {
        path.to_owned()
    };
    let bad = |text: String| {
        note(format_args!("error: {}: {text}", path.display()));
        ExitCode::from(exit::BAD_INPUT)
    };
    let size = fs::metadata(&path)
        .map_err(|error| bad(error.to_string()))?
        .len();
    if size > LARGEST {
        return Err(bad(format!("it has more than {LARGEST} octets")));
    }
    let octets = fs::read(&path).map_err(|error| bad(error.to_string()))?;
    let journal = Journal::read(&octets).map_err(|error| {
        let cause = std::error::Error::source(&error);
        bad(cause.map_or_else(|| error.to_string(), |cause| format!("{error} ({cause})")))
    })?;
    Ok((path, journal))
}

fn go_on(
    path: &Path,
    header: &Header,
    scenarios: &[Arc<Scenario>],
) -> Result<(Writer, Former), ExitCode> {
    let (path, journal) = read(path)?;
    let bad = |text: String| {
        note(format_args!("error: {}: {text}", path.display()));
        ExitCode::from(exit::BAD_INPUT)
    };
    if let Some(why) = journal.header.hinders(header) {
        return Err(bad(format!("the run cannot go on: {why}")));
    }
    let (whole, took, started) = (journal.whole, journal.took, journal.header.started());
    let done = journal
        .outcomes(scenarios)
        .map_err(|error| bad(error.to_string()))?;
    note(format_args!(
        "going on: {} of {} scenarios are done",
        done.len(),
        scenarios.len()
    ));
    let writer = Writer::open(path, whole as u64, took).map_err(|error| fail(&error))?;
    Ok((
        writer,
        Former {
            done,
            started,
            took,
        },
    ))
}

/// Appends to a journal, or to none.
#[derive(Debug)]
pub(crate) struct Writer {
    file: Option<(File, PathBuf)>,
    start: Instant,
    /// How long the run had taken before it was resumed.
    before: Duration,
    /// Whether something could not be written.
    lost: bool,
}

impl Writer {
    fn none() -> Self {
        Self {
            file: None,
            start: Instant::now(),
            before: Duration::ZERO,
            lost: false,
        }
    }

    fn create(path: PathBuf, header: &Header) -> io::Result<Self> {
        let file = File::create(&path).map_err(|cause| explain(&path, &cause))?;
        let mut writer = Self {
            file: Some((file, path)),
            ..Self::none()
        };
        writer.append(&journal::first_line(header));
        Ok(writer)
    }

    /// Goes on behind so many octets: what is there was cut off in the middle of a line.
    fn open(path: PathBuf, whole: u64, before: Duration) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.and_then(|file| file.set_len(whole).map(|()| file));
        let file = file.map_err(|cause| explain(&path, &cause))?;
        Ok(Self {
            file: Some((file, path)),
            before,
            ..Self::none()
        })
    }

    /// Writes what a scenario came to.
    pub(crate) fn outcome(&mut self, outcome: &Outcome, lints: &[Lint], catalogue: &Catalogue) {
        if self.file.is_some() {
            let elapsed = self.before + self.start.elapsed();
            self.append(&journal::outcome_line(elapsed, outcome, lints, catalogue));
        }
    }

    /// Writes how the run ended; gives the exit code of the program, for one of the run.
    pub(crate) fn end(&mut self, run: &Run, code: ExitCode) -> ExitCode {
        self.append(&journal::last_line(run.took, run.interrupted.as_deref()));
        if self.lost && code == ExitCode::SUCCESS {
            let code = exit::COULD_NOT_TEST;
            note(format_args!("exit {code}, for the journal is not complete"));
            return ExitCode::from(code);
        }
        code
    }

    /// Writes a line. Where that fails the run is worth more than its journal.
    fn append(&mut self, line: &str) {
        let Some((file, path)) = &mut self.file else {
            return;
        };
        // A file has no buffer here: what is written survives the end of this process.
        if let Err(cause) = file.write_all(line.as_bytes()) {
            complain(&explain(path, &cause));
            note(format_args!("the run goes on without its journal"));
            self.file = None;
            self.lost = true;
        }
    }
}

fn explain(path: &Path, cause: &io::Error) -> io::Error {
    let text = format!("cannot write {}: {cause}", path.display());
    io::Error::new(cause.kind(), text)
}

/// More than the transcripts of any run hold, and less than what ends this process.
const LARGEST: u64 = 1 << 30;
