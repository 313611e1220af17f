//! What was said on the wire, and when.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

/// Everything that was sent and received, with times.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    /// The connections in the order in which they were opened or accepted.
    pub connections: Vec<ConnectionInfo>,
    /// What happened, in order of time.
    pub entries: Vec<Entry>,
    /// Octets that were exchanged but not kept, because the transcript had reached its bound.
    pub dropped: u64,
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
    /// How many octets of it were left away at its end: what passes or is skipped is kept in short.
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
