//! Two transcripts of the same octets sent: did the same come back?
//!
//! What counts is what a client goes by: the status code, what delimits the content, and how the
//! connection ended. Dates, content and times may differ.

use std::fmt::Write as _;

use super::messages::{What, of_connection};
use crate::outcome::{Happening, Outcome, Transcript};
use crate::report::escape;
use crate::wire::framing::Framing;

/// Why a transcript cannot be played again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unrepeatable {
    /// Parts of what we sent are missing.
    #[error("the run kept not all of what was sent: {0} octets are missing")]
    Cut(u64),
    /// What we sent had a secret in it.
    #[error(
        "a secret was sent in it, of which the run has asterisks only: run the scenario again instead"
    )]
    Secret,
    /// The subject connected to us.
    #[error("it is of a client: only what was sent to a server can be sent again")]
    Client,
    /// There is nothing in it.
    #[error("no connection was opened in it")]
    Empty,
}

/// Whether what we sent is all there.
///
/// # Errors
/// It is not, or there is nothing of ours.
pub fn is_repeatable(outcome: &Outcome) -> Result<(), Unrepeatable> {
    let transcript = &outcome.transcript;
    if transcript.connections.iter().any(|it| !it.opened_by_us) {
        return Err(Unrepeatable::Client);
    }
    let mut cut = transcript.dropped;
    for entry in &transcript.entries {
        if let Happening::Sent(octets) = &entry.what {
            cut = cut.saturating_add(entry.cut);
            if octets.windows(SECRET.len()).any(|part| part == SECRET) {
                return Err(Unrepeatable::Secret);
            }
        }
    }
    let opened = |it: &Happening| *it == Happening::Opened;
    if cut > 0 {
        Err(Unrepeatable::Cut(cut))
    } else if !transcript.entries.iter().any(|it| opened(&it.what)) {
        Err(Unrepeatable::Empty)
    } else {
        Ok(())
    }
}

/// What came in two transcripts, side by side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comparison {
    /// For each connection its name, and what came on it.
    pub connections: Vec<(String, Vec<Pair>)>,
}

/// What came then and now, in the same place; `None` where nothing did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pair {
    /// In the former transcript.
    pub former: Option<String>,
    /// In the new one.
    pub now: Option<String>,
}

impl Pair {
    /// Whether it is the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.former == self.now
    }
}

impl Comparison {
    /// Compares what came.
    #[must_use]
    pub fn of(former: &Transcript, now: &Transcript) -> Self {
        // Those without a line were never opened, then as now.
        let opened: Vec<usize> = (former.entries.iter())
            .filter(|entry| entry.what == Happening::Opened)
            .map(|entry| entry.connection)
            .filter(|&connection| connection < former.connections.len())
            .collect();
        let connections = opened.iter().enumerate().map(|(place, &connection)| {
            let (then, now) = (came(former, connection), came(now, place));
            let pairs = (0..then.len().max(now.len())).map(|index| Pair {
                former: then.get(index).cloned(),
                now: now.get(index).cloned(),
            });
            let name = escape::text(&former.connections[connection].name);
            (name, pairs.collect())
        });
        Self {
            connections: connections.collect(),
        }
    }

    /// Whether the same came on all connections.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let mut pairs = self.connections.iter().flat_map(|(_, pairs)| pairs);
        pairs.all(Pair::is_same)
    }

    /// As lines: `=` before what is the same, `-` what came only then, `+` only now.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        let mut line = |mark: char, words: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {mark} {words}");
        };
        let nothing = "nothing more";
        for (name, pairs) in &self.connections {
            line('#', &format!("connection {name}"));
            for pair in pairs {
                let former = pair.former.as_deref().unwrap_or(nothing);
                if pair.is_same() {
                    line('=', former);
                } else {
                    line('-', former);
                    line('+', pair.now.as_deref().unwrap_or(nothing));
                }
            }
        }
        text
    }
}

/// What came on a connection, each in a few words.
fn came(transcript: &Transcript, connection: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut in_tunnel = false;
    for said in of_connection(transcript, connection) {
        match said.what {
            _ if said.ours => {}
            What::Message(message) => {
                let code = message.head.status().map_or(0, |line| line.code);
                words.push(format!("response {code}, {}", delimited(message.framing)));
            }
            What::Unreadable(why) => words.push(format!("no whole response: {why}")),
            What::Tunnel(_) if in_tunnel => {}
            What::Tunnel(_) => {
                in_tunnel = true;
                words.push("octets of another protocol".into());
            }
        }
    }
    let ends = transcript.entries.iter().filter_map(|entry| {
        let end = match entry.what {
            Happening::ReceivedFin => "the server closes with FIN",
            Happening::ReceivedCut => "the server closes with FIN, without close_notify",
            Happening::ReceivedRst => "the server closes with RST",
            _ => return None,
        };
        (entry.connection == connection).then(|| end.to_owned())
    });
    words.extend(ends);
    words
}

fn delimited(framing: Framing) -> &'static str {
    match framing {
        Framing::None => "without content",
        Framing::Length(_) => "with its content by Content-Length",
        Framing::Chunked => "with its content in chunks",
        Framing::UntilClose => "with its content until the close",
        Framing::Tunnel => "and then a tunnel or another protocol",
    }
}

/// How the value of a secret looks in a transcript.
const SECRET: &[u8] = b"****";
