//! What `diff` and `compare` share: what a run.json says of each scenario and lint, by id, made
//! safe to show; and the suite that it was judged with.
//!
//! It works on the file and not on the run, so that twenty runs never lie in memory at once.

mod cell;
mod markdown;
mod origin;

pub use self::cell::{Cell, Found};
pub(super) use self::cell::{cells, word};
pub(super) use self::markdown::{code, prose};
pub use self::origin::Origin;
