//! The texts, of costs that are really simulated: what they say must be so.

use std::time::Duration;

use pretty_assertions::assert_eq;

use super::{json, page, text};
use crate::model::{Costs, Looped, Plan};
use crate::{measure, simulate};

fn plan(round_trips: &[u64], messages: &[usize]) -> Plan {
    Plan {
        round_trips: round_trips
            .iter()
            .copied()
            .map(Duration::from_millis)
            .collect(),
        messages: messages.into(),
        loopback: false,
    }
}

/// Those of a plan, and a loopback on which every exchange takes a fixed time.
fn costs(round_trips: &[u64], messages: &[usize]) -> Costs {
    let plan = plan(round_trips, messages);
    let mut costs = measure(&plan).unwrap();
    let looped = plan.tasks().map(|task| Looped {
        task,
        time: Duration::from_millis(task.messages as u64),
    });
    costs.looped = looped.collect();
    costs
}

fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_round_trips_are_told_once_and_the_rates_for_each_link() {
    let text = text(&costs(&[0, 10, 50], &[1, 3]));
    let count = |what: &str| text.matches(what).count();
    assert_eq!(count("until the last response is there\n"), 1);
    assert_eq!(count("Exchanges per second at a round-trip time of"), 2);
    let answered = "\
Round trips per exchange, until the last response is there
  the same at each round-trip time (0, 10 and 50 ms); that is what a user waits for
  messages                            1        3
  HTTP/1.0  close per message      2.00     2.00
  HTTP/1.0  keep-alive             2.00     2.00
  HTTP/1.0  pipelining             2.00     2.00
  HTTP/1.1  close per message      2.00     2.00
  HTTP/1.1  keep-alive             2.00     1.33
  HTTP/1.1  pipelining             2.00     0.67
  tutorial  close per message      4.00     4.00
  tutorial  keep-alive             4.00     2.00
";
    assert!(text.starts_with(answered), "{text}");
    assert!(
        text.contains("HTTP/1.1  keep-alive             50.0     75.0"),
        "{text}"
    );
    assert!(
        unwrapped(&text).contains("1.50 to one, not 4 to one"),
        "{text}"
    );
    assert!(
        unwrapped(&text).contains("1 round trip later where the server closes, 1.5 where"),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn pipelined_responses_beyond_the_first_flight_are_told() {
    let few = text(&costs(&[10], &[3]));
    assert!(!few.contains("RFC 6928"), "{few}");
    let many = text(&costs(&[10], &[100]));
    assert!(many.contains("RFC 6928"), "{many}");
}

/// More than a receiver grants at once is a matter of its window, and comes to an end.
#[test]
fn a_thousand_messages_are_pipelined_window_by_window() {
    let text = text(&costs(&[10], &[1000]));
    assert!(
        unwrapped(&text).contains("grants 64 KiB at a time"),
        "{text}"
    );
}

#[test]
fn json_has_every_cell_and_null_where_nothing_bounds() {
    let json = json(&costs(&[0, 10], &[3]));
    let cells = json["simulated"].as_array().unwrap();
    assert_eq!(cells.len(), 12);
    let cell = |round_trip: f64| {
        let is = |it: &&serde_json::Value| {
            it["version"] == "HTTP/1.1"
                && it["manner"] == "keep-alive"
                && it["round_trip"] == round_trip
        };
        cells.iter().find(is).unwrap()
    };
    assert_eq!(
        *cell(0.01),
        serde_json::json!({
            "version": "HTTP/1.1",
            "manner": "keep-alive",
            "messages": 3,
            "round_trip": 0.01,
            "connections": 1,
            "segments": cell(0.01)["segments"],
            "answered": { "round_trips": 4.0, "seconds": 0.04 },
            "closed": { "round_trips": 5.5, "seconds": 0.055 },
            "round_trips_per_exchange": 4.0 / 3.0,
            "exchanges_per_second": 75.0,
        })
    );
    assert_eq!(cell(0.0)["exchanges_per_second"], serde_json::Value::Null);
    assert_eq!(cell(0.0)["answered"]["round_trips"], 4.0);
    assert_eq!(json["loopback"].as_array().unwrap().len(), 6);
}

#[test]
fn the_page_has_plots_remarks_and_tables_and_leads_back() {
    let costs = costs(&[0, 1, 10], &[1, 100]);
    let shown = page(&costs, Some("index.html"));
    assert_eq!(shown.matches("<polyline").count(), 8);
    assert_eq!(shown.matches("<table>").count(), 5);
    assert!(shown.contains("<a href=\"index.html\">report</a>"));
    assert!(shown.contains("1.98 to one, not 4 to one"), "{shown}");
    assert!(!shown.contains("NaN") && !shown.contains("inf"), "{shown}");
    assert!(!page(&costs, None).contains("<a "));
}

#[test]
fn one_round_trip_time_or_nothing_is_a_page_as_well() {
    let shown = page(&costs(&[0], &[1]), None);
    assert_eq!(
        shown.matches("<svg viewBox=\"0 0 640").count(),
        1,
        "{shown}"
    );
    let nothing = page(&Costs::default(), None);
    assert!(!nothing.contains("<table>"));
}

/// The clock of the simulation and the count of crossings are two ways to see the same.
#[test]
fn the_clock_agrees_with_the_crossings_in_every_cell() {
    for round_trip in Plan::default().round_trips {
        for task in plan(&[], &[1, 3, 10]).tasks() {
            let passage = simulate(task, round_trip).unwrap();
            for moment in [passage.answered, passage.closed] {
                assert_eq!(moment.time, round_trip / 2 * moment.crossings, "{task:?}");
            }
        }
    }
}

#[test]
fn the_same_comes_out_each_time() {
    let [one, other] = [(); 2].map(|()| measure(&plan(&[0, 50], &[1, 10])).unwrap());
    assert_eq!(json(&one), json(&other));
}
