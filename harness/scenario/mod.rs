//! Text to a [`Scenario`] that can only be valid.
//!
//! Pure but for [`Library::read`]: text and paths come in as values, errors go out as values
//! that know their place. It knows the words of the wire (fields, status codes) and nothing of
//! sockets or of playing.

mod advice;
mod amount;
mod bytes;
mod catalogue;
mod coverage;
mod detail;
mod document;
mod error;
mod escape;
mod event;
mod example;
mod expression;
#[cfg(feature = "suites")]
mod frozen;
mod header;
mod json;
mod keys;
mod library;
mod load;
mod log;
mod model;
mod more;
mod needs;
mod pattern;
mod read;
mod requirement;
mod schema;
mod scope;
mod script;
mod select;
mod step;
mod xml;

pub use self::amount::duration;
pub use self::bytes::{Amount, Expression, Function, Octets, Part, Piece, Selector};
pub use self::coverage::{Cover, Coverage, CoverageItem, CoverageState};
pub use self::document::{DOCUMENTS, Document};
pub use self::error::{Diagnostics, LoadError, Problem, did_you_mean};
#[cfg(feature = "suites")]
pub use self::frozen::freeze;
pub use self::library::{Library, Selected};
pub use self::load::parse;
pub use self::model::{
    Ask, Case, Closing, ConnectionRef, Example, ExampleKind, Given, GivenValue, Open, Pace, Place,
    Rule, Scenario, ScriptSide, Source, Step, Subject, Window,
};
pub use self::pattern::{
    BodyCheck, CloseKind, EventKind, EventPattern, Expectation, FieldCheck, FieldTest, JsonCheck,
    JsonTest, JsonType, JsonValue, Like, LikePart, LinkCheck, LinkTest, MoreChecks, OutcomeWord,
    Ranges, StatusPattern, Telling, Told, XmlCheck, XmlTest,
};
pub use self::requirement::{Catalogue, Grade, Level, Observable, Requirement, Role};
pub use self::schema::schema;
pub use self::xml::{XmlFilter, XmlPath, XmlStep};
// The reading of TOML with places is shared with profiles.
pub(crate) use self::log::Log;
pub(crate) use self::read::{Item, Shape, Table, is_name};
pub use self::select::Selection;
pub(crate) use self::select::matches;

#[cfg(test)]
mod tests;
