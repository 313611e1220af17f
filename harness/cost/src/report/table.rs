//! The tables, as they stand in the terminal and on the page.

use std::time::Duration;

use h1check::wire::Version;

use crate::model::{Costs, Manner, ROWS, Simulated, Task};
use crate::tutorial;

/// A table: a row for each version and manner, a column for each count of messages.
pub(super) struct Table {
    pub(super) title: String,
    /// What the numbers are.
    pub(super) about: String,
    /// The counts of messages.
    pub(super) columns: Vec<usize>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    /// The version, or who says so.
    pub(super) who: String,
    pub(super) manner: Manner,
    pub(super) cells: Vec<String>,
}

/// All tables of these costs.
pub(super) fn tables(costs: &Costs) -> Vec<Table> {
    let mut tables = Vec::new();
    let groups = groups(costs);
    // A table says it for all round-trip times where it is the same at each.
    let shown = if is_alike(&groups) { 1 } else { groups.len() };
    for group in &groups[..shown.min(groups.len())] {
        let which = if shown == 1 && groups.len() > 1 {
            format!("the same at each round-trip time ({})", times(&groups))
        } else {
            format!("round-trip time {}", time(group[0].round_trip))
        };
        tables.push(until_answered(group, &which));
        tables.push(until_closed(group, &which));
    }
    // Where no time passes there is no rate.
    let timed = groups.iter().filter(|group| !group[0].round_trip.is_zero());
    tables.extend(timed.map(|group| rates(group)));
    if !costs.looped.is_empty() {
        let cells: Vec<_> = (costs.looped.iter())
            .map(|it| (it.task, rate(it.rate())))
            .collect();
        tables.push(Table {
            title: "Exchanges per second on the loopback of this machine".into(),
            about: format!(
                "by its clock, the median of five rounds{}",
                if cfg!(debug_assertions) {
                    "; this build is not optimised"
                } else {
                    ""
                }
            ),
            columns: columns(&cells),
            rows: rows(&cells),
        });
    }
    tables
}

/// The cells of each round-trip time.
pub(super) fn groups(costs: &Costs) -> Vec<&[Simulated]> {
    (costs.simulated)
        .chunk_by(|one, next| one.round_trip == next.round_trip)
        .collect()
}

/// Whether as many round trips were seen however long each of them takes.
pub(super) fn is_alike(groups: &[&[Simulated]]) -> bool {
    let seen = |group: &[Simulated]| -> Vec<_> {
        let moments = group.iter().map(|it| it.passage);
        moments
            .map(|it| (it.answered.crossings, it.closed.crossings))
            .collect()
    };
    groups.windows(2).all(|two| seen(two[0]) == seen(two[1]))
}

fn until_answered(group: &[Simulated], which: &str) -> Table {
    let cells: Vec<_> = (group.iter())
        .map(|it| (it.task, trips(it.per_exchange())))
        .collect();
    with_tutorial(Table {
        title: "Round trips per exchange, until the last response is there".into(),
        about: format!("{which}; that is what a user waits for"),
        columns: columns(&cells),
        rows: rows(&cells),
    })
}

fn until_closed(group: &[Simulated], which: &str) -> Table {
    let per_exchange = |it: &Simulated| it.passage.closed.round_trips() / it.task.messages as f64;
    let cells: Vec<_> = (group.iter())
        .map(|it| (it.task, trips(per_exchange(it))))
        .collect();
    with_tutorial(Table {
        title: "Round trips per exchange, until the last connection is gone".into(),
        about: format!("{which}; nobody waits for that"),
        columns: columns(&cells),
        rows: rows(&cells),
    })
}

fn rates(group: &[Simulated]) -> Table {
    let cells: Vec<_> = (group.iter())
        .map(|it| (it.task, rate(it.rate())))
        .collect();
    Table {
        title: format!(
            "Exchanges per second at a round-trip time of {}",
            time(group[0].round_trip)
        ),
        about: "simulated, in virtual time: the peers themselves take none".into(),
        columns: columns(&cells),
        rows: rows(&cells),
    }
}

/// What the tutorial computes, below what was measured.
fn with_tutorial(mut table: Table) -> Table {
    type Sum = fn(usize) -> f64;
    let sums: [(Manner, Sum); 2] = [
        (Manner::Close, tutorial::close_per_message),
        (Manner::KeepAlive, tutorial::kept),
    ];
    for (manner, sum) in sums {
        let per_exchange = |&messages: &usize| trips(sum(messages) / messages as f64);
        table.rows.push(Row {
            who: "tutorial".into(),
            manner,
            cells: table.columns.iter().map(per_exchange).collect(),
        });
    }
    table
}

fn columns(cells: &[(Task, String)]) -> Vec<usize> {
    let first = cells.first().map(|(task, _)| (task.version, task.manner));
    cells
        .iter()
        .filter(|(task, _)| Some((task.version, task.manner)) == first)
        .map(|(task, _)| task.messages)
        .collect()
}

fn rows(cells: &[(Task, String)]) -> Vec<Row> {
    let row = |(version, manner): (Version, Manner)| Row {
        who: version.to_string(),
        manner,
        cells: (cells.iter())
            .filter(|(task, _)| (task.version, task.manner) == (version, manner))
            .map(|(_, cell)| cell.clone())
            .collect(),
    };
    ROWS.into_iter().map(row).collect()
}

fn trips(count: f64) -> String {
    format!("{count:.2}")
}

/// Three digits that matter, without those that do not.
fn rate(rate: Option<f64>) -> String {
    match rate {
        None => "–".into(),
        Some(rate) if rate < 10.0 => format!("{rate:.2}"),
        Some(rate) if rate < 100.0 => format!("{rate:.1}"),
        Some(rate) => format!("{rate:.0}"),
    }
}

/// The round-trip times of these groups: `0, 10 and 50 ms`.
fn times(groups: &[&[Simulated]]) -> String {
    let millis = |group: &&[Simulated]| (group[0].round_trip.as_secs_f64() * 1e3).to_string();
    let all: Vec<_> = groups.iter().map(millis).collect();
    match all.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("{} and {last} ms", before.join(", "))
        }
        _ => format!("{} ms", all.concat()),
    }
}

/// A round-trip time.
pub(super) fn time(time: Duration) -> String {
    format!("{} ms", time.as_secs_f64() * 1e3)
}
