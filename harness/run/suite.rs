//! Many scenarios against one target, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use super::again::Again;
use super::budget::Budget;
use super::canary::Canary;
use super::confirm::Doubts;
use super::error::RunError;
use super::gather::{self, Former, Grader};
use super::jitter::Jitter;
use super::one::Shared;
use super::player::Timing;
use super::process::Groups;
use super::redact::Redactor;
use super::reference::ReferenceServers;
use super::rounds::Running;
use super::slot::Slots;
use super::target::{Spawned, Target};
use crate::outcome::{self, Gate, Lint, Outcome, Run, Shard, Transcript, Verdict};
use crate::scenario::{Catalogue, Scenario};

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Scenarios that are active at once; waiting ones do not count. Default 8.
    pub jobs: usize,
    /// Scenarios that may have connections open at once, for targets that hold few. Default: any;
    /// what times out then is played again alone before it counts.
    pub connections: Option<usize>,
    /// How long an event is awaited where a step names no window. Default 5 s; the reference
    /// peers are given 2 s.
    pub patience: Duration,
    /// How often at the most what fails or warns is played again, to see whether it always does.
    pub retries: usize,
    /// A factor on every `within`, for slow targets. Default 1.
    pub slack: f64,
    /// Whether a warning lets the run fail as well. Default: it does not.
    pub strict: bool,
    /// What was selected. Default: the scenarios of the run; more where they are a shard of it.
    pub suite: Option<outcome::Suite>,
    /// Which shard of it the scenarios are.
    pub shard: Option<Shard>,
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
            retries: 0,
            slack: 1.0,
            strict: false,
            suite: None,
            shard: None,
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
    /// One is finished, and this is what the passive checks found in its messages.
    Finished(&'a Outcome, &'a [Lint]),
    /// Something that the user should know at once.
    Note(&'a str),
}

/// A selection of scenarios and a target.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use h1check::report::json;
/// use h1check::run::{Options, Suite, Target};
/// use h1check::scenario::{Library, Selection};
///
/// let library = Library::bundled();
/// let catalogue = Arc::new(library.catalogue()?.clone());
/// let selected = library.select(&Selection::matching(["server/basic"]))?;
/// let target = Target::ReferenceServer;
/// let suite = Suite::new(Arc::clone(&catalogue), selected.scenarios, target, Options::default());
///
/// // Nothing stops it early, and nobody looks on.
/// let run = suite.run(std::future::pending(), &mut |_| {}).await?;
/// assert_eq!(run.exit_code(), 0);
/// assert!(json::render(&run, &catalogue).contains("server/basic/get"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Suite {
    scenarios: Vec<Arc<Scenario>>,
    target: Target,
    options: Options,
    catalogue: Arc<Catalogue>,
    guests: BTreeSet<String>,
    former: Former,
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
            guests: BTreeSet::new(),
            former: Former::default(),
        }
    }

    /// Leaves what the passive checks find in some scenarios to another run, which plays them too:
    /// the controls of a shard that belong to another one.
    #[must_use]
    pub fn with_guests(mut self, ids: BTreeSet<String>) -> Self {
        self.guests = ids;
        self
    }

    /// Goes on where another run was cut short: what that one had done is not played again, and is
    /// in the result as if it were of this one. What is for other scenarios is left out.
    #[must_use]
    pub fn going_on(mut self, mut former: Former) -> Self {
        let mine: BTreeSet<&str> = self.scenarios.iter().map(|it| it.id.as_str()).collect();
        let is_mine = |done: &(Outcome, _)| mine.contains(done.0.scenario.id.as_str());
        former.done.retain(is_mine);
        self.former = former;
        self
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
        let groups = Groups::default();
        let mut stop = std::pin::pin!(stop);
        let (shared, spawned) = tokio::select! {
            prepared = self.prepare(&groups) => prepared.inspect_err(|_| groups.end())?,
            () = &mut stop => {
                groups.end();
                return Err(RunError::Interrupted);
            }
        };
        let redactor = shared.redactor.clone();
        let mut observe = |progress: Progress<'_>| match progress {
            Progress::Note(note) => {
                let mut note = note.to_owned();
                redactor.text(&mut note);
                observe(Progress::Note(&note));
            }
            progress => observe(progress),
        };
        let mut running = Running {
            shared: Arc::new(shared),
            spawned,
            observe: &mut observe,
            done: BTreeMap::new(),
            grader: Grader {
                catalogue: Arc::clone(&self.catalogue),
                guests: self.guests,
                redactor: redactor.clone(),
            },
            budget: Budget::default(),
            deaths: 0,
            over: None,
            start,
            doubts: Doubts::new(&self.target, self.options.connections),
            again: Again::new(self.options.retries),
        };
        let canary = running.shared.canary.as_ref();
        if let Some(hint) = canary.and_then(Canary::hint) {
            (running.observe)(Progress::Note(&hint));
        }
        running.take_over(self.former.done);
        let left = running.left(&self.scenarios).len();
        (running.observe)(Progress::Started(left));
        let stopped = tokio::select! {
            () = running.play_all(&self.scenarios) => false,
            () = &mut stop => true,
        };
        if stopped {
            running.over = Some("the run was interrupted".into());
            running.pronounce();
            running.finish_held();
        }
        if let Some(spawned) = &running.spawned {
            spawned.end().await;
        }
        // Scenarios that were dropped half-way may still be on their way out.
        groups.end();
        let jitter = running.shared.jitter.worst();
        let interrupted = running.over.take();
        let (outcomes, lints) =
            gather::gather(&self.scenarios, running.done, interrupted.as_deref());
        let suite = self
            .options
            .suite
            .unwrap_or_else(|| outcome::Suite::of(&self.scenarios));
        let mut run = Run {
            version: env!("CARGO_PKG_VERSION").into(),
            suite,
            shard: self.options.shard,
            subject: self.target.describe(),
            command: self.options.command,
            rerun: self.options.rerun,
            started: self.former.started.unwrap_or(started),
            took: self.former.took + start.elapsed(),
            jitter,
            jobs: self.options.jobs,
            strict: self.options.strict,
            interrupted,
            outcomes,
            lints,
            gate: Gate::default(),
        };
        redactor.run(&mut run);
        Ok(run)
    }

    async fn prepare(&self, groups: &Groups) -> Result<(Shared, Option<Arc<Spawned>>), RunError> {
        let mut spawned = None;
        let mut server = None;
        let mut endpoint = None;
        let mut canary = None;
        let mut grace = SHORTEST_GRACE;
        let Options {
            jobs,
            connections,
            patience,
            slack,
            ..
        } = self.options;
        match &self.target {
            Target::Server(target) => server = Some(target.clone()),
            Target::Spawned(target) => {
                let started = Spawned::start(target, groups).await?;
                server = Some(started.target());
                spawned = Some(started);
            }
            Target::Client(command) => {
                command.find()?;
                // A process that starts is busy, although nothing comes from it yet.
                grace = GRACE_OF_PROCESSES;
            }
            Target::ReferenceServer | Target::ReferenceClient => {}
        }
        if let Some(server) = &server {
            let started = Canary::start(server.clone(), patience).await?;
            endpoint = Some(started.endpoint.clone());
            // A slow or far target takes longer for everything: it shall not count as waiting too
            // soon, or more connections would be opened than it can take.
            grace = (started.took * 4).clamp(SHORTEST_GRACE, LONGEST_GRACE);
            canary = Some(started);
        }
        let start = match self.target {
            Target::Client(_) => START_OF_PROCESSES,
            _ => Duration::ZERO,
        };
        let longest = match self.target {
            Target::ReferenceServer | Target::ReferenceClient => LONGEST_FOR_REFERENCE,
            Target::Server(_) | Target::Spawned(_) | Target::Client(_) => Duration::MAX,
        };
        let mut shared = Shared {
            target: self.target.clone(),
            server,
            endpoint,
            canary,
            references: ReferenceServers::default(),
            groups: groups.clone(),
            timing: Timing {
                patience,
                slack,
                longest,
                grace,
                start,
            },
            slots: Slots::new(jobs.clamp(1, MOST_JOBS)),
            held: connections.map(Slots::new),
            jitter: Jitter::start(),
            redactor: self
                .target
                .fields()
                .map_or_else(Redactor::default, |fields| Redactor::new(fields.secrets())),
            prints_content: true,
            under_way: Mutex::default(),
        };
        if matches!(self.target, Target::Client(_)) {
            shared.prints_content = super::calibrate::prints_content(&shared).await;
        }
        Ok((shared, spawned))
    }
}

pub(crate) fn unplayed(scenario: &Arc<Scenario>, verdict: Verdict) -> Outcome {
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
        flaky: Vec::new(),
        expected: None,
    }
}

/// How long an expectation holds its slot, at the least and at the most.
const SHORTEST_GRACE: Duration = Duration::from_millis(2);
const LONGEST_GRACE: Duration = Duration::from_millis(500);

/// A reference peer is quick: no need to wait longer where it fails to do something.
const LONGEST_FOR_REFERENCE: Duration = Duration::from_secs(5);

/// How much longer a client that is started may take to its first request.
const START_OF_PROCESSES: Duration = Duration::from_secs(10);

/// How long a client that is started may take before its scenario counts as waiting.
const GRACE_OF_PROCESSES: Duration = Duration::from_secs(1);

/// More active scenarios than this overrun the accept backlog of common servers.
const MOST_JOBS: usize = 64;
