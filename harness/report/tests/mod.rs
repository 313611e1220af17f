//! The formats against golden files, and against a hostile peer.

mod diff;
mod golden;
#[cfg(feature = "reports")]
mod html;
mod json;
#[cfg(feature = "reports")]
mod junit;
mod terminal;
