//! Words for what is wanted and for what came, so that a mismatch can be read aloud.

use std::time::Duration;

use super::lane::{Arrival, Incoming};
use crate::peer::connection::End;
use crate::scenario::{
    CloseKind, EventKind, EventPattern, Expectation, Octets, OutcomeWord, Piece, StatusPattern,
};
use crate::wire::{GarbageKind, StartLine};

/// "a response with status 400, or the end of the connection".
pub(crate) fn expectation(expectation: &Expectation) -> String {
    let mut wanted: Vec<String> = Vec::new();
    for alternative in &expectation.alternatives {
        let words = pattern(alternative);
        if !wanted.contains(&words) {
            wanted.push(words);
        }
    }
    wanted.join(", or ")
}

/// "a response with status 4xx".
pub(crate) fn pattern(pattern: &EventPattern) -> String {
    let mut words = match &pattern.kind {
        EventKind::Status(codes) => format!("a response with status {}", statuses(codes)),
        EventKind::Request { method, target, .. } => {
            let target = target
                .as_ref()
                .map(|target| format!(" {}", template(target)));
            format!(
                "the request {}{}",
                template(method),
                target.unwrap_or_default()
            )
        }
        EventKind::Bytes(check) => match (&check.is, &check.has) {
            (Some(octets), _) => format!("the octets '{}'", template(octets)),
            (None, Some(octets)) => format!("octets with '{}' in them", template(octets)),
            (None, None) => "octets".into(),
        },
        EventKind::Close(CloseKind::Fin) => "the end of the connection by FIN".into(),
        EventKind::Close(CloseKind::Rst) => "the end of the connection by RST".into(),
        EventKind::Close(CloseKind::Any) => "the end of the connection".into(),
        EventKind::Close(CloseKind::Cut) => "FIN without close_notify".into(),
        EventKind::Silence(_) => "silence".into(),
        EventKind::Outcome(OutcomeWord::Success, _) => "success told to the caller".into(),
        EventKind::Outcome(OutcomeWord::Failure, _) => "an error told to the caller".into(),
        EventKind::Outcome(OutcomeWord::Any, _) => "the client to finish its request".into(),
        EventKind::Rest => "the rest of the message".into(),
    };
    if pattern.upto_head {
        words.push_str(" (its head)");
    }
    words
}

fn statuses(codes: &[StatusPattern]) -> String {
    let words: Vec<String> = codes
        .iter()
        .map(|code| match code {
            StatusPattern::Code(code) => code.to_string(),
            StatusPattern::Class(class) => format!("{class}xx"),
            StatusPattern::Final => "2xx to 5xx".into(),
        })
        .collect();
    words.join(" or ")
}

/// A template as a reader knows it from the file, shortened.
pub(crate) fn template(octets: &Octets) -> String {
    let mut text = String::new();
    for piece in &octets.0 {
        match piece {
            Piece::Literal(literal) => text.push_str(&escaped(literal)),
            Piece::Boundary => text.push_str("\\|"),
            Piece::Value(_) => text.push('…'),
            Piece::Repeat(inner, times) => {
                text.push_str(&format!("({} × {times})", template(inner)));
            }
        }
    }
    text
}

/// Octets as text in one line: what is not printable ASCII is escaped, and a long one is cut.
pub(crate) fn escaped(octets: &[u8]) -> String {
    let shown = &octets[..octets.len().min(SHOWN_AT_MOST)];
    let mut text = shown.escape_ascii().to_string();
    if shown.len() < octets.len() {
        text.push_str(&format!("… ({} octets in all)", octets.len()));
    }
    text
}

/// "a response with status 200 and 2 octets of content".
pub(crate) fn arrival(arrival: &Arrival) -> String {
    match arrival {
        Arrival::Message(message) => self::message(message),
        Arrival::Garbage(_, garbage) => {
            format!("octets that are no message: {}", garbage_kind(garbage.kind))
        }
        Arrival::Close(closed) => {
            let how = match closed.how {
                End::Fin => "FIN",
                End::Cut => "FIN without close_notify",
                End::Rst => "RST",
            };
            let place = if closed.inside_head {
                ", inside of a head"
            } else {
                ""
            };
            format!("the end of the connection by {how}{place}")
        }
    }
}

pub(crate) fn message(message: &Incoming) -> String {
    let length = message.content.len();
    let state = match (message.end_at.is_some(), message.cut) {
        (true, _) if length == 0 => " without content".into(),
        (true, _) => format!(" and {length} octets of content"),
        (false, true) => format!(", cut short by the close after {length} octets of content"),
        (false, false) => format!(", unfinished with {length} octets of content"),
    };
    match &message.head.start {
        StartLine::Request(line) => format!(
            "the request {} {}{state}",
            escaped(&line.method),
            escaped(&line.target)
        ),
        StartLine::Status(line) => format!("a response with status {}{state}", line.code),
    }
}

fn garbage_kind(kind: GarbageKind) -> &'static str {
    match kind {
        GarbageKind::StartLine => "the start-line cannot be read",
        GarbageKind::Version => "the version is not HTTP/1.x",
        GarbageKind::StartLineTooLong => "the start-line does not end",
        GarbageKind::HeadTooLarge => "the header section does not end",
        GarbageKind::Framing => "its length cannot be known",
        GarbageKind::Chunk => "the chunked coding is broken",
        GarbageKind::ChunkTooLarge => "a chunk line or the trailer section does not end",
        GarbageKind::ContentTooLarge => "the content does not end",
    }
}

/// "3.2 ms", "5 s".
pub(crate) fn duration(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1000.0;
    match millis {
        _ if millis >= 1000.0 => format!("{} s", trim(millis / 1000.0)),
        _ if millis >= 10.0 => format!("{millis:.0} ms"),
        _ => format!("{} ms", trim(millis)),
    }
}

fn trim(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Octets that a mismatch shows; the transcript has them all.
const SHOWN_AT_MOST: usize = 120;
