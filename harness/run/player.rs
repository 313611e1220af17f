//! Plays a list of steps: opens, writes, expects, closes.
//!
//! The same player plays the judge and the scripted subjects of examples; what differs is what a
//! surprise means. For the judge it ends the scenario; a script ignores what it does not expect.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::Sleep;

use super::driver::{Asker, Told};
use super::expect::{Expected, Taking};
use super::lane::Lane;
use super::record::Recorder;
use super::slot::Slot;
use super::values::{Absent, Named, Values};
use crate::outcome::{Happening, Mismatch};
use crate::peer::Endpoint;
use crate::peer::connection::Listener;
use crate::scenario::{ConnectionRef, EventKind, Open, ScriptSide, Step};

/// What a player needs of the world around it.
pub(crate) struct World {
    /// Whom `connect` dials.
    pub(crate) dial: Option<Endpoint>,
    /// Whom `connect` dials under these names instead.
    pub(crate) dials: Vec<(Option<String>, Endpoint)>,
    /// Where `accept` takes from; the first one has no name.
    pub(crate) listeners: Vec<(Option<String>, Listener)>,
    /// Who is told what to request.
    pub(crate) asker: Option<Box<dyn Asker>>,
    /// What the client under test told its caller.
    pub(crate) told: Option<mpsc::UnboundedReceiver<Told>>,
    /// Where a scripted client reports what it tells its caller.
    pub(crate) teller: Option<mpsc::UnboundedSender<Told>>,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// The window of an expectation that names none.
    pub patience: Duration,
    /// Factor on every `within`.
    pub slack: f64,
    /// No window is longer than this behind its begin, where the other side is known to be quick:
    /// a reference peer or a script.
    pub longest: Duration,
    /// How long an expectation holds its slot before it counts as waiting.
    pub grace: Duration,
    /// How much longer the first sign of life of a subject that is started anew may take.
    pub start: Duration,
}

impl Default for Timing {
    /// A patience of 5 s, no slack, and nothing that has to start first.
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(5),
            slack: 1.0,
            longest: Duration::MAX,
            grace: Duration::from_millis(2),
            start: Duration::ZERO,
        }
    }
}

/// Why playing ended before the last step.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Something else came, or nothing. In a `setup` step that is no fault.
    Mismatch(Box<Mismatch>, bool),
    /// A precondition is missing.
    Skip(String),
    /// We could not play on.
    Broken(String),
    /// The other side of a script is gone.
    Gone,
}

impl From<Absent> for Stop {
    fn from(absent: Absent) -> Self {
        Self::Skip(absent.0)
    }
}

/// One side of a scenario, while it is played.
pub(crate) struct Player<'a> {
    pub(crate) side: ScriptSide,
    pub(crate) values: &'a Values,
    pub(crate) timing: Timing,
    pub(crate) world: World,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) named: Named,
    /// The names of the events that came.
    pub(crate) came: BTreeSet<String>,
    pub(crate) latest: Option<usize>,
    pub(crate) recorder: Recorder,
    pub(crate) warnings: Vec<Mismatch>,
    /// Steps that were not played because the subject had announced the end of the connection.
    pub(crate) unplayed: Option<usize>,
    /// Since when the last step no longer listens, where silence was what it wanted.
    pub(crate) silent_until: Option<Instant>,
    pub(crate) told: Vec<Told>,
    pub(crate) slot: Option<Slot>,
    pub(crate) sleep: Pin<Box<Sleep>>,
    pub(crate) scratch: Box<[u8]>,
}

impl<'a> Player<'a> {
    pub(crate) fn new(
        side: ScriptSide,
        values: &'a Values,
        timing: Timing,
        world: World,
        start: Instant,
    ) -> Self {
        Self {
            side,
            values,
            timing,
            world,
            lanes: Vec::new(),
            named: Named::new(),
            came: BTreeSet::new(),
            latest: None,
            recorder: Recorder::new(start),
            warnings: Vec::new(),
            unplayed: None,
            silent_until: None,
            told: Vec::new(),
            slot: None,
            sleep: Box::pin(tokio::time::sleep_until(start.into())),
            scratch: vec![0; READ_AT_ONCE].into_boxed_slice(),
        }
    }

    /// Plays all steps, and then looks for what no step expected.
    pub(crate) async fn play(&mut self, steps: &[Step]) -> Result<(), Stop> {
        for (index, step) in steps.iter().enumerate() {
            self.recorder.step = index + 1;
            let skipped =
                !step.when.is_empty() && !step.when.iter().any(|name| self.came.contains(name));
            if skipped {
                continue;
            }
            match &step.until {
                Some(until) => self.step_until(step, until).await?,
                None => {
                    for _ in 0..step.times {
                        self.step(step).await?;
                    }
                }
            }
        }
        self.recorder.step = steps.len() + 1;
        Ok(())
    }

    pub(super) async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        self.silent_until = None;
        let mut taking = self.connection_of(step).await?;
        let playable = match &taking {
            Taking::Lane(lane) => !self.lanes[*lane].over,
            Taking::Nowhere => false,
            Taking::Next(_) | Taking::Any => true,
        };
        if acts(step) && !playable {
            return Ok(());
        }
        if !step.ask.is_empty() {
            self.ask(&step.ask)?;
        }
        if let Some(wait) = &step.wait {
            let wait = self.values.duration(wait)?;
            self.pause(wait).await;
        }
        if let Some(send) = &step.send {
            let lane = self.settle(&mut taking).await?;
            let method = step
                .expect
                .iter()
                .flat_map(|expect| &expect.alternatives)
                .find_map(|pattern| pattern.method.as_deref());
            self.lanes[lane].override_method(method);
            self.write(lane, send, step.pace.as_deref()).await?;
        } else if let (Some(pace), Taking::Lane(lane)) = (&step.pace, &taking) {
            self.read_slowly(*lane, pace)?;
        }
        if step.expect.is_some() {
            match self.expect(step, &taking).await? {
                Expected::On(Some(lane)) => taking = Taking::Lane(lane),
                Expected::On(None) => {}
                Expected::Unplayed => return Ok(()),
            }
            if let (Some(pace), Taking::Lane(lane), None) = (&step.pace, &taking, &step.send) {
                self.read_slowly(*lane, pace)?;
            }
        }
        if let Some(reply) = &step.reply {
            let lane = self.settle(&mut taking).await?;
            self.write(
                lane,
                reply,
                if step.send.is_none() {
                    step.pace.as_deref()
                } else {
                    None
                },
            )
            .await?;
        }
        if let Some(closing) = step.close {
            let lane = self.settle(&mut taking).await?;
            self.close(lane, closing).await?;
        }
        if let (Some(telling), Some(teller)) = (&step.outcome, &self.world.teller) {
            let body = telling.body.as_ref();
            let body = body.map(|body| self.values.octets(body, &self.named));
            // Where nobody listens the judge has finished already.
            let _ = teller.send(Told {
                word: telling.word,
                status: telling.status,
                body: body.transpose()?,
            });
        }
        Ok(())
    }

    /// Where the step acts. The first step of a list opens a connection, or takes one.
    async fn connection_of(&mut self, step: &Step) -> Result<Taking, Stop> {
        match &step.open {
            Open::Connect(name) => {
                let lane = self.connect(Some(name)).await?;
                Ok(Taking::Lane(lane))
            }
            Open::Accept(name) => Ok(Taking::Next(Some(name.clone()))),
            Open::On(ConnectionRef::Any) => Ok(Taking::Any),
            Open::On(ConnectionRef::Named(name)) => match self.lane_named(name) {
                Some(lane) => {
                    self.latest = Some(lane);
                    Ok(Taking::Lane(lane))
                }
                None => Ok(Taking::Nowhere),
            },
            Open::Latest => match self.latest {
                Some(lane) => Ok(Taking::Lane(lane)),
                None if !acts(step) => Ok(Taking::Nowhere),
                None if self.world.dial.is_some() && self.world.listeners.is_empty() => {
                    Ok(Taking::Lane(self.connect(None).await?))
                }
                None => Ok(Taking::Next(None)),
            },
        }
    }

    /// The connection of that name, or the one on which the message of that name came.
    pub(crate) fn lane_named(&self, name: &str) -> Option<usize> {
        self.lanes
            .iter()
            .rposition(|lane| lane.name.as_deref() == Some(name))
            .or_else(|| self.named.get(name).map(|taken| taken.lane))
    }

    /// The connection, and if none is taken yet the next one, even if it has not spoken.
    async fn settle(&mut self, taking: &mut Taking) -> Result<usize, Stop> {
        let deadline = Instant::now() + self.timing.patience;
        loop {
            let found = match taking {
                Taking::Lane(lane) => return Ok(*lane),
                Taking::Nowhere => return Err(Stop::Gone),
                Taking::Any => self.latest,
                Taking::Next(name) => self.unclaimed(name.as_deref()).next(),
            };
            if let Some(lane) = found {
                if let Taking::Next(name) = taking {
                    let name = name.take();
                    self.claim(lane, name);
                }
                *taking = Taking::Lane(lane);
                return Ok(lane);
            }
            let deadline = (self.side == ScriptSide::Judge).then_some(deadline);
            if !self.pump(deadline).await {
                return Err(Stop::Skip("the subject opened no connection".into()));
            }
        }
    }

    /// Ends what is still open, and gives the transcript's recorder back.
    pub(crate) fn finish(mut self) -> (Recorder, Vec<Mismatch>, BTreeSet<String>) {
        for lane in &mut self.lanes {
            lane.abandon();
        }
        (self.recorder, self.warnings, self.came)
    }

    pub(crate) fn note(&mut self, lane: usize, text: String) {
        let id = self.lanes[lane].id;
        self.recorder
            .note(id, Instant::now(), Happening::Note(text));
    }
}

/// Whether the step does anything on a connection.
fn acts(step: &Step) -> bool {
    let told_only = step.expect.as_ref().is_some_and(|expect| {
        expect.alternatives.iter().all(|pattern| {
            pattern.open.is_some()
                || matches!(pattern.kind, EventKind::Outcome(..) | EventKind::Silence(_))
        })
    });
    step.send.is_some()
        || step.reply.is_some()
        || step.close.is_some()
        || (step.expect.is_some() && !told_only)
}

/// Octets read at once.
const READ_AT_ONCE: usize = 16 << 10;
