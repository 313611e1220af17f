//! The rows of the report, in its order.

mod endless;
mod idle;
mod memory;
mod scenario;
mod server;
mod start;
mod suite;
mod timeouts;
mod waits;

use clap::builder::PossibleValuesParser;

use crate::figure::Line;
use crate::{Context, Result};

type Row = fn(&Context) -> Result<Vec<Line>>;

/// All rows by name.
pub(crate) const ROWS: [(&str, Row); 10] = [
    ("scenario", scenario::measure),
    ("waits", waits::measure),
    ("timeouts", timeouts::measure),
    ("backlog", timeouts::measure_false_ones),
    ("start", start::measure),
    ("server", server::measure),
    ("idle", idle::measure),
    ("memory", memory::measure),
    ("endless", endless::measure),
    ("suite", suite::measure),
];

/// What may stand on the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(ROWS.map(|(name, _)| name).into_iter().chain(["all"]))
}
