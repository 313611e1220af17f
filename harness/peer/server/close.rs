//! The end of a connection, so that the last response is never lost to a reset.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::config::Notice;
use super::connection::Connection;
use super::transfer::READ;
use crate::wire::Decoder;

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<'_, S> {
    /// Writes what is left, half-closes, reads on until the client has closed too, and closes.
    // 9112-9.6-p10-1: closing with octets unread would make the system send a reset, and a reset
    // may wipe out a response that the client has not read yet.
    pub(super) async fn close(&mut self) {
        // What is left in it is not answered, and waiting may take a while.
        self.decoder = Decoder::requests(self.config.limits);
        let flushed = self.flush().await;
        self.out = BytesMut::new();
        self.deadline = Instant::now() + self.config.deadlines.drain;
        let half_closed =
            flushed && std::future::poll_fn(|context| self.poll_half_close(context)).await;
        // Only now, so that whoever hears of it can rely on the client hearing of it too.
        if let (true, Some(observer)) = (self.expired, &self.config.observer) {
            observer(Notice::Timeout);
        }
        if self.eof || !half_closed {
            return;
        }
        if self.stop.begun() {
            self.hasten();
        }
        let mut left = self.config.drain;
        std::future::poll_fn(|context| self.poll_drain(context, &mut left)).await;
    }

    fn poll_half_close(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        match Pin::new(&mut self.io).poll_shutdown(context) {
            Poll::Ready(result) => Poll::Ready(result.is_ok()),
            Poll::Pending => {
                ready!(self.poll_deadline(context));
                Poll::Ready(false)
            }
        }
    }

    /// Reads until the client closes, but not more than so many octets, and not for ever: a client
    /// that does not close in time has had the time to read its response.
    fn poll_drain(&mut self, context: &mut Context<'_>, left: &mut u64) -> Poll<()> {
        let mut stack = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut stack);
        while *left > 0 {
            buffer.clear();
            match Pin::new(&mut self.io).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    *left = left.saturating_sub(buffer.filled().len() as u64);
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    if self.stopped.as_mut().poll(context).is_ready() {
                        self.hasten();
                    }
                    return self.poll_deadline(context);
                }
            }
        }
        Poll::Ready(())
    }

    /// Leaves the client only a short time, because the server ends.
    fn hasten(&mut self) {
        self.deadline = self.deadline.min(Instant::now() + LINGER);
    }
}

/// How long a client is waited for when the server ends.
const LINGER: Duration = Duration::from_millis(200);
