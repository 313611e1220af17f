//! Bytes to messages and back, for both directions of HTTP/1.x.
//!
//! Sans-io: no socket, no clock, no file. What a peer did wrong is a [`Violation`], which is a
//! finding and never an error of ours. It knows nothing of scenarios or verdicts.

pub mod byteranges;
mod chunked;
mod decoder;
pub mod encoder;
mod event;
mod field_lines;
pub mod framing;
pub mod grammar;
mod head;
mod limits;
pub mod link;
pub mod lint;
mod message;
mod scan;
mod start_line;
mod violation;

pub use decoder::Decoder;
pub use event::{Event, Garbage, GarbageKind, Truncated};
pub use limits::Limits;
pub use message::{Field, Fields, Head, Message, RequestLine, StartLine, StatusLine, Version};
pub use violation::{Violation, ViolationKind};
