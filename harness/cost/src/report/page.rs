//! The costs as one page that needs no network, no script and no other file.

use askama::Template;
use h1check::wire::Version;

use super::plot::{Plot, Series, plot};
use super::remarks::{Remark, remarks};
use super::table::{Table, groups, tables, time};
use crate::model::{Costs, Manner, Simulated};
use crate::tutorial;

/// The page. `report` is the address of the report that it belongs to, where there is one.
#[must_use]
pub fn page(costs: &Costs, report: Option<&str>) -> String {
    let page = Page {
        style: include_str!("../../resources/cost.css"),
        version: env!("CARGO_PKG_VERSION"),
        report,
        plots: [trips(costs), rates(costs)].into_iter().flatten().collect(),
        remarks: remarks(costs),
        tables: tables(costs),
    };
    page.render()
        .expect("the template only writes to a String, which takes everything")
}

#[derive(Template)]
#[template(path = "cost.html")]
struct Page<'a> {
    style: &'static str,
    version: &'static str,
    report: Option<&'a str>,
    plots: Vec<Plot>,
    remarks: Vec<Remark>,
    tables: Vec<Table>,
}

/// Round trips per exchange over the count of messages, with what the tutorial computes.
fn trips(costs: &Costs) -> Option<Plot> {
    let group = *groups(costs).first()?;
    let mut series: Vec<Series> = MANNERS
        .map(|(manner, class)| Series {
            name: name(manner),
            class,
            points: (of(group, manner))
                .map(|it| (it.task.messages as f64, it.per_exchange()))
                .collect(),
        })
        .into();
    type Sum = fn(usize) -> f64;
    let sums: [(&str, &'static str, Sum); 2] = [
        (
            "close per message",
            "close dashed",
            tutorial::close_per_message,
        ),
        ("keep-alive", "kept dashed", tutorial::kept),
    ];
    series.extend(sums.map(|(manner, class, sum)| {
        Series {
            name: format!("tutorial, {manner}"),
            class,
            points: (of(group, Manner::Close))
                .map(|it| it.task.messages)
                .map(|messages| (messages as f64, sum(messages) / messages as f64))
                .collect(),
        }
    }));
    plot(
        "Round trips per exchange, until the last response is there".into(),
        ("messages", "round trips per exchange"),
        series,
    )
}

/// Exchanges per second over the round-trip time.
fn rates(costs: &Costs) -> Option<Plot> {
    let most = costs.simulated.iter().map(|it| it.task.messages).max()?;
    let series = MANNERS.map(|(manner, class)| Series {
        name: name(manner),
        class,
        points: of(&costs.simulated, manner)
            .filter(|it| it.task.messages == most)
            .filter_map(|it| Some((it.round_trip.as_secs_f64() * 1e3, it.rate()?)))
            .collect(),
    });
    let shortest = costs.simulated.iter().map(|it| it.round_trip);
    let without = match shortest.min() {
        Some(least) if least.is_zero() => format!(" (at {} nothing bounds them)", time(least)),
        _ => String::new(),
    };
    plot(
        format!("Exchanges per second, {most} messages{without}"),
        ("round-trip time, ms", "exchanges per second"),
        series.into(),
    )
}

/// Those of HTTP/1.1 in that manner.
fn of(cells: &[Simulated], manner: Manner) -> impl Iterator<Item = &Simulated> {
    (cells.iter()).filter(move |it| (it.task.version, it.task.manner) == (Version::HTTP_11, manner))
}

/// HTTP/1.0 does in every manner what HTTP/1.1 does with a connection per message.
fn name(manner: Manner) -> String {
    match manner {
        Manner::Close => format!("{manner}, and all of HTTP/1.0"),
        _ => manner.to_string(),
    }
}

const MANNERS: [(Manner, &str); 3] = [
    (Manner::Close, "close"),
    (Manner::KeepAlive, "kept"),
    (Manner::Pipelining, "pipelined"),
];
