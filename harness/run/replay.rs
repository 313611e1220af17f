//! Sends the octets of a former transcript again, in the same pieces and in the same order with
//! what came, and writes down what comes now. Nothing is judged here.

use std::borrow::Cow;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::{timeout, timeout_at};

use crate::outcome::{ConnectionInfo, Entry, Happening, Transcript};
use crate::peer::connection::{Connection, End, Received};
use crate::peer::{Endpoint, OpenError};

/// Does again what we did in a former transcript, over connections that we open. What had come
/// before one of our acts is awaited before it, so many octets and so much of patience.
///
/// # Errors
/// The server cannot be connected to.
pub async fn replay(
    former: &Transcript,
    endpoint: &Endpoint,
    patience: Duration,
) -> Result<Transcript, OpenError> {
    let mut replay = Replay {
        start: Instant::now(),
        patience,
        lines: Vec::new(),
        places: vec![None; former.connections.len()],
        step: 1,
        kept: 0,
        transcript: Transcript::default(),
    };
    let mut before: Option<&Entry> = None;
    for (index, entry) in former.entries.iter().enumerate() {
        replay.step = entry.step;
        replay.repeat(former, index, before, endpoint).await?;
        before = Some(entry);
    }
    replay.catch_up().await;
    // What is too much comes right behind.
    replay.pause(GRACE).await;
    Ok(replay.transcript)
}

struct Replay {
    start: Instant,
    patience: Duration,
    lines: Vec<Line>,
    /// Which line a former connection is.
    places: Vec<Option<usize>>,
    step: usize,
    /// Octets that the transcript holds.
    kept: usize,
    transcript: Transcript,
}

/// A connection, and how far it is.
struct Line {
    connection: Option<Connection>,
    has_ended: bool,
    received: u64,
    /// How many octets had come by now, in the former transcript …
    wanted: u64,
    /// … and whether the other side had ended the connection.
    wants_end: bool,
}

impl Line {
    fn is_behind(&self) -> bool {
        let open = self.connection.is_some() && !self.has_ended;
        open && (self.received < self.wanted || self.wants_end)
    }
}

impl Replay {
    async fn repeat(
        &mut self,
        former: &Transcript,
        index: usize,
        before: Option<&Entry>,
        endpoint: &Endpoint,
    ) -> Result<(), OpenError> {
        let entry = &former.entries[index];
        let Some(place) = self.places.get(entry.connection).copied() else {
            return Ok(());
        };
        match (&entry.what, place) {
            (Happening::Opened, None) => {
                self.catch_up().await;
                self.open(&former.connections[entry.connection], endpoint)
                    .await?;
                self.places[entry.connection] = Some(self.lines.len() - 1);
            }
            (Happening::Received(octets), Some(line)) => {
                let came = (octets.len() as u64).saturating_add(entry.cut);
                let line = &mut self.lines[line];
                line.wanted = line.wanted.saturating_add(came);
            }
            (
                Happening::ReceivedFin | Happening::ReceivedCut | Happening::ReceivedRst,
                Some(line),
            ) => self.lines[line].wants_end = true,
            (Happening::Sent(_), Some(line)) => {
                self.keep_pace(entry, before).await;
                self.send(line, former.octets(index)).await;
            }
            (Happening::SentFin, Some(line)) => {
                self.keep_pace(entry, before).await;
                self.fin(line).await;
            }
            (Happening::SentRst, Some(line)) => {
                self.keep_pace(entry, before).await;
                if let Some(connection) = self.lines[line].connection.take() {
                    connection.reset();
                    self.note(line, Happening::SentRst);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Awaits what had come before, and then as long as was waited then.
    async fn keep_pace(&mut self, entry: &Entry, before: Option<&Entry>) {
        self.catch_up().await;
        let Some(before) = before else { return };
        let pause = entry.at.saturating_sub(before.at).min(LONGEST);
        let in_pieces = matches!(before.what, Happening::Sent(_));
        if in_pieces || pause >= NOTABLE {
            self.pause(pause).await;
        }
    }

    async fn open(&mut self, info: &ConnectionInfo, endpoint: &Endpoint) -> Result<(), OpenError> {
        let connection = Connection::open(endpoint, self.patience, self.patience).await?;
        self.transcript.connections.push(ConnectionInfo {
            name: info.name.clone(),
            local: connection.local.to_string(),
            remote: connection.remote.to_string(),
            transport: Cow::Borrowed(connection.transport()),
            opened_by_us: true,
        });
        self.lines.push(Line {
            connection: Some(connection),
            has_ended: false,
            received: 0,
            wanted: 0,
            wants_end: false,
        });
        self.note(self.lines.len() - 1, Happening::Opened);
        Ok(())
    }

    /// Writes all of it while everything is read.
    async fn send(&mut self, line: usize, octets: Bytes) {
        let patience = self.patience;
        let mut rest = octets.clone();
        let writing = poll_fn(|context| {
            // What comes meanwhile is taken, so that neither side waits for the other.
            while self.poll_receive(context) {}
            loop {
                let Some(connection) = &mut self.lines[line].connection else {
                    return Poll::Ready(false);
                };
                let written = if rest.is_empty() {
                    connection.poll_flush(context).map_ok(|()| None)
                } else {
                    connection.poll_send(context, &rest).map_ok(Some)
                };
                match written {
                    Poll::Ready(Ok(Some(count))) => drop(rest.split_to(count)),
                    Poll::Ready(Ok(None)) => return Poll::Ready(true),
                    Poll::Ready(Err(_)) => return Poll::Ready(false),
                    Poll::Pending => return Poll::Pending,
                }
            }
        });
        let done = timeout(patience, writing).await == Ok(true);
        let sent = octets.slice(..octets.len() - rest.len());
        if !sent.is_empty() {
            self.keep(line, sent, Happening::Sent);
        }
        if !done {
            self.note(line, Happening::WriteFailed);
        }
    }

    async fn fin(&mut self, line: usize) {
        if let Some(connection) = &mut self.lines[line].connection {
            poll_fn(|context| {
                connection.send_fin(context);
                Poll::Ready(())
            })
            .await;
            self.note(line, Happening::SentFin);
        }
    }

    /// Awaits as much as had come by now in the former transcript.
    async fn catch_up(&mut self) {
        let until = Instant::now() + self.patience;
        while self.lines.iter().any(Line::is_behind) {
            if !self.receive(until).await {
                // It will not come: nothing else waits for it once more.
                for line in &mut self.lines {
                    line.wanted = line.wanted.min(line.received);
                    line.wants_end = false;
                }
                return;
            }
        }
    }

    async fn pause(&mut self, pause: Duration) {
        let until = Instant::now() + pause;
        while self.receive(until).await {}
    }

    /// Whether something came until then.
    async fn receive(&mut self, until: Instant) -> bool {
        if Instant::now() >= until {
            // Else who sends without end would never let it be over.
            return false;
        }
        let came = poll_fn(|context| match self.poll_receive(context) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        });
        timeout_at(until.into(), came).await.is_ok()
    }

    /// Takes what has come on any connection.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> bool {
        let mut buffer = vec![0; READ];
        let mut any = false;
        for index in 0..self.lines.len() {
            let line = &mut self.lines[index];
            if line.has_ended {
                continue;
            }
            let Some(connection) = &mut line.connection else {
                continue;
            };
            let Poll::Ready((received, _)) = connection.poll_receive(context, &mut buffer) else {
                continue;
            };
            any = true;
            match received {
                Received::Octets(count) => {
                    line.received += count as u64;
                    let octets = Bytes::copy_from_slice(&buffer[..count]);
                    self.keep(index, octets, Happening::Received);
                }
                Received::End(end) => {
                    line.has_ended = true;
                    self.note(index, ended(end));
                }
            }
        }
        any
    }

    /// Notes octets, as long as there is room.
    fn keep(&mut self, line: usize, octets: Bytes, what: impl FnOnce(Bytes) -> Happening) {
        if self.kept + octets.len() > KEPT_AT_MOST {
            self.transcript.dropped += octets.len() as u64;
            return;
        }
        self.kept += octets.len();
        self.note(line, what(octets));
    }

    fn note(&mut self, connection: usize, what: Happening) {
        self.transcript.entries.push(Entry {
            at: self.start.elapsed(),
            connection,
            step: self.step,
            what,
            cut: 0,
        });
    }
}

fn ended(end: End) -> Happening {
    match end {
        End::Fin => Happening::ReceivedFin,
        End::Cut => Happening::ReceivedCut,
        End::Rst => Happening::ReceivedRst,
    }
}

/// How long more may come than had come.
const GRACE: Duration = Duration::from_millis(200);
/// A pause that somebody meant.
const NOTABLE: Duration = Duration::from_millis(100);
/// No pause is longer, whatever a file says.
const LONGEST: Duration = Duration::from_secs(300);
/// Octets that are read at once.
const READ: usize = 64 << 10;
/// Octets that are kept: as many as of a scenario.
const KEPT_AT_MOST: usize = 8 << 20;
