//! One server that others wrote, and a run against it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use h1check::report::json::{self, RunFile};

use crate::Result;

/// A server and how it is started.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// The name of its folder.
    pub(crate) name: String,
    folder: PathBuf,
    h1check: PathBuf,
}

/// The peers of a folder in the order of their names; those of `names`, if there are any.
pub(crate) fn find(folder: &Path, h1check: &Path, names: &[String]) -> Result<Vec<Peer>> {
    let mut peers = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let folder = entry?.path();
        if folder.join("start").is_file() {
            let name = folder.file_name().unwrap_or_default();
            peers.push(Peer {
                name: name.to_string_lossy().into_owned(),
                folder,
                h1check: h1check.to_owned(),
            });
        }
    }
    peers.sort_by(|a, b| a.name.cmp(&b.name));
    let known: Vec<&str> = peers.iter().map(|peer| peer.name.as_str()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!(
            "there is no peer `{unknown}`; there are {}",
            known.join(", ")
        )
        .into());
    }
    if !names.is_empty() {
        peers.retain(|peer| names.contains(&peer.name));
    }
    Ok(peers)
}

impl Peer {
    /// Starts it, judges it, ends it, and leaves the reports in `report`.
    pub(crate) fn judge(&self, report: &Path) -> Result<RunFile> {
        let state = tempfile::Builder::new().prefix("peer-").tempdir()?;
        let start = self.folder.join("start");
        let programs = self.h1check.parent().unwrap_or(Path::new("."));
        let output = Command::new(&self.h1check)
            .args(["server", "--quiet"])
            .args(self.only()?)
            .arg("--spawn")
            .arg(format!("{} {{port}}", start.display()))
            .arg("--profile")
            .arg(self.folder.join("h1check.toml"))
            .arg("--report")
            .arg(report)
            .env("PEER_STATE", state.path())
            .env("PEER_PROGRAMS", fs::canonicalize(programs)?)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", self.h1check.display()))?;
        let code = output.status.code();
        if !matches!(code, Some(0 | 1)) {
            let said = String::from_utf8_lossy(&output.stderr);
            let tail: Vec<&str> = said.lines().rev().take(12).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            return Err(format!("{}: {}: {}", self.name, output.status, tail.join("\n")).into());
        }
        let file = report.join("run.json");
        let text =
            fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(json::read(&text)?)
    }

    /// Whether it is there for some scenarios only.
    pub(crate) fn is_partial(&self) -> bool {
        self.folder.join("only").is_file()
    }

    /// The options for a peer that is there for some scenarios only: its file `only` has a pattern
    /// in each line.
    fn only(&self) -> Result<Vec<String>> {
        if !self.is_partial() {
            return Ok(Vec::new());
        }
        let file = self.folder.join("only");
        let text =
            fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let patterns = text.lines().filter(|line| !line.is_empty());
        Ok(patterns.map(|line| format!("--only={line}")).collect())
    }
}
