//! What was said where a subject deviates, in short.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::report::escape;
use crate::report::json::{EntryFile, EventWord, ScenarioFile, VerdictFile};

/// What happened on the connection of a deviation, or on all where it is on none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct View {
    /// In order of time.
    pub(super) events: Vec<Event>,
    /// How many are left out in the middle, behind the first [`FIRST`].
    pub(super) left_out: usize,
}

/// One event.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Event {
    /// When, in microseconds since the start of the scenario.
    pub(super) at_us: u64,
    /// The connection, by its name.
    pub(super) connection: String,
    /// Who did it.
    pub(super) by: By,
    /// The octets that were sent, cut at [`OCTETS`] …
    pub(super) octets: Vec<u8>,
    /// … of so many; 0 for what is no octets.
    pub(super) size: u64,
    /// What happened, where it is no octets.
    pub(super) sign: Option<String>,
}

/// Who did something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum By {
    We,
    Subject,
    Nobody,
}

impl View {
    /// Of a scenario that deviates; nothing of others.
    pub(super) fn of(scenario: &ScenarioFile) -> Option<Self> {
        let deviates = matches!(
            scenario.verdict,
            VerdictFile::Warn | VerdictFile::Fail | VerdictFile::Error
        );
        let found = scenario.mismatch.as_ref().or(scenario.warnings.first());
        let connection = found.and_then(|found| found.connection);
        let entries: Vec<&EntryFile> = scenario
            .transcript
            .entries
            .iter()
            .filter(|entry| connection.is_none_or(|it| it == entry.connection))
            .collect();
        if !deviates || entries.is_empty() {
            return None;
        }
        let left_out = entries.len().saturating_sub(FIRST + LAST);
        let shown = entries.iter().enumerate();
        let shown = shown.filter(|(at, _)| *at < FIRST || *at >= FIRST + left_out);
        let events = shown.map(|(_, entry)| {
            let connection = scenario.transcript.connections.get(entry.connection);
            Event::of(entry, connection.map_or("", |it| &it.name))
        });
        Some(Self {
            events: events.collect(),
            left_out,
        })
    }

    /// How many octets of each event are shown where all together get `total`: what a short one does
    /// not need is there for the long ones.
    #[cfg(feature = "reports")]
    pub(super) fn shares(&self, total: usize) -> Vec<usize> {
        let mut sizes: Vec<(usize, usize)> = self
            .events
            .iter()
            .map(|event| event.octets.len())
            .enumerate()
            .collect();
        sizes.sort_by_key(|(_, size)| *size);
        let (mut left, mut count) = (total, sizes.len());
        let mut shares = vec![0; count];
        for (at, size) in sizes {
            shares[at] = size.min(left / count);
            left -= shares[at];
            count -= 1;
        }
        shares
    }
}

impl Event {
    fn of(entry: &EntryFile, connection: &str) -> Self {
        let (by, sign) = match entry.event {
            EventWord::Opened => (By::Nobody, Some("the connection is there")),
            EventWord::Sent => (By::We, None),
            EventWord::Received => (By::Subject, None),
            EventWord::SentFin => (By::We, Some("FIN")),
            EventWord::SentRst => (By::We, Some("RST")),
            EventWord::ReceivedFin => (By::Subject, Some("FIN")),
            EventWord::ReceivedCut => (By::Subject, Some("FIN without close_notify")),
            EventWord::ReceivedRst => (By::Subject, Some("RST")),
            EventWord::WriteFailed => (By::We, Some("our write failed")),
            EventWord::Note => (By::Nobody, Some(entry.note.as_deref().unwrap_or(""))),
        };
        // Of a file from anywhere: what is no Base64 is shown as nothing.
        let octets = entry.octets.as_ref().filter(|_| sign.is_none());
        let mut octets = octets
            .and_then(|octets| STANDARD.decode(&octets.base64).ok())
            .unwrap_or_default();
        let size = entry.octets.as_ref().map_or(0, |octets| octets.length);
        let size = size.max(octets.len() as u64);
        octets.truncate(OCTETS);
        octets.shrink_to_fit();
        Self {
            at_us: entry.at_us,
            connection: escape::text(connection),
            by,
            octets,
            size,
            sign: sign.map(escape::text),
        }
    }
}

/// How many octets of a cell are shown at most.
pub(super) const OCTETS: usize = 2048;
/// How many events are shown, from the start …
pub(super) const FIRST: usize = 8;
/// … and before the end.
const LAST: usize = 12;
