//! Looks at a server with polite, well-formed requests, and writes down what it offers.
//!
//! What `h1check init` does: GET, HEAD, OPTIONS, a conditional and a range request, a POST only
//! to what is an echo by its name or by the user's word, and a look at how long an idle
//! connection stays. It judges nothing. What it finds becomes the text of a profile.

mod asking;
mod candidate;
mod found;
mod look;
mod visit;
mod write;

pub use self::found::{Finding, Idle, Options, Survey, SurveyError};
pub use self::look::Look;
pub use self::write::Taken;

#[cfg(test)]
mod tests;
