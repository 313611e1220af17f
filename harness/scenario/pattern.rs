//! What a step expects: patterns of events, as they are compared with what comes.

use super::bytes::{Amount, Octets};
use super::model::{Open, Place};
use super::xml::XmlPath;

/// Alternatives, of which one must come true.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// At least one; tried in order.
    pub alternatives: Vec<EventPattern>,
    /// Where it stands.
    pub place: Place,
}

/// One event that may come.
#[derive(Clone, Debug)]
pub struct EventPattern {
    /// Where it stands.
    pub place: Place,
    /// Another connection than that of the step (only inside of `any`).
    pub open: Option<Open>,
    /// Which kind of event.
    pub kind: EventKind,
    /// The response answers a request with this method (overrides what was sent).
    pub method: Option<String>,
    /// Satisfied by the head; the rest is a later event.
    pub upto_head: bool,
    /// Checks of the header section.
    pub fields: Vec<FieldCheck>,
    /// Checks of the trailer section.
    pub trailers: Vec<FieldCheck>,
    /// Checks of the content.
    pub body: Option<Box<BodyCheck>>,
    /// Checks of the content as JSON.
    pub json: Vec<JsonCheck>,
    /// Parts that must equal those of a named message.
    pub like: Vec<Like>,
    /// The octets of a representation that a 206 response may enclose.
    pub ranges: Option<Box<Ranges>>,
    /// Checks of what few messages have.
    pub more: Option<Box<MoreChecks>>,
    /// The name of the event.
    pub name: Option<String>,
}

/// The kinds of events.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A response with one of these status codes.
    Status(Vec<StatusPattern>),
    /// A request: method, target, and the version if it is given.
    Request {
        /// The method.
        method: Octets,
        /// The target.
        target: Option<Octets>,
        /// e.g. `HTTP/1.0`.
        version: Option<Octets>,
    },
    /// Octets that need not be a message.
    Bytes(BodyCheck),
    /// The end of the connection.
    Close(CloseKind),
    /// Nothing happens for so long. Inside of `any` that is the window.
    Silence(Amount),
    /// A request of the client under test finished like this.
    Outcome(OutcomeWord, Option<Told>),
    /// The rest of a message of which the head has been taken with `upto`.
    Rest,
}

/// A status code, or a class of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatusPattern {
    /// This one.
    Code(u16),
    /// `4xx`: the class with that first digit.
    Class(u8),
    /// `final`: 2xx to 5xx.
    Final,
}

/// How the subject ends a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CloseKind {
    /// FIN.
    Fin,
    /// RST.
    Rst,
    /// Either.
    Any,
    /// On TLS: FIN without close_notify.
    Cut,
}

/// What a client tells its caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutcomeWord {
    /// A response was delivered.
    Success,
    /// An error was reported.
    Failure,
    /// Either: the request finished.
    Any,
}

/// What a scripted client tells its caller.
#[derive(Clone, Debug)]
pub struct Telling {
    /// How the request finished.
    pub word: OutcomeWord,
    /// The status code that it hands over.
    pub status: Option<u16>,
    /// The content that it hands over.
    pub body: Option<Octets>,
}

/// What was told to the caller of a client.
#[derive(Clone, Debug)]
pub struct Told {
    /// The status code.
    pub status: Option<Vec<StatusPattern>>,
}

/// A check of a field.
#[derive(Clone, Debug)]
pub struct FieldCheck {
    /// The field name.
    pub name: String,
    /// What must hold.
    pub test: FieldTest,
    /// Where it stands.
    pub place: Place,
}

/// What must hold of a field.
#[derive(Clone, Debug)]
pub enum FieldTest {
    /// The field lines have just these values, in order.
    Is(Vec<Octets>),
    /// The list has this member, ignoring case.
    Lists(Octets),
    /// The combined value has this substring.
    Has(Octets),
    /// It has not.
    Lacks(Octets),
    /// There is such a field line, or there is none.
    Present(bool),
}

/// What must hold of content or octets. All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct BodyCheck {
    /// Exactly this.
    pub is: Option<Octets>,
    /// This occurs.
    pub has: Option<Octets>,
    /// This does not occur.
    pub lacks: Option<Octets>,
    /// So many octets.
    pub length: Option<u64>,
}

/// A check of the content as JSON.
#[derive(Clone, Debug)]
pub struct JsonCheck {
    /// JSONPath of RFC 9535, e.g. `$.result`.
    pub path: String,
    /// What must hold of what it selects.
    pub test: JsonTest,
    /// Where it stands.
    pub place: Place,
}

/// What must hold of what a path selects.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonTest {
    /// It is one value and equals this; the order of object members does not matter, nor how a
    /// number is written.
    Is(JsonValue),
    /// It is one array, and has these members in whatever order.
    Unordered(JsonValue),
    /// It is one value, of one of these types.
    Type(Vec<JsonType>),
    /// So many values.
    Count(u64),
    /// It is there, or is not.
    Present(bool),
}

/// A JSON value to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonValue {
    /// As the file gives it in TOML.
    Given(serde_json::Value),
    /// The text of it.
    Text(Octets),
}

/// The types of JSON values (RFC 8259).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the variants are the words of RFC 8259")]
pub enum JsonType {
    Null,
    Boolean,
    Number,
    /// A number without fraction, however it is written.
    Integer,
    String,
    Array,
    Object,
}

impl JsonType {
    /// All of them, with their words.
    pub(super) const WORDS: [(&'static str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("string", Self::String),
        ("array", Self::Array),
        ("object", Self::Object),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Checks of what few messages have.
#[derive(Clone, Debug, Default)]
pub struct MoreChecks {
    /// Checks of the links in the header section, by relation type.
    pub links: Vec<LinkCheck>,
    /// Checks of the content as XML.
    pub xml: Vec<XmlCheck>,
}

/// A check of a link (RFC 8288).
#[derive(Clone, Debug)]
pub struct LinkCheck {
    /// The relation type, e.g. `next`.
    pub relation: String,
    /// What must hold.
    pub test: LinkTest,
    /// Where it stands.
    pub place: Place,
}

/// What must hold of a link.
#[derive(Clone, Debug)]
pub enum LinkTest {
    /// The first one leads to this request-target.
    Leads(Octets),
    /// There is such a link, or there is none.
    Present(bool),
}

/// A check of the content as XML.
#[derive(Clone, Debug)]
pub struct XmlCheck {
    /// Which elements.
    pub path: XmlPath,
    /// What must hold of the one that it selects.
    pub test: XmlTest,
    /// Where it stands.
    pub place: Place,
}

/// What must hold of an element.
#[derive(Clone, Debug)]
pub enum XmlTest {
    /// Its text is this.
    Is(Octets),
    /// Its text is a decimal number that equals this one.
    Number(f64),
    /// It is there, or is not.
    Present(bool),
}

/// Parts that must be equal to those of a named message.
#[derive(Clone, Debug)]
pub struct Like {
    /// The name of the message.
    pub message: String,
    /// Which parts.
    pub parts: Vec<LikePart>,
    /// Where it stands.
    pub place: Place,
}

/// Where the parts of a 206 response must lie: each inside of one of these ranges, in the order of
/// the list. Some ranges may have no part, but there must be one part at least.
#[derive(Clone, Debug)]
pub struct Ranges {
    /// `FIRST-LAST`, both included.
    pub wanted: Vec<Octets>,
    /// Where it stands.
    pub place: Place,
}

/// A part to compare.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LikePart {
    /// The status code.
    Status,
    /// The content.
    Body,
    /// All fields of both but Date, Age, Connection, Keep-Alive, Trailer, Transfer-Encoding and
    /// Content-Length.
    Fields,
    /// One field, which may be absent in both.
    Field(String),
    /// `kept.NAME`: a field that must be there if the other has it, with whatever value.
    Kept(String),
    /// `range`: the octets of each part of a 206 response are those of the other's content at the
    /// place that the `Content-Range` of the part names.
    Range,
    /// `range.NAME`: a field of each part in `multipart/byteranges`.
    RangeField(String),
}
