//! Collects what is wrong in one file, so that all of it can be told at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::error::{Diagnostics, Problem, did_you_mean};
use super::model::{Place, Source};

/// Collects what is wrong in one file.
pub(crate) struct Log {
    source: Arc<Source>,
    problems: RefCell<Vec<Problem>>,
}

/// A problem that has just been noted, to add to it.
pub(crate) struct Noted<'l> {
    log: &'l Log,
    index: usize,
}

impl Log {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        Self {
            source: Arc::new(source),
            problems: RefCell::default(),
        }
    }

    pub(crate) fn source(&self) -> &Arc<Source> {
        &self.source
    }

    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place {
            source: Arc::clone(&self.source),
            span,
        }
    }

    /// Notes a problem.
    pub(crate) fn note(&self, span: Range<usize>, message: impl Into<String>) -> Noted<'_> {
        let mut problems = self.problems.borrow_mut();
        problems.push(Problem {
            place: self.place(span),
            message: message.into(),
            label: None,
            advice: None,
        });
        Noted {
            log: self,
            index: problems.len() - 1,
        }
    }

    /// Parses the text; syntax errors are noted, and then there is no tree worth reading.
    pub(crate) fn tree<'t>(&self, text: &'t str) -> Option<DeTable<'t>> {
        let (tree, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let noted = self.note(span, error.message());
            if error.message().contains("escape") {
                noted.advice("write octets in single quotes: TOML leaves those alone");
            }
        }
        errors.is_empty().then(|| tree.into_inner())
    }

    /// All that was noted, in the order of the text and each thing once: the steps of a file
    /// are read once per case.
    pub(crate) fn finish(self) -> Result<(), Diagnostics> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.place.span.start);
        let mut seen = BTreeSet::new();
        problems.retain(|problem| {
            let span = &problem.place.span;
            seen.insert((span.start, span.end, problem.message.clone()))
        });
        if problems.is_empty() {
            return Ok(());
        }
        if problems.len() > MOST_PROBLEMS {
            let more = problems.len() - MOST_PROBLEMS;
            problems.truncate(MOST_PROBLEMS + 1);
            if let Some(last) = problems.last_mut() {
                last.message = format!("here and further down: {more} more");
                last.label = None;
                last.advice = None;
            }
        }
        Err(Diagnostics { problems })
    }
}

impl Noted<'_> {
    /// Adds a word at the caret.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        self.log.problems.borrow_mut()[self.index].label = Some(label.into());
        self
    }

    /// Adds how to put it right.
    pub(crate) fn advice(self, advice: impl Into<String>) -> Self {
        self.log.problems.borrow_mut()[self.index].advice = Some(advice.into());
        self
    }

    /// Advises the candidate that is most like the word, or else names them all.
    pub(crate) fn suggest<'a>(
        self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Self {
        if let Some(meant) = did_you_mean(word, candidates.clone()) {
            return self.advice(format!("did you mean `{meant}`?"));
        }
        let all: Vec<&str> = candidates.into_iter().collect();
        if all.is_empty() || all.len() > 40 {
            return self;
        }
        self.advice(format!("known are: {}", all.join(", ")))
    }
}

/// More than these nobody reads, and rendering them takes its time.
const MOST_PROBLEMS: usize = 50;
