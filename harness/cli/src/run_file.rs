//! Reads a run.json that a user names: the file, or the folder that it lies in.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use h1check::outcome::Run;
use h1check::report::json::{self, ReadError, RunFile};
use h1check::scenario::Catalogue;

use crate::exit;
use crate::terminal::complain;

/// Where a run.json is: in a folder, or the file itself.
pub(crate) fn locate(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join("run.json")
    } else {
        path.to_owned()
    }
}

/// Reads a run.json, or says what is wrong with it: exit code 2.
pub(crate) fn read(path: &Path) -> Result<RunFile, ExitCode> {
    let path = locate(path);
    load(&path).map_err(|cause| {
        complain(&Unreadable { path, cause });
        ExitCode::from(exit::BAD_INPUT)
    })
}

/// Reads a run.json as the run that it tells of, or says what is wrong with it: exit code 2.
pub(crate) fn restore(path: &Path) -> Result<(Run, Catalogue), ExitCode> {
    let file = read(path)?;
    json::restore(file).map_err(|cause| {
        let (path, cause) = (locate(path), Cause::Content(cause));
        complain(&Unreadable { path, cause });
        ExitCode::from(exit::BAD_INPUT)
    })
}

fn load(path: &Path) -> Result<RunFile, Cause> {
    let mut octets = Vec::new();
    let file = File::open(path).map_err(Cause::File)?;
    file.take(LARGEST + 1)
        .read_to_end(&mut octets)
        .map_err(Cause::File)?;
    if octets.len() as u64 > LARGEST {
        return Err(Cause::Large);
    }
    let text = String::from_utf8(octets).map_err(|_| Cause::NoText)?;
    json::read(&text).map_err(Cause::Content)
}

/// More than the transcripts of any run hold, and less than what ends this process.
const LARGEST: u64 = 1 << 30;

/// A run.json that is none, with its path.
#[derive(Debug)]
struct Unreadable {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    File(io::Error),
    Large,
    NoText,
    Content(ReadError),
}

impl Cause {
    fn advice(&self) -> &'static str {
        match self {
            Self::File(_) => "name a run.json or its folder: `--report DIR` of a run writes one",
            Self::Content(ReadError::Newer { .. }) => "use that version of h1check, or a newer one",
            Self::Content(ReadError::Json(_)) => "was it cut off? Write it again",
            Self::Large | Self::NoText | Self::Content(_) => {
                "only the run.json of a run can be read here"
            }
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            Cause::File(error) => write!(f, "cannot read {path}: {error}")?,
            Cause::Large => write!(f, "{path}: it has more than {LARGEST} octets")?,
            Cause::NoText => write!(f, "{path}: it is no JSON, not even UTF-8")?,
            Cause::Content(error) => {
                write!(f, "{path}: {error}")?;
                if let Some(cause) = error.source() {
                    write!(f, " ({cause})")?;
                }
            }
        }
        write!(f, "; {}", self.cause.advice())
    }
}

impl Error for Unreadable {}
