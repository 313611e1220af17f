//! Passive checks of every message that a sender emits.
//!
//! Each finding cites the catalogue. A wrong accusation is worse than a missed one: what only
//! might be wrong, what the sender may have copied from somebody else, and what cannot be known
//! without the connection, is left alone. It knows nothing of verdicts.

mod garbage;
mod request;
mod response;
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
}

/// Checks a whole message.
#[must_use]
pub fn lint(message: &Message, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = lint_head(&message.head, context);
    findings.extend(lint_behind(
        &message.head,
        &message.violations,
        &message.trailers,
        context,
    ));
    // 205 is the one final status code whose content is visible as such though it must not be.
    if status_is(&message.head, 205) && !message.content.is_empty() {
        findings.push(Finding {
            lint: &table::CONTENT_IN_205,
            text: "content in a 205 response".to_owned(),
            offset: message.head.octets.len(),
        });
    }
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
    }
    fields(&mut findings, context);
    findings.found
}

/// Checks what stands behind a head: the violations found there, and the trailer section.
#[must_use]
pub fn lint_behind(
    head: &Head,
    violations: &[Violation],
    trailers: &Fields,
    context: &Context<'_>,
) -> Vec<Finding> {
    let mut findings = Findings::of(head);
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

/// Checks that hold for the fields of requests and responses alike.
fn fields(findings: &mut Findings<'_>, context: &Context<'_>) {
    let head = findings.head;
    for field in &head.fields.0 {
        if field.name.eq_ignore_ascii_case(b"Close") {
            findings.at(&table::CLOSE_FIELD, &field.name, "a field named Close");
        }
        if field.name.eq_ignore_ascii_case(b"Upgrade")
            && !head.fields.lists("Connection", "upgrade")
        {
            let text = "Upgrade without the connection option upgrade";
            findings.at(&table::UPGRADE_OPTION, &field.name, text);
        }
        if !context.relays {
            own_field(findings, field);
        }
    }
    if !context.relays {
        doubled(findings);
    }
    if head.fields.all("Transfer-Encoding").next().is_some() {
        codings(findings);
    }
}

/// Checks of a field that the sender has written itself.
fn own_field(findings: &mut Findings<'_>, field: &super::Field) {
    let name = field.name.escape_ascii();
    if names(&field.name, LISTS) && values::has_empty_member(&field.value) {
        let text = format!("an empty list element in {name}");
        findings.at(&table::EMPTY_MEMBER, &field.name, text);
    }
    let holds_date = field.name.eq_ignore_ascii_case(b"Date")
        || field.name.eq_ignore_ascii_case(b"Last-Modified") && findings.head.request().is_none();
    let is_date = holds_date && !values::is_imf_fixdate(&field.value);
    let is_obsolete = names(&field.name, MAYBE_DATES) && values::is_obsolete_date(&field.value);
    if is_date || is_obsolete {
        let text = format!("a {name} that is no IMF-fixdate");
        findings.at(&table::DATE_FORMAT, &field.name, text);
    }
    if field.name.eq_ignore_ascii_case(b"Connection") {
        let options = super::message::members(&field.value);
        for option in options.filter(|option| names(option, END_TO_END)) {
            let text = format!("the connection option {}", option.escape_ascii());
            findings.at(&table::END_TO_END, &field.name, text);
        }
    }
}

/// 9110-5.3-3: a field whose value is no list stands once.
fn doubled(findings: &mut Findings<'_>) {
    let fields = &findings.head.fields.0;
    for (number, field) in fields.iter().enumerate() {
        let same = |other: &&super::Field| other.name.eq_ignore_ascii_case(&field.name);
        // Said once, at the second of however many.
        if names(&field.name, SINGLE) && fields[..number].iter().filter(same).count() == 1 {
            let text = format!("{} in several field lines", field.name.escape_ascii());
            findings.at(&table::DOUBLED, &field.name, text);
        }
    }
}

/// 9112-6.1-p4-2: chunked is applied once.
fn codings(findings: &mut Findings<'_>) {
    let head = findings.head;
    let codings = head.fields.list("Transfer-Encoding");
    let chunked = codings.filter(|coding| coding.eq_ignore_ascii_case(b"chunked"));
    if chunked.count() > 1 {
        let field = head.field("Transfer-Encoding");
        findings.at(&table::CHUNKED_TWICE, field, "chunked applied twice");
    }
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

fn status_is(head: &Head, code: u16) -> bool {
    head.status().is_some_and(|line| line.code == code)
}

/// Whether `name` is one of these, ignoring case.
fn names(name: &[u8], list: &[&str]) -> bool {
    list.iter()
        .any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

/// Lists by which connections and messages are framed.
const LISTS: &[&str] = &[
    "Allow",
    "Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// Fields that hold a date or something else (a number, or an invalid value by custom).
const MAYBE_DATES: &[&str] = &["Expires", "Retry-After"];

/// Fields whose value is no list.
const SINGLE: &[&str] = &[
    "Age",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Date",
    "ETag",
    "Expires",
    "From",
    "Host",
    "If-Modified-Since",
    "If-Range",
    "If-Unmodified-Since",
    "Last-Modified",
    "Location",
    "Max-Forwards",
    "Range",
    "Referer",
    "Retry-After",
    "Server",
    "User-Agent",
];

/// Fields that are meant for every recipient, so that none of them is a connection option.
const END_TO_END: &[&str] = &[
    "Authorization",
    "Cache-Control",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "ETag",
    "Location",
    "Set-Cookie",
    "Vary",
];

/// Fields that have to be known before the content, or that frame, route or authenticate.
const NOT_IN_TRAILERS: &[&str] = &[
    "Authorization",
    "Cache-Control",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Host",
    "Set-Cookie",
    "Trailer",
    "Transfer-Encoding",
];

#[cfg(test)]
mod tests;
