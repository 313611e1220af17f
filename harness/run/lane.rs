//! One connection as the player sees it: what came, in order, and what of it is taken.

use std::collections::VecDeque;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::play::Finding;
use super::record::Recorder;
use crate::outcome::Happening;
use crate::peer::connection::{Connection, Received};
use crate::wire::{
    Decoder, Event, Fields, Garbage, Head, Limits, Truncated, Version, Violation, lint,
};

/// A connection, its decoder and its queue of events.
#[derive(Debug)]
pub(crate) struct Lane {
    /// Its name in the scenario.
    pub(crate) name: Option<String>,
    /// Its index in the transcript.
    pub(crate) id: usize,
    /// The name of the listener on which it arrived, where it did.
    pub(crate) listener: Option<String>,
    /// Whether we opened it; if so we send requests on it.
    pub(crate) opened_by_us: bool,
    /// Whether a step has taken it. Connections that were opened by us always are.
    pub(crate) claimed: bool,
    /// What came and no step has taken.
    pub(crate) queue: VecDeque<Arrival>,
    /// Whether its end was taken by a step: then later steps on it are not played.
    pub(crate) over: bool,
    /// Whether the subject has announced the end: its last message has `close`, or is of 1.0.
    pub(crate) announced: bool,
    /// Octets that have come.
    pub(crate) received: u64,
    /// Octets that steps have taken.
    pub(crate) consumed: u64,
    /// Whether we have closed our direction.
    pub(crate) our_fin: bool,
    connection: Option<Connection>,
    ended: bool,
    /// The position in the stream at which the next message starts.
    decoded: u64,
    decoder: Decoder,
    /// Reads what we send, leniently, to know which method each response answers.
    sent: Decoder,
    sent_lost: bool,
    asked: VecDeque<Asked>,
    override_method: Option<Bytes>,
    slow: Option<SlowReading>,
    /// When the last octets came.
    last_at: Instant,
    /// A response came before its request was complete, so that one has its answer.
    answered_early: bool,
    hostile: bool,
    /// Whether what comes is checked: it is the subject's, and not a script's.
    lints: bool,
    relays: bool,
    findings: Vec<Finding>,
}

/// A request of ours that awaits its final response.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Bytes,
    pub(crate) version: Version,
}

/// Reading of so many octets, once per interval.
#[derive(Clone, Copy, Debug)]
struct SlowReading {
    octets: usize,
    every: Duration,
    next: Instant,
}

/// Something that came on a connection.
#[derive(Debug)]
pub(crate) enum Arrival {
    Message(Box<Incoming>),
    Garbage(Instant, Garbage),
    Close(Closed),
}

/// A message that has come, or is coming.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) head: Head,
    pub(crate) content: BytesMut,
    pub(crate) trailers: Fields,
    pub(crate) violations: Vec<Violation>,
    /// The request that it answers, where it is a response to one.
    pub(crate) answers: Option<Asked>,
    /// The method of the request that it answers could not be known.
    pub(crate) unsure: bool,
    /// The position of its first octet in the stream.
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) head_at: Instant,
    /// When its last octet came.
    pub(crate) end_at: Option<Instant>,
    /// The connection ended inside of it.
    pub(crate) cut: bool,
    /// A step has taken the head with `upto`.
    pub(crate) head_taken: bool,
}

/// The end of a connection, by the subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closed {
    pub(crate) at: Instant,
    pub(crate) rst: bool,
    /// It came inside of a head that was not complete.
    pub(crate) inside_head: bool,
}

impl Lane {
    pub(crate) fn new(connection: Connection, opened_by_us: bool, id: usize) -> Self {
        let limits = Limits {
            content: CONTENT_AT_MOST,
            ..Limits::default()
        };
        Self {
            name: None,
            id,
            listener: None,
            opened_by_us,
            claimed: opened_by_us,
            queue: VecDeque::new(),
            over: false,
            announced: false,
            received: 0,
            consumed: 0,
            our_fin: false,
            connection: Some(connection),
            ended: false,
            decoded: 0,
            decoder: if opened_by_us {
                Decoder::responses(limits)
            } else {
                Decoder::requests(limits)
            },
            sent: Decoder::requests(limits),
            sent_lost: false,
            asked: VecDeque::new(),
            override_method: None,
            slow: None,
            last_at: Instant::now(),
            answered_early: false,
            hostile: false,
            lints: false,
            relays: false,
            findings: Vec::new(),
        }
    }

    /// Checks every message that comes; `relays`: its sender may have got it from somebody else.
    pub(crate) fn lint(&mut self, relays: bool) {
        self.lints = true;
        self.relays = relays;
    }

    /// What the passive checks found in its messages.
    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Whether what we sent on it breaks rules, so that it may have harmed the subject.
    pub(crate) fn was_hostile(&self) -> bool {
        self.hostile
    }

    /// When octets came that are not a message yet.
    pub(crate) fn has_partial(&self) -> Option<Instant> {
        let partial = !self.decoder.is_between() && !self.decoder.is_stopped();
        (partial && self.queue.is_empty() && self.received > self.consumed).then_some(self.last_at)
    }

    /// From now on the connection is read so many octets at a time.
    pub(crate) fn read_slowly(&mut self, octets: usize, every: Duration, now: Instant) {
        self.slow = Some(SlowReading {
            octets: octets.max(1),
            every,
            next: now,
        });
    }

    /// Requests sent from now on are taken to have this method, whatever they say.
    pub(crate) fn override_method(&mut self, method: Option<&str>) {
        self.override_method = method.map(|method| Bytes::copy_from_slice(method.as_bytes()));
    }

    /// When reading goes on, on a connection that is read slowly.
    pub(crate) fn next_read(&self) -> Option<Instant> {
        match self.slow {
            Some(slow) if self.is_readable() => Some(slow.next),
            _ => None,
        }
    }

    /// Whether octets have come that no step has taken.
    pub(crate) fn has_news(&self) -> bool {
        self.received > self.consumed || !self.queue.is_empty()
    }

    /// Whether the other side has said something on it.
    pub(crate) fn has_spoken(&self) -> bool {
        self.received > 0
    }

    /// Whether it is there for steps to act on.
    pub(crate) fn is_open(&self) -> bool {
        self.connection.is_some() && !self.over
    }

    /// Whether the subject has closed its direction.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    fn is_readable(&self) -> bool {
        self.connection.is_some() && !self.ended
    }

    /// Reads what is there, and says whether that was anything.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        scratch: &mut [u8],
        recorder: &mut Recorder,
    ) -> bool {
        let mut progress = false;
        while self.is_readable() {
            let limit = match &self.slow {
                // The clock is that of the last arrival or of the timer that woke us.
                Some(slow) if Instant::now() < slow.next => break,
                Some(slow) => slow.octets.min(scratch.len()),
                None => scratch.len(),
            };
            let Some(connection) = &mut self.connection else {
                break;
            };
            let Poll::Ready((received, at)) =
                connection.poll_receive(context, &mut scratch[..limit])
            else {
                break;
            };
            progress = true;
            if let Some(slow) = &mut self.slow {
                slow.next = at + slow.every;
            }
            self.take_in(received, &scratch[..limit], at, recorder);
            if limit == scratch.len()
                && !matches!(received, Received::Octets(count) if count == limit)
            {
                break;
            }
        }
        progress
    }

    fn take_in(
        &mut self,
        received: Received,
        scratch: &[u8],
        at: Instant,
        recorder: &mut Recorder,
    ) {
        match received {
            Received::Octets(count) => {
                let octets = &scratch[..count];
                recorder.note(
                    self.id,
                    at,
                    Happening::Received(Bytes::copy_from_slice(octets)),
                );
                self.received += count as u64;
                self.last_at = at;
                self.decoder.push(octets);
                self.decode(at, recorder.step);
                // Behind garbage or in a tunnel nothing is decoded: do not hoard it.
                if matches!(self.queue.back(), Some(Arrival::Garbage(..))) {
                    self.decoder.take_rest();
                }
            }
            Received::Fin | Received::Rst => {
                self.ended = true;
                let rst = received == Received::Rst;
                recorder.note(
                    self.id,
                    at,
                    if rst {
                        Happening::ReceivedRst
                    } else {
                        Happening::ReceivedFin
                    },
                );
                self.decoder.end();
                let inside_head = self.decode(at, recorder.step);
                self.queue.push_back(Arrival::Close(Closed {
                    at,
                    rst,
                    inside_head,
                }));
            }
        }
    }

    /// Moves the decoder's events into the queue; whether the input ended inside of a head.
    fn decode(&mut self, at: Instant, step: usize) -> bool {
        let mut inside_head = false;
        while let Some(event) = self.decoder.poll() {
            match event {
                Event::Head { head, answers, .. } => self.begin(*head, answers.is_some(), at, step),
                Event::Content(octets) => {
                    if let Some(message) = self.coming() {
                        message.content.extend_from_slice(&octets);
                    }
                }
                Event::Violation(violation) => {
                    if let Some(message) = self.coming() {
                        message.violations.push(violation);
                    }
                }
                Event::End(trailers, length) => {
                    self.decoded += length;
                    let end = self.decoded;
                    if let Some(message) = self.coming() {
                        message.trailers = trailers;
                        message.end = end;
                        message.end_at = Some(at);
                    }
                    self.lint_end(at, step);
                }
                Event::Garbage(garbage) => self.queue.push_back(Arrival::Garbage(at, garbage)),
                Event::Truncated(Truncated::Head) => inside_head = true,
                Event::Truncated(Truncated::Content) => {
                    let end = self.received;
                    if let Some(message) = self.coming() {
                        message.cut = true;
                        message.end = end;
                    }
                }
            }
        }
        inside_head
    }

    fn begin(&mut self, head: Head, answered: bool, at: Instant, step: usize) {
        let interim = head
            .status()
            .is_some_and(|line| line.code < 200 && line.code != 101);
        // A server may answer before the request is complete: 414, 431, 408 …
        let early = !answered && self.opened_by_us && !interim && !self.sent.is_between();
        self.answered_early |= early;
        let answers = match (answered, interim) {
            (false, _) if early => Some(Asked {
                method: Bytes::from_static(b"GET"),
                version: Version::HTTP_11,
            }),
            (false, _) => None,
            (true, true) => self.asked.front().cloned(),
            (true, false) => self.asked.pop_front(),
        };
        if !interim {
            self.announced = head.closes();
        }
        let start = self.decoded;
        self.lint_head(&head, answers.as_ref(), at, step);
        self.queue.push_back(Arrival::Message(Box::new(Incoming {
            end: start + head.octets.len() as u64,
            head,
            content: BytesMut::new(),
            trailers: Fields::default(),
            violations: Vec::new(),
            answers,
            unsure: self.sent_lost,
            start,
            head_at: at,
            end_at: None,
            cut: false,
            head_taken: false,
        })));
    }

    /// Writes from the front of `octets` as far as the connection takes them; `Err` where the
    /// other side no longer reads.
    pub(crate) fn poll_send(
        &mut self,
        context: &mut Context<'_>,
        octets: &[u8],
        recorder: &mut Recorder,
    ) -> Poll<Result<usize, ()>> {
        let Some(connection) = &mut self.connection else {
            return Poll::Ready(Err(()));
        };
        match connection.poll_send(context, octets) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(count)) => {
                let octets = Bytes::copy_from_slice(&octets[..count]);
                if self.opened_by_us {
                    // Before the next read, so that no answer is decoded without its request.
                    self.note_requests(&octets);
                }
                recorder.note(self.id, Instant::now(), Happening::Sent(octets));
                Poll::Ready(Ok(count))
            }
            Poll::Ready(Err(_)) => {
                recorder.note(self.id, Instant::now(), Happening::WriteFailed);
                Poll::Ready(Err(()))
            }
        }
    }

    fn note_requests(&mut self, octets: &[u8]) {
        self.sent.push(octets);
        while let Some(event) = self.sent.poll() {
            let (head, lost) = match event {
                Event::Head { head, .. } => (Some(head), false),
                Event::Garbage(garbage) => (garbage.head, true),
                _ => continue,
            };
            let line = head.as_ref().and_then(|head| head.request());
            let asked = Asked {
                method: match (&self.override_method, line) {
                    (Some(method), _) => method.clone(),
                    (None, Some(line)) => line.method.clone(),
                    (None, None) => Bytes::from_static(b"GET"),
                },
                version: line.map_or(Version::HTTP_11, |line| line.version),
            };
            self.sent_lost |= lost;
            self.hostile |= lost
                || head
                    .as_ref()
                    .is_some_and(|head| !head.violations.is_empty());
            if std::mem::take(&mut self.answered_early) {
                continue;
            }
            // What follows undecodable octets cannot be counted: then any answer has its request.
            for _ in 0..if lost { ANSWERS_TO_GARBAGE } else { 1 } {
                self.decoder.expect_answer(asked.method.clone());
                self.asked.push_back(asked.clone());
            }
        }
    }

    /// Closes our direction, and keeps reading.
    pub(crate) fn half_close(&mut self, context: &mut Context<'_>, recorder: &mut Recorder) {
        if let Some(connection) = &mut self.connection {
            connection.send_fin(context);
            self.our_fin = true;
            recorder.note(self.id, Instant::now(), Happening::SentFin);
        }
    }

    /// Closes the connection with FIN, and no longer reads. What has come is read first, because
    /// the kernel sends RST where octets are unread.
    pub(crate) fn close(
        &mut self,
        context: &mut Context<'_>,
        scratch: &mut [u8],
        recorder: &mut Recorder,
    ) {
        if self.connection.is_some() {
            self.slow = None;
            while self.poll(context, scratch, recorder) {}
            self.half_close(context, recorder);
            self.connection = None;
        }
    }

    /// Ends the connection with RST.
    pub(crate) fn reset(&mut self, recorder: &mut Recorder) {
        if let Some(connection) = self.connection.take() {
            connection.reset();
            self.our_fin = true;
            recorder.note(self.id, Instant::now(), Happening::SentRst);
        }
    }

    /// Lets the connection go at the end of a scenario, without a line in the transcript.
    pub(crate) fn abandon(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Nobody waits for an orderly end any more, and a reset spares a port in TIME_WAIT.
            connection.reset();
        }
    }

    /// Checks a head that the subject sent.
    fn lint_head(&mut self, head: &Head, answers: Option<&Asked>, at: Instant, step: usize) {
        if self.lints && !self.sent_lost {
            let found = lint::lint_head(head, &context(answers, self.relays));
            self.find(found, at, step);
        }
    }

    /// Checks what stood behind the head of the message that has just ended.
    fn lint_end(&mut self, at: Instant, step: usize) {
        if !self.lints || self.sent_lost {
            return;
        }
        let Some(Arrival::Message(message)) = self.queue.back() else {
            return;
        };
        let Incoming {
            head,
            violations,
            trailers,
            answers,
            ..
        } = &**message;
        if violations.is_empty() && trailers.0.is_empty() {
            return;
        }
        let context = context(answers.as_ref(), self.relays);
        let found = lint::lint_behind(head, violations, trailers, &context);
        self.find(found, at, step);
    }

    fn find(&mut self, found: Vec<lint::Finding>, at: Instant, step: usize) {
        let connection = self.id;
        self.findings
            .extend(found.into_iter().map(|finding| Finding {
                requirement: finding.requirement,
                text: finding.text,
                step,
                at,
                connection,
            }));
    }

    /// The message that is still arriving.
    fn coming(&mut self) -> Option<&mut Incoming> {
        match self.queue.back_mut() {
            Some(Arrival::Message(message)) if message.end_at.is_none() => Some(message),
            _ => None,
        }
    }
}

fn context(answers: Option<&Asked>, relays: bool) -> lint::Context<'_> {
    let answers = answers.map(|asked| lint::Answered {
        method: &asked.method,
        version: asked.version,
    });
    lint::Context { relays, answers }
}

/// How many answers are awaited once what we sent can no longer be read as requests.
const ANSWERS_TO_GARBAGE: usize = 64;

/// Octets of content that one message may have; a peer that sends more is garbage to us.
const CONTENT_AT_MOST: u64 = 24 << 20;
