//! Reads the files of the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::error::Diagnostics;
use super::log::Log;
use super::read::{Item, Shape, Table};
use super::requirement::{Catalogue, Grade, Level, Observable, Requirement, Role};

impl Catalogue {
    /// Reads files: pairs of path and text.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, with its places; also an id that two entries share.
    pub fn parse<'t>(
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, Diagnostics> {
        let mut catalogue = Self::default();
        let mut problems = Vec::new();
        for (path, text) in files {
            let log = Log::new(path, text);
            if let Some(tree) = log.tree(text) {
                let file = Table::root(&log, &tree, &FILE);
                let items = file.get("requirement").and_then(|item| item.list());
                for item in items.unwrap_or_default() {
                    catalogue.add(&item);
                }
            }
            if let Err(diagnostics) = log.finish() {
                problems.extend(diagnostics.problems);
            }
        }
        if problems.is_empty() {
            return Ok(catalogue);
        }
        Err(Diagnostics { problems })
    }

    /// Reads only the entries that a few texts mention. The whole catalogue takes longer to
    /// read than a scenario to be played.
    pub(super) fn parse_mentioned<'t>(
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
        texts: &[&str],
    ) -> Result<Self, Diagnostics> {
        let ids: BTreeSet<&str> = texts.iter().flat_map(|text| mentioned(text)).collect();
        let mut kept: Vec<(&str, String)> = Vec::new();
        for (path, text) in files {
            let mut part = String::new();
            for range in entries(text) {
                let entry = &text[range];
                if id_of(entry).is_none_or(|id| ids.contains(id)) {
                    part.push_str(entry);
                }
            }
            kept.push((path, part));
        }
        Self::parse(kept.iter().map(|(path, text)| (*path, text.as_str())))
    }

    /// The entries of which the id is `id`, or begins with it at a boundary: `9112-9.6` stands
    /// for the whole section.
    pub fn matching<'c>(&'c self, id: &'c str) -> impl Iterator<Item = &'c Requirement> {
        self.entries
            .values()
            .filter(move |entry| covers(id, &entry.id))
    }

    fn add(&mut self, item: &Item<'_>) {
        let Some(table) = item.table(&REQUIREMENT) else {
            return;
        };
        let Some(requirement) = requirement(&table) else {
            return;
        };
        let id = requirement.id.clone();
        if self.entries.insert(id.clone(), requirement).is_some()
            && let Some(item) = table.get("id")
        {
            item.note(format!("there is a requirement `{id}` already"));
        }
    }
}

/// The ranges of the entries of a catalogue file, as far as line starts tell.
fn entries(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut starts: Vec<usize> = text
        .match_indices(HEADER)
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n')
        .collect();
    starts.push(text.len());
    let pairs: Vec<Range<usize>> = starts.windows(2).map(|pair| pair[0]..pair[1]).collect();
    pairs.into_iter()
}

/// The id of an entry that is written as all are.
fn id_of(entry: &str) -> Option<&str> {
    let (_, rest) = entry.split_once("\nid = \"")?;
    rest.split('"').next()
}

/// What looks like ids in a text: quoted, in one word, and with a hyphen.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.split(['"', '\''])
        .filter(|word| word.contains('-') && !word.contains(char::is_whitespace))
}

fn requirement(table: &Table<'_>) -> Option<Requirement> {
    let text = |key: &str| {
        let item = table.require(key)?;
        item.text().map(str::to_owned)
    };
    let level = table.require("level").and_then(|item| item.choice(&LEVELS));
    let observable = table
        .require("observable")
        .and_then(|item| item.choice(&OBSERVABLES));
    let mut roles = Vec::new();
    for item in table.require("roles").and_then(|item| item.list())? {
        roles.extend(item.choice(&ROLES));
    }
    let worst = table.get("worst").and_then(|item| item.choice(&GRADES));
    let optional = |key: &str| {
        let item = table.get(key)?;
        item.text().map(str::to_owned)
    };
    let level = level?;
    let untested = untested(table, &roles);
    Some(Requirement {
        id: text("id")?,
        section: text("section")?,
        level,
        roles,
        observable: observable?,
        worst: worst.unwrap_or_else(|| default_grade(level)),
        summary: text("summary")?,
        probe: text("probe")?,
        verdict: text("verdict")?,
        note: optional("note").unwrap_or_default(),
        untested,
    })
}

/// Why nothing covers it: a text for all roles that it binds, or a table of texts by role.
fn untested(table: &Table<'_>, roles: &[Role]) -> BTreeMap<Role, String> {
    let Some(item) = table.get("untested") else {
        return BTreeMap::new();
    };
    if !item.is_table() {
        let why = item.sentence().unwrap_or_default();
        return roles.iter().map(|role| (*role, why.clone())).collect();
    }
    let mut reasons = BTreeMap::new();
    let by_role = item.table(&UNTESTED).map(|table| table.items());
    for item in by_role.unwrap_or_default() {
        let role = Role::ALL
            .into_iter()
            .find(|role| role.word() == item.name());
        let Some(role) = role else { continue };
        if !roles.contains(&role) {
            item.note(format!("this binds no {}", role.word()));
        }
        reasons.insert(role, item.sentence().unwrap_or_default());
    }
    reasons
}

/// What breaking a requirement of that level comes to, where the catalogue says nothing else.
fn default_grade(level: Level) -> Grade {
    match level {
        Level::Must | Level::MustNot | Level::Grammar | Level::Algorithm => Grade::Fail,
        Level::Should | Level::ShouldNot | Level::Recommended | Level::Prose => Grade::Warn,
        Level::May | Level::Optional => Grade::Observe,
    }
}

/// Whether an id, or the beginning of one, covers an id.
pub(super) fn covers(beginning: &str, id: &str) -> bool {
    id.strip_prefix(beginning)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

/// How an entry begins.
const HEADER: &str = "[[requirement]]";

const FILE: Shape = Shape {
    what: "a file of the catalogue",
    keys: &["requirement"],
};

const REQUIREMENT: Shape = Shape {
    what: "a requirement",
    keys: &[
        "id",
        "section",
        "level",
        "worst",
        "roles",
        "binds",
        "observable",
        "summary",
        "probe",
        "verdict",
        "note",
        "untested",
        "tags",
    ],
};

const UNTESTED: Shape = Shape {
    what: "the reasons why nothing covers a requirement",
    keys: &["server", "client", "intermediary"],
};

const LEVELS: [(&str, Level); 10] = [
    ("MUST", Level::Must),
    ("MUST NOT", Level::MustNot),
    ("SHOULD", Level::Should),
    ("SHOULD NOT", Level::ShouldNot),
    ("RECOMMENDED", Level::Recommended),
    ("MAY", Level::May),
    ("OPTIONAL", Level::Optional),
    ("GRAMMAR", Level::Grammar),
    ("ALGORITHM", Level::Algorithm),
    ("PROSE", Level::Prose),
];

const GRADES: [(&str, Grade); 3] = [
    ("observe", Grade::Observe),
    ("warn", Grade::Warn),
    ("fail", Grade::Fail),
];

const ROLES: [(&str, Role); 3] = [
    ("server", Role::Server),
    ("client", Role::Client),
    ("intermediary", Role::Intermediary),
];

const OBSERVABLES: [(&str, Observable); 4] = [
    ("wire", Observable::Wire),
    ("config", Observable::Config),
    ("internal", Observable::Internal),
    ("human", Observable::Human),
];
