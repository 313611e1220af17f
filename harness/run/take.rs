//! Takes an event off its queue: it has its name, and is gone.

use std::sync::Arc;
use std::time::Instant;

use super::describe;
use super::expect::{Taking, Window};
use super::lane::Arrival;
use super::player::Player;
use super::values::{Absent, Taken};
use crate::outcome::{Mismatch, MismatchKind};
use crate::scenario::{EventKind, EventPattern};
use crate::wire::Fields;

impl Player<'_> {
    /// Takes the event off its queue and gives it its name.
    pub(crate) fn take(
        &mut self,
        pattern: &EventPattern,
        place: &Taking,
        lane: usize,
        index: usize,
        warned: bool,
        window: Window,
    ) -> Result<(), Absent> {
        if let Taking::Next(name) = place {
            self.claim(lane, name.clone());
        }
        self.latest = Some(lane);
        let (at, taken) = if matches!(pattern.kind, EventKind::Bytes(_)) {
            (Instant::now(), self.take_octets(lane, index))
        } else {
            self.take_arrival(pattern, lane, index)
        };
        if let Some(name) = &pattern.name {
            self.named.insert(name.clone(), Arc::new(taken));
        }
        self.came(pattern, warned, Some(lane), window, Some(at));
        Ok(())
    }

    pub(crate) fn take_octets(&mut self, lane: usize, length: usize) -> Taken {
        let lane_index = lane;
        let lane = &mut self.lanes[lane];
        let end = lane.consumed + length as u64;
        let octets = self.recorder.received(lane.id, lane.consumed..end);
        lane.consumed = end;
        // What has been taken as octets is no message any more.
        lane.queue.retain(|arrival| match arrival {
            Arrival::Message(message) => message.start >= end,
            Arrival::Garbage(..) => false,
            Arrival::Close(_) => true,
        });
        Taken {
            lane: lane_index,
            head: None,
            asked: None,
            content: octets.clone(),
            trailers: Fields::default(),
            octets,
        }
    }

    pub(crate) fn take_arrival(
        &mut self,
        pattern: &EventPattern,
        lane: usize,
        index: usize,
    ) -> (Instant, Taken) {
        let lane_index = lane;
        let lane = &mut self.lanes[lane];
        let mut taken = Taken {
            lane: lane_index,
            head: None,
            asked: None,
            content: bytes::Bytes::new(),
            trailers: Fields::default(),
            octets: bytes::Bytes::new(),
        };
        let mut at = Instant::now();
        if pattern.upto_head
            && let Some(Arrival::Message(message)) = lane.queue.get_mut(index)
            && !(message.end_at.is_some()
                && message.end == message.start + message.head.octets.len() as u64)
        {
            message.head_taken = true;
            at = message.head_at;
            taken.head = Some(message.head.clone());
            taken.asked = message.answers.clone();
            taken.octets = message.head.octets.clone();
            lane.consumed = message.start + message.head.octets.len() as u64;
            lane.queue.drain(..index);
            return (at, taken);
        }
        if let Some(Arrival::Close(closed)) = lane.queue.get(index) {
            let cut = lane
                .queue
                .iter()
                .take(index)
                .any(|arrival| matches!(arrival, Arrival::Message(message) if message.cut));
            at = closed.at;
            lane.over = true;
            lane.consumed = lane.received;
            lane.queue.clear();
            if cut {
                self.note(
                    lane_index,
                    "the close cut a message short, which RFC 9112 section 9.5 allows".into(),
                );
            }
            return (at, taken);
        }
        if let Some(Arrival::Message(message)) = lane.queue.drain(..=index).next_back() {
            at = message.end_at.unwrap_or(message.head_at);
            lane.consumed = message.end;
            if pattern.name.is_some() {
                taken.octets = self.recorder.received(lane.id, message.start..message.end);
                taken.content = message.content.freeze();
                taken.trailers = message.trailers;
                taken.head = Some(message.head);
                taken.asked = message.answers;
            }
        }
        (at, taken)
    }

    /// Writes down that an alternative came true.
    pub(crate) fn came(
        &mut self,
        pattern: &EventPattern,
        warned: bool,
        lane: Option<usize>,
        window: Window,
        at: Option<Instant>,
    ) {
        if let Some(name) = &pattern.name {
            self.came.insert(name.clone());
        }
        if warned {
            let at = at.unwrap_or_else(Instant::now);
            self.warnings.push(Mismatch {
                kind: MismatchKind::Event,
                step: self.recorder.step,
                place: pattern.place.clone(),
                wanted: "what the rule asks for".into(),
                seen: format!(
                    "{}, after {}, which is tolerated",
                    describe::pattern(pattern),
                    describe::duration(at.saturating_duration_since(window.begin))
                ),
                at: at.saturating_duration_since(self.recorder.start()),
                connection: lane.map(|lane| self.lanes[lane].id),
            });
        }
    }
}
