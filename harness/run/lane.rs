//! One connection as the player sees it: what came, in order, and what of it is taken.

mod decoding;
mod lints;
mod sending;

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::play::Finding;
use super::record::Recorder;
use crate::outcome::Happening;
use crate::peer::connection::{Connection, End, Received};
use crate::wire::framing::Framing;
use crate::wire::{Decoder, Fields, Garbage, Head, Limits, Version, Violation};

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
    /// When we closed it. What crossed our FIN on the way is nobody's fault.
    pub(crate) closed_at: Option<Instant>,
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
    /// The status code and the framing of the message that came last.
    behind: Option<(u16, Framing)>,
}

/// A request of ours that awaits its final response.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Bytes,
    pub(crate) version: Version,
    /// Its head, where it could be read.
    pub(crate) head: Option<Arc<Head>>,
}

/// Reading of so many octets, once per interval.
#[derive(Clone, Copy, Debug)]
struct SlowReading {
    octets: usize,
    every: Duration,
    next: Instant,
    /// What is left to be read of these octets.
    credit: usize,
    /// It was time to read and nothing was there: what comes next wakes us, not the clock.
    starved: bool,
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
    pub(crate) how: End,
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
            closed_at: None,
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
            behind: None,
        }
    }

    /// Whether what we sent on it breaks rules, so that it may have harmed the subject.
    pub(crate) fn was_hostile(&self) -> bool {
        self.hostile
    }

    /// When the last octets came.
    pub(crate) fn last_octets_at(&self) -> Instant {
        self.last_at
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
            credit: 0,
            starved: false,
        });
    }

    /// Requests sent from now on are taken to have this method, whatever they say.
    pub(crate) fn override_method(&mut self, method: Option<&str>) {
        self.override_method = method.map(|method| Bytes::copy_from_slice(method.as_bytes()));
    }

    /// When reading goes on, on a connection that is read slowly.
    pub(crate) fn next_read(&self) -> Option<Instant> {
        match self.slow {
            Some(slow) if self.is_readable() && !slow.starved => Some(slow.next),
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

    /// Whether the subject has closed its direction.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether it is read. It is not while too much waits to be taken: then the subject has to
    /// wait as well.
    fn is_readable(&self) -> bool {
        self.connection.is_some() && !self.ended && self.queue.len() < UNTAKEN_AT_MOST
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
                Some(slow) if slow.credit == 0 && Instant::now() < slow.next => break,
                Some(slow) => match slow.credit {
                    0 => slow.octets.min(scratch.len()),
                    credit => credit.min(scratch.len()),
                },
                None => scratch.len(),
            };
            let Some(connection) = &mut self.connection else {
                break;
            };
            let Poll::Ready((received, at)) =
                connection.poll_receive(context, &mut scratch[..limit])
            else {
                if let Some(slow) = &mut self.slow {
                    slow.starved = true;
                }
                break;
            };
            progress = true;
            if let Some(slow) = &mut self.slow {
                slow.starved = false;
                if slow.credit == 0 {
                    slow.credit = slow.octets;
                    slow.next = at + slow.every;
                }
                if let Received::Octets(count) = received {
                    slow.credit = slow.credit.saturating_sub(count);
                }
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
            Received::End(how) => {
                self.ended = true;
                let happening = match how {
                    End::Fin => Happening::ReceivedFin,
                    End::Cut => Happening::ReceivedCut,
                    End::Rst => Happening::ReceivedRst,
                };
                recorder.note(self.id, at, happening);
                self.decoder.end();
                let inside_head = self.decode(at, recorder.step);
                self.queue.push_back(Arrival::Close(Closed {
                    at,
                    how,
                    inside_head,
                }));
            }
        }
    }
}

/// Messages that may wait to be taken on a connection, so that a peer that sends them without end
/// costs bounded memory. More than any scenario asks for.
const UNTAKEN_AT_MOST: usize = 4096;

/// Octets of content that one message may have; a peer that sends more is garbage to us.
pub(crate) const CONTENT_AT_MOST: u64 = 24 << 20;
