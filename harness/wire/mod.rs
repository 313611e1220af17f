//! Bytes to messages and back, for both directions of HTTP/1.x.
//!
//! Sans-io: no socket, no clock, no file. What a peer did wrong is a [`Violation`], which is a
//! finding and never an error of ours. It knows nothing of scenarios or verdicts.

mod decoder;
pub mod encoder;
pub mod framing;
pub mod lint;
mod message;
mod violation;

pub use decoder::{Decoder, Event, Garbage, GarbageKind, Limits, Truncated};
pub use message::{Field, Fields, Head, Message, RequestLine, StartLine, StatusLine, Version};
pub use violation::{Violation, ViolationKind};
