//! Measures h1check against its goals. Everything is a ratio, or a figure that hardly depends on
//! the machine, taken in alternating rounds; everything is loopback, and bounded in time.
//!
//! A row of `rows` plays something and gives figures; `roles` are the programs that it needs
//! besides, played by this binary in processes of their own. It needs Linux, for `/proc`.

mod figure;
mod files;
mod machine;
mod process;
mod report;
mod roles;
mod rows;
mod wrk;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::figure::Line;

/// What can go wrong here ends the program: there is nothing to clean up.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures h1check against its goals
#[derive(Debug, Parser)]
#[command(name = "h1check-bench", arg_required_else_help = true)]
struct Arguments {
    /// `all`, or the names of rows
    #[arg(value_name = "ROW", value_parser = rows::names(), required = true)]
    rows: Vec<String>,
    /// How many rounds a ratio is the median of
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The binary that is measured, instead of the one beside this one
    #[arg(long, value_name = "FILE")]
    h1check: Option<PathBuf>,
    /// Where `all` writes its report
    #[arg(long, value_name = "FILE", default_value = "reports/bench.md")]
    report: PathBuf,
    #[command(subcommand)]
    role: Option<Role>,
}

/// What this binary plays for itself, in a process of its own.
#[derive(Debug, Subcommand)]
#[command(subcommand_negates_reqs = true)]
enum Role {
    #[command(hide = true)]
    Role(roles::Arguments),
}

/// What rows have in common.
#[derive(Debug)]
pub(crate) struct Context {
    /// How many rounds.
    pub(crate) rounds: usize,
    /// The binary that is measured.
    pub(crate) h1check: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.role {
        Some(Role::Role(role)) => roles::play(role),
        None => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Result<()> {
    process::raise_descriptor_limit()?;
    let context = Context {
        rounds: arguments.rounds.max(1),
        h1check: match &arguments.h1check {
            Some(file) => file.clone(),
            None => process::built_h1check()?,
        },
    };
    let all = arguments.rows.iter().any(|row| row == "all");
    let mut lines: Vec<Line> = Vec::new();
    for (name, row) in rows::ROWS {
        if !all && !arguments.rows.iter().any(|wanted| wanted == name) {
            continue;
        }
        eprintln!("{name} …");
        let measured = row(&context)?;
        for line in &measured {
            eprintln!("  {line}");
        }
        lines.extend(measured);
    }
    let text = report::render(&lines, context.rounds);
    if all {
        if let Some(folder) = arguments.report.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&arguments.report, &text)?;
    }
    println!("{text}");
    Ok(())
}
