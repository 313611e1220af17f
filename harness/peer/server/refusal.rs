//! Which requests are refused because of their head or framing, and with which status code.
//!
//! Pure: what the decoder found in, status code and reason out.

use crate::peer::target::{self, Target};
use crate::wire::{GarbageKind, Head, Version, Violation, ViolationKind};

/// A request that is not given to the site.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    /// The status code.
    pub(super) status: u16,
    /// Why, as a sentence without its full stop.
    pub(super) why: &'static str,
}

const fn refuse<T>(status: u16, why: &'static str) -> Result<T, Refusal> {
    Err(Refusal { status, why })
}

/// Checks a head that has come over a connection that is `secured` or not, and takes its target
/// apart.
pub(super) fn check(head: &Head, secured: bool) -> Result<Target<'_>, Refusal> {
    let Some(line) = head.request() else {
        return refuse(400, "this is not a request");
    };
    // 9110-15.6.6-p1
    if line.version.major != 1 {
        return refuse(505, WRONG_VERSION);
    }
    check_violations(head)?;
    let Some(target) = Target::parse(&line.method, &line.target) else {
        // 9112-3.2-p4-1, 9112-3.2-p4-2: invalid targets are not repaired.
        return refuse(
            400,
            "the request-target is in none of the forms for this method",
        );
    };
    check_host(head)?;
    // 9110-7.4-1, 9110-7.4-2: no gateway is trusted to have ended TLS.
    if target.is_https && !secured {
        return refuse(421, "this is of the scheme https, and came in the clear");
    }
    check_expectation(head)?;
    Ok(target)
}

/// Which status code octets deserve that cannot be read: a whole head whose content cannot be, or
/// `rest`, which begins with them.
pub(super) fn of_garbage(kind: GarbageKind, head: Option<&Head>, rest: &[u8]) -> Refusal {
    // What is wrong with the head says more than that its content has no length.
    if let Some(refusal) = head.and_then(|head| check(head, true).err()) {
        return refusal;
    }
    let (status, why) = match kind {
        GarbageKind::Version => (505, WRONG_VERSION),
        // 9112-3-p4-1: a method without end is longer than every method that there is.
        GarbageKind::StartLineTooLong if !rest.contains(&b' ') => (501, "the method is too long"),
        // 9112-3-p4-2
        GarbageKind::StartLineTooLong => (414, "the request-target is too long"),
        GarbageKind::HeadTooLarge => (431, "the header section is too large"),
        GarbageKind::ContentTooLarge => (413, "the content is too large"),
        GarbageKind::ChunkTooLarge => (400, "a chunk-size line or the trailer section is too long"),
        GarbageKind::Framing => (400, "the length of the content cannot be known"),
        GarbageKind::Chunk => (400, "the chunks cannot be read"),
        _ => (400, "this cannot be read as HTTP/1.1"),
    };
    Refusal { status, why }
}

/// What a violation behind the head deserves.
// 9112-7.1-p2-3
pub(super) fn of_violation(violation: Violation) -> Option<Refusal> {
    (!violation.kind.must_be_tolerated()).then_some(Refusal {
        status: 400,
        why: "the content is not framed as the grammar says",
    })
}

// 9112-2.2-p9-1: whatever is not as the grammar says.
fn check_violations(head: &Head) -> Result<(), Refusal> {
    // 9112-2.2-p6-1: one empty line is skipped, more are not.
    if head.octets.starts_with(b"\r\n\r\n") {
        return refuse(
            400,
            "there is more than one empty line before the request-line",
        );
    }
    for violation in &head.violations {
        match violation.kind {
            kind if kind.must_be_tolerated() => {}
            // 9112-6.1-p11-1, 9112-6.3-p2.4.3-1
            ViolationKind::TransferCoding if is_unknown_coding(head) => {
                return refuse(501, "a transfer coding is not implemented");
            }
            kind => return refuse(400, explanation(kind)),
        }
    }
    Ok(())
}

/// Whether chunked comes last, so that the framing is clear, and something else before it.
fn is_unknown_coding(head: &Head) -> bool {
    let is_chunked = |coding: &[u8]| coding.eq_ignore_ascii_case(b"chunked");
    let codings: Vec<&[u8]> = head.fields.list("Transfer-Encoding").collect();
    match codings.split_last() {
        Some((last, before)) => {
            is_chunked(last)
                && !before.is_empty()
                && !before.iter().any(|coding| is_chunked(coding))
        }
        None => false,
    }
}

// 9112-3.2-p6-1, 9112-3.2-p6-2, 9112-3.2-p6-3
fn check_host(head: &Head) -> Result<(), Refusal> {
    let mut values = head.fields.all("Host");
    match (values.next(), values.next()) {
        (_, Some(_)) => refuse(400, "there is more than one Host field"),
        (Some(value), None) if !target::is_authority(value) => {
            refuse(400, "the Host field is not valid")
        }
        (None, None) if head.version() >= Version::HTTP_11 => refuse(400, "there is no Host field"),
        _ => Ok(()),
    }
}

// 9110-10.1.1-1, 9110-10.1.1-p1, 9110-10.1.1-7: HTTP/1.0 has no expectations.
fn check_expectation(head: &Head) -> Result<(), Refusal> {
    let unknown = |member: &[u8]| !member.eq_ignore_ascii_case(b"100-continue");
    if head.version() >= Version::HTTP_11 && head.fields.list("Expect").any(unknown) {
        return refuse(417, "the expectation is not known");
    }
    Ok(())
}

fn explanation(kind: ViolationKind) -> &'static str {
    match kind {
        ViolationKind::BareLf => "a line ends in LF alone",
        // 9112-2.2-p4-2
        ViolationKind::BareCr => "there is a CR that no LF follows",
        // 9112-2.2-p8-1
        ViolationKind::SpaceAfterStartLine => "white space follows the request-line",
        // 9112-5.2-p4-1
        ViolationKind::ObsFold => "a field line is folded",
        // 9112-5.1-p2-1
        ViolationKind::SpaceBeforeColon => "there is white space before a colon",
        ViolationKind::FieldName => "a field line has no valid name",
        ViolationKind::FieldValue => "a field value has a control octet",
        ViolationKind::StartLine => "the request-line is not as the grammar says",
        ViolationKind::RequestTarget => "the request-target has octets that must be encoded",
        ViolationKind::Version => "the version is not valid",
        // 9112-6.3-p2.5.1-2
        ViolationKind::ContentLength | ViolationKind::ContentLengthList => {
            "Content-Length is not one number"
        }
        // 9112-6.1-p15-1
        ViolationKind::LengthAndCoding => "there are both Content-Length and Transfer-Encoding",
        // 9112-6.3-p2.4.3-1
        ViolationKind::TransferCoding => "chunked is not the final transfer coding",
        // 9112-6.1-p16-1
        ViolationKind::CodingIn10 => "HTTP/1.0 has no Transfer-Encoding",
        _ => "the request is not as the grammar says",
    }
}

const WRONG_VERSION: &str = "only HTTP/1.0 and HTTP/1.1 are spoken here";
