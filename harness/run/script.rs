//! Scripted subjects: the counterexamples and permitted examples of a scenario, played by the
//! same player against the judge, over loopback.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use thiserror::Error;
use tokio::sync::mpsc;

use super::play::{self, Try};
use super::player::{Player, Stop, Timing, World};
use super::values::Values;
use super::world;
use crate::outcome::{Outcome, Verdict};
use crate::peer::Endpoint;
use crate::peer::connection::Listener;
use crate::scenario::{Example, ExampleKind, Open, Scenario, ScriptSide, Step, Subject};

/// Plays an example against its scenario, and says what the judge made of it.
///
/// # Errors
/// The example does not show what it claims to.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use h1check::run::{Timing, prove};
/// use h1check::scenario::{Library, Selection};
///
/// let only = Selection::matching(["server/basic/get"]);
/// let scenario = &Library::bundled().select(&only)?.scenarios[0];
/// let timing = Timing { patience: Duration::from_secs(1), ..Timing::default() };
/// for wrong in &scenario.counterexamples {
///     assert!(prove(scenario, wrong, timing).await.is_ok(), "{} is caught", wrong.title);
/// }
/// # Ok(())
/// # }
/// ```
pub async fn prove(
    scenario: &Arc<Scenario>,
    example: &Example,
    timing: Timing,
) -> Result<Outcome, Box<Unproven>> {
    let start = Instant::now();
    let played = against(scenario, &example.steps, timing).await;
    let last = played.map_err(|why| Box::new(Unproven { why, outcome: None }))?;
    let (outcome, _) = play::outcome(scenario, last, 1, String::new(), start.elapsed());
    match unproven(scenario, example, &outcome) {
        None => Ok(outcome),
        Some(why) => Err(Box::new(Unproven {
            why,
            outcome: Some(outcome),
        })),
    }
}

/// An example that does not show what it claims to.
#[derive(Debug, Error)]
#[error("{why}")]
pub struct Unproven {
    /// What came instead, as a fragment: "should be caught at step 2, but …".
    pub why: String,
    /// What the judge saw, where it could judge.
    pub outcome: Option<Outcome>,
}

/// Why the outcome is not what the example claims.
fn unproven(scenario: &Scenario, example: &Example, outcome: &Outcome) -> Option<String> {
    let seen = outcome.mismatch.as_ref();
    match example.kind {
        ExampleKind::Counterexample { at } => {
            let step = seen.map(|mismatch| mismatch.step);
            let warned = outcome.warnings.iter().find(|warning| warning.step == at);
            let caught = step == Some(at) || (outcome.verdict == Verdict::Warn && warned.is_some());
            let last = scenario.steps.len();
            (!caught).then(|| match step {
                Some(step) => format!(
                    "should be caught at step {at}, but was at step {step} of {last}: {}",
                    seen.map_or("", |mismatch| &mismatch.seen)
                ),
                None => format!(
                    "should be caught at step {at}, but the verdict is {}{}",
                    outcome.verdict.word(),
                    outcome
                        .verdict
                        .why()
                        .map(|why| format!(" ({why})"))
                        .unwrap_or_default()
                ),
            })
        }
        ExampleKind::Permitted { verdict, .. } => (outcome.verdict.word() != verdict).then(|| {
            let why = outcome.verdict.why().map(str::to_owned);
            let why = why.or_else(|| {
                seen.map(|mismatch| {
                    format!(
                        "step {}: wanted {}, saw {}",
                        mismatch.step, mismatch.wanted, mismatch.seen
                    )
                })
            });
            format!(
                "should get the verdict {verdict}, but got {}{}",
                outcome.verdict.word(),
                why.map(|why| format!(": {why}")).unwrap_or_default()
            )
        }),
    }
}

/// Plays the scenario against a scripted subject.
pub(crate) async fn against(
    scenario: &Arc<Scenario>,
    script: &[Step],
    timing: Timing,
) -> Result<Try, String> {
    let cannot = |error: std::io::Error| format!("cannot listen on loopback: {error}");
    let subject = match scenario.subject {
        Subject::Client => None,
        Subject::Server | Subject::Proxy => Some(Listener::bind(LOOPBACK).map_err(cannot)?),
    };
    let endpoint = subject
        .as_ref()
        .map(|it| Endpoint::from(it.address.clone()));
    let listeners = world::listeners(scenario, LOOPBACK.ip()).map_err(cannot)?;
    let dials = world::endpoints(&listeners);
    let values = world::values(
        scenario,
        &world::Facts::scripted(endpoint.clone()),
        &listeners,
    );
    let (teller, told) = mpsc::unbounded_channel();

    let judge = Player::new(
        ScriptSide::Judge,
        &values,
        timing,
        World {
            dial: endpoint,
            dials: Vec::new(),
            listeners,
            asker: None,
            told: (scenario.subject == Subject::Client).then_some(told),
            teller: None,
        },
        Instant::now(),
    );
    let judged = play::play(judge, scenario);
    let scripted = run_script(script, &values, timing, subject, dials, teller);
    tokio::select! {
        biased;
        judged = judged => Ok(judged),
        broken = scripted => Err(broken),
    }
}

/// Plays the script; ends only where the script is broken, and says how.
async fn run_script(
    script: &[Step],
    values: &Values,
    timing: Timing,
    subject: Option<Listener>,
    dials: Vec<(Option<String>, Endpoint)>,
    teller: mpsc::UnboundedSender<super::driver::Told>,
) -> String {
    let names_connections = script.iter().any(|step| step.open != Open::Latest);
    let world = |subject: Option<Listener>| World {
        dial: dials.first().map(|(_, endpoint)| endpoint.clone()),
        dials: dials.clone(),
        listeners: subject
            .into_iter()
            .map(|listener| (None, listener))
            .collect(),
        asker: None,
        told: None,
        teller: Some(teller.clone()),
    };
    let player = |world| Player::new(ScriptSide::Subject, values, timing, world, Instant::now());
    match subject {
        // A script that names no connection is played anew on every one.
        Some(mut listener) if !names_connections => {
            let mut running: Vec<Pin<Box<dyn Future<Output = String> + Send + '_>>> = Vec::new();
            poll_fn(|context| {
                while let Poll::Ready(accepted) = listener.poll_accept(context) {
                    if let Ok(connection) = accepted {
                        let mut player = player(world(None));
                        player.adopt(connection);
                        running.push(Box::pin(run_to_the_end(player, script)));
                    }
                }
                for script in &mut running {
                    if let Poll::Ready(broken) = script.as_mut().poll(context) {
                        return Poll::Ready(broken);
                    }
                }
                Poll::Pending
            })
            .await
        }
        subject => run_to_the_end(player(world(subject)), script).await,
    }
}

/// Plays, and then holds all connections open for as long as the judge wants to look.
async fn run_to_the_end(mut player: Player<'_>, script: &[Step]) -> String {
    match player.play(script).await {
        Ok(()) | Err(Stop::Gone) => {
            player.hold().await;
            String::new()
        }
        Err(Stop::Mismatch(mismatch, _)) => format!("the example itself saw {}", mismatch.seen),
        Err(Stop::Skip(why) | Stop::Broken(why)) => format!("the example cannot be played: {why}"),
    }
}

/// Where examples are played.
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
