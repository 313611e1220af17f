//! Octets with holes: what `send`, `reply`, `let` and the like hold.

use ::bytes::Bytes;
use std::time::Duration;

/// Octets as a scenario file writes them: literal pieces, values to be filled in when they are
/// played, and segment boundaries.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Octets(pub Vec<Piece>);

/// One piece of [`Octets`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// These octets.
    Literal(Bytes),
    /// `\|`: what is before is written on its own, then comes a short pause.
    Boundary,
    /// `\{…}`: a value.
    Value(Expression),
    /// `{ repeat = '…', times = N }`.
    Repeat(Octets, usize),
}

/// What stands in `\{…}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expression {
    /// A name: a value of the case, a `let` piece, a `given`, or one of the built-in values
    /// `authority`, `path`, `nonce`, `origin`, `target` … in this order.
    Name(String),
    /// `authority:NAME`: the authority of a second listener.
    Authority(String),
    /// `target:/p`: the target of a request to a proxy: absolute-form, or origin-form to a gateway.
    Target(String),
    /// `get.fields.ETag`: a part of a named message.
    Selected(Selector),
    /// `length:X`: a function of another expression.
    Apply(Function, Box<Self>),
}

/// A part of a message that was named with `as`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Selector {
    /// The name of the message.
    pub message: String,
    /// Which part.
    pub part: Part,
}

/// Parts of a named message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Part {
    /// `status`
    Status,
    /// `method`
    Method,
    /// `target`
    Target,
    /// `fields.NAME`: the value of the first field line.
    Field(String),
    /// `body`: the decoded content.
    Body,
    /// `message`: the exact octets.
    Message,
    /// `json.POINTER`: the value at a JSON pointer of the content, strings without quotes.
    Json(String),
    /// `follow.REL`: the request-target that the link with that relation leads to, from where the
    /// message is.
    Follow(String),
    /// `link.REL`: the target of the link with that relation (RFC 8288), as sent.
    Link(String),
}

/// The functions of `\{function:X}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Function {
    /// `length`: the number of octets, in decimal.
    Length,
    /// `hex`: the number of octets, in hexadecimal.
    Hex,
    /// `slice:A-B`: octets A (from 0) to B, both included.
    Slice(usize, usize),
    /// `add:N`: a decimal number, with N added to it.
    Add(i64),
    /// `date:OFFSET`: an HTTP-date, moved by the offset in seconds.
    Date(i64),
    /// `rfc850`: the same instant in the RFC 850 form.
    Rfc850,
    /// `asctime`: the same instant in the asctime form.
    Asctime,
    /// `opaque`: an entity tag without `W/`.
    Opaque,
    /// `base64`
    Base64,
}

/// A length of time that may depend on a `given`.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// Just this.
    Fixed(Duration),
    /// `"0.8 idle-timeout"`: a multiple of the value of a given.
    Multiple(f64, String),
}
