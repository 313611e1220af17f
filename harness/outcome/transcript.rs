//! What was said on the wire, and when.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::Piece;

/// Everything that was sent and received, with times.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    /// The connections in the order in which they were opened or accepted.
    pub connections: Vec<ConnectionInfo>,
    /// What happened, in order of time.
    pub entries: Vec<Entry>,
    /// Octets that were exchanged but not kept, because the transcript had reached its bound.
    pub dropped: u64,
    /// All octets of entries of which only the first are in memory, by their index.
    pub(crate) spooled: BTreeMap<usize, Piece>,
}

impl Transcript {
    /// The octets of an entry, also where it holds only the first of them because they lie on
    /// disk; no octets where nothing was sent or received. What cannot be read from there is
    /// missing at the end, as [`Entry::cut`] says.
    #[must_use]
    pub fn octets(&self, index: usize) -> Bytes {
        let spooled = self.spooled.get(&index).and_then(|it| it.read().ok());
        match (spooled, self.entries.get(index).map(|it| &it.what)) {
            (Some(octets), _) => octets,
            (None, Some(Happening::Sent(octets) | Happening::Received(octets))) => octets.clone(),
            (None, _) => Bytes::new(),
        }
    }
}

/// One connection of a transcript.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    /// Its name in the scenario, or a number where it has none.
    pub name: String,
    /// Our address, as text.
    pub local: String,
    /// The address of the other side, as text.
    pub remote: String,
    /// What carries the octets: `TCP`, `TLS 1.3`, `a Unix socket` …
    pub transport: Cow<'static, str>,
    /// Whether we opened it (else we accepted it).
    pub opened_by_us: bool,
}

/// One line of a transcript.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When, since the start of the scenario.
    pub at: Duration,
    /// On which connection, as an index into [`Transcript::connections`].
    pub connection: usize,
    /// The number of the step that was being played, from 1.
    pub step: usize,
    /// What happened.
    pub what: Happening,
    /// How many octets of it are not here but followed: what passes or is skipped is kept in short,
    /// and very long pieces of what does not may be read with [`Transcript::octets`].
    pub cut: u64,
}

/// What happened on a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Happening {
    /// The connection is there: we connected, or accepted it.
    Opened,
    /// We sent these octets.
    Sent(Bytes),
    /// We received these octets.
    Received(Bytes),
    /// We closed our direction with FIN (half-close or orderly close).
    SentFin,
    /// We ended the connection with RST.
    SentRst,
    /// The subject closed its direction (FIN; with TLS: close_notify).
    ReceivedFin,
    /// The subject closed its direction with FIN, but without the close_notify of TLS.
    ReceivedCut,
    /// The subject ended the connection with RST.
    ReceivedRst,
    /// Our write failed, because the subject no longer reads.
    WriteFailed,
    /// Something worth a line: "the client was told to GET /again", "the client reports success".
    Note(String),
}
