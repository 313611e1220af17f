//! `h1check prove`: can every check fail, and is every freedom left alone?

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use h1check::run::{self, Timing, Unproven};
use h1check::scenario::{Example, Scenario};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::exit;
use crate::library::Which;

/// Play the examples of scenarios: counterexamples must be caught, permitted ones not accused
///
/// Every counterexample is a scripted wrong subject that must be caught at the step that it
/// names; every permitted example is a scripted subject that must not be accused.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check prove                                  all built-in scenarios
  h1check prove --scenarios my/scenarios close   while writing one's own")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// How long an event is awaited where a step names no window, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    patience: u64,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let selected = match arguments
        .which
        .library()
        .and_then(|library| arguments.which.select(&library))
    {
        Ok(selected) => selected,
        Err(code) => return code,
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: cannot start: {error}");
            return ExitCode::from(exit::COULD_NOT_TEST);
        }
    };
    let timing = Timing {
        patience: Duration::from_millis(arguments.patience),
        slack: 1.0,
        longest: Duration::from_secs(2),
        grace: Duration::from_secs(1),
        start: Duration::ZERO,
    };
    let (proven, failed) = runtime.block_on(prove(&selected.scenarios, timing));
    anstream::println!("{proven} examples proven, {failed} not");
    ExitCode::from(if failed == 0 {
        exit::CONFORMS
    } else {
        exit::DEVIATES
    })
}

async fn prove(scenarios: &[Arc<Scenario>], timing: Timing) -> (usize, usize) {
    let mut tasks = JoinSet::new();
    // More at once than the cores can serve, and a patience of a second is over before its turn.
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    for scenario in scenarios {
        for example in scenario.counterexamples.iter().chain(&scenario.permitted) {
            let (scenario, example) = (Arc::clone(scenario), example.clone());
            let turns = Arc::clone(&turns);
            tasks.spawn(async move {
                let _turn = turns.acquire_owned().await;
                let proof = run::prove(&scenario, &example, timing).await.map(drop);
                (scenario, example, proof)
            });
        }
    }
    let (mut proven, mut failed) = (0, 0);
    while let Some(played) = tasks.join_next().await {
        match played {
            Ok((_, _, Ok(()))) => proven += 1,
            Ok((scenario, example, Err(unproven))) => {
                failed += 1;
                show(&scenario, &example, &unproven);
            }
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    (proven, failed)
}

fn show(scenario: &Scenario, example: &Example, unproven: &Unproven) {
    anstream::println!(
        "{}:{}: {}: the example \"{}\" {}",
        example.place.source.path,
        example.place.line(),
        scenario.id,
        example.title,
        unproven.why
    );
    let Some(outcome) = &unproven.outcome else {
        return;
    };
    for entry in &outcome.transcript.entries {
        let name = &outcome.transcript.connections[entry.connection].name;
        anstream::println!(
            "    step {} {:>9.3?} [{name}] {:?}",
            entry.step,
            entry.at,
            entry.what
        );
    }
}

/// Examples that are played at once. Most of them wait.
const AT_ONCE: usize = 32;
