//! Cases of one scenario that went wrong alike, as one entry: a server that takes every invalid
//! `Host` is one finding, not thirty.

use std::collections::HashMap;

use super::Style;
use super::paint::Ink;
use crate::outcome::{MismatchKind, Outcome, Verdict};
use crate::report::escape;

/// One outcome that is told in full, and those that are like it.
#[derive(Debug)]
pub(super) struct Alike<'a> {
    /// The first.
    pub(super) shown: &'a Outcome,
    /// The other cases.
    others: Vec<&'a Outcome>,
}

/// Puts cases together that came to the same verdict at the same step in the same way, in the
/// order of the first of each.
pub(super) fn gather<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Vec<Alike<'a>> {
    let mut gathered: Vec<Alike<'a>> = Vec::new();
    let mut places = HashMap::new();
    for outcome in outcomes {
        match places.entry(way(outcome)) {
            std::collections::hash_map::Entry::Occupied(place) => {
                let place: &usize = place.get();
                gathered[*place].others.push(outcome);
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(gathered.len());
                gathered.push(Alike {
                    shown: outcome,
                    others: Vec::new(),
                });
            }
        }
    }
    gathered
}

/// The file, and what went wrong where.
fn way(outcome: &Outcome) -> (&str, &str, Option<(usize, MismatchKind)>) {
    let mismatch = outcome.mismatch.as_ref().or(outcome.warnings.first());
    let (id, why) = match &outcome.verdict {
        // An error is ours, and each may have another reason.
        Verdict::Error { why } => (outcome.scenario.id.as_str(), why.as_str()),
        _ => (file(outcome), outcome.verdict.word()),
    };
    (id, why, mismatch.map(|it| (it.step, it.kind)))
}

fn file(outcome: &Outcome) -> &str {
    let id = outcome.scenario.id.as_str();
    id.split_once('[').map_or(id, |(file, _)| file)
}

impl Alike<'_> {
    /// The names of the other cases, or nothing where there is none.
    pub(super) fn others(&self, style: Style) -> String {
        if self.others.is_empty() {
            return String::new();
        }
        let names: Vec<String> = self
            .others
            .iter()
            .map(|outcome| escape::text(&outcome.scenario.id[file(outcome).len()..]))
            .collect();
        let count = names.len();
        let cases = if count == 1 { "case" } else { "cases" };
        let text = format!("alike in {count} more {cases}: {}", names.join(" "));
        style.block(Ink::Muted, &text, 7)
    }
}
