//! The resources that the reference server offers.
//!
//! Pure: a request in, a response out. It knows methods, resources, preconditions and ranges, and
//! nothing of framing or persistence, which are the connection's.

mod conditional;
mod document;
mod range;
mod resource;

pub(super) use document::Source;
pub(super) use resource::{Body, Request, Response, answer, refusal, takes_content};
