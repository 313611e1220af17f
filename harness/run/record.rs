//! Writes the transcript while a scenario is played, and finds octets in it again.

use std::ops::Range;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::outcome::{ConnectionInfo, Entry, Happening, Transcript};

/// A transcript in the making.
#[derive(Debug)]
pub(crate) struct Recorder {
    start: Instant,
    kept: usize,
    transcript: Transcript,
    /// The step that is being played, from 1.
    pub(crate) step: usize,
}

impl Recorder {
    pub(crate) fn new(start: Instant) -> Self {
        Self {
            start,
            kept: 0,
            transcript: Transcript::default(),
            step: 1,
        }
    }

    /// When the scenario started.
    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// Adds a connection and gives its index.
    pub(crate) fn connection(&mut self, info: ConnectionInfo, at: Instant) -> usize {
        self.transcript.connections.push(info);
        let index = self.transcript.connections.len() - 1;
        self.note(index, at, Happening::Opened);
        index
    }

    /// Gives a connection the name under which the scenario knows it.
    pub(crate) fn rename(&mut self, connection: usize, name: &str) {
        name.clone_into(&mut self.transcript.connections[connection].name);
    }

    /// Adds what happened. Octets beyond the bound are counted, not kept.
    pub(crate) fn note(&mut self, connection: usize, at: Instant, what: Happening) {
        if let Happening::Sent(octets) | Happening::Received(octets) = &what {
            if self.kept + octets.len() > KEPT_AT_MOST {
                self.transcript.dropped += octets.len() as u64;
                return;
            }
            self.kept += octets.len();
        }
        self.transcript.entries.push(Entry {
            at: at.saturating_duration_since(self.start),
            connection,
            step: self.step,
            what,
            cut: 0,
        });
    }

    /// The octets received on a connection, by their position in its stream, as far as kept.
    pub(crate) fn received(&self, connection: usize, range: Range<u64>) -> Bytes {
        let mut position = 0;
        let mut found = BytesMut::new();
        for entry in &self.transcript.entries {
            let Happening::Received(octets) = &entry.what else {
                continue;
            };
            if entry.connection != connection {
                continue;
            }
            let end = position + octets.len() as u64;
            let from = range.start.clamp(position, end) - position;
            let to = range.end.clamp(position, end) - position;
            if (from, to) == (0, range.end - range.start) && range.start == position {
                return octets.slice(..to as usize);
            }
            found.extend_from_slice(&octets[from as usize..to as usize]);
            position = end;
        }
        found.freeze()
    }

    pub(crate) fn finish(mut self) -> Transcript {
        // It is kept until the end of the run.
        self.transcript.connections.shrink_to_fit();
        self.transcript.entries.shrink_to_fit();
        self.transcript
    }
}

/// Octets that a transcript keeps. The rest is counted, so that a peer that sends without end
/// costs bounded memory.
const KEPT_AT_MOST: usize = 8 << 20;
