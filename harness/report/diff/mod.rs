//! Two runs, an old and a new one: what got better and worse, what is new and gone.
//!
//! The verdicts are data of two run.json files; nothing is judged anew here.
//!
//! | from | to | is |
//! |---|---|---|
//! | pass | warn, fail | worse |
//! | warn | fail | worse |
//! | pass, warn, fail | skip, error | worse: what is not judged proves nothing |
//! | skip, error | warn, fail | worse: a deviation that nobody had seen |
//! | skip | error | worse |
//! | fail | warn, pass | better |
//! | warn | pass | better |
//! | skip, error | pass | better |
//! | error | skip | better |
//! | warn, fail | the same, of another kind or at another step | changed |
//! | – | any, in the new run only | new |
//! | any | –, in the old run only | gone |
//!
//! A lint that a run does not report counts as passed there.

mod gather;
mod markdown;
mod terminal;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::markdown::markdown;
pub use self::terminal::terminal;
use super::across::{Cell, Origin, cells};
use super::json::{RunFile, VerdictFile};

/// What became of a scenario or lint from the old run to the new one.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Farther from conforming, or no longer judged.
    Worse,
    /// Nearer to conforming.
    Better,
    /// As bad as before, but in another way.
    Changed,
    /// Only in the new run.
    New,
    /// Only in the old run.
    Gone,
}

impl Class {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Worse,
        Self::Better,
        Self::Changed,
        Self::New,
        Self::Gone,
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// One scenario or lint that is not as it was.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Change {
    /// Its id; `lint ID` for a lint.
    pub id: String,
    /// What should be true.
    pub title: String,
    /// What became of it.
    pub class: Class,
    /// What the old run says, if it is there.
    pub old: Option<Cell>,
    /// What the new run says, if it is there.
    pub new: Option<Cell>,
}

/// Two runs against each other.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Diff {
    /// Always `h1check-diff`.
    pub format: &'static str,
    /// Raised when a reader of the old format would go wrong.
    pub format_version: u32,
    /// The old run.
    pub old: Origin,
    /// The new run.
    pub new: Origin,
    /// How the suites differ, if they do.
    pub suites: Option<String>,
    /// How many are as they were.
    pub same: usize,
    /// What is not as it was, by class and id.
    pub changes: Vec<Change>,
}

impl Diff {
    /// Holds the new run against the old one.
    #[must_use]
    pub fn of(old: &RunFile, new: &RunFile) -> Self {
        let (origin, newer) = (Origin::of(old), Origin::of(new));
        let (old, new) = (cells(old), cells(new));
        let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let mut changes = Vec::new();
        for id in &ids {
            let (before, after) = (old.get(*id), new.get(*id));
            let Some((title, _)) = after.or(before) else {
                continue; // Every id is from one of the two.
            };
            let (before, after) = (before.map(|it| &it.1), after.map(|it| &it.1));
            let clean = id.starts_with("lint ").then(Cell::clean);
            let before = before.or(clean.as_ref()).cloned();
            let after = after.or(clean.as_ref()).cloned();
            if let Some(class) = class(before.as_ref(), after.as_ref()) {
                changes.push(Change {
                    id: (*id).clone(),
                    title: title.clone(),
                    class,
                    old: before,
                    new: after,
                });
            }
        }
        // A stable sort: the ids keep their order.
        changes.sort_by_key(|change| change.class);
        Self {
            format: "h1check-diff",
            format_version: 1,
            suites: origin.difference(&newer),
            old: origin,
            new: newer,
            same: ids.len() - changes.len(),
            changes,
        }
    }

    /// How many are of this class.
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        self.changes.iter().filter(|it| it.class == class).count()
    }

    /// 1 if something got worse; else 3 if the new run ended early, for what it did not come to
    /// may be worse; else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.count(Class::Worse) > 0 {
            1
        } else if self.new.interrupted.is_some() {
            3
        } else {
            0
        }
    }

    /// The difference as JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("all keys are strings");
        text.push('\n');
        text
    }

    /// One line with all counts.
    fn summary(&self) -> String {
        let counts = Class::ALL.map(|class| format!("{} {}", self.count(class), class.word()));
        format!("{}  {} the same", counts.join("  "), self.same)
    }
}

fn class(old: Option<&Cell>, new: Option<&Cell>) -> Option<Class> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(_)) => return Some(Class::New),
        (Some(_), None) => return Some(Class::Gone),
        (None, None) => return None,
    };
    match (old.level(), new.level()) {
        (Some(before), Some(after)) if after > before => Some(Class::Worse),
        (Some(before), Some(after)) if after < before => Some(Class::Better),
        (Some(_), Some(_)) => {
            let kind = |cell: &Cell| cell.found.as_ref().map(|it| (it.kind.clone(), it.step));
            let same = new.verdict == VerdictFile::Pass || kind(old) == kind(new);
            (!same).then_some(Class::Changed)
        }
        (None, Some(0)) => Some(Class::Better),
        (None, Some(_)) | (Some(_), None) => Some(Class::Worse),
        (None, None) => match (old.verdict, new.verdict) {
            (VerdictFile::Skip, VerdictFile::Error) => Some(Class::Worse),
            (VerdictFile::Error, VerdictFile::Skip) => Some(Class::Better),
            _ => None,
        },
    }
}
