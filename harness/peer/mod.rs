//! The only module that opens sockets: the reference server and client, and what they share.
//!
//! They are endpoints like any other and do not know that they are in a test: nothing here
//! knows scenarios, verdicts or reports. Nothing here prints: what happened is told to an
//! observer.

pub mod client;
mod date;
mod escape;
pub mod server;
pub mod site;
mod target;

pub use escape::{Escaped, escape};
