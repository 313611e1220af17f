//! Passive checks of every message that a sender emits.
//!
//! Each finding cites the catalogue. A wrong accusation is worse than a missed one: what only
//! might be wrong, what the sender may have copied from somebody else, and what cannot be known
//! without the connection, is left alone. It knows nothing of verdicts.

mod challenge;
mod fields;
mod garbage;
mod links;
mod request;
mod response;
mod syntax;
mod table;
mod values;

use bytes::Bytes;

use super::{Fields, Head, Message, Version, Violation, ViolationKind};

pub use garbage::lint_garbage;
pub use table::{LINTS, Lint, Sender};

/// Something that a sender did against the catalogue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// The check, which knows the rule that is broken.
    pub lint: &'static Lint,
    /// What is wrong, as a fragment: "a 405 response without Allow".
    pub text: String,
    /// Octets from the start of the message.
    pub offset: usize,
}

/// What has to be known beside the message. What a sender emits behind a 101 or a 2xx to CONNECT,
/// and in answer to octets that carry no HTTP/1.x version, is not to be checked at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The sender is an intermediary, which may have got what is wrong from somebody else: rules
    /// that bind only who generates an element are not held against it. A gateway that answers by
    /// itself is no intermediary here.
    pub relays: bool,
    /// The request that the message answers. Without it, rules that depend on it are left out.
    pub answers: Option<Answered<'a>>,
}

/// The request that a response answers.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// Its method.
    pub method: &'a [u8],
    /// Its version.
    pub version: Version,
    /// Its head, where it could be read. What stands there may be copied into the response, and
    /// is then not held against its sender.
    pub head: Option<&'a Head>,
}

impl Context<'_> {
    fn request(&self) -> Option<&Head> {
        self.answers.and_then(|request| request.head)
    }

    /// The request-target of the request.
    fn target(&self) -> &[u8] {
        let line = self.request().and_then(Head::request);
        line.map_or(&[], |line| &line.target)
    }

    /// Whether the request has these octets somewhere.
    fn copied(&self, value: &[u8]) -> bool {
        !value.is_empty()
            && (self.request())
                .is_some_and(|head| memchr::memmem::find(&head.octets, value).is_some())
    }
}

/// Checks a whole message.
#[must_use]
pub fn lint(message: &Message, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = lint_head(&message.head, context);
    findings.extend(lint_behind(
        &message.head,
        &message.violations,
        &message.trailers,
        message.content.len(),
        context,
    ));
    findings
}

/// Checks a head alone, of a message that was cut short, say.
///
/// # Examples
///
/// ```
/// use h1check::wire::lint::{Context, lint_head};
/// use h1check::wire::{Decoder, Event, Limits};
///
/// let mut decoder = Decoder::responses(Limits::default());
/// decoder.push(b"HTTP/1.1 405 Method Not Allowed\r\nDate: today\r\n\r\n");
/// let Some(Event::Head { head, .. }) = decoder.poll() else { panic!("a head") };
/// let findings = lint_head(&head, &Context::default());
/// assert!(findings.iter().any(|finding| finding.text == "a 405 response without Allow"));
/// ```
#[must_use]
pub fn lint_head(head: &Head, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Findings::of(head);
    for violation in &head.violations {
        findings.violation(violation, context);
    }
    if head.request().is_some() {
        request::lint(&mut findings, context);
    } else {
        response::lint(&mut findings, context);
        if !context.relays {
            links::lint(&mut findings, context);
        }
    }
    fields::lint(&mut findings, context);
    findings.found
}

/// Checks what stands behind a head, once the message is complete: the violations found there,
/// the trailer section, and how many octets of content there are.
#[must_use]
pub fn lint_behind(
    head: &Head,
    violations: &[Violation],
    trailers: &Fields,
    content: usize,
    context: &Context<'_>,
) -> Vec<Finding> {
    let mut findings = Findings::of(head);
    let end = head.octets.len();
    // What a client is told to send has often no type that it could know.
    if let Some(line) = head.status().filter(|_| content > 0 && !context.relays) {
        // 205 is the one final status code whose content is visible as such and must not be.
        if line.code == 205 {
            findings.note(&table::CONTENT_IN_205, end, "content in a 205 response");
        // RFC 9110 §15.3.7: a part for If-Range leaves out what the client has (9110-15.3.7-3).
        } else if line.code != 206 && head.fields.all("Content-Type").next().is_none() {
            let text = "content without Content-Type, right only where its type is unknown";
            findings.note(&table::TYPE_MISSING, end, text);
        }
    }
    for violation in violations {
        findings.violation(violation, context);
    }
    if !context.relays {
        let banned = |name: &&[u8]| names(name, NOT_IN_TRAILERS);
        let sent = trailers.0.iter().map(|field| &field.name[..]);
        for name in sent.filter(banned) {
            let text = format!("{} in the trailer section", name.escape_ascii());
            findings.note(&table::TRAILER, head.octets.len(), text);
        }
    }
    findings.found
}

/// Findings in the message with this head.
struct Findings<'a> {
    head: &'a Head,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    fn of(head: &'a Head) -> Self {
        Self {
            head,
            found: Vec::new(),
        }
    }

    fn note(&mut self, lint: &'static Lint, offset: usize, text: impl Into<String>) {
        self.found.push(Finding {
            lint,
            text: text.into(),
            offset,
        });
    }

    fn at(&mut self, lint: &'static Lint, part: &Bytes, text: impl Into<String>) {
        self.note(lint, self.head.offset_of(part), text);
    }

    fn violation(&mut self, violation: &Violation, context: &Context<'_>) {
        if let Some(lint) = of_violation(violation.kind, self.head, context) {
            self.note(lint, violation.offset, violation.kind.to_string());
        }
    }
}

/// The rule for the sender of this message that a violation breaks, if there is one.
fn of_violation(kind: ViolationKind, head: &Head, context: &Context<'_>) -> Option<&'static Lint> {
    use ViolationKind as Kind;
    let is_request = head.request().is_some();
    Some(match kind {
        // Made by others: reported, if at all, where recipients are judged.
        Kind::FieldValue
        | Kind::ContentLengthList
        | Kind::BadWhitespace
        | Kind::EmptyLineBefore
            if context.relays =>
        {
            return None;
        }
        Kind::BareLf => &table::BARE_LF,
        Kind::BareCr if context.relays => &table::BARE_CR_RELAYED,
        Kind::BareCr => &table::BARE_CR,
        Kind::EmptyLineBefore if is_request => &table::EMPTY_LINE_BEFORE_REQUEST,
        Kind::EmptyLineBefore => &table::EMPTY_LINE,
        Kind::SpaceAfterStartLine => &table::WHITE_LED,
        Kind::StartLine if is_request => &table::REQUEST_LINE,
        Kind::StartLine if response::lacks_last_space(head) => &table::LAST_SPACE,
        Kind::StartLine => &table::STATUS_LINE,
        Kind::Reason => &table::REASON,
        Kind::RequestTarget => &table::TARGET,
        Kind::Version => &table::VERSION,
        Kind::ObsFold => &table::FOLD,
        Kind::SpaceBeforeColon | Kind::FieldName | Kind::FieldValue | Kind::Trailer => {
            &table::FIELD_LINE
        }
        Kind::ContentLength => &table::LENGTH,
        Kind::LengthAndCoding => &table::LENGTH_AND_CODING,
        Kind::ChunkSize | Kind::ChunkEnd => &table::CHUNK,
        Kind::ChunkExtension => &table::CHUNK_EXTENSION,
        Kind::BadWhitespace => &table::BAD_WHITE_SPACE,
        // Told by the rules on fields, which know more.
        Kind::TransferCoding | Kind::FramingBanned => return None,
        Kind::ContentLengthList if head.fields.all("Content-Length").count() > 1 => return None,
        Kind::ContentLengthList => &table::LENGTH_LIST,
        // No rule for senders: the version of the request decides, not that of the message.
        Kind::CodingIn10 => return None,
    })
}

/// Whether `name` is one of these, ignoring case.
fn names(name: &[u8], list: &[&str]) -> bool {
    list.iter()
        .any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

/// Fields that have to be known before the content, or that frame, route or authenticate.
const NOT_IN_TRAILERS: &[&str] = &[
    "Age",
    "Authorization",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Date",
    "Expect",
    "Expires",
    "Host",
    "Location",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Range",
    "Retry-After",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "WWW-Authenticate",
];

#[cfg(test)]
mod tests;
