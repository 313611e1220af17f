//! Colours and widths of the terminal report.

use annotate_snippets::renderer::{AnsiColor, Effects};

/// How the terminal report looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub colour: bool,
    /// How many columns there are. Long sentences are wrapped, bytes are not.
    pub width: usize,
    /// Whether only what is wrong is shown, and the summary: not what was skipped.
    pub quiet: bool,
}

impl Default for Style {
    /// No colours, 100 columns, everything.
    fn default() -> Self {
        Self {
            colour: false,
            width: 100,
            quiet: false,
        }
    }
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::report) enum Ink {
    /// Names that one looks for.
    Strong,
    /// What one may skip.
    Muted,
    /// What we sent.
    We,
    /// What the subject sent.
    Subject,
    /// The colour of this verdict.
    Of(&'static str),
}

impl Ink {
    fn style(self) -> annotate_snippets::renderer::Style {
        let style = annotate_snippets::renderer::Style::new();
        match self {
            Self::Strong => style.effects(Effects::BOLD),
            Self::Muted => style.effects(Effects::DIMMED),
            Self::We => style.fg_color(Some(AnsiColor::Blue.into())),
            Self::Subject => style.fg_color(Some(AnsiColor::Cyan.into())),
            Self::Of("pass") => style.fg_color(Some(AnsiColor::Green.into())),
            Self::Of("warn" | "flaky") => style.fg_color(Some(AnsiColor::Yellow.into())),
            Self::Of("fail") => style
                .fg_color(Some(AnsiColor::Red.into()))
                .effects(Effects::BOLD),
            Self::Of("error") => style.fg_color(Some(AnsiColor::Magenta.into())),
            Self::Of(_) => style.fg_color(Some(AnsiColor::BrightBlack.into())),
        }
    }
}

impl Style {
    /// The text in its colour.
    pub(in crate::report) fn ink(self, ink: Ink, text: &str) -> String {
        if self.colour {
            let style = ink.style();
            format!("{style}{text}{style:#}")
        } else {
            String::from(text)
        }
    }

    /// Lines of wrapped text in one colour, all of them indented.
    pub(in crate::report) fn block(self, ink: Ink, text: &str, indent: usize) -> String {
        let blank = " ".repeat(indent);
        wrap(text, indent, self.width)
            .lines()
            .map(|line| format!("{blank}{}\n", self.ink(ink, line.trim_start())))
            .collect()
    }

    /// A verdict word, padded to the column behind it.
    pub(super) fn verdict_word(self, word: &'static str) -> String {
        format!(
            "{}{}",
            self.ink(Ink::Of(word), word),
            " ".repeat(7_usize.saturating_sub(word.len()).max(2))
        )
    }

    /// `3 fail`, grey where there is none.
    pub(super) fn count(self, word: &'static str, count: usize) -> String {
        let ink = if count == 0 {
            Ink::Muted
        } else {
            Ink::Of(word)
        };
        self.ink(ink, &format!("{count} {word}"))
    }
}

/// Wraps words to the width; the first line stands behind something of `indent` columns, the
/// others are indented so far. Ends with a line end.
pub(in crate::report) fn wrap(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(40);
    let mut wrapped = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > room {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped.push('\n');
    wrapped
}

/// At most so many characters, with `…` where some are missing.
pub(super) fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return String::from(text);
    }
    let mut short: String = text.chars().take(room.saturating_sub(1)).collect();
    short.push('…');
    short
}
