//! Plays scenarios against subjects.
//!
//! It uses the wire, the scenarios and the connections, and writes outcomes. It knows nothing of
//! reports and of the command line.

mod again;
mod alien;
mod arrivals;
mod asking;
mod budget;
mod calibrate;
mod canary;
mod check;
mod command;
mod compare;
mod confirm;
mod death;
mod describe;
mod driver;
mod error;
mod expect;
mod extra;
mod gather;
mod jitter;
mod json;
mod lane;
mod more;
mod one;
mod opening;
mod partial;
mod play;
mod player;
mod process;
mod pump;
mod record;
mod redact;
mod reference;
mod replay;
mod rounds;
mod script;
mod slot;
mod suite;
mod take;
mod target;
mod until;
mod values;
mod world;
mod writing;

pub use self::command::ClientCommand;
pub use self::error::RunError;
pub use self::gather::Former;
pub use self::player::Timing;
pub use self::replay::replay;
pub use self::script::{Unproven, prove};
pub use self::suite::{Options, Progress, Suite};
pub use self::target::{ServerTarget, SpawnedServer, Target};

pub use crate::peer::tls::Tls;
pub use crate::peer::{Address, Endpoint};

#[cfg(test)]
mod tests;
