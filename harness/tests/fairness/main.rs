//! Is the suite fair, and does it miss nothing? Both are asked of a small server of these tests,
//! which reads and frames by itself and has the reference server's site behind it. It conforms;
//! *habits* change it one by one: freedoms, which nothing may accuse it of, and faults, each of
//! which must be caught.

mod broken;
mod chunks;
mod head;
mod jobs;
mod judge;
mod permissive;
mod server;
mod site;
mod writer;

use std::time::Duration;

/// What a server of these tests does otherwise than a plain and strict one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Habit {
    Free(permissive::Freedom),
    Wrong(broken::Fault),
}

/// How a server of these tests behaves.
#[derive(Clone, Debug)]
pub(crate) struct Manners {
    /// What it does otherwise.
    pub(crate) habit: Option<Habit>,
    /// How long it waits for a request, for the rest of a head, and for more content.
    pub(crate) deadlines: Deadlines,
}

/// How long a server waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    pub(crate) idle: Duration,
    pub(crate) head: Duration,
    pub(crate) content: Duration,
}

impl Manners {
    /// Whether it takes that freedom.
    pub(crate) fn takes(&self, freedom: permissive::Freedom) -> bool {
        self.habit == Some(Habit::Free(freedom))
    }

    /// Whether it has that fault.
    pub(crate) fn errs(&self, fault: broken::Fault) -> bool {
        self.habit == Some(Habit::Wrong(fault))
    }
}
