//! What is wrong in files: where, what, and how to put it right.

use std::fmt::{self, Write as _};
use std::io;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::model::Place;

/// Why scenarios could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Files are wrong.
    #[error(transparent)]
    Invalid(#[from] Diagnostics),
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no scenario in the folder.
    #[error("there is no scenario file (*.toml) in {}", path.display())]
    Empty {
        /// Which one.
        path: PathBuf,
    },
    /// There is no frozen set of that name.
    #[error("there is no suite `{name}`: this h1check has {}", list(known))]
    NoSuchSuite {
        /// What was asked for.
        name: String,
        /// Those that there are, the oldest first.
        known: Vec<String>,
    },
    /// The archive of a frozen set cannot be read.
    #[error("the suite {name} of this h1check is broken")]
    BrokenSuite {
        /// Which one.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// A pattern or a requirement selects nothing.
    #[error("{wanted} selects no scenario{}", hint.as_ref().map(|hint| format!(" (did you mean `{hint}`?)")).unwrap_or_default())]
    NothingSelected {
        /// What was asked for, e.g. "the pattern `server/clsoe/*`".
        wanted: String,
        /// What may have been meant.
        hint: Option<String>,
    },
}

/// The names of frozen sets, for a message.
fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "only the current one, which is judged by without --suite".into();
    }
    format!("{}, and without --suite the current one", names.join(", "))
}

impl LoadError {
    /// The error for people: with the lines of the files, for several problems one after another.
    #[must_use]
    pub fn render(&self, coloured: bool) -> String {
        match self {
            Self::Invalid(diagnostics) => diagnostics.render(coloured),
            other => {
                let mut text = format!("error: {other}");
                let mut cause = std::error::Error::source(other);
                while let Some(error) = cause {
                    write!(text, ": {error}").expect("a String takes all");
                    cause = error.source();
                }
                text
            }
        }
    }
}

/// Everything that is wrong in one or several files; never empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostics {
    /// In the order of the files and of their text.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, as a lower-case fragment.
    pub message: String,
    /// A word at the caret.
    pub label: Option<String>,
    /// How to put it right.
    pub advice: Option<String>,
}

impl Diagnostics {
    /// All problems, each with its line and a caret, for people.
    #[must_use]
    pub fn render(&self, coloured: bool) -> String {
        let rendered: Vec<String> = self
            .problems
            .iter()
            .map(|problem| problem.render(coloured))
            .collect();
        rendered.join("\n\n")
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{:?}: {}", problem.place, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

impl Problem {
    fn render(&self, coloured: bool) -> String {
        let source = &self.place.source;
        // A span from a foreign parser may lie at the very end or, at worst, inside a character.
        let end = source.text.len();
        let start = floor_boundary(&source.text, self.place.span.start.min(end));
        let stop = floor_boundary(&source.text, self.place.span.end.clamp(start, end)).max(start);
        let mut annotation = AnnotationKind::Primary.span(start..stop);
        if let Some(label) = &self.label {
            annotation = annotation.label(label);
        }
        let snippet = Snippet::source(source.text.as_str())
            .path(source.path.as_str())
            .annotation(annotation);
        let mut group = Level::ERROR.primary_title(&self.message).element(snippet);
        if let Some(advice) = &self.advice {
            group = group.element(Level::HELP.message(advice));
        }
        let renderer = if coloured {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.render(&[group])
    }
}

/// The candidate that is most like the word, if any is like it at all.
#[must_use]
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // A word of one or two letters is like any other of that length.
    let bound = match word.chars().count() {
        0..=2 => 0,
        letters => (letters / 3).clamp(1, 4),
    };
    candidates
        .into_iter()
        .map(|candidate| {
            let distance =
                strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The last character boundary at or before an offset.
fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
