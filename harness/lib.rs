//! A network test harness and conformance suite for HTTP/1.x.

pub mod outcome;
pub mod peer;
pub mod report;
pub mod run;
pub mod scenario;
pub mod wire;
