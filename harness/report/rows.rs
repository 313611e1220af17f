//! The transcript of one connection as rows, for every format that shows it.
//!
//! Here it is decided what a reader sees (order, silences, where the verdict fell, how much of
//! long content); how it looks is the business of each format.

use std::time::Duration;

use super::{escape, words};
use crate::outcome::{ConnectionInfo, Entry, Happening, Mismatch, Outcome, Verdict};

/// One connection, ready to be shown.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its name, made safe.
    pub name: String,
    /// Who opened it, with the addresses.
    pub about: String,
    /// What happened on it, in order of time.
    pub rows: Vec<Row>,
}

/// One row of a lane.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// When, since the start of the scenario.
    pub at: Duration,
    /// What happened.
    pub what: What,
}

/// Who did something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// The harness.
    We,
    /// The subject.
    Subject,
}

/// What a row shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum What {
    /// Octets were written.
    Octets(Side, Shown),
    /// Something else happened.
    Sign(Option<Side>, Sign, String),
    /// Nothing happened for so long.
    Silence(Duration),
    /// Here the verdict fell: its word, the step, and what was wanted and seen.
    Mark {
        /// `fail`, `warn`, `skip` …
        word: &'static str,
        /// The number of the step.
        step: usize,
        /// One sentence.
        text: String,
    },
}

/// The kinds of [`What::Sign`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sign {
    /// The connection is there.
    Opened,
    /// One direction was closed in order.
    Fin,
    /// One direction was closed without what TLS demands before.
    Cut,
    /// The connection was reset.
    Rst,
    /// A write failed.
    Broken,
    /// A remark of the player.
    Note,
}

impl Sign {
    /// A short word, also usable as a class name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "open",
            Self::Fin => "fin",
            Self::Cut => "cut",
            Self::Rst => "rst",
            Self::Broken => "broken",
            Self::Note => "note",
        }
    }
}

/// Octets as lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// How many octets there were.
    pub size: usize,
    /// The lines from the start …
    pub head: Vec<Line>,
    /// … and, where octets were left out, how many …
    pub left_out: usize,
    /// … and the lines at the end.
    pub tail: Vec<Line>,
}

impl Shown {
    /// Where the tail begins, from the first octet.
    #[must_use]
    pub fn tail_offset(&self) -> usize {
        self.size.saturating_sub(KEPT.1)
    }
}

/// One line of octets, escaped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// What stands in it.
    pub text: String,
    /// How it ends: `\r\n`, `\n`, or not at all.
    pub end: &'static str,
}

/// A wait shorter than this is not worth a row.
const SILENCE: Duration = Duration::from_millis(100);
/// How much of long content is shown, from its start and from its end.
const KEPT: (usize, usize) = (1536, 256);

/// The lanes of an outcome, in the order in which the connections were opened.
#[must_use]
pub fn lanes(outcome: &Outcome) -> Vec<Lane> {
    let connections = &outcome.transcript.connections;
    (0..connections.len())
        .map(|index| Lane {
            name: escape::text(&connections[index].name),
            about: about(&connections[index]),
            rows: rows(outcome, index),
        })
        .collect()
}

/// Splits octets into lines, with the middle of long ones left out, and the end where so many
/// were `cut` there.
#[must_use]
pub fn shown(octets: &[u8], cut: u64) -> Shown {
    let (first, last) = KEPT;
    let size = octets.len();
    if cut > 0 {
        let first = (first + last).min(size);
        let cut = usize::try_from(cut).unwrap_or(usize::MAX);
        return Shown {
            size: size.saturating_add(cut),
            head: split(&octets[..first]),
            left_out: (size - first).saturating_add(cut),
            tail: Vec::new(),
        };
    }
    if size <= first + last {
        return Shown {
            size,
            head: split(octets),
            left_out: 0,
            tail: Vec::new(),
        };
    }
    Shown {
        size,
        head: split(&octets[..first]),
        left_out: size - first - last,
        tail: split(&octets[size - last..]),
    }
}

fn split(octets: &[u8]) -> Vec<Line> {
    octets
        .split_inclusive(|&octet| octet == b'\n')
        .map(|line| {
            let (text, end) = if let Some(text) = line.strip_suffix(b"\r\n") {
                (text, "\\r\\n")
            } else if let Some(text) = line.strip_suffix(b"\n") {
                (text, "\\n")
            } else {
                (line, "")
            };
            Line {
                text: escape::octets(text),
                end,
            }
        })
        .collect()
}

fn about(connection: &ConnectionInfo) -> String {
    let verb = if connection.opened_by_us {
        "we connected"
    } else {
        "we accepted"
    };
    let over = match connection.transport.as_ref() {
        "TCP" => String::new(),
        other => format!(" over {}", escape::text(other)),
    };
    format!(
        "{verb}{over}, {} ⇄ {}",
        escape::text(&connection.local),
        escape::text(&connection.remote)
    )
}

/// The rows of one connection: its entries, with the marks and silences between them.
fn rows(outcome: &Outcome, connection: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = outcome
        .transcript
        .entries
        .iter()
        .filter(|entry| entry.connection == connection)
        .map(|entry| Row {
            at: entry.at,
            what: what(entry, &outcome.transcript.connections[connection]),
        })
        .collect();
    let word = outcome.verdict.word();
    let marks = outcome.warnings.iter().map(|warning| ("warn", warning));
    for (word, mismatch) in marks.chain(outcome.mismatch.iter().map(|found| (word, found))) {
        if mismatch.connection == Some(connection) {
            rows.push(mark(word, mismatch));
        }
    }
    // A stable sort: a mark comes behind what happened at the same time.
    rows.sort_by_key(|row| row.at);
    with_silences(rows)
}

fn what(entry: &Entry, connection: &ConnectionInfo) -> What {
    let sign = |side, sign, text: &str| What::Sign(Some(side), sign, String::from(text));
    match &entry.what {
        Happening::Opened if connection.opened_by_us => sign(Side::We, Sign::Opened, "we connect"),
        Happening::Opened => sign(Side::Subject, Sign::Opened, "the subject connects"),
        Happening::Sent(octets) => What::Octets(Side::We, shown(octets, entry.cut)),
        Happening::Received(octets) => What::Octets(Side::Subject, shown(octets, entry.cut)),
        Happening::SentFin => sign(Side::We, Sign::Fin, "we close our direction (FIN)"),
        Happening::SentRst => sign(Side::We, Sign::Rst, "we reset the connection (RST)"),
        Happening::ReceivedFin => sign(
            Side::Subject,
            Sign::Fin,
            "the subject closes its direction (FIN)",
        ),
        Happening::ReceivedCut => sign(
            Side::Subject,
            Sign::Cut,
            "the subject closes its direction (FIN), without close_notify",
        ),
        Happening::ReceivedRst => sign(
            Side::Subject,
            Sign::Rst,
            "the subject resets the connection (RST)",
        ),
        Happening::WriteFailed => sign(
            Side::Subject,
            Sign::Broken,
            "our write failed: the subject no longer reads",
        ),
        Happening::Note(text) => What::Sign(None, Sign::Note, escape::text(text)),
    }
}

fn mark(word: &'static str, mismatch: &Mismatch) -> Row {
    Row {
        at: mismatch.at,
        what: What::Mark {
            word,
            step: mismatch.step,
            text: words::sentence(mismatch),
        },
    }
}

fn with_silences(rows: Vec<Row>) -> Vec<Row> {
    let mut result: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(before) = result.last() {
            let gap = row.at.saturating_sub(before.at);
            if gap >= SILENCE {
                result.push(Row {
                    at: before.at,
                    what: What::Silence(gap),
                });
            }
        }
        result.push(row);
    }
    result
}

/// The lane to look at first: that of the mismatch, else the last one.
#[must_use]
pub fn lane_of_interest(outcome: &Outcome) -> Option<usize> {
    let last = outcome.transcript.connections.len().checked_sub(1)?;
    match outcome.mismatch.as_ref().or(outcome.warnings.first()) {
        Some(mismatch) => Some(mismatch.connection.unwrap_or(last).min(last)),
        None if outcome.verdict == Verdict::Pass => None,
        None => Some(last),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::report::sample;

    #[test]
    fn splits_octets_at_line_ends_and_keeps_how_they_end() {
        let lines = shown(b"a\r\nb\n\rc", 0).head;
        let lines: Vec<_> = lines.iter().map(|l| (l.text.as_str(), l.end)).collect();
        assert_eq!(lines, [("a", "\\r\\n"), ("b", "\\n"), ("\\rc", "")]);
    }

    #[test]
    fn leaves_out_the_middle_of_long_content_and_says_how_much() {
        let shown = shown(&[b'x'; 70_000], 0);
        let kept = shown.head[0].text.len() + shown.tail[0].text.len();
        assert_eq!((kept, shown.left_out, shown.size), (1792, 68_208, 70_000));
    }

    #[test]
    fn says_how_much_was_cut() {
        let shown = shown(&[b'x'; 4_000], 66_000);
        let kept = (shown.head[0].text.len(), shown.tail.len());
        assert_eq!(
            (kept, shown.left_out, shown.size),
            ((1792, 0), 68_208, 70_000)
        );
    }

    #[test]
    fn puts_the_silence_and_the_mark_behind_the_last_event() {
        let run = sample::run();
        let outcome = sample::find(&run, "server/close/honours-close");
        let rows = &lanes(outcome)[0].rows;
        let [.., silence, mark] = rows.as_slice() else {
            panic!("too few rows: {rows:?}")
        };
        assert!(matches!(silence.what, What::Silence(gap) if gap >= Duration::from_secs(1)));
        assert!(matches!(mark.what, What::Mark { word: "fail", .. }));
    }
}
