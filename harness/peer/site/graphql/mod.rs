//! GraphQL over HTTP: the resource `/graphql`, a service of users and their groups.
//!
//! A request in, a response out. What the words of GraphQL mean is the business of the crate
//! `async-graphql`; what they mean for HTTP (methods, media types, status codes) is ours, after the
//! edition of September 2026 of the specification.

mod coercion;
mod exchange;
mod operation;
mod parameters;
mod schema;

pub(super) use exchange::{answer, takes_content};
pub(super) use schema::Members;
