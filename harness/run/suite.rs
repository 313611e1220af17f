//! Many scenarios against one target, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::task::JoinSet;

use super::jitter::Jitter;
use super::one::{Played, Shared};
use super::play::Finding;
use super::player::Timing;
use super::reference::ReferenceServers;
use super::slot::Slots;
use super::target::{RunError, Spawned, Target};
use crate::outcome::{Lint, Mismatch, MismatchKind, Outcome, Run, Transcript, Verdict};
use crate::peer::connection::Connection;
use crate::scenario::{Amount, Catalogue, EventKind, Grade, Scenario, Step};

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Scenarios that are active at once; waiting ones do not count. Default 8.
    pub jobs: usize,
    /// Scenarios that may have connections open at once, for targets that hold few. Default: any.
    pub connections: Option<usize>,
    /// How long an event is awaited where a step names no window. Default 5 s; the reference
    /// peers are given 2 s.
    pub patience: Duration,
    /// A factor on every `within`, for slow targets. Default 1.
    pub slack: f64,
    /// The command line that makes the run again, for reports.
    pub command: String,
    /// The same for one scenario, with `{id}`.
    pub rerun: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: 8,
            connections: None,
            patience: Duration::from_secs(5),
            slack: 1.0,
            command: String::new(),
            rerun: String::new(),
        }
    }
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Progress<'a> {
    /// So many scenarios will be played.
    Started(usize),
    /// One is finished.
    Finished(&'a Outcome),
    /// Something that the user should know at once.
    Note(&'a str),
}

/// A selection of scenarios and a target.
#[derive(Debug)]
pub struct Suite {
    scenarios: Vec<Arc<Scenario>>,
    target: Target,
    options: Options,
    catalogue: Arc<Catalogue>,
}

/// The state of a run.
struct Running<'a> {
    shared: Arc<Shared>,
    spawned: Option<Arc<Spawned>>,
    observe: &'a mut (dyn FnMut(Progress<'_>) + Send),
    done: BTreeMap<String, Played>,
    deaths: usize,
    /// Why nothing more can be played.
    over: Option<String>,
}

impl Suite {
    /// A run of these scenarios, and of the controls that they need (which must be among
    /// `scenarios` too; the library's selection sees to that). Scenarios for other kinds of
    /// subjects are left out.
    #[must_use]
    pub fn new(
        catalogue: Arc<Catalogue>,
        scenarios: Vec<Arc<Scenario>>,
        target: Target,
        options: Options,
    ) -> Self {
        let subject = target.subject();
        let scenarios = scenarios
            .into_iter()
            .filter(|scenario| scenario.subject == subject)
            .collect();
        Self {
            scenarios,
            target,
            options,
            catalogue,
        }
    }

    /// How many scenarios will be played.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scenarios.len()
    }

    /// Whether there is nothing to play.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scenarios.is_empty()
    }

    /// Plays all scenarios; when `stop` is ready, what is under way is dropped, and the result
    /// holds what was done.
    ///
    /// # Errors
    /// The target cannot be reached or started, so that nothing was judged.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send,
        observe: &mut (dyn FnMut(Progress<'_>) + Send),
    ) -> Result<Run, RunError> {
        let (started, start) = (SystemTime::now(), Instant::now());
        let (shared, spawned) = self.prepare().await?;
        let mut running = Running {
            shared: Arc::new(shared),
            spawned,
            observe,
            done: BTreeMap::new(),
            deaths: 0,
            over: None,
        };
        (running.observe)(Progress::Started(self.scenarios.len()));
        let stopped = tokio::select! {
            () = running.play_all(&self.scenarios) => false,
            () = stop => true,
        };
        if stopped {
            running.over = Some("the run was interrupted".into());
        }
        if let Some(spawned) = &running.spawned {
            spawned.end().await;
        }
        let jitter = running.shared.jitter.worst();
        let interrupted = running.over.take();
        let (outcomes, lints) = self.gather(running.done, interrupted.as_deref());
        Ok(Run {
            version: env!("CARGO_PKG_VERSION").into(),
            subject: self.target.describe(),
            command: self.options.command,
            rerun: self.options.rerun,
            started,
            took: start.elapsed(),
            jitter,
            jobs: self.options.jobs,
            interrupted,
            outcomes,
            lints,
        })
    }

    async fn prepare(&self) -> Result<(Shared, Option<Arc<Spawned>>), RunError> {
        let mut spawned = None;
        let mut server = None;
        let mut grace = SHORTEST_GRACE;
        match &self.target {
            Target::Server(target) => server = Some(target.clone()),
            Target::Spawned(target) => {
                let started = Spawned::start(target).await?;
                server = Some(started.target());
                spawned = Some(started);
            }
            Target::Client(command) => command.find()?,
            Target::ReferenceServer | Target::ReferenceClient => {}
        }
        if let Some(server) = &server {
            let start = Instant::now();
            knock(server.address).await?;
            // A far target takes longer for everything: it shall not count as waiting too soon.
            grace = (start.elapsed() * 4).clamp(SHORTEST_GRACE, LONGEST_GRACE);
        }
        let Options {
            jobs,
            connections,
            patience,
            slack,
            ..
        } = self.options;
        let longest = match self.target {
            Target::ReferenceServer | Target::ReferenceClient => LONGEST_FOR_REFERENCE,
            Target::Server(_) | Target::Spawned(_) | Target::Client(_) => Duration::MAX,
        };
        let shared = Shared {
            target: self.target.clone(),
            server,
            references: ReferenceServers::default(),
            timing: Timing {
                patience,
                slack,
                longest,
                grace,
            },
            slots: Slots::new(jobs.clamp(1, MOST_JOBS)),
            held: connections.map(Slots::new),
            jitter: Jitter::start(),
        };
        Ok((shared, spawned))
    }

    /// The outcomes in the order of their ids, with those that were not played, and the lints.
    fn gather(
        &self,
        mut done: BTreeMap<String, Played>,
        over: Option<&str>,
    ) -> (Vec<Outcome>, Vec<Lint>) {
        let mut outcomes = Vec::new();
        let mut lints: BTreeMap<&'static str, Lint> = BTreeMap::new();
        let mut scenarios: Vec<_> = self.scenarios.iter().collect();
        scenarios.sort_by(|one, other| one.id.cmp(&other.id));
        for scenario in scenarios {
            let Some(played) = done.remove(&scenario.id) else {
                if let Some(why) = over {
                    outcomes.push(unplayed(
                        scenario,
                        Verdict::Error {
                            why: format!("not played: {why}"),
                        },
                    ));
                }
                continue;
            };
            for finding in played.findings {
                self.add_lint(&mut lints, finding, &scenario.id);
            }
            outcomes.push(played.outcome);
        }
        (outcomes, lints.into_values().collect())
    }

    fn add_lint(&self, lints: &mut BTreeMap<&'static str, Lint>, finding: Finding, scenario: &str) {
        let grade = self
            .catalogue
            .entries
            .get(finding.requirement)
            .map(|entry| entry.worst);
        let verdict = match grade {
            Some(Grade::Fail) => Verdict::Fail,
            Some(Grade::Warn) => Verdict::Warn,
            Some(Grade::Observe) | None => return,
        };
        lints
            .entry(finding.requirement)
            .and_modify(|lint| lint.count += 1)
            .or_insert_with(|| Lint {
                requirement: finding.requirement.into(),
                verdict,
                text: finding.text,
                count: 1,
                scenario: scenario.into(),
                connection: finding.connection,
            });
    }
}

impl Running<'_> {
    /// Controls first; then the rest, the longest waits in front.
    async fn play_all(&mut self, scenarios: &[Arc<Scenario>]) {
        let needed: BTreeSet<&str> = scenarios
            .iter()
            .flat_map(|scenario| &scenario.needs)
            .map(String::as_str)
            .collect();
        let (controls, mut rest): (Vec<_>, Vec<_>) = scenarios
            .iter()
            .cloned()
            .partition(|scenario| needed.contains(scenario.id.as_str()));
        rest.sort_by_key(|scenario| std::cmp::Reverse(waiting(scenario, &self.shared)));
        self.play_some(controls).await;
        self.play_some(rest).await;
    }

    async fn play_some(&mut self, scenarios: Vec<Arc<Scenario>>) {
        let mut queue = scenarios;
        while !queue.is_empty() && self.over.is_none() {
            queue = self.play_until_death(queue).await;
        }
    }

    /// Plays until all are done, or until the subject has died; gives back what is left then.
    async fn play_until_death(&mut self, scenarios: Vec<Arc<Scenario>>) -> Vec<Arc<Scenario>> {
        let mut tasks = JoinSet::new();
        let mut left: BTreeMap<String, Arc<Scenario>> = BTreeMap::new();
        for scenario in scenarios {
            if let Some(why) = self.unmet(&scenario) {
                self.finish(not_played(&scenario, Verdict::Skip { why }));
                continue;
            }
            left.insert(scenario.id.clone(), Arc::clone(&scenario));
            let shared = Arc::clone(&self.shared);
            tasks.spawn(async move {
                let played = shared.play(&scenario).await;
                let lives = !shared.may_have_died(&played) || shared.lives().await;
                (played, lives)
            });
        }
        let mut suspects: Vec<Played> = Vec::new();
        while let Some(joined) = tasks.join_next().await {
            // A task fails only if it panicked, which is our bug and must not be swallowed.
            let (played, lives) = match joined {
                Ok(result) => result,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => continue,
            };
            if lives {
                left.remove(&played.outcome.scenario.id);
                self.finish(played);
                continue;
            }
            suspects.push(played);
            // What else is under way now says nothing about itself.
            tasks.shutdown().await;
        }
        if !suspects.is_empty() {
            self.blame(suspects, &mut left).await;
        }
        left.into_values().collect()
    }

    /// Finds out which scenario the subject does not survive: each suspect is played alone.
    async fn blame(&mut self, suspects: Vec<Played>, left: &mut BTreeMap<String, Arc<Scenario>>) {
        for suspect in suspects {
            let scenario = Arc::clone(&suspect.outcome.scenario);
            left.remove(&scenario.id);
            self.deaths += 1;
            let output = self.output().await;
            if !self.revive(&scenario.id).await {
                // There is no second chance, so the one after which it was dead has it.
                self.finish(killed(suspect, output));
                return;
            }
            let again = self.shared.play(&scenario).await;
            let lives = self.shared.lives().await;
            if lives {
                self.finish(again);
            } else {
                let output = self.output().await;
                self.finish(killed(again, output));
                if !self.revive(&scenario.id).await {
                    return;
                }
            }
        }
    }

    /// What a server that we started has printed.
    async fn output(&self) -> String {
        match &self.spawned {
            Some(spawned) => spawned.output().await,
            None => String::new(),
        }
    }

    /// Makes the subject answer again, where that is possible.
    async fn revive(&mut self, id: &str) -> bool {
        (self.observe)(Progress::Note(&format!(
            "the subject no longer answers after {id}"
        )));
        if let Some(spawned) = &self.spawned
            && self.deaths <= DEATHS_AT_MOST
        {
            match spawned.restart().await {
                Ok(()) => return true,
                Err(error) => {
                    self.over = Some(format!(
                        "the server died after {id} and could not be started again: {error}"
                    ));
                    return false;
                }
            }
        }
        // Somebody else may watch over it and start it again.
        for _ in 0..REVIVALS {
            tokio::time::sleep(BETWEEN_REVIVALS).await;
            if self.deaths <= DEATHS_AT_MOST && self.shared.lives().await {
                return true;
            }
        }
        self.over = Some(format!("the subject no longer answers after {id}"));
        false
    }

    /// Why a control is missing, where one is.
    fn unmet(&self, scenario: &Scenario) -> Option<String> {
        scenario.needs.iter().find_map(|control| {
            match self.done.get(control).map(|played| &played.outcome.verdict) {
                Some(Verdict::Pass | Verdict::Warn) => None,
                Some(verdict) => Some(format!(
                    "it needs {control}, which came to {}",
                    verdict.word()
                )),
                // Controls of controls are played in the same round: they are not waited for.
                None => None,
            }
        })
    }

    fn finish(&mut self, played: Played) {
        (self.observe)(Progress::Finished(&played.outcome));
        self.done.insert(played.outcome.scenario.id.clone(), played);
    }
}

impl Shared {
    /// Whether it is worth looking if the subject lives.
    fn may_have_died(&self, played: &Played) -> bool {
        let bad = matches!(
            played.outcome.verdict,
            Verdict::Fail | Verdict::Error { .. }
        );
        self.server.is_some() && (played.hostile || bad)
    }

    /// The canary: whether a plain request on a fresh connection is answered.
    pub(crate) async fn lives(&self) -> bool {
        let Some(server) = &self.server else {
            return true;
        };
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            server.path, server.authority
        );
        for _ in 0..CANARIES {
            let answered = super::canary::answers(server.address, request.as_bytes());
            if tokio::time::timeout(self.timing.patience, answered).await == Ok(true) {
                return true;
            }
        }
        false
    }
}

/// How long the scenario waits at least: pauses, silences, windows that begin later.
fn waiting(scenario: &Scenario, shared: &Shared) -> Duration {
    let of = |amount: &Amount| match amount {
        Amount::Fixed(duration) => *duration,
        Amount::Multiple(factor, name) => {
            let declared = shared
                .server
                .as_ref()
                .and_then(|server| server.given.get(name));
            let default = scenario
                .given
                .get(name)
                .and_then(|given| given.default.as_ref());
            match declared.or(default) {
                Some(crate::scenario::GivenValue::Time(duration)) => duration.mul_f64(*factor),
                _ => Duration::ZERO,
            }
        }
    };
    let step = |step: &Step| -> Duration {
        let silence = step
            .expect
            .iter()
            .flat_map(|expect| &expect.alternatives)
            .find_map(|pattern| match &pattern.kind {
                EventKind::Silence(amount) => Some(amount),
                _ => None,
            });
        let over = step.pace.as_ref().and_then(|pace| pace.over.as_ref());
        let amounts = [
            step.wait.as_ref(),
            over,
            step.window.after.as_ref(),
            silence,
        ];
        amounts.into_iter().flatten().map(of).sum()
    };
    scenario.steps.iter().map(step).sum()
}

/// The verdict on the scenario that the subject did not survive.
fn killed(mut played: Played, output: String) -> Played {
    let outcome = &mut played.outcome;
    outcome.output = output;
    if let Some(step) = outcome.scenario.steps.last() {
        outcome.verdict = Verdict::Fail;
        outcome.mismatch = Some(Mismatch {
            kind: MismatchKind::Died,
            step: outcome.scenario.steps.len(),
            place: step.place.clone(),
            wanted: "a subject that still answers a plain request on a fresh connection".into(),
            seen: "no answer any more".into(),
            at: outcome.took,
            connection: None,
        });
    }
    played
}

fn unplayed(scenario: &Arc<Scenario>, verdict: Verdict) -> Outcome {
    Outcome {
        scenario: Arc::clone(scenario),
        verdict,
        mismatch: None,
        warnings: Vec::new(),
        observations: Vec::new(),
        transcript: Transcript::default(),
        output: String::new(),
        tries: 0,
        took: Duration::ZERO,
    }
}

fn not_played(scenario: &Arc<Scenario>, verdict: Verdict) -> Played {
    Played {
        outcome: unplayed(scenario, verdict),
        findings: Vec::new(),
        hostile: false,
    }
}

/// Whether anybody listens.
async fn knock(address: SocketAddr) -> Result<(), RunError> {
    let unreachable = |source| RunError::Unreachable { address, source };
    match tokio::time::timeout(KNOCK_AT_MOST, Connection::open(address)).await {
        Ok(opened) => opened.map(drop).map_err(unreachable),
        Err(_) => Err(unreachable(std::io::ErrorKind::TimedOut.into())),
    }
}

/// How long an expectation holds its slot, at the least and at the most.
const SHORTEST_GRACE: Duration = Duration::from_millis(2);
const LONGEST_GRACE: Duration = Duration::from_millis(500);

/// A reference peer is quick: no need to wait longer where it fails to do something.
const LONGEST_FOR_REFERENCE: Duration = Duration::from_secs(5);

/// More active scenarios than this overrun the accept backlog of common servers.
const MOST_JOBS: usize = 64;

/// How long the first connect may take.
const KNOCK_AT_MOST: Duration = Duration::from_secs(5);

/// A subject that dies more often than this is not started again.
const DEATHS_AT_MOST: usize = 20;

/// How often and how far apart it is tried whether a dead subject has come back by itself.
const REVIVALS: usize = 8;
const BETWEEN_REVIVALS: Duration = Duration::from_millis(250);

/// A canary may meet a server that is just busy: so many are sent before it counts as dead.
const CANARIES: usize = 3;
