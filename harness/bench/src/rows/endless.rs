//! A server that sends without end must not cost memory without end.

use super::memory::peak_of;
use crate::figure::{Figure, Goal, Line};
use crate::files::READS_FOR_LONG;
use crate::process::Server;
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let mut samples = Vec::new();
    let mut note = Vec::new();
    for what in ["content", "chunks", "line", "interim", "responses"] {
        let server = Server::role(&["endless", what])?;
        let peak = peak_of(context, &server, READS_FOR_LONG, 1)? as f64 / 1024.0 / 1024.0;
        note.push(format!("{what} {peak:.0}"));
        samples.push(peak);
    }
    // The worst one counts, not the middle one.
    let worst = samples.into_iter().fold(0.0, f64::max);
    Ok(vec![Line::Figure(Figure {
        what: "harness, peak memory while a server sends without end for 2 s".into(),
        goal: Goal::AtMost(100.0),
        aim: None,
        unit: " MiB",
        samples: vec![worst],
        note: format!("{} MiB", note.join(", ")),
    })])
}
