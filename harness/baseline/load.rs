//! A baseline file as a whole, and what its entries mean among the scenarios that there are.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use toml::de::DeValue;

use super::keys;
use super::model::{Baseline, Entry, Listed};
use crate::scenario::{
    Diagnostics, Item, Library, LoadError, Log, Problem, Scenario, Selection, Table,
};
use crate::wire::lint::LINTS;

/// Reads the text of a baseline.
///
/// # Errors
///
/// Everything that is wrong with it, with its places.
///
/// # Examples
///
/// ```
/// let text = "[[expect]]\nscenario = 'server/host'\nverdict = 'fial'\nreason = 'an old server'\n";
/// let error = h1check::baseline::parse("h1check.baseline.toml", text).unwrap_err();
/// assert_eq!(error.to_string(), "h1check.baseline.toml:3:11: unknown word `fial` for `verdict`");
/// ```
pub fn parse(path: &str, text: &str) -> Result<Baseline, Diagnostics> {
    let log = Log::new(path, text);
    let mut entries = Vec::new();
    if let Some(tree) = log.tree(text) {
        let file = Table::root(&log, &tree, &keys::FILE);
        let items = file.get("expect").and_then(|item| item.list());
        for item in items.unwrap_or_default() {
            entries.extend(
                item.table(&keys::ENTRY)
                    .and_then(|table| entry(&log, &table)),
            );
        }
        refuse_doubles(&log, &entries);
    }
    let source = Arc::clone(log.source());
    log.finish()?;
    Ok(Baseline {
        entries,
        source,
        known: Vec::new(),
        whole: false,
    })
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is too large or no text, or something in it is wrong.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let text = text(path).map_err(|source| LoadError::Read {
            path: path.to_owned(),
            source,
        })?;
        Ok(parse(&path.display().to_string(), &text)?)
    }

    /// Looks up what the entries list. `played` are the scenarios of the run; where they are not
    /// the `whole` suite, an entry is stale only if all that it lists was played.
    ///
    /// # Errors
    ///
    /// An entry that lists no scenario that there is; a broken scenario file.
    pub fn look_up(
        &mut self,
        library: &Library,
        played: &[Arc<Scenario>],
        whole: bool,
    ) -> Result<(), LoadError> {
        self.whole = whole;
        self.known = played.to_vec();
        let unsure = |entry: &&Entry| {
            entry.scenario.is_some()
                && (!whole || !played.iter().any(|scenario| entry.names(&scenario.id)))
        };
        let unsure: Vec<&Entry> = self.entries.iter().filter(unsure).collect();
        if unsure.is_empty() {
            return Ok(());
        }
        let globs = unsure.iter().filter_map(|entry| entry.scenario.as_deref());
        let selected = match library.select(&Selection::matching(globs)) {
            Ok(selected) => selected.scenarios,
            Err(LoadError::NothingSelected { .. }) => return Err(unknown(&unsure, library)),
            Err(error) => return Err(error),
        };
        let is_kind = |one: &Arc<Scenario>| played.iter().any(|it| it.subject == one.subject);
        self.known.extend(selected.into_iter().filter(is_kind));
        Ok(())
    }
}

impl Baseline {
    /// Takes over what was looked up for another one, from which it was written.
    pub fn know_as(&mut self, other: &Self) {
        self.known.clone_from(&other.known);
        self.whole = other.whole;
    }
}

/// The entries that list nothing, each with its line.
fn unknown(entries: &[&Entry], library: &Library) -> LoadError {
    let mut problems = Vec::new();
    for entry in entries {
        let glob = entry.scenario.as_deref().unwrap_or_default();
        match library.select(&Selection::matching([glob])) {
            Ok(_) => {}
            Err(LoadError::NothingSelected { hint, .. }) => problems.push(Problem {
                place: entry.place.clone(),
                message: format!("there is no scenario `{glob}`"),
                label: None,
                advice: Some(hint.map_or_else(
                    || "remove the entry, or see h1check list".into(),
                    |hint| format!("did you mean `{hint}`?"),
                )),
            }),
            Err(error) => return error,
        }
    }
    Diagnostics { problems }.into()
}

fn entry(log: &Log, table: &Table<'_>) -> Option<Entry> {
    let scenario = table.get("scenario");
    let lint = table.get("lint");
    let at = scenario.or(lint);
    if at.is_none() && table.is_sound() {
        log.note(
            table.span(),
            "an entry is about a `scenario` or a `lint`: both are missing",
        );
    }
    let verdict = table.require("verdict");
    let listed = verdict.and_then(|item| item.choice(VERDICTS));
    if let (Some(_), Some(Listed::Error | Listed::Flaky), Some(item)) = (lint, listed, verdict) {
        item.note("a lint comes to `fail` or `warn`");
    }
    let step = table.get("step");
    if let (Some(item), Some(_)) = (step, lint) {
        item.note("`step` beside `lint`")
            .advice("a lint is about messages wherever they are sent: remove the step");
    }
    Some(Entry {
        scenario: scenario.and_then(|item| item.sentence()),
        lint: lint.and_then(|item| known_lint(&item)),
        step: step
            .and_then(|item| item.count(1..=MOST_STEPS))
            .and_then(|step| usize::try_from(step).ok()),
        verdict: listed?,
        reason: table.require("reason")?.sentence()?,
        owner: table.get("owner").and_then(|item| item.sentence()),
        until: table.get("until").and_then(|item| day(&item)),
        place: at?.place(),
    })
}

fn known_lint(item: &Item<'_>) -> Option<String> {
    let id = item.text()?;
    if !LINTS.iter().any(|lint| lint.id == id) {
        item.note(format!("there is no lint `{id}`"))
            .advice("see h1check list --lints")
            .suggest(id, LINTS.iter().map(|lint| lint.id));
    }
    Some(id.to_owned())
}

fn day(item: &Item<'_>) -> Option<Date> {
    let DeValue::Datetime(written) = item.value() else {
        item.wrong_type("a date").advice(DAY);
        return None;
    };
    let (Some(date), None, None) = (written.date, written.time, written.offset) else {
        item.note("`until` is a day, without a time").advice(DAY);
        return None;
    };
    let numbers = (
        i16::try_from(date.year),
        i8::try_from(date.month),
        i8::try_from(date.day),
    );
    let (Ok(year), Ok(month), Ok(day)) = numbers else {
        return None;
    };
    let date = Date::new(year, month, day);
    if date.is_err() {
        item.note("there is no such day").advice(DAY);
    }
    date.ok()
}

/// Two entries about the same would have two reasons, and nobody knows which is meant.
fn refuse_doubles(log: &Log, entries: &[Entry]) {
    for (index, entry) in entries.iter().enumerate() {
        let same = |other: &&Entry| {
            (&other.scenario, &other.lint, other.step) == (&entry.scenario, &entry.lint, entry.step)
        };
        if let Some(first) = entries[..index].iter().find(same) {
            let message = format!("line {} is about the same", first.place.line());
            log.note(entry.place.span.clone(), message)
                .advice("keep one of the two; what changes from try to try is `flaky`");
        }
    }
}

/// The text of a file that is not endless.
fn text(path: &Path) -> io::Result<String> {
    let mut octets = Vec::new();
    let read = File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut octets)?;
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    if read as u64 > LARGEST {
        return Err(wrong(
            "it is larger than 4 MiB, so it is no baseline".into(),
        ));
    }
    String::from_utf8(octets).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong(format!("it is no text: octet {at} is not UTF-8"))
    })
}

const VERDICTS: &[(&str, Listed)] = &[
    ("fail", Listed::Fail),
    ("warn", Listed::Warn),
    ("error", Listed::Error),
    ("flaky", Listed::Flaky),
];

const DAY: &str = "the last day of the entry, without quotes: until = 2030-12-31";
const MOST_STEPS: u64 = 100_000;
const LARGEST: u64 = 4 << 20;
