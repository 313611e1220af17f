//! Timeouts: those that are there cost one, not one each; and none is seen where there is none.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use h1check::outcome::MismatchKind;
use h1check::run::Options;
use tokio::runtime::Runtime;

use super::waits::play;
use crate::figure::{Figure, Goal, Line};
use crate::files::{TWO_REQUESTS, copies, parse};
use crate::process::Server;
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let (all, (library, scenarios)) = (500, parse(copies(NEVER_ANSWERED, "never", 500))?);
    let runtime = Runtime::new()?;
    let mut lines = Vec::new();
    for (role, target) in [
        ("silent", "never answers"),
        ("choosy", "answers only what the canary asks"),
    ] {
        let server = Server::role(&[role])?;
        let mut samples = Vec::new();
        for _ in 0..context.rounds {
            let options = Options {
                patience: T,
                ..Options::default()
            };
            let (run, wall) = play(&runtime, &library, &scenarios, &server, options)?;
            if run.tally().fail != all {
                return Err(format!("not all have timed out: {:?}", run.tally()).into());
            }
            samples.push(wall.as_secs_f64() / T.as_secs_f64());
        }
        lines.push(Line::Figure(Figure {
            what: format!("wall of 500 scenarios that all time out after T = 2 s, on a target that {target} / T"),
            goal: Goal::AtMost(1.3),
            aim: Some(1.1),
            unit: " ×",
            samples,
            note: String::new(),
        }));
    }
    Ok(lines)
}

/// 64 at once against a backlog of 128, while both cores are busy with something else.
pub(crate) fn measure_false_ones(_: &Context) -> Result<Vec<Line>> {
    let (library, scenarios) = parse(copies(TWO_REQUESTS, "two", 500))?;
    let runtime = Runtime::new()?;
    let server = Server::role(&["answer", "128"])?;
    let _load = [Burner::start()?, Burner::start()?];
    let (mut timeouts, mut others) = (0, 0);
    let mut slowest = Duration::ZERO;
    for _ in 0..RUNS {
        let options = Options {
            jobs: 64,
            ..Options::default()
        };
        let (run, _) = play(&runtime, &library, &scenarios, &server, options)?;
        for outcome in &run.outcomes {
            slowest = slowest.max(outcome.took);
            match &outcome.mismatch {
                Some(mismatch) if mismatch.kind == MismatchKind::Timeout => timeouts += 1,
                _ => others += usize::from(outcome.verdict.word() != "pass"),
            }
        }
    }
    let count = RUNS * scenarios.len();
    Ok(vec![Line::Figure(Figure {
        what: format!(
            "false timeouts in {RUNS} runs of 500, 64 at once, backlog 128, both cores loaded"
        ),
        goal: Goal::AtMost(0.0),
        aim: None,
        unit: "",
        samples: vec![timeouts as f64],
        note: format!(
            "{others} other verdicts than pass among {count}, slowest scenario {} ms",
            slowest.as_millis()
        ),
    })])
}

/// Another process that wants a core.
struct Burner(Child);

impl Burner {
    fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["role", "burn"]).stdin(Stdio::null());
        Ok(Self(command.spawn()?))
    }
}

impl Drop for Burner {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const NEVER_ANSWERED: &str = r#"
title        = "A request that is not answered"
subject      = "server"
requirements = ["9110-9.1-1"]

[[step]]
send = '''
GET /never HTTP/1.1
Host: \{authority}

'''
expect.status = 200

[[counterexample]]
fault = "closes"
at    = 1
[[counterexample.step]]
expect.request = 'GET /never'
close = "fin"
"#;

/// How long an answer is awaited.
const T: Duration = Duration::from_secs(2);

const RUNS: usize = 10;
