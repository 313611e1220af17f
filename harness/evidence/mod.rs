//! What was exchanged in a scenario, in the formats of other tools.
//!
//! Pure: transcripts in, octets out. It knows nothing of players, sockets, files or clocks. What
//! a transcript does not hold (headers of packets, say) is made up, and the file says so.

pub mod again;
mod find;
pub mod har;
mod messages;
pub mod pcapng;
pub mod record;
#[cfg(test)]
mod tests;
pub mod text;

pub use find::{Unknown, find};
