//! Plays a list of steps: opens, writes, expects, closes.
//!
//! The same player plays the judge and the scripted subjects of examples; what differs is what a
//! surprise means. For the judge it ends the scenario; a script ignores what it does not expect.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::Sleep;

use super::expect::Taking;
use super::lane::Lane;
use super::record::Recorder;
use super::slot::Slot;
use super::values::{Absent, Named, Values};
use crate::outcome::{ConnectionInfo, Happening, Mismatch};
use crate::peer::connection::{Connection, Listener};
use crate::scenario::{
    Ask, Closing, ConnectionRef, EventKind, Octets, Open, OutcomeWord, Pace, ScriptSide, Step,
    Subject,
};

/// What a player needs of the world around it.
pub(crate) struct World {
    /// Whom `connect` dials.
    pub(crate) dial: Option<SocketAddr>,
    /// Whom `connect` dials under these names instead.
    pub(crate) dials: Vec<(Option<String>, SocketAddr)>,
    /// Where `accept` takes from; the first one has no name.
    pub(crate) listeners: Vec<(Option<String>, Listener)>,
    /// Who is told what to request.
    pub(crate) asker: Option<Box<dyn Asker>>,
    /// What the client under test told its caller.
    pub(crate) told: Option<mpsc::UnboundedReceiver<Told>>,
    /// Where a scripted client reports what it tells its caller.
    pub(crate) teller: Option<mpsc::UnboundedSender<Told>>,
}

/// A client under test, or what drives it.
pub(crate) trait Asker: Send {
    /// Requests these; an inner list is requested together.
    fn ask(&mut self, asks: Vec<Vec<FilledAsk>>) -> Result<(), CannotAsk>;
}

/// Why a client was not told to request something.
#[derive(Debug)]
pub(crate) enum CannotAsk {
    /// It is not made for that: a reason to skip.
    Unable(String),
    /// It could not be started: we cannot judge.
    Broken(String),
}

/// A request to be made by a client under test.
#[derive(Clone, Debug)]
pub(crate) struct FilledAsk {
    pub(crate) method: String,
    /// Absolute, as a caller would write it.
    pub(crate) url: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) fields: Vec<(String, Bytes)>,
}

/// How a request finished, as the client told its caller.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// `Any` where the client says nothing about this one of several requests.
    pub(crate) word: OutcomeWord,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<Bytes>,
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
    pub(crate) told: Vec<Told>,
    pub(crate) slot: Option<Slot>,
    sleep: Pin<Box<Sleep>>,
    scratch: Box<[u8]>,
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
            for _ in 0..step.times {
                self.step(step).await?;
            }
        }
        self.recorder.step = steps.len() + 1;
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        let mut taking = self.connection_of(step).await?;
        let playable = match &taking {
            Taking::Lane(lane) => self.lanes[*lane].is_open(),
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
            self.write(lane, send, step.pace.as_ref()).await?;
        } else if let (Some(pace), Taking::Lane(lane)) = (&step.pace, &taking) {
            self.read_slowly(*lane, pace)?;
        }
        if step.expect.is_some() {
            if let Some(lane) = self.expect(step, &taking).await? {
                taking = Taking::Lane(lane);
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
                    step.pace.as_ref()
                } else {
                    None
                },
            )
            .await?;
        }
        if let Some(closing) = step.close {
            let lane = self.settle(&mut taking).await?;
            self.close(lane, closing).await;
        }
        if let Some(word) = step.outcome
            && let Some(teller) = &self.world.teller
        {
            // Where nobody listens the judge has finished already.
            let _ = teller.send(Told {
                word,
                status: None,
                body: None,
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

    /// Connections that no step has taken, which arrived on the listener of that name.
    pub(crate) fn unclaimed(&self, name: Option<&str>) -> impl Iterator<Item = usize> {
        let special = self
            .world
            .listeners
            .iter()
            .any(|(listener, _)| listener.as_deref() == name && name.is_some());
        let listener = if special {
            name.map(str::to_owned)
        } else {
            None
        };
        self.lanes
            .iter()
            .enumerate()
            .filter(move |(_, lane)| !lane.claimed && lane.listener == listener)
            .map(|(index, _)| index)
    }

    pub(crate) fn claim(&mut self, lane: usize, name: Option<String>) {
        self.latest = Some(lane);
        let lane = &mut self.lanes[lane];
        if lane.claimed {
            return;
        }
        lane.claimed = true;
        if let Some(name) = name {
            self.recorder.rename(lane.id, &name);
            lane.name = Some(name);
        }
    }

    async fn connect(&mut self, name: Option<&String>) -> Result<usize, Stop> {
        let named = self
            .world
            .dials
            .iter()
            .find(|(dial, _)| dial.is_some() && dial.as_ref() == name);
        let Some(address) = named.map(|(_, address)| *address).or(self.world.dial) else {
            return Err(Stop::Broken("there is nobody to connect to".into()));
        };
        let opening = Connection::open(address);
        let opened = tokio::time::timeout(CONNECT_AT_MOST, opening).await;
        let connection = match opened {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => {
                return Err(Stop::Broken(format!("no connection to {address}: {error}")));
            }
            Err(_) => {
                return Err(Stop::Broken(format!(
                    "no connection to {address} within 10 s"
                )));
            }
        };
        Ok(self.add(connection, name.cloned(), true, None))
    }

    fn add(
        &mut self,
        connection: Connection,
        name: Option<String>,
        opened_by_us: bool,
        listener: Option<String>,
    ) -> usize {
        let index = self.lanes.len();
        let info = ConnectionInfo {
            name: name.clone().unwrap_or_else(|| (index + 1).to_string()),
            local: connection.local.to_string(),
            remote: connection.remote.to_string(),
            opened_by_us,
        };
        let id = self.recorder.connection(info, Instant::now());
        let mut lane = Lane::new(connection, opened_by_us, id);
        lane.name = name;
        lane.listener = listener;
        if self.side == ScriptSide::Judge {
            lane.lint(self.values.scenario.subject == Subject::Proxy);
        }
        self.lanes.push(lane);
        if opened_by_us {
            self.latest = Some(index);
        }
        index
    }

    /// Takes over a connection that was accepted elsewhere.
    pub(crate) fn adopt(&mut self, connection: Connection) {
        let lane = self.add(connection, None, false, None);
        self.claim(lane, None);
    }

    fn ask(&mut self, asks: &[Vec<Ask>]) -> Result<(), Stop> {
        // A scripted client does what its script says, whatever it is asked.
        let Some(asker) = &mut self.world.asker else {
            return Ok(());
        };
        let (values, named) = (self.values, &self.named);
        let authority = values.names.get("authority").map_or("", String::as_str);
        let fill = |ask: &Ask| -> Result<FilledAsk, Absent> {
            let target = values.text(&ask.target, named)?;
            let url = if target.starts_with('/') {
                format!("http://{authority}{target}")
            } else {
                target
            };
            let fill_field =
                |(name, value): &(String, Octets)| Ok((name.clone(), values.octets(value, named)?));
            Ok(FilledAsk {
                method: ask.method.clone(),
                url,
                body: ask
                    .body
                    .as_ref()
                    .map(|body| values.octets(body, named))
                    .transpose()?,
                fields: ask
                    .fields
                    .iter()
                    .map(fill_field)
                    .collect::<Result<_, Absent>>()?,
            })
        };
        let filled = asks
            .iter()
            .map(|together| together.iter().map(fill).collect())
            .collect::<Result<Vec<Vec<FilledAsk>>, Absent>>()?;
        asker.ask(filled).map_err(|cannot| match cannot {
            CannotAsk::Unable(why) => Stop::Skip(why),
            CannotAsk::Broken(why) => Stop::Broken(why),
        })
    }

    fn read_slowly(&mut self, lane: usize, pace: &Pace) -> Result<(), Stop> {
        if let Some(octets) = pace.read {
            let every = match &pace.every {
                Some(every) => self.values.duration(every)?,
                None => SLOW_READ,
            };
            self.lanes[lane].read_slowly(octets, every, Instant::now());
        }
        Ok(())
    }

    /// Writes, in segments or at a pace. A write that fails is no mismatch: what the subject
    /// says or does about it is.
    async fn write(
        &mut self,
        lane: usize,
        octets: &Octets,
        pace: Option<&Pace>,
    ) -> Result<(), Stop> {
        let segments = self.values.segments(octets, &self.named)?;
        if let Some(pace) = pace {
            self.read_slowly(lane, pace)?;
        }
        let Some((pieces, every)) = self.pieces(&segments, pace)? else {
            for (index, segment) in segments.iter().enumerate() {
                if index > 0 {
                    self.pause(BETWEEN_SEGMENTS).await;
                }
                if !self.write_all(lane, segment).await {
                    break;
                }
            }
            return Ok(());
        };
        let start = Instant::now();
        for (index, piece) in pieces.iter().enumerate() {
            // From the start, so that small delays do not add up.
            let due = start + every.mul_f64(index as f64);
            self.pause(due.saturating_duration_since(Instant::now()))
                .await;
            if self.lanes[lane].has_ended() || !self.write_all(lane, piece).await {
                break;
            }
        }
        Ok(())
    }

    /// The pieces of a paced write and the time between two of them.
    fn pieces(
        &self,
        segments: &[Bytes],
        pace: Option<&Pace>,
    ) -> Result<Option<(Vec<Bytes>, Duration)>, Absent> {
        let Some(pace) = pace.filter(|pace| {
            pace.bytes.is_some()
                || pace.over.is_some()
                || (pace.every.is_some() && pace.read.is_none())
        }) else {
            return Ok(None);
        };
        let size = pace.bytes.unwrap_or(1).max(1);
        let pieces: Vec<Bytes> = segments
            .iter()
            .flat_map(|segment| {
                (0..segment.len())
                    .step_by(size)
                    .map(|from| segment.slice(from..(from + size).min(segment.len())))
            })
            .collect();
        let every = match (&pace.over, &pace.every) {
            (Some(over), _) => {
                self.values.duration(over)?
                    / u32::try_from(pieces.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX)
            }
            (None, Some(every)) => self.values.duration(every)?,
            (None, None) => BETWEEN_SEGMENTS,
        };
        Ok(Some((pieces, every)))
    }

    /// Writes all of it while everything is read; `false` where the other side stopped reading.
    async fn write_all(&mut self, lane: usize, octets: &[u8]) -> bool {
        let mut rest = octets;
        poll_fn(|context| {
            while !rest.is_empty() {
                let (lanes, recorder) = (&mut self.lanes, &mut self.recorder);
                match lanes[lane].poll_send(context, rest, recorder) {
                    Poll::Ready(Ok(count)) => rest = &rest[count..],
                    Poll::Ready(Err(())) => return Poll::Ready(false),
                    Poll::Pending => {
                        // Both sides may have much to say: reading goes on while writing waits.
                        self.poll_everything(context);
                        if self.lanes[lane].has_ended() && self.lanes[lane].opened_by_us {
                            return Poll::Ready(false);
                        }
                        return Poll::Pending;
                    }
                }
            }
            Poll::Ready(true)
        })
        .await
    }

    async fn close(&mut self, lane: usize, closing: Closing) {
        poll_fn(|context| {
            let (lane, recorder) = (&mut self.lanes[lane], &mut self.recorder);
            match closing {
                Closing::Fin => lane.close(context, &mut self.scratch, recorder),
                Closing::Half => lane.half_close(context, recorder),
                Closing::Rst => lane.reset(recorder),
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Lets time pass while everything is read.
    pub(crate) async fn pause(&mut self, duration: Duration) {
        if duration > self.timing.grace {
            self.slot = None;
        }
        let until = Instant::now() + duration;
        while Instant::now() < until {
            self.pump(Some(until)).await;
        }
    }

    /// Reads and accepts until something came (`true`) or the deadline is over (`false`).
    pub(crate) async fn pump(&mut self, deadline: Option<Instant>) -> bool {
        if self.slot.is_some() {
            let grace = Instant::now() + self.timing.grace;
            if deadline.is_none_or(|deadline| grace < deadline) {
                if self.pump_until(Some(grace)).await {
                    return true;
                }
                // This takes longer: others may be active in the meantime.
                self.slot = None;
            }
        }
        self.pump_until(deadline).await
    }

    async fn pump_until(&mut self, deadline: Option<Instant>) -> bool {
        let mut armed = None;
        poll_fn(|context| {
            if self.poll_everything(context) {
                return Poll::Ready(true);
            }
            let next_read = self.lanes.iter().filter_map(Lane::next_read).min();
            let wake = [deadline, next_read].into_iter().flatten().min();
            let Some(wake) = wake else {
                return Poll::Pending;
            };
            if armed != Some(wake) {
                self.sleep.as_mut().reset(wake.into());
                armed = Some(wake);
            }
            match self.sleep.as_mut().poll(context) {
                Poll::Ready(()) if Some(wake) == deadline => Poll::Ready(false),
                Poll::Ready(()) => {
                    // A slow reader may read again, which the next round does.
                    context.waker().wake_by_ref();
                    armed = None;
                    Poll::Pending
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// One round over all sockets; whether anything came.
    fn poll_everything(&mut self, context: &mut Context<'_>) -> bool {
        let mut progress = false;
        for index in 0..self.world.listeners.len() {
            while let Poll::Ready(accepted) = self.world.listeners[index].1.poll_accept(context) {
                // A connection that is gone before it was taken is none.
                if let Ok(connection) = accepted {
                    let name = self.world.listeners[index].0.clone();
                    self.add(connection, None, false, name);
                    progress = true;
                }
            }
        }
        for lane in &mut self.lanes {
            progress |= lane.poll(context, &mut self.scratch, &mut self.recorder);
        }
        if let Some(told) = &mut self.world.told {
            while let Poll::Ready(Some(news)) = told.poll_recv(context) {
                self.told.push(news);
                progress = true;
            }
        }
        progress
    }

    /// Looks once at all sockets, without waiting.
    pub(crate) async fn glance(&mut self) {
        poll_fn(|context| {
            for _ in 0..GLANCES {
                if !self.poll_everything(context) {
                    break;
                }
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Keeps all connections open and reads them, for ever.
    pub(crate) async fn hold(&mut self) {
        loop {
            self.pump_until(None).await;
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
        expect
            .alternatives
            .iter()
            .all(|pattern| matches!(pattern.kind, EventKind::Outcome(..) | EventKind::Silence(_)))
    });
    step.send.is_some()
        || step.reply.is_some()
        || step.close.is_some()
        || (step.expect.is_some() && !told_only)
}

/// Octets read at once.
const READ_AT_ONCE: usize = 16 << 10;

/// The pause at a segment boundary, long enough that the receiver sees two reads.
const BETWEEN_SEGMENTS: Duration = Duration::from_millis(10);

/// The pause of slow reading where the file names none.
const SLOW_READ: Duration = Duration::from_millis(10);

/// How long a connect may take. The kernel would try for minutes.
const CONNECT_AT_MOST: Duration = Duration::from_secs(10);

/// Rounds of a last look, so that a subject that sends without end cannot hold it up.
const GLANCES: usize = 64;
