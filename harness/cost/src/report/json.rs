//! The numbers for programs.

use serde_json::{Value, json};

use crate::model::{Costs, Looped, Moment, Simulated, Task};
use crate::tutorial;

/// The costs as a JSON object. Times are in seconds; what is not bounded is null.
#[must_use]
pub fn json(costs: &Costs) -> Value {
    json!({
        "tutorial": {
            "open": tutorial::OPEN,
            "exchange": tutorial::EXCHANGE,
            "close": tutorial::CLOSE,
        },
        "simulated": costs.simulated.iter().map(simulated).collect::<Vec<_>>(),
        "loopback": costs.looped.iter().map(looped).collect::<Vec<_>>(),
    })
}

fn simulated(cell: &Simulated) -> Value {
    let passage = &cell.passage;
    let mut value = task(cell.task);
    value["round_trip"] = json!(cell.round_trip.as_secs_f64());
    value["connections"] = json!(passage.connections);
    value["segments"] = json!(passage.segments);
    value["answered"] = moment(passage.answered);
    value["closed"] = moment(passage.closed);
    value["round_trips_per_exchange"] = json!(cell.per_exchange());
    value["exchanges_per_second"] = json!(cell.rate());
    value
}

fn looped(cell: &Looped) -> Value {
    let mut value = task(cell.task);
    value["answered"] = json!({ "seconds": cell.time.as_secs_f64() });
    value["exchanges_per_second"] = json!(cell.rate());
    value
}

fn task(task: Task) -> Value {
    json!({
        "version": task.version.to_string(),
        "manner": task.manner.word(),
        "messages": task.messages,
    })
}

fn moment(moment: Moment) -> Value {
    json!({
        "round_trips": moment.round_trips(),
        "seconds": moment.time.as_secs_f64(),
    })
}
