//! Octets in and out of one connection, each wait with its deadline.
//!
//! Knows when something must have happened, and nothing of what is said.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::connection::{Connection, FLUSH_AT};
use super::response::Long;

/// What the connection is waiting for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    Idle,
    Head,
    Content,
}

/// What came of waiting for input.
pub(super) enum Input {
    Octets,
    Eof,
    Expired,
    Stopped,
    Failed,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<'_, S> {
    /// Writes a content that is made while it is sent.
    pub(super) async fn write_long(&mut self, long: Long) -> bool {
        let Long {
            source,
            mut first,
            mut count,
        } = long;
        while count > 0 {
            let room = FLUSH_AT.saturating_sub(self.out.len()).max(1) as u64;
            let piece = count.min(room);
            // It is not more than the room in the buffer, which fits.
            source.write(
                first,
                usize::try_from(piece).unwrap_or(FLUSH_AT),
                &mut self.out,
            );
            first += piece;
            count -= piece;
            if self.out.len() >= FLUSH_AT && !self.flush().await {
                return false;
            }
        }
        true
    }

    /// Waits for input, a deadline or the end of the server.
    pub(super) async fn input(&mut self) -> Input {
        let phase = match (&self.exchange, self.decoder.is_between()) {
            (Some(_), _) => Phase::Content,
            (None, true) => Phase::Idle,
            (None, false) => Phase::Head,
        };
        let deadlines = &self.config.deadlines;
        let time = match phase {
            // Each request starts it anew; so does the first octet of the next one.
            Phase::Idle => (self.fresh || self.phase != phase).then_some(deadlines.idle),
            Phase::Head => (self.fresh || self.phase != phase).then_some(deadlines.head),
            // Content may take as long as it likes, as long as some of it arrives.
            Phase::Content => Some(deadlines.content),
        };
        if let Some(time) = time {
            self.deadline = Instant::now() + time;
        }
        self.phase = phase;
        self.fresh = false;
        self.date = None;
        if phase == Phase::Idle && self.stop.begun() {
            return Input::Stopped;
        }
        std::future::poll_fn(|context| self.poll_input(context)).await
    }

    fn poll_input(&mut self, context: &mut Context<'_>) -> Poll<Input> {
        let mut stack = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut stack);
        match Pin::new(&mut self.io).poll_read(context, &mut buffer) {
            Poll::Ready(Err(_)) => return Poll::Ready(Input::Failed),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Poll::Ready(Input::Eof),
            Poll::Ready(Ok(())) => {
                self.decoder.push(buffer.filled());
                return Poll::Ready(Input::Octets);
            }
            Poll::Pending => {}
        }
        if self.phase == Phase::Idle {
            *self.decoder.buffer() = BytesMut::new();
            self.out = BytesMut::new();
            if self.stopped.as_mut().poll(context).is_ready() {
                return Poll::Ready(Input::Stopped);
            }
        }
        ready!(self.poll_deadline(context));
        Poll::Ready(Input::Expired)
    }

    /// Ready when the deadline has passed. The timer is moved only when it fires, because a busy
    /// connection moves its deadline far more often than that.
    pub(super) fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.timer.deadline() > self.deadline {
                self.timer.as_mut().reset(self.deadline);
            }
            ready!(self.timer.as_mut().poll(context));
            if self.timer.deadline() >= self.deadline {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.deadline);
        }
    }

    /// Writes all that is buffered; false if the client does not take it.
    pub(super) async fn flush(&mut self) -> bool {
        if self.out.is_empty() {
            return true;
        }
        self.deadline = Instant::now() + self.config.deadlines.content;
        // The deadline for reading starts anew, because something has been answered.
        self.fresh = true;
        std::future::poll_fn(|context| self.poll_flush(context)).await
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        while !self.out.is_empty() {
            match Pin::new(&mut self.io).poll_write(context, &self.out) {
                Poll::Ready(Ok(0) | Err(_)) => {
                    self.failed = true;
                    return Poll::Ready(false);
                }
                Poll::Ready(Ok(written)) => {
                    self.out.advance(written);
                    if !self.out.is_empty() {
                        self.deadline = Instant::now() + self.config.deadlines.content;
                    }
                }
                Poll::Pending => {
                    ready!(self.poll_deadline(context));
                    self.failed = true;
                    return Poll::Ready(false);
                }
            }
        }
        self.out.clear();
        match Pin::new(&mut self.io).poll_flush(context) {
            Poll::Ready(flushed) => Poll::Ready(flushed.is_ok()),
            Poll::Pending => {
                ready!(self.poll_deadline(context));
                self.failed = true;
                Poll::Ready(false)
            }
        }
    }
}

/// Octets that are read at once, into the stack.
pub(super) const READ: usize = 16 << 10;
