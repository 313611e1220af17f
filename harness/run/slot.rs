//! Who may be active: waiting scenarios give their slot to others.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A place among the active scenarios; dropping it gives it to the next one.
#[derive(Debug)]
pub(crate) struct Slot(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

/// All slots of a run.
#[derive(Clone, Debug)]
pub(crate) struct Slots(Arc<Semaphore>);

impl Slots {
    pub(crate) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.max(1))))
    }

    /// Waits for a slot; they are given in the order in which they were asked for.
    pub(crate) async fn take(&self) -> Option<Slot> {
        Arc::clone(&self.0).acquire_owned().await.ok().map(Slot)
    }
}
