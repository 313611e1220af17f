//! What it means that a sender emits octets which are no message.

use super::{Finding, table};
use crate::wire::framing::Framing;
use crate::wire::{Garbage, GarbageKind, Head};

/// The rule that a sender breaks with octets that cannot be read; `responses` tells who it is,
/// `behind` is the message that came before on the connection. `None` where there is no such
/// rule: a limit of ours, or another version of HTTP.
#[must_use]
pub fn lint_garbage(
    garbage: &Garbage,
    responses: bool,
    behind: Option<(&Head, Framing)>,
) -> Option<Finding> {
    let ended_without_content = matches!(behind, Some((head, Framing::None)) if head
        .status()
        .is_some_and(|line| line.code >= 200));
    let (lint, text) = match garbage.kind {
        GarbageKind::StartLine if responses && ended_without_content => (
            &table::BEHIND_NO_CONTENT,
            "octets behind a response that has no content",
        ),
        GarbageKind::StartLine if responses => (&table::STATUS_LINE, "no status-line"),
        GarbageKind::StartLine => (&table::REQUEST_LINE, "no request-line"),
        GarbageKind::Framing => (&table::LENGTH, "content whose length cannot be known"),
        GarbageKind::Chunk => (&table::CHUNK, "malformed chunks"),
        GarbageKind::Version
        | GarbageKind::StartLineTooLong
        | GarbageKind::HeadTooLarge
        | GarbageKind::ChunkTooLarge
        | GarbageKind::ContentTooLarge => return None,
    };
    Some(Finding {
        lint,
        text: text.to_owned(),
        offset: garbage.offset,
    })
}
