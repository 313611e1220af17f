//! The formats against golden files, and against a hostile peer.

#[cfg(feature = "reports")]
mod badge;
#[cfg(feature = "reports")]
mod compare;
mod diff;
#[cfg(feature = "reports")]
mod github;
mod golden;
#[cfg(feature = "reports")]
mod html;
mod json;
#[cfg(feature = "reports")]
mod junit;
#[cfg(feature = "reports")]
mod known;
#[cfg(feature = "reports")]
mod markdown;
#[cfg(feature = "reports")]
mod sarif;
#[cfg(feature = "reports")]
mod tap;
mod terminal;
