//! One run on many machines: which machine plays what, and their reports put together.
//!
//! Pure: the scenarios, the durations of a former report and the variables of an environment are
//! arguments. It knows nothing of files, sockets, clocks, and of how a scenario is played.

mod environment;
mod merge;
mod plan;

pub use self::environment::{EnvironmentError, Found, from_environment};
pub use self::merge::{MergeError, merge};
pub use self::plan::{Share, share};

#[cfg(test)]
mod tests;
