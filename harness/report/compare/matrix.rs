//! The model: rows, columns, who disagrees and who is alike.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::alike::clusters;
use super::view::View;
use crate::report::across::{Cell, Origin, cells, word};
use crate::report::json::{RequirementFile, RunFile, VerdictFile};
use crate::report::{escape, words};

/// Scenarios and lints × subjects. All texts are safe to show.
#[derive(Clone, Debug, Serialize)]
pub struct Matrix {
    /// Always `h1check-matrix`.
    pub format: &'static str,
    /// Raised when a reader of the old format would go wrong.
    pub format_version: u32,
    /// The subjects; those that behave alike stand side by side.
    pub columns: Vec<Column>,
    /// Scenarios and lints; what is disagreed on most comes first.
    pub rows: Vec<Row>,
    /// The rules that rows cite, by id: level, section, summary, link.
    pub rules: BTreeMap<String, RequirementFile>,
}

/// A subject.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// A short and unique name.
    pub name: String,
    /// Where its verdicts come from.
    pub origin: Origin,
    /// Subjects with the same number behave alike.
    pub cluster: usize,
    /// How many rows of it are pass, warn, fail, skip and error.
    pub tally: [usize; 5],
    /// Which run it was, in the order in which they were added.
    pub run: usize,
}

/// A scenario or a lint.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its id; `lint ID` for a lint.
    pub id: String,
    /// What should be true.
    pub title: String,
    /// Why it matters.
    pub about: Option<String>,
    /// The area that it belongs to.
    pub area: String,
    /// The ids of the rules that it is based on.
    pub rules: Vec<String>,
    /// How much the subjects differ: over all pairs of those that were judged, 1 for pass and warn
    /// or warn and fail, 2 for pass and fail.
    pub disagreement: usize,
    /// What each subject came to; none where its run does not have it.
    pub cells: Vec<Option<Cell>>,
    #[serde(skip)]
    pub(super) views: Vec<Option<View>>,
}

impl Row {
    /// Gives it a cell for each of so many subjects, also for those that were added before it.
    fn settle(&mut self, count: usize) {
        self.cells.resize(count, None);
        self.views.resize_with(count, || None);
        if self.id.starts_with("lint ") {
            // A lint that a run does not report found nothing.
            for cell in &mut self.cells {
                cell.get_or_insert_with(Cell::clean);
            }
        }
        self.disagreement = disagreement(self);
    }

    fn arrange(&mut self, order: &[usize]) {
        self.cells = order.iter().map(|&at| self.cells[at].take()).collect();
        self.views = order.iter().map(|&at| self.views[at].take()).collect();
    }

    /// How far from conforming a subject is, where that was judged.
    pub(super) fn level(&self, column: usize) -> Option<usize> {
        self.cells.get(column)?.as_ref()?.level()
    }

    /// The id without that of the case.
    pub(super) fn file(&self) -> &str {
        self.id.split('[').next().unwrap_or_default()
    }

    /// The verdict that all subjects share; none where they differ.
    pub(super) fn unanimous(&self) -> Option<VerdictFile> {
        let mut verdicts = self.cells.iter().flatten().map(|cell| cell.verdict);
        let first = verdicts.next()?;
        verdicts.all(|verdict| verdict == first).then_some(first)
    }
}

/// Takes one run after the other.
#[derive(Debug, Default)]
pub struct Builder {
    columns: Vec<Column>,
    rows: BTreeMap<String, Row>,
    rules: BTreeMap<String, RequirementFile>,
}

impl Builder {
    /// Adds a run under a name that no other has.
    pub fn add(&mut self, name: &str, run: &RunFile) {
        let index = self.columns.len();
        self.columns.push(Column {
            name: escape::text(name),
            origin: Origin::of(run),
            cluster: 0,
            tally: [0; 5],
            run: index,
        });
        for (id, (title, cell)) in cells(run) {
            let row = self.row(&id, title);
            row.cells.resize(index, None);
            row.cells.push(Some(cell));
        }
        for scenario in &run.scenarios {
            let row = self.row(&escape::text(&scenario.id), String::new());
            row.about = scenario.about.as_deref().map(flowing);
            row.rules = scenario
                .requirements
                .iter()
                .map(|it| escape::text(&it.id))
                .collect();
            row.views.resize_with(index, || None);
            row.views.push(View::of(scenario));
        }
        for lint in &run.lints {
            let row = self.row(&format!("lint {}", escape::text(&lint.id)), String::new());
            row.rules = vec![escape::text(&lint.requirement)];
        }
        let rules = run.requirements.iter();
        self.rules
            .extend(rules.map(|(id, rule)| (escape::text(id), safe(rule))));
    }

    fn row(&mut self, id: &str, title: String) -> &mut Row {
        self.rows.entry(String::from(id)).or_insert_with(|| Row {
            id: String::from(id),
            title,
            about: None,
            area: match id.strip_prefix("lint ") {
                Some(_) => String::from("lints"),
                None => String::from(words::area(id)),
            },
            rules: Vec::new(),
            disagreement: 0,
            cells: Vec::new(),
            views: Vec::new(),
        })
    }

    /// Why the runs cannot be held against each other, if that is so: other suites, or parts of one.
    #[must_use]
    pub fn obstacle(&self) -> Option<String> {
        for column in &self.columns {
            if let Some((index, count)) = column.origin.shard {
                let name = &column.name;
                return Some(format!(
                    "{name} is only part {index} of {count}: merge the parts first"
                ));
            }
        }
        let (first, others) = self.columns.split_first()?;
        others.iter().find_map(|other| {
            let difference = first.origin.difference(&other.origin)?;
            let (one, two) = (&first.name, &other.name);
            Some(format!(
                "{one} (the first) and {two} (the second) were judged with different scenarios: {difference}"
            ))
        })
    }

    /// The matrix, in its order.
    #[must_use]
    pub fn finish(self) -> Matrix {
        let count = self.columns.len();
        let mut rows: Vec<Row> = self.rows.into_values().collect();
        rows.iter_mut().for_each(|row| row.settle(count));
        let clusters = clusters(&rows, count);
        let order: Vec<usize> = clusters.iter().flatten().copied().collect();
        rows.iter_mut().for_each(|row| row.arrange(&order));
        // Ids keep their order where nothing else decides.
        rows.sort_by_key(|row| {
            let badness: usize = (0..count).filter_map(|column| row.level(column)).sum();
            std::cmp::Reverse((row.disagreement, badness))
        });
        let mut columns: Vec<Column> = order.iter().map(|&at| self.columns[at].clone()).collect();
        let numbers = clusters.iter().enumerate();
        let numbers = numbers.flat_map(|(number, cluster)| cluster.iter().map(move |_| number));
        for (at, (column, number)) in columns.iter_mut().zip(numbers).enumerate() {
            column.cluster = number;
            column.tally = tally(&rows, at);
        }
        let mut rules = self.rules;
        let cited: BTreeSet<&String> = rows.iter().flat_map(|row| &row.rules).collect();
        rules.retain(|id, _| cited.contains(id));
        Matrix {
            format: "h1check-matrix",
            format_version: 1,
            columns,
            rows,
            rules,
        }
    }
}

impl Matrix {
    /// The matrix as JSON, without octets.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string(self).expect("all keys are strings");
        text.push('\n');
        text
    }

    /// Rows on which the subjects disagree; they come first.
    pub(super) fn contested(&self) -> &[Row] {
        let count = self
            .rows
            .iter()
            .take_while(|row| row.disagreement > 0)
            .count();
        &self.rows[..count]
    }

    /// The names of those that behave alike, where there is more than one.
    pub(super) fn alike(&self) -> Vec<Vec<&str>> {
        let mut clusters: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for column in &self.columns {
            clusters
                .entry(column.cluster)
                .or_default()
                .push(&column.name);
        }
        clusters
            .into_values()
            .filter(|names| names.len() > 1)
            .collect()
    }
}

/// Cases of one scenario file on which all subjects came to the same verdicts, together; in the
/// order of the first of each.
pub(super) fn folded(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    let mut places = BTreeMap::new();
    for row in rows {
        let verdicts = row
            .cells
            .iter()
            .map(|cell| cell.as_ref().map(|it| word(it.verdict)));
        let key = (row.file(), verdicts.collect::<Vec<_>>());
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// A text of several lines as one.
fn flowing(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escape::text(line.trim())).collect();
    lines.join(" ")
}

fn disagreement(row: &Row) -> usize {
    let mut counts = [0; 3];
    for level in row.cells.iter().flatten().filter_map(Cell::level) {
        counts[level] += 1;
    }
    let [pass, warn, fail] = counts;
    pass * warn + warn * fail + 2 * pass * fail
}

fn tally(rows: &[Row], column: usize) -> [usize; 5] {
    let mut tally = [0; 5];
    for cell in rows.iter().filter_map(|row| row.cells[column].as_ref()) {
        tally[match cell.verdict {
            VerdictFile::Pass => 0,
            VerdictFile::Warn => 1,
            VerdictFile::Fail => 2,
            VerdictFile::Skip => 3,
            VerdictFile::Error => 4,
        }] += 1;
    }
    tally
}

fn safe(rule: &RequirementFile) -> RequirementFile {
    RequirementFile {
        level: escape::text(&rule.level),
        section: escape::text(&rule.section),
        summary: escape::text(&rule.summary),
        link: escape::text(&rule.link),
        roles: rule.roles.iter().map(|it| escape::text(it)).collect(),
    }
}
