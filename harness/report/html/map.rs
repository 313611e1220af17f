//! The sections of the RFCs and the other documents, and what the run says about each.

use std::collections::{BTreeMap, BTreeSet};

use crate::outcome::{Outcome, Run, Verdict};
use crate::report::{escape, words};
use crate::scenario::{Catalogue, DOCUMENTS, Document as Known, ExampleKind, Role};

/// A document.
pub(super) struct Document {
    pub(super) title: String,
    pub(super) chapters: Vec<Chapter>,
}

/// The sections with the same first number.
pub(super) struct Chapter {
    pub(super) title: &'static str,
    pub(super) number: String,
    pub(super) sections: Vec<Section>,
}

/// A section that the catalogue knows.
pub(super) struct Section {
    /// `9112-9.6`, as the filter takes it.
    pub(super) filter: String,
    pub(super) number: String,
    /// `fail`, `error`, `warn`, `pass`, `skip` or `none`.
    pub(super) state: &'static str,
    /// What it comes to, in words.
    pub(super) about: String,
}

/// What was found for the rules of one section.
#[derive(Default)]
struct Found {
    rules: usize,
    judged: BTreeMap<&'static str, usize>,
    lints: usize,
    worst: u8,
    permitted: bool,
}

/// The documents, for the roles that the run judged.
pub(super) fn documents(run: &Run, catalogue: &Catalogue) -> Vec<Document> {
    let mut documents: BTreeMap<String, BTreeMap<Vec<Part>, (String, Found)>> = BTreeMap::new();
    for (id, found) in by_section(run, catalogue) {
        let (document, section) = id;
        let sections = documents.entry(document).or_default();
        sections.insert(order(&section), (section, found));
    }
    let document = |(number, sections): (String, BTreeMap<_, _>)| Document {
        chapters: chapters(&number, sections.into_values()),
        title: match DOCUMENTS.iter().find(|known| known.id == number) {
            Some(known) => String::from(known.name),
            None => escape::text(&number),
        },
    };
    let mut documents: Vec<_> = documents.into_iter().collect();
    documents.sort_by_key(|(number, _)| Known::order(number));
    documents.into_iter().map(document).collect()
}

/// The document and the section of a rule.
type Key = (String, String);

fn key(catalogue: &Catalogue, id: &str) -> Option<Key> {
    let entry = catalogue.entries.get(id)?;
    let document = id.split('-').next().unwrap_or_default();
    Some((String::from(document), entry.section.clone()))
}

fn by_section(run: &Run, catalogue: &Catalogue) -> BTreeMap<Key, Found> {
    let mut sections = known(run, catalogue);
    for outcome in &run.outcomes {
        let ids = words::cited_ids(&outcome.scenario).iter();
        let keys: BTreeSet<_> = ids.filter_map(|id| key(catalogue, id)).collect();
        for key in keys {
            sections.entry(key).or_default().count(outcome);
        }
        for id in permits(outcome) {
            let found = key(catalogue, id).and_then(|key| sections.get_mut(&key));
            if let Some(found) = found {
                found.permitted = true;
            }
        }
    }
    for lint in &run.lints {
        if let Some(key) = key(catalogue, &lint.requirement) {
            let found = sections.entry(key).or_default();
            found.lints += 1;
            found.worst = found.worst.max(badness(&lint.verdict));
        }
    }
    sections
}

/// The sections with rules for those whom the run judged.
fn known(run: &Run, catalogue: &Catalogue) -> BTreeMap<Key, Found> {
    let subjects = run.outcomes.iter().map(|it| it.scenario.subject.role());
    let roles: BTreeSet<Role> = subjects.collect();
    let mut sections: BTreeMap<Key, Found> = BTreeMap::new();
    for (id, entry) in &catalogue.entries {
        if entry.roles.iter().any(|role| roles.contains(role)) {
            let key = key(catalogue, id).expect("the entry is in the catalogue");
            sections.entry(key).or_default().rules += 1;
        }
    }
    sections
}

/// The freedoms that a scenario which was judged leaves.
fn permits(outcome: &Outcome) -> impl Iterator<Item = &String> {
    let judged = !matches!(
        outcome.verdict,
        Verdict::Skip { .. } | Verdict::Error { .. }
    );
    let permitted = outcome.scenario.permitted.iter().filter(move |_| judged);
    permitted.flat_map(|example| match &example.kind {
        ExampleKind::Permitted { permits, .. } => permits.as_slice(),
        ExampleKind::Counterexample { .. } => &[],
    })
}

impl Found {
    fn count(&mut self, outcome: &Outcome) {
        *self.judged.entry(outcome.verdict.word()).or_default() += 1;
        self.worst = self.worst.max(badness(&outcome.verdict));
    }

    fn state(&self) -> &'static str {
        match self.worst {
            0 if self.permitted => "pass",
            worst => STATES[usize::from(worst)],
        }
    }

    fn about(&self) -> String {
        let mut parts = Vec::new();
        for word in ["fail", "error", "warn", "skip", "pass"] {
            if let Some(count) = self.judged.get(word) {
                parts.push(format!("{count} {word}"));
            }
        }
        if self.lints > 0 {
            parts.push(format!("{} by the lints", self.lints));
        }
        if parts.is_empty() {
            let none = if self.permitted {
                "only freedoms, which scenarios leave"
            } else {
                "not judged"
            };
            parts.push(String::from(none));
        }
        let rules = if self.rules == 1 { "rule" } else { "rules" };
        format!("{} {rules}: {}", self.rules, parts.join(", "))
    }
}

/// From nothing known to a failure.
const STATES: [&str; 6] = ["none", "skip", "pass", "warn", "error", "fail"];

fn badness(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Skip { .. } => 1,
        Verdict::Pass => 2,
        Verdict::Warn => 3,
        Verdict::Error { .. } => 4,
        Verdict::Fail => 5,
    }
}

/// A part of a section number: numbers by value, then the letters of appendices.
type Part = (u32, String);

fn order(section: &str) -> Vec<Part> {
    let part = |part: &str| match part.parse() {
        Ok(number) => (number, String::new()),
        Err(_) => (u32::MAX, String::from(part)),
    };
    section.split('.').map(part).collect()
}

fn chapters(document: &str, sections: impl Iterator<Item = (String, Found)>) -> Vec<Chapter> {
    let known = DOCUMENTS.iter().find(|known| known.id == document);
    let mut chapters: Vec<Chapter> = Vec::new();
    for (number, found) in sections {
        let chapter = number.split('.').next().unwrap_or_default();
        if chapters.last().is_none_or(|last| last.number != chapter) {
            chapters.push(Chapter {
                title: known.map_or("", |known| known.title(chapter)),
                number: escape::text(chapter),
                sections: Vec::new(),
            });
        }
        let section = Section {
            filter: escape::text(&format!("{document}-{number}")),
            state: found.state(),
            about: found.about(),
            number: escape::text(&number),
        };
        chapters
            .last_mut()
            .expect("one was pushed")
            .sections
            .push(section);
    }
    chapters
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::report::sample;

    fn states(run: &Run) -> Vec<(String, &'static str)> {
        let documents = documents(run, &sample::catalogue());
        let chapters = documents.into_iter().flat_map(|it| it.chapters);
        let sections = chapters.flat_map(|it| it.sections);
        sections.map(|it| (it.filter, it.state)).collect()
    }

    #[test]
    fn colours_each_section_by_the_worst_that_was_found() {
        let expected = [("9110-6.6.1", "fail"), ("9112-9.6", "fail")];
        let expected = expected.map(|(section, state)| (String::from(section), state));
        assert_eq!(states(&sample::run()), expected);
    }

    #[test]
    fn tells_skipped_from_not_judged() {
        let skipped = sample::find(&sample::run(), "server/timeout/idle").clone();
        let expected = [("9110-6.6.1", "none"), ("9112-9.6", "skip")];
        let expected = expected.map(|(section, state)| (String::from(section), state));
        assert_eq!(states(&sample::run_of(vec![skipped])), expected);
    }

    #[test]
    fn orders_sections_as_numbers_and_appendices_last() {
        let mut sections = ["C.1", "10.1", "9.3.10", "9.3.2", "9"];
        sections.sort_by_key(|section| order(section));
        assert_eq!(sections, ["9", "9.3.2", "9.3.10", "10.1", "C.1"]);
    }
}
