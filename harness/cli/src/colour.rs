//! Whether there are colours, and how wide a terminal is.

use std::io;

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use h1check::report::terminal::Style;

/// When to use colours.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ColourArguments {
    /// When to use colours; auto: on a terminal, unless NO_COLOR or CLICOLOR_FORCE say otherwise
    #[arg(
        long,
        alias = "colour",
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t = When::Auto,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    color: When,
}

/// As with most programs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl ColourArguments {
    /// From here on everything that is printed keeps to it.
    pub(crate) fn set(self) {
        let choice = match self.color {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// How a report on stdout looks.
pub(crate) fn style() -> Style {
    let plain = Style::default();
    Style {
        colour: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        // Longer lines are hard to read, however wide the terminal is.
        width: width().map_or(plain.width, |width| width.min(WIDEST)),
        ..plain
    }
}

/// How progress looks, and a report where stdout is for something else.
pub(crate) fn style_of_stderr() -> Style {
    let plain = Style::default();
    let width = terminal_size::terminal_size_of(io::stderr());
    Style {
        colour: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        width: width.map_or(plain.width, |(width, _)| width.0.into()),
        ..plain
    }
}

/// The columns of stdout, if that is a terminal.
pub(crate) fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0))
}

const WIDEST: usize = 120;
