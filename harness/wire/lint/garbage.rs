//! What it means that a sender emits octets which are no message.

use super::{Finding, table};
use crate::wire::framing::Framing;
use crate::wire::grammar::is_token;
use crate::wire::{Garbage, GarbageKind};

/// The rule that a sender breaks with octets that cannot be read: these, as far as they have come.
/// `responses` tells who it is, `behind` is the status code of the message that came before on the
/// connection (of a request: 0) and how it was framed. `None` where there is no such rule: a limit
/// of ours, or another version of HTTP.
#[must_use]
pub fn lint_garbage(
    garbage: &Garbage,
    octets: &[u8],
    responses: bool,
    behind: Option<(u16, Framing)>,
) -> Option<Finding> {
    let (lint, text) = match (garbage.kind, behind) {
        (GarbageKind::StartLine, Some((100..=199, Framing::None))) if responses => (
            &table::BEHIND_INTERIM,
            "octets behind a 1xx response that are no response",
        ),
        (GarbageKind::StartLine, Some((_, Framing::None))) if responses => (
            &table::BEHIND_NO_CONTENT,
            "octets behind a response that has no content",
        ),
        (GarbageKind::StartLine, _) if responses && has_odd_code(octets) => (
            &table::STATUS_CODE,
            "a status code that is not three digits",
        ),
        (GarbageKind::StartLine, _) if responses => (&table::STATUS_LINE, "no status-line"),
        (GarbageKind::StartLine, _) => (&table::REQUEST_LINE, "no request-line"),
        (GarbageKind::Framing, _) => (&table::LENGTH, "content whose length cannot be known"),
        (GarbageKind::Chunk, _) => (&table::CHUNK, "malformed chunks"),
        (
            GarbageKind::Version
            | GarbageKind::StartLineTooLong
            | GarbageKind::HeadTooLarge
            | GarbageKind::ChunkTooLarge
            | GarbageKind::ContentTooLarge,
            _,
        ) => return None,
    };
    Some(Finding {
        lint,
        text: text.to_owned(),
        offset: garbage.offset,
    })
}

/// Whether a status-line has a word for a status code, but not three digits.
fn has_odd_code(octets: &[u8]) -> bool {
    let line = octets.split(|octet| b"\r\n".contains(octet)).next();
    let mut words = line.unwrap_or_default().split(|&octet| octet == b' ');
    matches!(words.next(), Some(b"HTTP/1.0" | b"HTTP/1.1")) && words.next().is_some_and(is_token)
}
