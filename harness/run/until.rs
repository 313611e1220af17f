//! A step that is played until something comes: a walk from page to page.

use std::collections::HashSet;
use std::time::Instant;

use super::describe;
use super::player::{Player, Stop};
use crate::outcome::{Mismatch, MismatchKind};
use crate::scenario::Step;

impl Player<'_> {
    /// Plays a step until the event of that name comes. What is sent for the second time leads
    /// where it has led before, so that there would be no end.
    pub(super) async fn step_until(&mut self, step: &Step, until: &str) -> Result<(), Stop> {
        let mut sent = HashSet::new();
        for _ in 0..step.times {
            if let Some(send) = &step.send {
                let octets = self.values.octets(send, &self.named)?;
                if !sent.insert(octets.clone()) {
                    return Err(self.circle(step, &octets));
                }
            }
            self.step(step).await?;
            let is_over = self.latest.is_some_and(|lane| self.lanes[lane].over);
            if self.came.contains(until) || is_over || self.unplayed.is_some() {
                return Ok(());
            }
        }
        Err(Stop::Skip(format!(
            "there was no end within {} times",
            step.times
        )))
    }

    fn circle(&self, step: &Step, octets: &[u8]) -> Stop {
        let line = octets.split(|&octet| octet == b'\r').next();
        let mismatch = Mismatch {
            kind: MismatchKind::Event,
            step: self.recorder.step,
            place: step.place.clone(),
            wanted: "an end".into(),
            seen: format!(
                "a circle: what comes next is '{}' once more",
                describe::escaped(line.unwrap_or_default())
            ),
            at: Instant::now().saturating_duration_since(self.recorder.start()),
            connection: self.latest.map(|lane| self.lanes[lane].id),
        };
        Stop::Mismatch(Box::new(mismatch), step.setup)
    }
}
