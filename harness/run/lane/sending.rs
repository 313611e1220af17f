//! What we send on a connection, and how we end it.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;

use super::super::record::Recorder;
use super::{Asked, Lane};
use crate::outcome::Happening;
use crate::peer::connection::Connection;
use crate::wire::{Event, Version};

impl Lane {
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

    /// Ready when all that was written is on its way; `Err` where the other side no longer reads.
    pub(crate) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ()>> {
        match &mut self.connection {
            Some(connection) => connection.poll_flush(context).map_err(drop),
            None => Poll::Ready(Err(())),
        }
    }

    /// Whether our direction can be closed while the other one stays open.
    pub(crate) fn can_half_close(&self) -> bool {
        let connection = self.connection.as_ref();
        connection.is_none_or(Connection::can_half_close)
    }

    pub(super) fn note_requests(&mut self, octets: &[u8]) {
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
                head: None,
            };
            self.sent_lost |= lost;
            self.hostile |= lost
                || head
                    .as_ref()
                    .is_some_and(|head| !head.violations.is_empty());
            let asked = Asked {
                head: head.map(|head| Arc::new(*head)),
                ..asked
            };
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
            self.closed_at = Some(Instant::now());
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
}

/// How many answers are awaited once what we sent can no longer be read as requests.
const ANSWERS_TO_GARBAGE: usize = 64;
