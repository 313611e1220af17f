//! `h1check completions` and `h1check man`: what shells and readers get from the one definition of
//! the command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::output::write_atomically;
use crate::terminal::{fail, note, say};

/// Print the completions for a shell
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check completions bash > ~/.local/share/bash-completion/completions/h1check
  h1check completions zsh > ~/.zfunc/_h1check
  h1check completions fish > ~/.config/fish/completions/h1check.fish")]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

/// Print the page of the manual, or write the pages of all commands into a folder
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check man | man -l -
  h1check man ~/.local/share/man/man1")]
pub(crate) struct Manual {
    /// Where h1check.1, h1check-server.1 … are to lie
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn complete(arguments: &Completions) -> ExitCode {
    let mut text = Vec::new();
    let mut command = crate::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "h1check", &mut text);
    say(format_args!("{}", String::from_utf8_lossy(&text)));
    ExitCode::SUCCESS
}

pub(crate) fn man(arguments: &Manual) -> ExitCode {
    let mut command = crate::Arguments::command();
    command.build();
    match &arguments.folder {
        None => say(format_args!("{}", page(&command))),
        Some(folder) => {
            let mut count = 0;
            if let Err(error) = write_all(&command, folder, &mut count) {
                return fail(&error);
            }
            note(format_args!(
                "wrote {count} pages into {}",
                folder.display()
            ));
        }
    }
    ExitCode::SUCCESS
}

/// The page of a command, and those of the commands below it.
fn write_all(command: &clap::Command, folder: &Path, count: &mut usize) -> std::io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = folder.join(format!("{name}.1"));
    write_atomically(&path, page(command).as_bytes())?;
    *count += 1;
    let below = command.get_subcommands();
    below
        .filter(|it| !it.is_hide_set() && it.get_name() != "help")
        .try_for_each(|it| write_all(it, folder, count))
}

fn page(command: &clap::Command) -> String {
    let mut text = Vec::new();
    Man::new(command.clone())
        .render(&mut text)
        .expect("writing to memory does not fail");
    String::from_utf8_lossy(&text).into_owned()
}
