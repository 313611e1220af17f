//! A baseline written from a run: what is still true stays as it is written, what is no longer
//! true goes, and what is new comes behind it.

use std::collections::BTreeMap;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::model::{Baseline, Entry, Listed};
use crate::outcome::{Lint, MismatchKind, Outcome, Run, Verdict};
use crate::report::words;

/// A baseline that was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Updated {
    /// The text of the file.
    pub text: String,
    /// How many entries are as they were.
    pub kept: usize,
    /// How many are new.
    pub added: usize,
    /// How many are gone.
    pub removed: usize,
    /// How many had expired and still hold: they lost their date.
    pub renewed: usize,
}

/// The baseline that lets a run pass. With `strict` it lists warnings as well; with `fold` what
/// all cases of a file have in common becomes one entry.
///
/// It marks the run by the old baseline, whatever the dates in it say.
#[must_use]
pub fn update(old: Option<&Baseline>, run: &mut Run, strict: bool, fold: bool) -> Updated {
    let none: &[Entry] = &[];
    let entries = old.map_or(none, |old| old.entries.as_slice());
    if let Some(old) = old {
        old.mark(run, |_| true);
    }
    let stale = |entry: &Entry| old.is_some_and(|old| old.is_stale(entry, run));
    let stale: Vec<bool> = entries.iter().map(stale).collect();
    let text = old.map_or(HEADER, |old| old.source.text.as_str());
    // It was read before; what could not be edited would be written anew.
    let mut document: DocumentMut = text.parse().unwrap_or_default();
    let kept = stale.iter().filter(|stale| !**stale).count();
    let mut array = match document.remove("expect").map(Item::into_array_of_tables) {
        Some(Ok(array)) => array,
        _ => ArrayOfTables::new(),
    };
    let renewed = renew(&mut array, entries, &stale, run);
    let orphaned = remove(&mut array, &stale);
    let new = new_entries(run, strict, fold);
    let was_empty = array.is_empty();
    new.iter().for_each(|new| array.push(new.table()));
    let trailing = document.trailing().as_str().unwrap_or_default();
    let trailing = format!("{orphaned}{trailing}");
    // Where there was no entry to stand before, the words at the head of the file end it.
    match array.get_mut(0).filter(|_| was_empty) {
        Some(first) if !trailing.trim().is_empty() => {
            let head = format!("{}\n\n", trailing.trim_end());
            first.decor_mut().set_prefix(head);
            document.set_trailing("");
        }
        _ => document.set_trailing(trailing),
    }
    if !array.is_empty() {
        document.insert("expect", Item::ArrayOfTables(array));
    }
    Updated {
        text: document.to_string(),
        kept,
        added: new.len(),
        removed: entries.len() - kept,
        renewed,
    }
}

/// Takes the dates from entries that are marked in spite of them.
fn renew(array: &mut ArrayOfTables, entries: &[Entry], stale: &[bool], run: &Run) -> usize {
    let today = super::weigh::day(run.started);
    let over = |entry: &Entry| entry.until.is_some_and(|until| until < today);
    let mut renewed = 0;
    for ((table, entry), stale) in array.iter_mut().zip(entries).zip(stale) {
        if over(entry) && !stale {
            table.remove("until");
            renewed += 1;
        }
    }
    renewed
}

/// Removes tables. A comment that stands apart from its table, such as that at the head of the
/// file, is not about it: it goes to the next. Gives back what no table is left for.
fn remove(array: &mut ArrayOfTables, stale: &[bool]) -> String {
    let mut kept = ArrayOfTables::new();
    let mut apart = String::new();
    for (index, mut table) in std::mem::take(array).into_iter().enumerate() {
        let prefix = table.decor().prefix().and_then(|it| it.as_str());
        let prefix = prefix.unwrap_or_default().to_owned();
        if stale.get(index) == Some(&true) {
            let end = prefix.rfind("\n\n").map_or(0, |at| at + 1);
            if prefix[..end].contains('#') {
                apart.push_str(&prefix[..end]);
            }
            continue;
        }
        if !apart.is_empty() {
            let prefix = format!("{}\n{}", apart, prefix.trim_start_matches('\n'));
            table.decor_mut().set_prefix(prefix);
            apart.clear();
        }
        kept.push(table);
    }
    *array = kept;
    apart
}

/// An entry to be written.
struct New {
    key: &'static str,
    pattern: String,
    listed: Listed,
    reason: String,
}

impl New {
    fn table(&self) -> Table {
        let mut table = Table::new();
        table.insert(self.key, value(&self.pattern));
        table.insert("verdict", value(self.listed.word()));
        table.insert("reason", value(&self.reason));
        table.decor_mut().set_prefix("\n");
        table
    }
}

/// What the run deviates in that is not listed.
fn new_entries(run: &Run, strict: bool, fold: bool) -> Vec<New> {
    let mut files: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &run.outcomes {
        let id = outcome.scenario.id.as_str();
        let file = id.split_once('[').map_or(id, |(file, _)| file);
        files.entry(file).or_default().push(outcome);
    }
    let mut new = Vec::new();
    for (file, outcomes) in files {
        let deviates = |outcome: &&&Outcome| listed(outcome, strict).is_some();
        let ways: Vec<_> = outcomes.iter().filter(deviates).map(|it| way(it)).collect();
        let alike = ways.len() == outcomes.len() && ways.iter().all(|way| *way == ways[0]);
        let count = if fold && alike { 1 } else { outcomes.len() };
        for outcome in outcomes.iter().take(count) {
            let Some(listed) = listed(outcome, strict) else {
                continue;
            };
            let id = &outcome.scenario.id;
            new.push(New {
                key: "scenario",
                pattern: if fold && alike {
                    file.to_owned()
                } else {
                    id.clone()
                },
                listed,
                reason: reason(outcome),
            });
        }
    }
    new.extend(run.lints.iter().filter_map(|lint| new_lint(lint, strict)));
    new
}

/// As what an outcome is to be listed, if at all.
fn listed(outcome: &Outcome, strict: bool) -> Option<Listed> {
    match outcome.verdict {
        _ if outcome.expected.is_some() => None,
        _ if outcome.is_flaky() => Some(Listed::Flaky),
        Verdict::Fail => Some(Listed::Fail),
        Verdict::Warn if strict => Some(Listed::Warn),
        _ => None,
    }
}

fn new_lint(lint: &Lint, strict: bool) -> Option<New> {
    let listed = match lint.verdict {
        _ if lint.expected.is_some() => return None,
        Verdict::Fail => Listed::Fail,
        Verdict::Warn if strict => Listed::Warn,
        _ => return None,
    };
    Some(New {
        key: "lint",
        pattern: lint.id.clone(),
        listed,
        reason: crate::report::escape::text(&lint.text),
    })
}

/// How it deviates: cases of which this is the same are alike.
fn way(outcome: &Outcome) -> (bool, &'static str, Option<(usize, MismatchKind)>) {
    let mismatch = outcome.decisive().map(|it| (it.step, it.kind));
    (outcome.is_flaky(), outcome.verdict.word(), mismatch)
}

/// What was wanted and what came, to be replaced by why that is accepted.
fn reason(outcome: &Outcome) -> String {
    let sentence = outcome.decisive().map(words::sentence);
    let sentence = sentence.unwrap_or_else(|| outcome.scenario.title.clone());
    let sentence = words::without_time(&sentence);
    match words::flaky(outcome) {
        Some(tries) => format!("{tries}; {sentence}"),
        None => sentence.to_owned(),
    }
}

const HEADER: &str = "\
# Known deviations: what is listed here does not fail a run of h1check, and what is not does.
# An entry that is no longer true fails it as well. Beside `reason` there may be an `owner`, and
# a last day, e.g. until = 2030-12-31.
";
