//! Text to a [`Scenario`] that can only be valid.
//!
//! Pure: text and paths come in as values, errors go out as values that know their place. It
//! knows the words of the wire (fields, status codes) and nothing of sockets or of playing.

mod bytes;
mod model;
mod requirement;

pub use self::bytes::{Amount, Expression, Function, Octets, Part, Piece, Selector};
pub use self::model::{
    Ask, BodyCheck, Case, CloseKind, Closing, ConnectionRef, EventKind, EventPattern, Example,
    ExampleKind, Expectation, FieldCheck, FieldTest, Given, GivenValue, JsonCheck, JsonTest, Like,
    LikePart, Open, OutcomeWord, Pace, Place, Rule, Scenario, ScriptSide, Source, StatusPattern,
    Step, Subject, Told, Window,
};
pub use self::requirement::{Catalogue, Grade, Level, Observable, Requirement, Role};
