//! Octets that came, as messages in the queue.

use std::time::Instant;

use bytes::{Bytes, BytesMut};

use super::{Arrival, Asked, Incoming, Lane};
use crate::wire::framing::Framing;
use crate::wire::{Event, Fields, Head, Truncated, Version};

impl Lane {
    /// Moves the decoder's events into the queue; whether the input ended inside of a head.
    pub(super) fn decode(&mut self, at: Instant, step: usize) -> bool {
        let mut inside_head = false;
        while let Some(event) = self.decoder.poll() {
            match event {
                Event::Head {
                    head,
                    answers,
                    framing,
                } => {
                    let code = head.status().map_or(0, |line| line.code);
                    self.behind = Some((code, framing));
                    self.begin(*head, answers.is_some(), at, step);
                    if framing == Framing::Tunnel
                        && let Some(message) = self.coming()
                    {
                        // 9112-6.3-p2.2.1-1: what follows the head is no HTTP any more.
                        message.end_at = Some(at);
                    }
                }
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
                Event::Garbage(garbage) => {
                    self.lint_garbage(&garbage, at, step);
                    self.queue.push_back(Arrival::Garbage(at, garbage));
                }
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

    pub(super) fn begin(&mut self, head: Head, answered: bool, at: Instant, step: usize) {
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
                head: None,
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

    /// The message that is still arriving.
    pub(super) fn coming(&mut self) -> Option<&mut Incoming> {
        match self.queue.back_mut() {
            Some(Arrival::Message(message)) if message.end_at.is_none() => Some(message),
            _ => None,
        }
    }
}
