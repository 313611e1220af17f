//! What is shown while a run goes on.

use std::io::{self, IsTerminal as _};

use h1check::outcome::Outcome;
use h1check::report::terminal;
use h1check::run::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::colour::style_of_stderr;
use crate::terminal::note;

/// Progress: a bar on a terminal, plain lines otherwise.
pub(crate) struct Show {
    bar: Option<ProgressBar>,
    verbose: bool,
    quiet: bool,
    style: terminal::Style,
    failed: usize,
}

impl Show {
    pub(crate) fn new(verbose: bool, quiet: bool) -> Self {
        let bar = (io::stderr().is_terminal() && !quiet).then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            verbose,
            quiet,
            style: style_of_stderr(),
            failed: 0,
        }
    }

    pub(crate) fn progress(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Started(count) => {
                if let Some(bar) = &self.bar {
                    bar.inc_length(*count as u64);
                }
            }
            Progress::Finished(outcome, _) => self.finished(outcome),
            Progress::Note(text) => self.line(text),
        }
    }

    fn finished(&mut self, outcome: &Outcome) {
        let good = matches!(outcome.class(), "pass" | "skip" | "expected");
        if self.verbose {
            self.line(&terminal::line(outcome, self.style));
        }
        self.failed += usize::from(matches!(outcome.class(), "fail" | "error"));
        if let Some(bar) = &self.bar {
            bar.inc(1);
            bar.set_message(format!("{} failed", self.failed));
        } else if !good && !self.verbose && !self.quiet {
            self.line(&terminal::line(outcome, self.style));
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => note(format_args!("{text}")),
        }
    }

    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
