//! Where a column or a side comes from: who was judged, when, by which version, with which suite.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Serialize;

use crate::report::escape;
use crate::report::json::RunFile;

/// Where the verdicts of a run.json come from. All texts are safe to show.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Origin {
    /// Who was judged.
    pub subject: String,
    /// The version of h1check that judged.
    pub version: String,
    /// The frozen set, if it was one.
    pub suite: Option<String>,
    /// When the run started.
    pub started: String,
    /// Why it was ended early, if it was.
    pub interrupted: Option<String>,
    /// The part of a suite that it is: index and count.
    pub shard: Option<(usize, usize)>,
    /// What stands for the suite: two with the same are comparable.
    pub digest: String,
    #[serde(skip)]
    ids: BTreeSet<String>,
    #[serde(skip)]
    texts: BTreeMap<String, u64>,
}

impl Origin {
    /// Of this run.
    #[must_use]
    pub fn of(run: &RunFile) -> Self {
        Self {
            subject: escape::text(&run.subject),
            version: escape::text(&run.version),
            suite: run.suite.name.as_deref().map(escape::text),
            started: escape::text(&run.started),
            interrupted: run.interrupted.as_deref().map(escape::text),
            shard: run.shard.as_ref().map(|shard| (shard.index, shard.count)),
            digest: escape::text(&run.suite.digest),
            ids: run
                .scenarios
                .iter()
                .map(|it| escape::text(&it.id))
                .collect(),
            texts: run
                .sources
                .iter()
                .map(|(path, text)| (escape::text(path), mark(text)))
                .collect(),
        }
    }

    /// `h1check 0.1.0, suite 1.0`.
    #[must_use]
    pub fn made_by(&self) -> String {
        match &self.suite {
            Some(suite) => format!("h1check {}, suite {suite}", self.version),
            None => format!("h1check {}", self.version),
        }
    }

    /// When it started, as people read it: `2026-11-23 00:18 UTC`.
    pub(in crate::report) fn day(&self) -> String {
        match self.started.parse::<jiff::Timestamp>() {
            Ok(started) => started.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            Err(_) => self.started.clone(),
        }
    }

    /// How the suite of another run differs from this one; nothing where it is the same.
    pub(in crate::report) fn difference(&self, other: &Self) -> Option<String> {
        let known = !self.digest.is_empty() && !other.digest.is_empty();
        let same = if known {
            self.digest == other.digest
        } else {
            // A report that says nothing of its suite: the ids are what can be held against each other.
            self.ids == other.ids
        };
        if same {
            return None;
        }
        let mut parts = Vec::new();
        if self.made_by() != other.made_by() {
            parts.push(format!("{} and {}", self.made_by(), other.made_by()));
        }
        let only = |one: &Self, two: &Self, which: &str| {
            let ids: Vec<&str> = one.ids.difference(&two.ids).map(String::as_str).collect();
            (!ids.is_empty()).then(|| format!("only in the {which}: {}", listed(&ids)))
        };
        parts.extend(only(self, other, "first"));
        parts.extend(only(other, self, "second"));
        let changed: Vec<&str> = self
            .texts
            .iter()
            .filter(|(path, text)| other.texts.get(*path).is_some_and(|it| it != *text))
            .map(|(path, _)| path.as_str())
            .collect();
        if !changed.is_empty() {
            parts.push(format!("with another text: {}", listed(&changed)));
        }
        if parts.is_empty() {
            parts.push(String::from("other scenarios were selected"));
        }
        Some(parts.join("; "))
    }
}

/// What stands for a text, so that twenty reports do not hold all of theirs: equal for equal ones.
fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The first few, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown = names.len().min(3);
    let more = names.len() - shown;
    let shown = names[..shown].join(", ");
    if more > 0 {
        format!("{shown} and {more} more")
    } else {
        shown
    }
}
