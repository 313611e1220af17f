//! `run.json`: a whole run, lossless, for programs.
//!
//! The structs of `file` are the format and change only by adding; the types of
//! [`outcome`](crate::outcome) may change as they like. Durations are in microseconds and say so
//! in their names. Whatever is read here may come from another version or from anywhere.

use std::io::{self, Write};

use serde::Deserialize;

mod convert;
mod file;
mod gate;
pub mod journal;
mod restore;

pub use self::convert::run_file;
pub use self::file::{
    CitedFile, ConnectionFile, CounterexampleFile, EntryFile, EventWord, LintFile, MismatchFile,
    OctetsFile, PermittedFile, RequirementFile, RunFile, ScenarioFile, ShardFile, SubjectFile,
    SuiteFile, TallyFile, TranscriptFile, VerdictFile,
};
pub use self::gate::{ExpectedFile, FlakyPolicyFile, GateFile, OutdatedFile, OutdatedWhyFile};
pub use self::restore::restore;
use crate::outcome::Run;
use crate::scenario::Catalogue;

/// The word in `format`.
pub const FORMAT: &str = "h1check-run";
/// The version that this program writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The text of `run.json`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    let file = convert::lazily(run, catalogue);
    // It can only fail for maps with keys that are no strings, of which there are none.
    let mut text = serde_json::to_string(&file).expect("all keys are strings");
    text.push('\n');
    text
}

/// Writes the same, scenario by scenario: what lies on disk comes into memory in small parts.
///
/// # Errors
/// Those of the writer.
pub fn write(run: &Run, catalogue: &Catalogue, mut writer: impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut writer, &convert::lazily(run, catalogue))?;
    writer.write_all(b"\n")
}

/// Reads the text of a `run.json`.
///
/// # Errors
/// Where it is no JSON, no report of ours, a newer one, or misses something.
pub fn read(text: &str) -> Result<RunFile, ReadError> {
    let header: Header = serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            ReadError::Foreign
        } else {
            ReadError::Json(error)
        }
    })?;
    if header.format.as_deref() != Some(FORMAT) {
        return Err(ReadError::Foreign);
    }
    match header.format_version {
        Some(version) if version > u64::from(FORMAT_VERSION) => Err(ReadError::Newer { version }),
        Some(1) => serde_json::from_str(text).map_err(ReadError::Shape),
        _ => Err(ReadError::Foreign),
    }
}

/// The JSON Schema of the format.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RunFile).to_value()
}

/// Why a file could not be read as a `run.json`.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Broken or cut off.
    #[error("it is no complete JSON")]
    Json(#[source] serde_json::Error),
    /// Some other JSON.
    #[error("it is no run.json of h1check: \"format\" must be \"{FORMAT}\"")]
    Foreign,
    /// From a later version of h1check.
    #[error("it has format version {version}, and this h1check reads up to {FORMAT_VERSION}")]
    Newer {
        /// The version found.
        version: u64,
    },
    /// A value that no run can have.
    #[error("it does not describe a run: {0}")]
    Value(String),
    /// Something is missing or of another type.
    #[error("it does not have the shape of format version {FORMAT_VERSION}")]
    Shape(#[source] serde_json::Error),
}

/// What is read first, to know what the rest is.
#[derive(Deserialize)]
struct Header {
    format: Option<String>,
    format_version: Option<u64>,
}
