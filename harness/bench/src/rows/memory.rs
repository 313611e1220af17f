//! What the harness holds of scenarios that have passed.

use std::ffi::OsStr;
use std::fs;

use super::waits::reference;
use crate::figure::{Figure, Goal, Line};
use crate::files::{TWO_REQUESTS, copies};
use crate::process::{Server, peak};
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let server = reference(context)?;
    let (mut few, mut growth) = (Vec::new(), Vec::new());
    for _ in 0..context.rounds {
        let peaks = [FEW, MANY].map(|count| peak_of(context, &server, TWO_REQUESTS, count));
        let [least, most] = peaks;
        let (least, most) = (least? as f64, most? as f64);
        few.push(least / 1024.0 / 1024.0);
        growth.push((most - least) / 1024.0 / (MANY - FEW) as f64);
    }
    Ok(vec![
        Line::Figure(Figure {
            what: "harness, peak memory of 500 scenarios that pass".into(),
            goal: Goal::AtMost(24.0),
            aim: Some(12.0),
            unit: " MiB",
            samples: few,
            note: String::new(),
        }),
        Line::Figure(Figure {
            what: "harness, memory of each further scenario that passes".into(),
            goal: Goal::AtMost(6.0),
            aim: Some(2.0),
            unit: " KiB",
            samples: growth,
            note: format!("from {FEW} to {MANY}"),
        }),
    ])
}

/// The peak of `h1check server` with so many copies of a scenario.
pub(super) fn peak_of(context: &Context, server: &Server, text: &str, count: usize) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    for (path, text) in copies(text, "one", count) {
        let path = folder.path().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    let url = format!("http://{}/", server.address);
    let arguments = ["server", &url, "--scenarios"].map(OsStr::new);
    let arguments = [&arguments[..], &[folder.path().as_os_str()]].concat();
    peak(context.h1check.as_os_str(), &arguments)
}

const FEW: usize = 500;
const MANY: usize = 2500;
