//! Plays one plan in the simulator, and tells what happened.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use h1check::peer::client::{Client, Options};
use h1check::peer::server::{Config, Deadlines, Notice, Stop, serve_connection};
use tokio::time::{Instant, sleep};
use turmoil::net::TcpListener;
use turmoil::{Builder, Sim};

use super::ask::{Ask, What, id_of_target};
use super::fault::{Kind as FaultKind, Way};
use super::line::{Dial, Line, PORT};
use super::net::{Net, Record};
use super::plan::{Demand, Plan};
use super::subject::{Answer, Kind, PATIENCE, Subject};

/// What happened in a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) asked: Vec<Asked>,
    /// The connections of the subject.
    pub(crate) records: Vec<Record>,
    /// Requests that the server has read completely, by number.
    pub(crate) handled: BTreeMap<usize, usize>,
    /// How often each POST to a counter was applied.
    pub(crate) applied: BTreeMap<usize, u64>,
    /// Connections that the server had not ended long after the client was gone.
    pub(crate) serving: usize,
    /// Why the run did not come to its end, if so.
    pub(crate) stuck: Option<String>,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) ask: Ask,
    /// One each time that the application asked for it.
    pub(crate) answers: Vec<Answer>,
    /// How long the longest of these took, with all that were asked for at once, and how long
    /// it may take by the deadlines.
    pub(crate) took: Duration,
    pub(crate) bound: Duration,
}

/// Plays it.
pub(crate) fn play(plan: &Plan, kind: Kind) -> History {
    let mut sim = Builder::new()
        .rng_seed(plan.seed)
        .enable_random_order()
        .tick_duration(TICK)
        .simulation_duration(LONGEST)
        .min_message_latency(Duration::from_millis(plan.latency.0))
        .max_message_latency(Duration::from_millis(plan.latency.1))
        .tcp_capacity(1024)
        .build();
    let net = Net::new(plan.faults.clone(), plan.pieces);
    let history = Arc::new(Mutex::new(History::default()));
    start_server(&mut sim, &net, &history);
    let application = apply(plan.clone(), kind, net.clone(), Arc::clone(&history));
    sim.client("client", async move {
        application.await;
        Ok(())
    });
    let stuck = drive(&mut sim, &net).err();
    drop(sim);
    let mut history = history.lock().unwrap().clone();
    history.stuck = stuck.map(|error| error.to_string());
    history
}

fn start_server(sim: &mut Sim<'_>, net: &Net, history: &Arc<Mutex<History>>) {
    let handled = Arc::clone(history);
    let config = Config {
        deadlines: Deadlines {
            drain: Duration::from_millis(100),
            ..Deadlines::all(SERVER_PATIENCE)
        },
        observer: Some(Arc::new(move |notice| {
            if let Notice::Request { head, .. } = notice {
                let id = head.request().and_then(|line| id_of_target(&line.target));
                let mut history = handled.lock().unwrap();
                *history.handled.entry(id.unwrap_or(usize::MAX)).or_default() += 1;
            }
        })),
        ..Config::default()
    };
    let net = net.clone();
    sim.host("server", move || {
        let (net, config) = (net.clone(), config.clone());
        async move {
            let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
            loop {
                let (stream, from) = listener.accept().await?;
                let line = Line::new(stream, from, net.clone(), Way::ToClient);
                let (serving, config) = (net.serve(), config.clone());
                tokio::task::spawn_local(async move {
                    serve_connection(line, &config, &Stop::new()).await;
                    drop(serving);
                });
            }
        }
    });
}

/// Steps through the time, and puts right what was struck, until the application has ended and
/// the server has ended all its connections.
fn drive(sim: &mut Sim<'_>, net: &Net) -> turmoil::Result {
    let mut heals_at = None;
    let mut is_down = false;
    let mut ends_at = None;
    loop {
        let is_over = sim.step()?;
        let now = sim.elapsed();
        // The server that dies counts its connections down meanwhile.
        let struck = std::mem::take(&mut net.state().struck);
        for kind in struck {
            let healed = now + Duration::from_millis(kind.lasts());
            heals_at = heals_at.max(Some(healed));
            if matches!(kind, FaultKind::Crash(_)) {
                sim.crash("server");
                is_down = true;
            }
        }
        if heals_at.is_some_and(|time| time <= now) {
            heals_at = None;
            net.state().is_ill = false;
            sim.release("client", "server");
            if std::mem::take(&mut is_down) {
                sim.bounce("server");
            }
        }
        if is_over {
            let ends_at = *ends_at.get_or_insert(now + SERVER_PATIENCE * 4);
            if net.state().serving == 0 || ends_at <= now {
                return Ok(());
            }
        }
    }
}

/// What runs on the client: the requests of the plan, and then a look at the counters.
async fn apply(plan: Plan, kind: Kind, net: Net, history: Arc<Mutex<History>>) {
    // The server listens by then.
    sleep(TICK * 2).await;
    let mut subject = Subject::new(kind, &net);
    for step in &plan.steps {
        sleep(Duration::from_millis(step.pause)).await;
        let mut asked = ask(&mut subject, &step.asks, &plan).await;
        if plan.demand == Demand::IdempotentInTheEnd {
            for one in &mut asked {
                insist(&mut subject, one, &plan).await;
            }
        }
        history.lock().unwrap().asked.extend(asked);
    }
    drop(subject);
    let records = {
        let mut state = net.state();
        // What has not happened by now would happen to the look.
        state.faults.clear();
        state.records.clone()
    };
    while net.state().is_ill {
        sleep(TICK).await;
    }
    // What was under way when the subject gave up has arrived by then.
    sleep(Duration::from_millis(60)).await;
    let applied = look(&plan, &net).await;
    let mut history = history.lock().unwrap();
    history.records = records;
    history.applied = applied;
}

async fn ask(subject: &mut Subject, asks: &[Ask], plan: &Plan) -> Vec<Asked> {
    let requests: Vec<_> = asks.iter().map(|ask| ask.request()).collect();
    let begun = Instant::now();
    let answers = subject.ask(&requests).await;
    let took = begun.elapsed();
    let bound = bound(asks.len(), plan);
    asks.iter()
        .zip(answers)
        .map(|(ask, answer)| Asked {
            ask: *ask,
            answers: vec![answer],
            took,
            bound,
        })
        .collect()
}

/// Asks again for what has failed, as often as somebody does who needs it. What is not
/// idempotent is left to somebody who can look first.
async fn insist(subject: &mut Subject, asked: &mut Asked, plan: &Plan) {
    while asked.ask.is_idempotent() && !asked.succeeded() && asked.answers.len() < 12 {
        sleep(Duration::from_millis(50)).await;
        for again in ask(subject, &[asked.ask], plan).await {
            asked.answers.extend(again.answers);
            asked.took = asked.took.max(again.took);
            asked.bound = asked.bound.max(again.bound);
        }
    }
}

/// How long so many requests may take: each of them alone, once and once again, waits for a
/// connection, for the server to take it, for a head and for content.
fn bound(count: usize, plan: &Plan) -> Duration {
    let faults = plan.faults.iter().map(|fault| fault.kind.lasts()).sum();
    let attempts = u32::try_from(count + 1).unwrap_or(u32::MAX);
    PATIENCE * 4 * attempts + Duration::from_millis(faults) + TICK * 20
}

/// How often each POST was applied, by a connection on which nothing happens.
async fn look(plan: &Plan, net: &Net) -> BTreeMap<usize, u64> {
    let mut client = Client::new(Dial(net.clone()), "server", Options::default());
    let mut applied = BTreeMap::new();
    let all = plan.steps.iter().flat_map(|step| &step.asks);
    let counted: Vec<usize> = all
        .filter(|ask| ask.what == What::Count)
        .map(|ask| ask.id)
        .collect();
    let requests: Vec<_> = counted
        .iter()
        .map(|id| h1check::peer::client::Request::new("GET", format!("/counter/{id}")))
        .collect();
    for (id, response) in counted.into_iter().zip(client.pipeline(&requests).await) {
        let count = response.ok().and_then(|response| {
            std::str::from_utf8(&response.content)
                .ok()?
                .trim()
                .parse()
                .ok()
        });
        if let Some(count) = count {
            applied.insert(id, count);
        }
    }
    applied
}

impl Asked {
    /// Whether it was answered as it is when all goes well. (400 and 408 are answers to what the
    /// server got of it.)
    pub(crate) fn succeeded(&self) -> bool {
        let last = self.answers.last().and_then(|last| last.as_ref().ok());
        last.is_some_and(|told| Self::is_usual(self.ask, told.status))
    }

    pub(crate) fn is_usual(ask: Ask, status: u16) -> bool {
        match ask.what {
            What::Delete => matches!(status, 204 | 404),
            _ => status == 200,
        }
    }
}

/// How long the server waits for anything.
const SERVER_PATIENCE: Duration = Duration::from_millis(300);
/// The least time that the simulator knows.
const TICK: Duration = Duration::from_millis(5);
/// Far longer than any run may take.
const LONGEST: Duration = Duration::from_secs(60);
