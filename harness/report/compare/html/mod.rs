//! The matrix as one page that needs no network and no other file.
//!
//! The rows lie in it as inert JSON and are built on demand by a script that only ever writes text,
//! never markup. What stands in the markup itself is escaped by askama.

mod data;

use askama::Template;

use self::data::Data;
use super::matrix::Matrix;

/// The page. `links` has the page of each run, relative to this one, in the order in which the runs
/// were added.
#[must_use]
pub fn html(matrix: &Matrix, links: &[Option<String>]) -> String {
    let page = Page::new(matrix, links);
    page.render()
        .expect("the template only writes to a String, which takes everything")
}

#[derive(Template)]
#[template(path = "matrix.html")]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    data: String,
    subjects: Vec<Subject<'a>>,
    alike: Vec<String>,
    total: usize,
    contested: usize,
    areas: Vec<&'a str>,
}

struct Subject<'a> {
    name: &'a str,
    about: &'a str,
    made_by: String,
    started: String,
    interrupted: Option<&'a str>,
    link: Option<&'a String>,
    first: bool,
    counts: Vec<(&'static str, usize)>,
}

impl<'a> Page<'a> {
    fn new(matrix: &'a Matrix, links: &'a [Option<String>]) -> Self {
        let mut areas: Vec<&str> = matrix.rows.iter().map(|row| row.area.as_str()).collect();
        areas.sort_unstable();
        areas.dedup();
        Self {
            style: include_str!("../resources/matrix.css"),
            script: include_str!("../resources/matrix.js"),
            data: inert(Data::fitting(matrix, links, BUDGET)),
            subjects: subjects(matrix, links),
            alike: matrix
                .alike()
                .iter()
                .map(|names| names.join(", "))
                .collect(),
            total: matrix.rows.len(),
            contested: matrix.contested().len(),
            areas,
        }
    }
}

fn subjects<'a>(matrix: &'a Matrix, links: &'a [Option<String>]) -> Vec<Subject<'a>> {
    let mut before = None;
    let columns = matrix.columns.iter();
    columns
        .map(|column| {
            let [pass, warn, fail, skip, error] = column.tally;
            let counts = [
                ("fail", fail),
                ("error", error),
                ("warn", warn),
                ("skip", skip),
                ("pass", pass),
            ];
            Subject {
                name: &column.name,
                about: &column.origin.subject,
                made_by: column.origin.made_by(),
                started: column.origin.day(),
                interrupted: column.origin.interrupted.as_deref(),
                link: links.get(column.run).and_then(Option::as_ref),
                first: before
                    .replace(column.cluster)
                    .is_some_and(|it| it != column.cluster),
                counts: counts.into(),
            }
        })
        .collect()
}

/// JSON that cannot end the element that it lies in.
fn inert(json: String) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// How long the data may be: below what a browser opens at once.
const BUDGET: usize = 17 << 20;
