//! The baseline of a subject: the deviations that are known and accepted, each with its reason.
//!
//! Text to a [`Baseline`], and a [`Run`](crate::outcome::Run) weighed by it: what is listed does
//! not fail the run, what is not does, and so does an entry that is no longer true. Pure but for
//! [`Baseline::read`]: the day is an argument. It knows nothing of sockets and of playing.

mod keys;
mod load;
mod model;
mod schema;
#[cfg(feature = "reports")]
mod update;
mod weigh;

pub use self::load::parse;
pub use self::model::{Baseline, Entry, Listed};
pub use self::schema::schema;
#[cfg(feature = "reports")]
pub use self::update::{Updated, update};

#[cfg(test)]
mod tests;
