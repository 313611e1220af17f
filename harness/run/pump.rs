//! How a player lets time pass: all sockets are read and accepted from while it waits.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::lane::Lane;
use super::player::Player;

impl Player<'_> {
    /// Lets time pass while everything is read.
    pub(crate) async fn pause(&mut self, duration: Duration) {
        if duration > self.timing.grace {
            self.slot = None;
        }
        let until = Instant::now() + duration;
        while Instant::now() < until {
            self.pump(Some(until)).await;
        }
    }

    /// Reads and accepts until something came (`true`) or the deadline is over (`false`).
    pub(crate) async fn pump(&mut self, deadline: Option<Instant>) -> bool {
        if self.slot.is_some() {
            let grace = Instant::now() + self.timing.grace;
            if deadline.is_none_or(|deadline| grace < deadline) {
                if self.pump_until(Some(grace)).await {
                    return true;
                }
                // This takes longer: others may be active in the meantime.
                self.slot = None;
            }
        }
        self.pump_until(deadline).await
    }

    pub(crate) async fn pump_until(&mut self, deadline: Option<Instant>) -> bool {
        let mut armed = None;
        // A peer that sends without end has something to read at every deadline.
        let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
        poll_fn(|context| {
            if self.poll_everything(context) || is_over {
                return Poll::Ready(!is_over);
            }
            let next_read = self.lanes.iter().filter_map(Lane::next_read).min();
            let wake = [deadline, next_read].into_iter().flatten().min();
            let Some(wake) = wake else {
                return Poll::Pending;
            };
            if armed != Some(wake) {
                self.sleep.as_mut().reset(wake.into());
                armed = Some(wake);
            }
            match self.sleep.as_mut().poll(context) {
                Poll::Ready(()) if deadline.is_some_and(|deadline| deadline <= Instant::now()) => {
                    Poll::Ready(false)
                }
                Poll::Ready(()) => {
                    // A slow reader may read again, which the next round does.
                    context.waker().wake_by_ref();
                    armed = None;
                    Poll::Pending
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// One round over all sockets; whether anything came.
    pub(crate) fn poll_everything(&mut self, context: &mut Context<'_>) -> bool {
        let mut progress = false;
        for index in 0..self.world.listeners.len() {
            while self.lanes.len() < CONNECTIONS_AT_MOST
                && let Poll::Ready(accepted) = self.world.listeners[index].1.poll_accept(context)
            {
                match accepted {
                    Ok(connection) => {
                        let name = self.world.listeners[index].0.clone();
                        self.add(connection, None, false, name);
                        progress = true;
                    }
                    // A connection that is gone before it was taken is none.
                    Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                    // Out of descriptors: the same would come again at once.
                    Err(_) => break,
                }
            }
        }
        for lane in &mut self.lanes {
            progress |= lane.poll(context, &mut self.scratch, &mut self.recorder);
        }
        if let Some(told) = &mut self.world.told {
            while let Poll::Ready(Some(news)) = told.poll_recv(context) {
                self.told.push(news);
                progress = true;
            }
        }
        progress
    }

    /// Looks once at all sockets, without waiting.
    pub(crate) async fn glance(&mut self) {
        poll_fn(|context| {
            for _ in 0..GLANCES {
                if !self.poll_everything(context) {
                    break;
                }
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Keeps all connections open and reads them, for ever.
    pub(crate) async fn hold(&mut self) {
        loop {
            self.pump_until(None).await;
        }
    }
}

/// Connections that one scenario takes; the kernel keeps more of them waiting.
const CONNECTIONS_AT_MOST: usize = 1024;

/// Rounds of a last look, so that a subject that sends without end cannot hold it up.
const GLANCES: usize = 64;
