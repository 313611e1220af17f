//! How late timers fire on this host: where that is much, a missed window proves nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

/// Measures lateness all the time while a run goes on.
#[derive(Debug)]
pub(crate) struct Jitter {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    worst: Duration,
    /// When a timer was late, and by how much; only what matters, and only the last ones.
    late: VecDeque<(Instant, Duration)>,
}

impl Jitter {
    pub(crate) fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            loop {
                let due = Instant::now() + TICK;
                tokio::time::sleep_until(due.into()).await;
                let now = Instant::now();
                let late = now.saturating_duration_since(due);
                let mut seen = shared.lock().unwrap_or_else(PoisonError::into_inner);
                seen.worst = seen.worst.max(late);
                if late >= WORTH_KEEPING {
                    seen.late.push_back((now, late));
                    if seen.late.len() > KEPT {
                        seen.late.pop_front();
                    }
                }
            }
        });
        Self { seen, task }
    }

    /// The worst lateness of the run.
    pub(crate) fn worst(&self) -> Duration {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .worst
    }

    /// The worst lateness since that instant.
    pub(crate) fn worst_since(&self, start: Instant) -> Duration {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let late = seen.late.iter().filter(|(at, _)| *at >= start);
        late.map(|(_, late)| *late).max().unwrap_or_default()
    }
}

impl Drop for Jitter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How often it is measured.
const TICK: Duration = Duration::from_millis(10);

/// Less lateness than this never decides.
const WORTH_KEEPING: Duration = Duration::from_millis(25);

/// How many late timers are remembered.
const KEPT: usize = 1024;
