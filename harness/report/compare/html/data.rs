//! What the script of the page gets: short keys, and every text once.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::report::across::{Cell, word};
use crate::report::compare::matrix::{Matrix, Row};
use crate::report::compare::view::{By, FIRST, OCTETS, View};
use crate::report::escape;

/// All that the page shows.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    subjects: Vec<SubjectData<'a>>,
    /// id, level, section, summary, link
    rules: Vec<[&'a str; 5]>,
    rows: Vec<RowData<'a>>,
    /// What the numbers below stand for.
    texts: Vec<String>,
    /// How many octets of a cell are shown at most.
    cut: usize,
    /// Behind which event some are left out.
    first: usize,
}

#[derive(Serialize)]
struct SubjectData<'a> {
    name: &'a str,
    cluster: usize,
    page: Option<&'a String>,
}

#[derive(Serialize)]
struct RowData<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<usize>,
    area: usize,
    rules: Vec<usize>,
    score: usize,
    /// A letter for each subject: `p`, `w`, `f`, `s`, `e`, or `-` where it is not in the run.
    verdicts: String,
    /// Of those that have more to say, by subject.
    cells: BTreeMap<usize, CellData>,
}

#[derive(Default, Serialize)]
struct CellData {
    /// wanted, seen, kind, place, step
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<[usize; 5]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chose: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<EventData>,
    #[serde(skip_serializing_if = "is_zero")]
    left_out: usize,
}

/// Microseconds, `>` `<` or `-`, connection, octets in all, octets shown, lines.
type EventData = (u64, char, usize, u64, usize, Vec<usize>);

impl<'a> Data<'a> {
    /// As JSON that is no longer than the budget, as long as leaving octets away can bring that.
    pub(super) fn fitting(
        matrix: &'a Matrix,
        links: &'a [Option<String>],
        budget: usize,
    ) -> String {
        let mut cuts = [OCTETS, OCTETS / 2, OCTETS / 4, OCTETS / 8, 0].into_iter();
        loop {
            let cut = cuts.next().unwrap_or(0);
            let data = Data::new(matrix, links, cut);
            let json = serde_json::to_string(&data).expect("all keys are strings or numbers");
            if json.len() <= budget || cut == 0 {
                return json;
            }
        }
    }

    fn new(matrix: &'a Matrix, links: &'a [Option<String>], cut: usize) -> Self {
        let rules: Vec<&String> = matrix.rules.keys().collect();
        let mut texts = Texts::default();
        let rows = matrix.rows.iter();
        let rows = rows.map(|row| texts.row(row, &rules, cut)).collect();
        Self {
            subjects: matrix
                .columns
                .iter()
                .map(|column| SubjectData {
                    name: &column.name,
                    cluster: column.cluster,
                    page: links.get(column.run).and_then(Option::as_ref),
                })
                .collect(),
            rules: matrix
                .rules
                .iter()
                .map(|(id, rule)| {
                    // Of a file from anywhere: only what leads to a page is a link.
                    let page = rule.link.starts_with("https://");
                    let link = if page { rule.link.as_str() } else { "" };
                    [id, &rule.level, &rule.section, &rule.summary, link]
                })
                .collect(),
            rows,
            texts: texts.list,
            cut,
            first: FIRST,
        }
    }
}

/// Texts by their numbers, each once.
#[derive(Default)]
struct Texts {
    list: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.list.len();
        self.list.push(String::from(text));
        self.numbers.insert(String::from(text), number);
        number
    }

    fn row<'a>(&mut self, row: &'a Row, rules: &[&String], cut: usize) -> RowData<'a> {
        let mut cells = BTreeMap::new();
        for (at, cell) in row.cells.iter().enumerate() {
            let view = row.views.get(at).and_then(Option::as_ref);
            if let Some(data) = cell.as_ref().and_then(|cell| self.cell(cell, view, cut)) {
                cells.insert(at, data);
            }
        }
        let letters = row.cells.iter().map(|cell| {
            let word = cell.as_ref().map_or("-", |cell| word(cell.verdict));
            &word[..1]
        });
        RowData {
            id: &row.id,
            title: &row.title,
            about: row.about.as_deref().map(|about| self.number(about)),
            area: self.number(&row.area),
            rules: row
                .rules
                .iter()
                .filter_map(|id| rules.binary_search(&id).ok())
                .collect(),
            score: row.disagreement,
            verdicts: letters.collect(),
            cells,
        }
    }

    /// Nothing where the verdict says it all.
    fn cell(&mut self, cell: &Cell, view: Option<&View>, cut: usize) -> Option<CellData> {
        let found = cell.found.as_ref().map(|found| {
            let texts = [&found.wanted, &found.seen, &found.kind, &found.place];
            let [wanted, seen, kind, place] = texts.map(|text| self.number(text));
            [wanted, seen, kind, place, found.step]
        });
        let mut data = CellData {
            found,
            why: cell.why.as_deref().map(|why| self.number(why)),
            chose: cell.observations.iter().map(|it| self.number(it)).collect(),
            ..CellData::default()
        };
        if let Some(view) = view.filter(|_| cut > 0) {
            data.events = self.events(view, cut);
            data.left_out = view.left_out;
        }
        let silent = data.found.is_none() && data.why.is_none();
        (!silent || !data.chose.is_empty()).then_some(data)
    }

    fn events(&mut self, view: &View, cut: usize) -> Vec<EventData> {
        let shares = view.shares(cut);
        let events = view.events.iter().zip(shares);
        events
            .map(|(event, share)| {
                let lines = match &event.sign {
                    Some(sign) => vec![self.number(sign)],
                    None => self.lines(&event.octets[..share]),
                };
                let by = match event.by {
                    By::We => '>',
                    By::Subject => '<',
                    By::Nobody => '-',
                };
                let connection = self.number(&event.connection);
                (event.at_us, by, connection, event.size, share, lines)
            })
            .collect()
    }

    fn lines(&mut self, octets: &[u8]) -> Vec<usize> {
        let lines = octets.split_inclusive(|&octet| octet == b'\n');
        lines
            .map(|line| self.number(&escape::octets(line)))
            .collect()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
