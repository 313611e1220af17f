//! `h1check diff`: what got better and worse from one run to another.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use h1check::report::diff::{self, Diff};
use h1check::report::terminal::Style;

use crate::colour::style;
use crate::exit;
use crate::output::{try_place, write_atomically};
use crate::run_file;
use crate::terminal::{fail, note, say};

/// Say what got better, worse, new and gone from one run to another
///
/// Both are files `run.json` or folders that hold one. Scenarios and lints are paired by their ids.
///
///   worse    pass → warn or fail, warn → fail; and also: any of these → skip or error, for what
///            is not judged proves nothing; skip or error → warn or fail; skip → error
///   better   fail → warn or pass, warn → pass, skip or error → pass, error → skip
///   changed  still warn or fail, but of another kind or at another step
///   new      only in NEW, whatever its verdict
///   gone     only in OLD
///
/// A lint that a run does not report passed there. Other words, times and octets are no change.
/// The two may be of different subjects, versions or suites; how the suites differ is said.
///
/// The exit code is 1 if something is worse; else 3 if NEW was ended early; else 0. It is 2 if a
/// file is no run.json.
#[derive(Args, Debug)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  h1check diff before/run.json after/run.json          for people
  h1check diff before after -o diff.md -o diff.json    two files; folders hold run.json
  h1check diff before after --format markdown >> \"$GITHUB_STEP_SUMMARY\""
)]
pub(crate) struct Arguments {
    /// The run before
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The run after
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Write into this file as well: .md, .json or .txt says in which format; repeatable
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    Terminal,
    Markdown,
    Json,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "txt" => Some(Self::Terminal),
            _ => None,
        }
    }

    fn render(self, diff: &Diff, style: Style) -> String {
        match self {
            Self::Terminal => diff::terminal(diff, style),
            Self::Markdown => diff::markdown(diff),
            Self::Json => diff.json(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut files = Vec::new();
    for path in &arguments.output {
        let Some(format) = Format::of(path) else {
            note(format_args!(
                "error: {}: name a file that ends in .md, .json or .txt",
                path.display()
            ));
            return ExitCode::from(exit::BAD_INPUT);
        };
        if let Err(error) = try_place(path) {
            return fail(&error);
        }
        files.push((path, format));
    }
    let diff = match (
        run_file::read(&arguments.old),
        run_file::read(&arguments.new),
    ) {
        (Ok(old), Ok(new)) => Diff::of(&old, &new),
        (Err(code), _) | (_, Err(code)) => return code,
    };
    let plain = Style::default();
    say(format_args!("{}", arguments.format.render(&diff, style())));
    for (path, format) in files {
        if let Err(error) = write_atomically(path, format.render(&diff, plain).as_bytes()) {
            return fail(&error);
        }
    }
    ExitCode::from(diff.exit_code())
}
