//! One scenario as a whole process.

use std::process::Command;

use super::waits::reference;
use crate::figure::{Figure, Goal, Line};
use crate::process::cost;
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let server = reference(context)?;
    let url = format!("http://{}/", server.address);
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..context.rounds * RUNS {
        let mut command = Command::new(&context.h1check);
        let cost = cost(command.args(["server", &url, "--only", "server/basic/get"]))?;
        wall.push(cost.wall.as_secs_f64() * 1e3);
        cpu.push(cost.cpu.as_secs_f64() * 1e3);
    }
    Ok(vec![Line::Figure(Figure {
        what: "a run of one scenario, from the start of the process to its exit".into(),
        goal: Goal::AtMost(15.0),
        aim: None,
        unit: " ms",
        samples: wall,
        note: format!("CPU {:.1} ms", crate::figure::median(&cpu)),
    })])
}

/// How often in a round; it is quick.
const RUNS: usize = 5;
