//! The resources that the reference server offers.
//!
//! A request in, a response out, and nothing else but the store of what was put. It knows methods,
//! resources, preconditions and ranges, and nothing of framing or persistence, which are the
//! connection's.

mod coding;
mod conditional;
mod counter;
mod document;
#[cfg(feature = "graphql")]
mod graphql;
mod items;
mod negotiated;
mod range;
mod resource;
mod rpc;
mod serving;
mod status;
mod store;
mod switch;
mod uri;
mod writable;
mod xmlrpc;

pub(super) use document::Source;
pub use store::Store;

pub(super) use switch::GREETING;

pub(super) use resource::{Body, Request, Response, answer, refusal, takes_content};
