//! The whole bundled suite on the reference peers: hardly longer than its longest wait.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use h1check::outcome::Run;
use h1check::run::{Options, Suite, Target};
use h1check::scenario::{Library, Scenario, Selection};
use tokio::runtime::Runtime;

use crate::figure::{Figure, Goal, Line, median};
use crate::process::cost;
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let runtime = Runtime::new()?;
    let mut lines = Vec::new();
    for (word, target) in [
        ("server", Target::ReferenceServer),
        ("client", Target::ReferenceClient),
    ] {
        let (count, longest) = longest(&runtime, word, &target)?;
        let (mut samples, mut walls, mut cpus) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..context.rounds {
            let mut command = Command::new(&context.h1check);
            let cost = cost(command.args([word, "--reference"]))?;
            let wall = cost.wall.saturating_sub(START).as_secs_f64();
            samples.push(wall / (longest + cost.cpu).as_secs_f64());
            walls.push(cost.wall.as_secs_f64() * 1e3);
            cpus.push(cost.cpu.as_secs_f64() * 1e3);
        }
        lines.push(Line::Figure(Figure {
            what: format!(
                "the {word} scenarios on the reference {word}: (wall - 60 ms) / (longest wait + CPU)"
            ),
            goal: Goal::AtMost(1.15),
            aim: Some(1.05),
            unit: " ×",
            samples,
            note: format!(
                "{count} scenarios, wall {:.0} ms, longest wait {} ms, CPU {:.0} ms",
                median(&walls),
                longest.as_millis(),
                median(&cpus)
            ),
        }));
    }
    Ok(lines)
}

/// How many scenarios there are, and how long the longest takes that is played alone.
fn longest(runtime: &Runtime, folder: &str, target: &Target) -> Result<(usize, Duration)> {
    let library = Library::bundled();
    let selected = library.select(&Selection::matching([folder]))?;
    let mut run = play(runtime, &library, target, selected.scenarios.clone())?;
    let count = run.outcomes.len();
    run.outcomes.sort_by_key(|outcome| outcome.took);
    let mut longest = Duration::ZERO;
    for outcome in run.outcomes.iter().rev().take(CANDIDATES) {
        let mut scenarios = vec![Arc::clone(&outcome.scenario)];
        let needs = |scenario: &&Arc<Scenario>| outcome.scenario.needs.contains(&scenario.id);
        scenarios.extend(selected.scenarios.iter().filter(needs).cloned());
        let alone = play(runtime, &library, target, scenarios)?;
        let took = alone.outcomes.iter().map(|outcome| outcome.took).max();
        longest = longest.max(took.unwrap_or_default());
    }
    Ok((count, longest))
}

fn play(
    runtime: &Runtime,
    library: &Library,
    target: &Target,
    scenarios: Vec<Arc<Scenario>>,
) -> Result<Run> {
    let catalogue = Arc::new(library.catalogue()?.clone());
    let options = Options {
        patience: Duration::from_secs(2),
        ..Options::default()
    };
    let suite = Suite::new(catalogue, scenarios, target.clone(), options);
    Ok(runtime.block_on(suite.run(std::future::pending(), &mut |_| {}))?)
}

/// What the start of a process may take.
const START: Duration = Duration::from_millis(60);

/// So many of the longest are played alone.
const CANDIDATES: usize = 3;
