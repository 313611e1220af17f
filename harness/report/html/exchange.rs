//! What was said on the wire, as the page needs it: events in order of time, long content cut,
//! many small pieces as one.
//!
//! It decides how much of a transcript a page carries; how it is drawn is the script's business.

use serde::Serialize;

use super::data::{Text, Texts};
use super::windows::Window;
use crate::outcome::{ConnectionInfo, Entry, Happening, Outcome};
use crate::report::escape;

/// The transcript of a scenario.
#[derive(Serialize)]
pub(super) struct Exchange {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lanes: Vec<Lane>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    windows: Vec<Shade>,
    /// Events that are not in the page.
    #[serde(skip_serializing_if = "is_zero")]
    missing: usize,
    /// Octets that were not even kept.
    #[serde(skip_serializing_if = "is_zero_octets")]
    dropped: u64,
}

/// A connection.
#[derive(Serialize)]
struct Lane {
    name: Text,
    local: Text,
    remote: Text,
    via: Text,
    ours: bool,
}

/// Something that happened. Short names, for there are very many.
#[derive(Debug, Serialize)]
struct Event {
    /// When, in microseconds.
    at: u128,
    /// On which connection.
    on: usize,
    /// At which step.
    step: usize,
    /// What.
    kind: &'static str,
    /// The octets, or the words of a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    /// The octets at the end, where some were left out between.
    #[serde(skip_serializing_if = "Option::is_none")]
    tail: Option<Text>,
    /// How many octets there were, the ones left out included.
    #[serde(skip_serializing_if = "is_zero")]
    size: usize,
    /// How many of the first octets are shown, where not all are.
    #[serde(skip_serializing_if = "is_zero")]
    head: usize,
    /// In how many pieces, where it was more than one, and when the last of them went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pieces: Option<(usize, u128)>,
}

/// The window of a step.
#[derive(Serialize)]
struct Shade {
    step: usize,
    on: usize,
    from: u128,
    to: u128,
}

/// How much of an entry is shown, from its start and from its end.
const KEPT: (usize, usize) = (1536, 256);
/// The same where the scenario has shown much already.
const KEPT_LATER: (usize, usize) = (96, 32);
/// How much is much.
const MUCH: usize = 12 << 10;
/// How many events of a scenario are shown, from its start and from its end.
const EVENTS: (usize, usize) = (160, 40);
/// So many pieces in a row of at most so many octets are shown as one.
const SMALL: (usize, usize) = (4, 64);

/// The transcript of an outcome.
pub(super) fn of(outcome: &Outcome, windows: &[Window], texts: &mut Texts) -> Exchange {
    let transcript = &outcome.transcript;
    let mut groups = grouped(&transcript.entries);
    let (first, last) = EVENTS;
    let missing = groups.len().saturating_sub(first + last);
    groups.drain(first.min(groups.len())..first.min(groups.len()) + missing);
    let mut shown = 0;
    let events = groups.iter().map(|group| event(group, &mut shown, texts));
    Exchange {
        events: events.collect(),
        lanes: (transcript.connections.iter())
            .map(|it| lane(it, texts))
            .collect(),
        windows: shades(outcome, windows),
        missing,
        dropped: transcript.dropped,
    }
}

fn lane(connection: &ConnectionInfo, texts: &mut Texts) -> Lane {
    Lane {
        name: texts.escaped(&connection.name),
        local: texts.escaped(&connection.local),
        remote: texts.escaped(&connection.remote),
        via: texts.escaped(&connection.transport),
        ours: connection.opened_by_us,
    }
}

/// Runs of small pieces in one direction of one connection; all else alone.
fn grouped(entries: &[Entry]) -> Vec<&[Entry]> {
    let alike = |one: &Entry, other: &Entry| {
        (one.connection, one.step, word(&one.what))
            == (other.connection, other.step, word(&other.what))
            && small(one)
            && small(other)
    };
    let mut groups = Vec::new();
    for group in entries.chunk_by(alike) {
        if group.len() >= SMALL.0 {
            groups.push(group);
        } else {
            groups.extend(group.chunks(1));
        }
    }
    groups
}

fn small(entry: &Entry) -> bool {
    octets(&entry.what).is_some_and(|octets| octets.len() <= SMALL.1 && entry.cut == 0)
}

fn octets(what: &Happening) -> Option<&[u8]> {
    match what {
        Happening::Sent(octets) | Happening::Received(octets) => Some(octets),
        _ => None,
    }
}

fn event(group: &[Entry], shown: &mut usize, texts: &mut Texts) -> Event {
    let (entry, last) = (&group[0], &group[group.len() - 1]);
    let mut event = Event {
        at: entry.at.as_micros(),
        on: entry.connection,
        step: entry.step,
        kind: word(&entry.what),
        text: None,
        tail: None,
        size: 0,
        head: 0,
        pieces: (group.len() > 1).then_some((group.len(), last.at.as_micros())),
    };
    if let Happening::Note(text) = &entry.what {
        event.text = Some(texts.escaped(text));
        return event;
    }
    let Some(first) = octets(&entry.what) else {
        return event;
    };
    let joined: Vec<u8>;
    let all = if group.len() == 1 {
        first
    } else {
        let pieces = group.iter().filter_map(|entry| octets(&entry.what));
        joined = pieces.flatten().copied().collect();
        &joined
    };
    // What was cut was cut at the end; pieces that are shown as one are too small for it.
    fill(&mut event, all, entry.cut, shown, texts);
    event
}

fn fill(event: &mut Event, octets: &[u8], cut: u64, shown: &mut usize, texts: &mut Texts) {
    let (first, last) = if *shown < MUCH { KEPT } else { KEPT_LATER };
    let cut = usize::try_from(cut).unwrap_or(usize::MAX);
    event.size = octets.len().saturating_add(cut);
    if event.size <= first + last {
        *shown += octets.len();
        event.text = Some(texts.put(escape::octets(octets)));
        return;
    }
    let head = if cut > 0 { first + last } else { first }.min(octets.len());
    *shown += first + last;
    event.head = head;
    event.text = Some(texts.put(escape::octets(&octets[..head])));
    if cut == 0 {
        event.tail = Some(texts.put(escape::octets(&octets[octets.len() - last..])));
    }
}

fn word(what: &Happening) -> &'static str {
    match what {
        Happening::Opened => "open",
        Happening::Sent(_) => "sent",
        Happening::Received(_) => "got",
        Happening::SentFin => "sent-fin",
        Happening::SentRst => "sent-rst",
        Happening::ReceivedFin => "got-fin",
        Happening::ReceivedCut => "got-cut",
        Happening::ReceivedRst => "got-rst",
        Happening::WriteFailed => "broken",
        Happening::Note(_) => "note",
    }
}

/// The windows, each from the last thing that happened before the step was expecting.
fn shades(outcome: &Outcome, windows: &[Window]) -> Vec<Shade> {
    let entries = &outcome.transcript.entries;
    let shade = |window: &Window| {
        let step = window.step;
        let ours = |entry: &&Entry| entry.step == step && matches!(entry.what, Happening::Sent(_));
        let before = |entry: &&Entry| entry.step < step;
        let start =
            (entries.iter().rev().find(ours)).or_else(|| entries.iter().rev().find(before))?;
        let on = entries.iter().find(|entry| entry.step == step);
        Some(Shade {
            step,
            on: on.unwrap_or(start).connection,
            from: (start.at + window.after).as_micros(),
            to: (start.at + window.within).as_micros(),
        })
    };
    windows.iter().filter_map(shade).collect()
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn is_zero_octets(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::report::sample;

    fn sent(at: u64, octets: &'static [u8]) -> Entry {
        Entry {
            at: Duration::from_micros(at),
            connection: 0,
            step: 1,
            cut: 0,
            what: Happening::Sent(Bytes::from_static(octets)),
        }
    }

    fn exchange(entries: Vec<Entry>) -> Exchange {
        let mut outcome = sample::find(&sample::run(), "server/close/honours-close").clone();
        outcome.transcript.entries = entries;
        of(&outcome, &[], &mut Texts::default())
    }

    #[test]
    fn shows_many_small_pieces_as_one() {
        let pieces = (0..5).map(|at| sent(at, b"ab")).collect();
        let events = exchange(pieces).events;
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].size, events[0].pieces), (10, Some((5, 4))));
    }

    #[test]
    fn keeps_few_pieces_and_large_ones_apart() {
        let few = vec![sent(0, b"a"), sent(1, b"b")];
        assert_eq!(exchange(few).events.len(), 2);
        let large = (0..5).map(|at| sent(at, &[b'x'; 65])).collect();
        assert_eq!(exchange(large).events.len(), 5);
    }

    #[test]
    fn cuts_long_content_and_says_how_long_it_was() {
        let event = &exchange(vec![sent(0, &[b'x'; 70_000])]).events[0];
        assert_eq!((event.size, event.head), (70_000, 1536));
        assert!(event.tail.is_some());
    }

    #[test]
    fn says_how_much_was_cut() {
        let mut entry = sent(0, &[b'x'; 4_000]);
        entry.cut = 66_000;
        let event = &exchange(vec![entry]).events[0];
        assert_eq!((event.size, event.head, event.tail), (70_000, 1792, None));
    }

    #[test]
    fn carries_a_bounded_number_of_events() {
        let many = (0..1_000).map(|at| sent(at, &[b'x'; 100])).collect();
        let exchange = exchange(many);
        assert_eq!((exchange.events.len(), exchange.missing), (200, 800));
        assert_eq!(exchange.events[199].at, 999);
    }
}
