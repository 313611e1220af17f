//! The only module that opens sockets: connections that are read and written by the octet, the
//! reference server and client, and what they share.
//!
//! They are endpoints like any other and do not know that they are in a test: nothing here
//! knows scenarios, verdicts or reports. Nothing here prints: what happened is told to an
//! observer.

mod address;
pub mod client;
pub mod connection;
mod date;
mod endpoint;
mod escape;
pub mod server;
pub mod site;
mod socket;
mod stream;
mod target;
pub mod tls;

pub use address::{Address, AddressError};
pub use endpoint::{Endpoint, OpenError};
pub use escape::{Escaped, escape};
pub use stream::Stream;
