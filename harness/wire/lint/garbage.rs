//! What it means that a sender emits octets which are no message.

use super::Finding;
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
    let (requirement, text) = match garbage.kind {
        GarbageKind::StartLine if responses && ended_without_content => (
            "9112-6.3-p2.1.1-1",
            "octets behind a response that has no content",
        ),
        GarbageKind::StartLine if responses => ("9112-4-p2-1", "no status-line"),
        GarbageKind::StartLine => ("9112-3-p2-1", "no request-line"),
        GarbageKind::Framing => ("9112-6.3-p1-1", "content whose length cannot be known"),
        GarbageKind::Chunk => ("9112-7.1-p2-1", "malformed chunks"),
        GarbageKind::Version
        | GarbageKind::StartLineTooLong
        | GarbageKind::HeadTooLarge
        | GarbageKind::ChunkTooLarge
        | GarbageKind::ContentTooLarge => return None,
    };
    Some(Finding {
        requirement,
        text: text.to_owned(),
        offset: garbage.offset,
    })
}
