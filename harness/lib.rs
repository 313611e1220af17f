//! A network test harness and conformance suite for HTTP/1.x.

mod conformance;
pub mod outcome;
pub mod peer;
pub mod report;
pub mod run;
pub mod scenario;
pub mod wire;

pub use conformance::{CheckError, Judgement, Nonconformity, ServerCheck, check_server};
