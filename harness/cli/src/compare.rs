//! `h1check compare`: many subjects side by side.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use h1check::report::compare::{Builder, Matrix, html, markdown, names};

use crate::exit;
use crate::output::{try_place, write_atomically};
use crate::run_file;
use crate::terminal::{fail, note, say};

/// Show many subjects side by side: scenarios × subjects, what they disagree on first
///
/// Reads the run.json of each subject, one file or folder each. Who behaves alike stands together,
/// and what all agree on is folded away. A cell shows what was said on the wire; where an
/// index.html lies beside a run.json, it also links to that.
///
/// All must have been judged with the same scenarios, unless --force is given.
///
/// The exit code is 0 if the matrix could be made, whatever it shows; 2 if a file is no run.json or
/// the suites differ; 3 if it could not be written.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check compare reports/peers/*/ -o matrix.html -o matrix.md
  h1check compare old.json new.json --name before --name after      Markdown to stdout
  h1check compare a b c --format json | jq '.rows[] | select(.disagreement > 0) | .id'")]
pub(crate) struct Arguments {
    /// Files run.json, or folders that hold one
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// The name of a subject, once for each in their order; else that of its folder
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// Write into this file; .html, .md or .json says in which format; repeatable
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// What is printed where there is no --output, or the format of an --output with another ending
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Put runs together although they were judged with different scenarios
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    Html,
    Markdown,
    Json,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn render(self, matrix: &Matrix, links: &[Option<String>]) -> String {
        match self {
            Self::Html => html(matrix, links),
            Self::Markdown => markdown(matrix, links),
            Self::Json => matrix.json(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match arguments.matrix() {
        Ok(code) | Err(code) => code,
    }
}

impl Arguments {
    fn matrix(&self) -> Result<ExitCode, ExitCode> {
        let names = self.names()?;
        let files = self.files()?;
        for (path, _) in &files {
            try_place(path).map_err(|error| fail(&error))?;
        }
        let mut builder = Builder::default();
        for (path, name) in self.runs.iter().zip(&names) {
            builder.add(name, &run_file::read(path)?);
        }
        if let Some(obstacle) = builder.obstacle().filter(|_| !self.force) {
            return Err(bad(&format!(
                "{obstacle}; --force puts them together all the same"
            )));
        }
        let matrix = builder.finish();
        if files.is_empty() {
            let format = self.format.unwrap_or(Format::Markdown);
            let text = format.render(&matrix, &self.links(Path::new(".")));
            say(format_args!("{text}"));
        }
        for (path, format) in files {
            let folder = path.parent().unwrap_or(Path::new("."));
            let text = format.render(&matrix, &self.links(folder));
            write_atomically(path, text.as_bytes()).map_err(|error| fail(&error))?;
        }
        Ok(ExitCode::from(exit::CONFORMS))
    }

    fn names(&self) -> Result<Vec<String>, ExitCode> {
        if self.name.is_empty() {
            let paths = self.runs.iter().map(|path| run_file::locate(path));
            let paths: Vec<String> = paths.map(|path| path.to_string_lossy().into()).collect();
            return Ok(names(&paths));
        }
        let mut sorted = self.name.clone();
        sorted.sort();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(bad(&format!("--name {} is given twice", twice[0])));
        }
        if self.name.len() != self.runs.len() {
            let (names, runs) = (self.name.len(), self.runs.len());
            return Err(bad(&format!(
                "there are {names} --name for {runs} runs: give one for each, or none"
            )));
        }
        Ok(self.name.clone())
    }

    fn files(&self) -> Result<Vec<(&PathBuf, Format)>, ExitCode> {
        let files = self.output.iter().map(|path| {
            let format = Format::of(path).or(self.format).ok_or_else(|| {
                bad(&format!(
                    "{}: name a file that ends in .html, .md or .json, or give --format",
                    path.display()
                ))
            })?;
            Ok((path, format))
        });
        files.collect()
    }

    /// The page of each run, as seen from a folder.
    fn links(&self, folder: &Path) -> Vec<Option<String>> {
        let runs = self.runs.iter();
        runs.map(|path| {
            let page = run_file::locate(path).with_file_name("index.html");
            page.is_file().then(|| link(folder, &page)).flatten()
        })
        .collect()
    }
}

fn bad(what: &str) -> ExitCode {
    note(format_args!("error: {what}"));
    ExitCode::from(exit::BAD_INPUT)
}

/// The address of a file relative to a folder.
fn link(folder: &Path, file: &Path) -> Option<String> {
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| String::from(".."));
    let down = to[common..].iter().filter_map(|part| match part {
        Component::Normal(name) => Some(encoded(name)),
        _ => None,
    });
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// One part of a path, as it stands in an address.
fn encoded(name: &OsStr) -> String {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    name.as_encoded_bytes()
        .iter()
        .map(|&octet| {
            if plain(octet) {
                char::from(octet).to_string()
            } else {
                format!("%{octet:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn links_lead_from_the_matrix_to_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("peers/a b:c/index.html");
        let elsewhere = folder.path().join("out/deep");
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::create_dir_all(&elsewhere).unwrap();
        fs::write(&page, "x").unwrap();
        let from = |folder: &Path| link(folder, &page).unwrap();
        assert_eq!(from(folder.path()), "peers/a%20b%3Ac/index.html");
        assert_eq!(from(&elsewhere), "../../peers/a%20b%3Ac/index.html");
        assert_eq!(from(page.parent().unwrap()), "index.html");
    }
}
