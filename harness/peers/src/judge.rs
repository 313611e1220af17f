//! Judges every peer once and holds what came out against the findings that people checked.

use std::path::Path;

use h1check::report::json::{RunFile, VerdictFile};

use crate::Result;
use crate::findings::Findings;
use crate::peer::Peer;

/// Judges all; says whether all could be judged and every fail was checked by hand.
pub(crate) fn all(peers: &[Peer], reports: &Path, findings: &Path) -> Result<bool> {
    let findings = Findings::read(findings)?;
    println!("peer         pass  warn  fail  skip error   time");
    let mut clean = true;
    for peer in peers {
        // The matrix compares runs of the same scenarios.
        let folder = if peer.is_partial() { "partial" } else { "" };
        match peer.judge(&reports.join(folder).join(&peer.name)) {
            Ok(run) => {
                print_row(&peer.name, &run);
                clean &= run.tally.error == 0;
                for complaint in findings.complaints(&peer.name, &fails(&run)) {
                    println!("    {complaint}");
                    clean = false;
                }
            }
            Err(error) => {
                println!("{:<13}not judged: {error}", peer.name);
                clean = false;
            }
        }
    }
    println!("reports: {}", reports.display());
    Ok(clean)
}

fn print_row(name: &str, run: &RunFile) {
    let tally = &run.tally;
    let (pass, warn, fail) = (tally.pass, tally.warn, tally.fail);
    let (skip, error) = (tally.skip, tally.error);
    let seconds = run.took_us / 1_000_000;
    let tenths = run.took_us / 100_000 % 10;
    println!("{name:<13}{pass:4}  {warn:4}  {fail:4}  {skip:4}  {error:4}  {seconds:3}.{tenths} s");
}

/// The ids of scenarios and lints that the peer failed.
fn fails(run: &RunFile) -> Vec<String> {
    let scenarios = run.scenarios.iter();
    let lints = run.lints.iter();
    scenarios
        .filter(|scenario| scenario.verdict == VerdictFile::Fail)
        .map(|scenario| scenario.id.clone())
        .chain(
            lints
                .filter(|lint| lint.verdict == VerdictFile::Fail)
                .map(|lint| format!("lint {}", lint.requirement)),
        )
        .collect()
}
