//! `h1check merge`: the reports of all shards to one.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use h1check::outcome::Run;
use h1check::scenario::Catalogue;
use h1check::shard;

use crate::exit;
use crate::formats::FormatArguments;
use crate::judge::quoted;
use crate::run_file;
use crate::terminal::complain;

/// Put the reports of all shards of a run together
///
/// Takes the run.json of each shard (see --shard of server, client and reference), or the folder
/// that holds it, in any order. The result is the report of one machine that played everything:
/// a control that several shards played counts once. Exit codes: those of that run (0 conforms, 1
/// deviates, 3 could not test); 2 where a shard is missing or given twice, or where the reports
/// are not of one run: made by another version, of other scenarios, or divided in another way.
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:
  h1check merge shards/*/run.json --report reports
  h1check merge shard-1 shard-2 shard-3 shard-4 --junit junit.xml
  h1check merge 1.json 2.json --json run.json           for --balance of the next run")]
pub(crate) struct Arguments {
    /// The reports of the shards, or their folders
    #[arg(value_name = "RUN.JSON", required = true)]
    reports: Vec<PathBuf>,
    #[command(flatten)]
    formats: FormatArguments,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let (run, catalogue) = match merged(&arguments.reports) {
        Ok(merged) => merged,
        Err(code) => return code,
    };
    if let Err(code) = arguments.formats.check() {
        return code;
    }
    let muted = arguments.formats.mute();
    arguments.formats.write(&run, &catalogue, muted, false)
}

fn merged(reports: &[PathBuf]) -> Result<(Run, Catalogue), ExitCode> {
    let bad = |error: &dyn std::error::Error| {
        complain(error);
        ExitCode::from(exit::BAD_INPUT)
    };
    let mut catalogue = Catalogue::default();
    let mut runs = Vec::new();
    for path in reports {
        let name = run_file::locate(path).display().to_string();
        let (run, cited) = run_file::restore(path)?;
        catalogue.entries.extend(cited.entries);
        runs.push((name, run));
    }
    let mut run = shard::merge(runs).map_err(|error| bad(&error))?;
    run.command = without_shard(&run.command);
    Ok((run, catalogue))
}

/// The command line that plays everything.
fn without_shard(command: &str) -> String {
    let Some(words) = shlex::split(command) else {
        return command.into();
    };
    let mut kept: Vec<String> = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').unzip();
        if word == "--" {
            kept.extend([word].into_iter().chain(words.by_ref()));
        } else if FLAGS.contains(&word.as_str()) {
            // The next word is its value.
            words.next();
        } else if !(value.is_some() && flag.is_some_and(|flag| FLAGS.contains(&flag))) {
            kept.push(word);
        }
    }
    let kept: Vec<String> = kept.iter().map(|word| quoted(word)).collect();
    kept.join(" ")
}

const FLAGS: [&str; 2] = ["--shard", "--balance"];

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("h1check server --reference --shard 1/4", "h1check server --reference")]
    #[case(
        "h1check client --shard=auto --balance='a b.json' -q -- curl --shard {url}",
        "h1check client -q -- curl --shard '{url}'"
    )]
    #[case(
        "h1check server --balance 'x y' http://a/ --report r",
        "h1check server http://a/ --report r"
    )]
    fn the_command_of_all_shards_has_no_shard(#[case] command: &str, #[case] wanted: &str) {
        assert_eq!(without_shard(command), wanted);
    }
}
