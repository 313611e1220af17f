//! The reference server: strict, quick, and polite to the last octet.
//!
//! Generic over `AsyncRead + AsyncWrite` per connection ([`serve_connection`]), with an accept
//! loop for TCP and Unix sockets, with TLS or without ([`Server`]). It knows the wire and the site, and nothing of scenarios.

mod accept;
mod close;
mod config;
mod connection;
mod listener;
mod reference;
mod refusal;
mod response;
mod stop;
mod transfer;
mod tunnel;

pub use accept::{BindError, Server};
pub use config::{Config, Deadlines, Notice, Observer};
pub use connection::serve_connection;
pub use reference::Reference;
pub use stop::Stop;

#[cfg(test)]
mod tests;
