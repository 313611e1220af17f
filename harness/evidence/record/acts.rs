//! A transcript as what somebody would have to do and to await, in order.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::steps::Expected;
use crate::evidence::messages::{Said, What, of_connection};
use crate::outcome::{Entry, Happening, Transcript};

/// Something that was done, or that came.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) at: Duration,
    pub(super) connection: usize,
    pub(super) what: Doing,
}

#[derive(Clone, Debug)]
pub(super) enum Doing {
    /// We sent this.
    Send(Bytes),
    /// This came.
    Came(Expected),
    /// We closed in this way.
    Close(&'static str),
    /// Something to know.
    Remark(String),
}

/// What is in a transcript.
pub(super) fn of(transcript: &Transcript) -> Vec<Act> {
    let said = received(transcript);
    let mut acts = Vec::new();
    let mut ended = vec![false; transcript.connections.len()];
    for (index, entry) in transcript.entries.iter().enumerate() {
        let Some(ended) = ended.get_mut(entry.connection) else {
            continue;
        };
        let mut add = |what| {
            acts.push(Act {
                at: entry.at,
                connection: entry.connection,
                what,
            });
        };
        let came = said.get(&index).into_iter().flatten().cloned();
        came.for_each(|expected| add(Doing::Came(expected)));
        if let Some(what) = doing(transcript, index, entry, *ended) {
            *ended |= matches!(what, Doing::Came(_) | Doing::Close("rst" | "fin"));
            add(what);
        }
    }
    acts
}

/// What an entry is, apart from the messages that end with it.
fn doing(transcript: &Transcript, index: usize, entry: &Entry, ended: bool) -> Option<Doing> {
    match &entry.what {
        Happening::Sent(octets) if ended => Some(Doing::Remark(format!(
            "then {} octets more were sent",
            octets.len()
        ))),
        Happening::Sent(octets) => Some(Doing::Send(octets.clone())),
        _ if ended => None,
        Happening::ReceivedFin => Some(Doing::Came(Expected::Close("fin"))),
        Happening::ReceivedCut => Some(Doing::Came(Expected::Close("cut"))),
        Happening::ReceivedRst => Some(Doing::Came(Expected::Close("rst"))),
        Happening::SentFin => {
            let comes = |later: &Entry| {
                later.connection == entry.connection
                    && matches!(
                        later.what,
                        Happening::Received(_)
                            | Happening::ReceivedFin
                            | Happening::ReceivedCut
                            | Happening::ReceivedRst
                    )
            };
            let more = transcript.entries[index + 1..].iter().any(comes);
            Some(Doing::Close(if more { "half" } else { "fin" }))
        }
        Happening::SentRst => Some(Doing::Close("rst")),
        Happening::Note(text) => Some(Doing::Remark(text.clone())),
        Happening::Opened | Happening::Received(_) | Happening::WriteFailed => None,
    }
}

/// What came in messages, by the entry that completed it.
fn received(transcript: &Transcript) -> BTreeMap<usize, Vec<Expected>> {
    let mut found: BTreeMap<usize, Vec<Expected>> = BTreeMap::new();
    for connection in 0..transcript.connections.len() {
        for said in of_connection(transcript, connection) {
            if !said.ours {
                let expected = expected(transcript, connection, &said);
                found.entry(said.entries.1).or_default().extend(expected);
            }
        }
    }
    found
}

fn expected(transcript: &Transcript, connection: usize, said: &Said) -> Option<Expected> {
    if let What::Message(message) = &said.what {
        let head = message.head.octets.clone();
        if let Some(line) = message.head.request() {
            return Some(Expected::Request {
                method: line.method.clone(),
                target: line.target.clone(),
                content: message.content.clone(),
                head,
            });
        }
        if let (Some(line), true) = (message.head.status(), message.answers.is_some()) {
            return Some(Expected::Status(line.code, head));
        }
        if let Some(line) = message.head.status()
            && line.code / 100 == 1
        {
            return Some(Expected::Status(line.code, head));
        }
        // An answer to nothing can be awaited as octets only.
    }
    if let What::Tunnel(octets) = &said.what {
        let last = octets.len().saturating_sub(TAIL);
        return Some(Expected::Octets(octets.slice(last..)));
    }
    let (from, to) = said.entries;
    let entries = &transcript.entries[from..=to.min(transcript.entries.len() - 1)];
    let octets: Vec<u8> = entries
        .iter()
        .filter(|entry| entry.connection == connection)
        .filter_map(|entry| match &entry.what {
            Happening::Received(octets) => Some(octets),
            _ => None,
        })
        .flatten()
        .copied()
        .collect();
    let last = octets.len().saturating_sub(TAIL);
    (!octets.is_empty()).then(|| Expected::Octets(Bytes::copy_from_slice(&octets[last..])))
}

/// Octets by which is known that something came that is no message.
const TAIL: usize = 40;
