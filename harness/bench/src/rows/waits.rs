//! Waits overlap: many scenarios, of which some wait, take about as long as one wait.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use h1check::outcome::Run;
use h1check::run::{Options, ServerTarget, Suite, Target};
use h1check::scenario::{Library, Scenario};
use tokio::runtime::Runtime;

use crate::figure::{Figure, Goal, Line};
use crate::files::{TWO_REQUESTS, WAITS, copies, parse};
use crate::process::Server;
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let mut files = copies(TWO_REQUESTS, "two", 450);
    files.extend(copies(WAITS, "waits", 50));
    let (library, scenarios) = parse(files)?;
    let server = reference(context)?;
    let runtime = Runtime::new()?;
    let mut samples = Vec::new();
    for _ in 0..context.rounds {
        let options = Options::default();
        let (run, wall) = play(&runtime, &library, &scenarios, &server, options)?;
        if run.tally().pass != scenarios.len() {
            return Err(format!("not all passed: {:?}", run.tally()).into());
        }
        samples.push(wall.as_secs_f64() / 0.5);
    }
    Ok(vec![Line::Figure(Figure {
        what: "wall of 500 scenarios, 50 of which hold 500 ms / one wait".into(),
        goal: Goal::AtMost(1.2),
        aim: Some(1.1),
        unit: " ×",
        samples,
        note: String::new(),
    })])
}

/// The reference server in a process of its own.
pub(super) fn reference(context: &Context) -> Result<Server> {
    let mut command = Command::new(&context.h1check);
    Server::start(command.args(["serve", "127.0.0.1:0", "--quiet"]))
}

/// Plays scenarios against a server, and says how long it took.
pub(super) fn play(
    runtime: &Runtime,
    library: &Library,
    scenarios: &[Arc<Scenario>],
    server: &Server,
    options: Options,
) -> Result<(Run, Duration)> {
    let target = Target::Server(ServerTarget::at(server.address));
    let catalogue = Arc::new(library.catalogue()?.clone());
    let suite = Suite::new(catalogue, scenarios.to_vec(), target, options);
    let start = Instant::now();
    let run = runtime.block_on(suite.run(std::future::pending(), &mut |_| {}))?;
    Ok((run, start.elapsed()))
}
