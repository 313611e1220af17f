//! Transcripts as text for people and `grep`: every octet, nothing left out.
//!
//! A line is a time, the connection, who did it, and what. Octets have the escapes of scenario
//! files, so they can be pasted into one.

use std::fmt::Write as _;

use crate::outcome::{ConnectionInfo, Entry, Happening, Outcome, Run, Transcript};
use crate::report::{escape, words};

/// The transcript of one scenario.
#[must_use]
pub fn render(run: &Run, outcome: &Outcome) -> String {
    let scenario = &outcome.scenario;
    let mut text = format!(
        "{}: {}\n{}\n{}\n",
        escape::text(&scenario.id),
        outcome.verdict.word(),
        escape::text(&scenario.title),
        escape::text(&run.subject)
    );
    if let Some(why) = outcome.verdict.why() {
        line(&mut text, &escape::text(why));
    }
    for mismatch in outcome.mismatch.iter().chain(&outcome.warnings) {
        let sentence = words::sentence(mismatch);
        line(&mut text, &format!("step {}: {sentence}", mismatch.step));
    }
    line(&mut text, "");
    text + &transcript(&outcome.transcript)
}

/// What was exchanged.
#[must_use]
pub fn transcript(transcript: &Transcript) -> String {
    let mut text = String::new();
    for connection in &transcript.connections {
        line(&mut text, &about(connection));
    }
    line(&mut text, "");
    for entry in &transcript.entries {
        let connection = transcript.connections.get(entry.connection);
        let name = connection.map_or("?", |connection| &connection.name);
        self::entry(&mut text, entry, &escape::text(name));
    }
    if transcript.dropped > 0 {
        line(
            &mut text,
            &format!("{} octets were not kept", transcript.dropped),
        );
    }
    text
}

fn line(text: &mut String, words: &str) {
    text.push_str(words);
    text.push('\n');
}

fn about(connection: &ConnectionInfo) -> String {
    let verb = if connection.opened_by_us {
        "we connected"
    } else {
        "we accepted"
    };
    format!(
        "connection {}: {verb}, {}, {} - {}",
        escape::text(&connection.name),
        escape::text(&connection.transport),
        escape::text(&connection.local),
        escape::text(&connection.remote)
    )
}

fn entry(text: &mut String, entry: &Entry, name: &str) {
    let (side, what) = match &entry.what {
        Happening::Sent(octets) => return self::octets(text, entry, name, '>', octets),
        Happening::Received(octets) => return self::octets(text, entry, name, '<', octets),
        Happening::Opened => ('-', "opened".to_owned()),
        Happening::SentFin => ('>', "FIN".to_owned()),
        Happening::SentRst => ('>', "RST".to_owned()),
        Happening::ReceivedFin => ('<', "FIN".to_owned()),
        Happening::ReceivedCut => ('<', "FIN without close_notify".to_owned()),
        Happening::ReceivedRst => ('<', "RST".to_owned()),
        Happening::WriteFailed => ('>', "the write failed".to_owned()),
        Happening::Note(note) => ('#', escape::text(note)),
    };
    head(text, entry, name, side);
    let mark = if side == '#' { "" } else { "-- " };
    let _ = writeln!(text, "{mark}{what}");
}

/// One line for each line of a message.
fn octets(text: &mut String, entry: &Entry, name: &str, side: char, octets: &[u8]) {
    for piece in octets.split_inclusive(|&octet| octet == b'\n') {
        head(text, entry, name, side);
        line(text, &escape::octets(piece));
    }
    if entry.cut > 0 {
        head(text, entry, name, side);
        line(
            text,
            &format!("-- {} octets more are not in the report", entry.cut),
        );
    }
}

/// Writing to a String cannot fail.
fn head(text: &mut String, entry: &Entry, name: &str, side: char) {
    let milliseconds = entry.at.as_secs_f64() * 1e3;
    let _ = write!(
        text,
        "{milliseconds:>10.3} ms [{name}] {} {side} ",
        entry.step
    );
}
