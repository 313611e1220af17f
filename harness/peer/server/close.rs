//! The end of a connection, so that the last response is never lost to a reset.

use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use super::config::Notice;
use super::connection::{Connection, READ};

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<'_, S> {
    /// Writes what is left, half-closes, reads on until the client has closed too, and closes.
    // 9112-9.6-p10-1: closing with octets unread would make the system send a reset, and a reset
    // may wipe out a response that the client has not read yet.
    pub(super) async fn close(mut self) {
        if !self.flush().await {
            return;
        }
        self.out = BytesMut::new();
        let time = self.config.deadlines.drain;
        let ended = timeout(time, self.io.shutdown()).await;
        // Only now, so that whoever hears of it can rely on the client hearing of it too.
        if let (true, Some(observer)) = (self.expired, &self.config.observer) {
            observer(Notice::Timeout);
        }
        if self.eof || !matches!(ended, Ok(Ok(()))) {
            return;
        }
        // A client that does not close in time has had the time to read its response. When the
        // server ends, that time is short.
        let drained = drain(&mut self.io, self.config.drain);
        let stopping = async {
            if !self.stop.begun() {
                self.stopped.await;
            }
            tokio::time::sleep(LINGER).await;
        };
        tokio::select! {
            () = drained => {}
            () = stopping => {}
            () = tokio::time::sleep(time) => {}
        }
    }
}

/// Reads until the other side closes, but not more than so many octets.
async fn drain<S: AsyncRead + Unpin>(io: &mut S, mut most: u64) {
    std::future::poll_fn(|context| {
        let mut stack = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut stack);
        while most > 0 {
            buffer.clear();
            let read = ready!(Pin::new(&mut *io).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
            most = most.saturating_sub(buffer.filled().len() as u64);
        }
        Poll::Ready(())
    })
    .await;
}

/// How long a client is waited for when the server ends.
const LINGER: Duration = Duration::from_millis(200);
