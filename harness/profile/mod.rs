//! The profile of a server: where it listens, what it offers and what it is set to.
//!
//! Text to a [`Profile`] that can only be valid. Pure but for [`Profile::read`]: the variables
//! of the environment come in as values. It knows nothing of sockets and of playing.

mod address;
mod fields;
mod given;
mod keys;
mod load;
mod model;
mod resolve;
mod schema;
mod value;

pub use self::address::{Address, Origin};
pub use self::fields::{ExtraField, ExtraFields};
pub use self::given::{Declaration, declarations};
pub use self::load::{Environment, parse};
pub use self::model::Profile;
pub use self::resolve::Resolve;
pub use self::schema::schema;

pub(crate) use self::given::{Kind, advice};

#[cfg(test)]
mod tests;
