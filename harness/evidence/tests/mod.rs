//! The formats of other tools, read back by others.

mod har;
mod pcapng;
mod text;

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::outcome::{
    ConnectionInfo, Entry, Gate, Happening, Outcome, Run, Suite, Transcript, Verdict,
};
use crate::scenario::{Library, Selection};

pub(super) const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
pub(super) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A connection that we opened to this address.
pub(super) fn connection(name: &str, local: &str, remote: &str) -> ConnectionInfo {
    ConnectionInfo {
        name: name.into(),
        local: local.into(),
        remote: remote.into(),
        transport: "TCP".into(),
        opened_by_us: true,
    }
}

/// An outcome in which this happened, a millisecond after another, each on its connection.
pub(super) fn outcome(
    connections: Vec<ConnectionInfo>,
    happenings: Vec<(usize, Happening)>,
) -> Outcome {
    let selection = Selection::matching(["server/basic/get"]);
    let selected = Library::bundled().select(&selection).unwrap();
    let scenario = selected
        .scenarios
        .into_iter()
        .chain(selected.controls)
        .next();
    let happenings: VecDeque<_> = happenings.into();
    let entries = happenings.into_iter().enumerate();
    let entries = entries.map(|(number, (connection, what))| Entry {
        at: Duration::from_millis(number as u64),
        connection,
        step: 1,
        what,
        cut: 0,
    });
    Outcome {
        scenario: scenario.unwrap(),
        verdict: Verdict::Pass,
        mismatch: None,
        warnings: Vec::new(),
        observations: Vec::new(),
        transcript: Transcript {
            connections,
            entries: entries.collect(),
            ..Transcript::default()
        },
        output: String::new(),
        tries: 1,
        took: Duration::from_millis(10),
        flaky: Vec::new(),
        expected: None,
    }
}

/// A run with this outcome alone.
pub(super) fn run(outcome: Outcome) -> Run {
    Run {
        version: "0.1.0".into(),
        suite: Suite::default(),
        shard: None,
        strict: false,
        subject: "server at http://127.0.0.1:8080".into(),
        command: "h1check server http://127.0.0.1:8080".into(),
        rerun: "h1check server http://127.0.0.1:8080 --only {id}".into(),
        started: SystemTime::UNIX_EPOCH + Duration::from_millis(1_790_000_000_123),
        took: Duration::from_secs(1),
        jitter: Duration::ZERO,
        jobs: 1,
        interrupted: None,
        outcomes: vec![outcome],
        lints: Vec::new(),
        gate: Gate::default(),
    }
}

pub(super) fn sent(octets: &[u8]) -> Happening {
    Happening::Sent(Bytes::copy_from_slice(octets))
}

pub(super) fn received(octets: &[u8]) -> Happening {
    Happening::Received(Bytes::copy_from_slice(octets))
}
