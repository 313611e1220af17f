//! The reference client: one connection at a time, reused as long as it may be.
//!
//! Generic over how connections are made ([`Connect`]), so that it also runs on in-memory pipes.
//! It knows the wire, and nothing of scenarios.

mod connect;
mod driver;
mod error;
mod exchange;
mod options;
mod request;
mod session;
mod url;

pub use connect::{Connect, Tcp};
pub use driver::Driver;
pub use error::ClientError;
pub use options::{Deadlines, Notice, Observer, Options, Reconnect};
pub use request::{Request, RequestError, Response};
pub use session::Client;
pub use url::{Url, UrlError};

#[cfg(test)]
mod tests;
