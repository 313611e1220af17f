//! `h1check freeze`: writes the scenarios of this h1check as a frozen set, for its maintainers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::Args;
use h1check::scenario::{Library, Selection, freeze};
use h1check::wire::lint::LINTS;
use sha2::{Digest as _, Sha256};

use crate::exit;
use crate::library::refuse;
use crate::output::write_atomically;
use crate::terminal::{fail, note, say};

/// Freeze the built-in scenarios and their catalogue, for later use by --suite
///
/// This is for releases of h1check itself: it writes VERSION.tar.gz and its line of SUMS, and the
/// next build embeds both. The octets depend on the files alone. An archive that is there already
/// and differs is not touched without --replace: somebody may judge by it.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  make freeze VERSION=1.0                         builds first, so that nothing is stale
  h1check freeze 1.0 --into scenarios/suites")]
pub(crate) struct Arguments {
    /// The name of the set: numbers with dots, e.g. 1.0
    #[arg(value_name = "VERSION", value_parser = version)]
    name: String,
    /// The folder of the archives
    #[arg(long, value_name = "DIR", default_value = "scenarios/suites")]
    into: PathBuf,
    /// Overwrite an archive that differs
    #[arg(long)]
    replace: bool,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let library = Library::bundled();
    // A set that cannot be read would be of no use to anybody.
    if let Err(error) = library.select(&Selection::all()) {
        return refuse(&error);
    }
    let archive = match freeze(&library, LINTS.iter().map(|lint| lint.id)) {
        Ok(archive) => archive,
        Err(error) => return fail(&error),
    };
    let name = format!("{}.tar.gz", arguments.name);
    let path = arguments.into.join(&name);
    let differs = |old: Vec<u8>| old != archive;
    if fs::read(&path).is_ok_and(differs) && !arguments.replace {
        note(format_args!(
            "error: {} is there already and differs: a frozen set stays as it is; freeze another \
             VERSION, or say --replace where nobody can judge by it yet",
            path.display()
        ));
        return ExitCode::from(exit::BAD_INPUT);
    }
    let written =
        write_atomically(&path, &archive).and_then(|()| sum(&arguments.into, &name, &archive));
    if let Err(error) = written {
        return fail(&error);
    }
    say(format_args!(
        "froze {} files in {} ({} octets)\n",
        library.file_ids().count(),
        path.display(),
        archive.len()
    ));
    ExitCode::SUCCESS
}

/// Puts the checksum of an archive into `SUMS`, in the format of `sha256sum`.
fn sum(folder: &Path, name: &str, archive: &[u8]) -> io::Result<()> {
    let path = folder.join("SUMS");
    let old = match fs::read_to_string(&path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let of_others = old
        .lines()
        .filter(|line| !line.ends_with(&format!(" {name}")));
    let mut lines: Vec<String> = of_others.map(str::to_owned).collect();
    let mut line = String::new();
    for octet in Sha256::digest(archive) {
        // Writing to a string cannot fail.
        let _ = write!(line, "{octet:02x}");
    }
    lines.push(format!("{line}  {name}"));
    lines.sort_by(|one, other| one.rsplit(' ').next().cmp(&other.rsplit(' ').next()));
    write_atomically(&path, format!("{}\n", lines.join("\n")).as_bytes())
}

fn version(text: &str) -> Result<String, String> {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    if text.split('.').all(number) {
        return Ok(text.to_owned());
    }
    Err("numbers with dots, e.g. 1.0".into())
}
