//! Requests out and responses in, on one connection.
//!
//! Reading and writing happen at once, so that neither side can block the other and an early
//! response is seen while the content is still being sent.

use std::collections::VecDeque;
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::error::ClientError;
use super::options::{Notice, Options};
use super::request::Response;
use crate::wire::framing::Framing;
use crate::wire::{Decoder, Event, Fields, Head, ViolationKind};

/// One connection of a client.
pub(super) struct Connection<S> {
    io: S,
    decoder: Decoder,
    /// What is to be sent.
    out: VecDeque<Bytes>,
    /// Whether the server takes no more, or is not to be given more.
    stopped: bool,
    /// Why the server takes no more; its response may still be there to be read.
    write_error: Option<io::Error>,
    /// The response that is being read.
    partial: Option<Partial>,
    interim: usize,
    /// Whether an octet of the next response has come.
    pub(super) heard: bool,
    /// Whether any exchange was completed on it.
    pub(super) reused: bool,
    /// Whether no request may follow on it.
    pub(super) closing: bool,
}

struct Partial {
    head: Head,
    content: BytesMut,
    until_close: bool,
}

/// What is being waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Write,
    Head,
    Content,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(io: S, options: &Options) -> Self {
        Self {
            io,
            decoder: Decoder::responses(options.limits),
            out: VecDeque::new(),
            stopped: false,
            write_error: None,
            partial: None,
            interim: 0,
            heard: false,
            reused: false,
            closing: false,
        }
    }

    /// Queues a request; it is sent while its response is awaited.
    pub(super) fn push(&mut self, method: Bytes, head: Bytes, content: Option<Bytes>) {
        self.decoder.expect_answer(method);
        self.out.push_back(head);
        self.out
            .extend(content.filter(|content| !content.is_empty()));
    }

    /// Whether the last octet that has arrived ended a response.
    // 9112-9.2-p3-2
    pub(super) fn is_between(&self) -> bool {
        self.decoder.is_between()
    }

    /// Whether nothing has arrived since the last response: no octet, no end.
    // 9112-9.2-p3-1: what comes unasked answers nothing.
    pub(super) async fn is_quiet(&mut self) -> bool {
        // The runtime looks at its sockets when this task lets it, and what has arrived by now is
        // to be seen.
        tokio::task::yield_now().await;
        std::future::poll_fn(|context| Poll::Ready(self.poll_unasked(context).is_pending())).await
    }

    /// Waits until something arrives unasked, be it octets or the end.
    pub(super) async fn disturbed(&mut self) {
        std::future::poll_fn(|context| self.poll_unasked(context)).await;
    }

    fn poll_unasked(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut octet = [0];
        let mut buffer = ReadBuf::new(&mut octet);
        Pin::new(&mut self.io)
            .poll_read(context, &mut buffer)
            .map(|_| ())
    }

    /// The next response.
    pub(super) async fn response(&mut self, options: &Options) -> Result<Response, ClientError> {
        self.heard = !self.decoder.rest().is_empty();
        self.interim = 0;
        let mut timer = pin!(sleep(options.deadlines.write));
        let mut phase = Phase::Write;
        loop {
            if let Some(response) = self.decode(options)? {
                return Ok(response);
            }
            let now = self.phase();
            if now != phase || now == Phase::Content {
                timer.as_mut().reset(Instant::now() + time(now, options));
                phase = now;
            }
            let progress =
                std::future::poll_fn(|context| self.poll_progress(context, timer.as_mut())).await;
            match progress {
                Progress::Read => {}
                Progress::Written => {
                    timer.as_mut().reset(Instant::now() + time(phase, options));
                }
                Progress::Ended(error) => return self.ended(error, options),
                Progress::Expired => {
                    return Err(match phase {
                        Phase::Write => ClientError::WriteTimeout,
                        Phase::Head => ClientError::HeadTimeout,
                        Phase::Content => ClientError::ContentTimeout,
                    });
                }
            }
        }
    }

    fn phase(&self) -> Phase {
        if self.partial.is_some() {
            Phase::Content
        } else if self.out.is_empty() || self.stopped {
            Phase::Head
        } else {
            Phase::Write
        }
    }

    fn poll_progress(
        &mut self,
        context: &mut Context<'_>,
        timer: Pin<&mut Sleep>,
    ) -> Poll<Progress> {
        let written = self.poll_write(context);
        let mut stack = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut stack);
        match Pin::new(&mut self.io).poll_read(context, &mut buffer) {
            Poll::Ready(Err(error)) => return Poll::Ready(Progress::Ended(Some(error))),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                return Poll::Ready(Progress::Ended(self.write_error.take()));
            }
            Poll::Ready(Ok(())) => {
                self.heard = true;
                self.decoder.push(buffer.filled());
                return Poll::Ready(Progress::Read);
            }
            Poll::Pending if written => return Poll::Ready(Progress::Written),
            Poll::Pending => {}
        }
        ready!(timer.poll(context));
        Poll::Ready(Progress::Expired)
    }

    /// Writes what can be written; whether anything was.
    fn poll_write(&mut self, context: &mut Context<'_>) -> bool {
        let mut any = false;
        while !self.stopped {
            let Some(front) = self.out.front_mut() else {
                // Pipes without a buffer of their own have nothing to flush.
                let _ = Pin::new(&mut self.io).poll_flush(context);
                break;
            };
            match Pin::new(&mut self.io).poll_write(context, front) {
                Poll::Pending => break,
                Poll::Ready(Ok(0)) => self.stopped = true,
                Poll::Ready(Ok(written)) => {
                    any = true;
                    front.advance(written);
                    if front.is_empty() {
                        self.out.pop_front();
                    }
                }
                // The server may have said why before it stopped reading.
                Poll::Ready(Err(error)) => {
                    self.stopped = true;
                    self.write_error = Some(error);
                }
            }
        }
        any
    }

    /// Decodes what has arrived, up to the end of a final response.
    fn decode(&mut self, options: &Options) -> Result<Option<Response>, ClientError> {
        while let Some(event) = self.decoder.poll() {
            match event {
                Event::Head { head, framing, .. } => self.begin(*head, framing, options)?,
                Event::Content(octets) => {
                    if let Some(partial) = &mut self.partial {
                        partial.content.extend_from_slice(&octets);
                    }
                }
                Event::Violation(violation) => tolerate(violation.kind)?,
                Event::End(trailers, _) => {
                    if let Some(partial) = self.partial.take() {
                        return Ok(Some(self.complete(partial, trailers, options)));
                    }
                }
                // 9112-6.3-p2.5.1-4: dropped, and the connection closed. What is wrong with the head
                // says more than that its content has no length.
                Event::Garbage(garbage) => {
                    for violation in garbage.head.iter().flat_map(|head| &head.violations) {
                        tolerate(violation.kind)?;
                    }
                    return Err(ClientError::Garbage(garbage.kind));
                }
                Event::Truncated(_) => {
                    return Err(ClientError::Truncated(None));
                }
            }
        }
        Ok(None)
    }

    fn begin(
        &mut self,
        head: Head,
        framing: Framing,
        options: &Options,
    ) -> Result<(), ClientError> {
        for violation in &head.violations {
            tolerate(violation.kind)?;
        }
        if framing == Framing::Tunnel {
            return Err(ClientError::Switched);
        }
        if head.status().is_some_and(|line| line.code < 200) {
            self.interim += 1;
            if self.interim > options.interim {
                return Err(ClientError::TooManyInterim);
            }
            options.notify(Notice::Interim(&head));
            return Ok(());
        }
        if head.closes() && !self.out.is_empty() {
            // 9112-9.5-p5-2: nobody wants the rest of the content.
            self.stopped = true;
        }
        self.partial = Some(Partial {
            head,
            content: BytesMut::new(),
            until_close: framing == Framing::UntilClose,
        });
        Ok(())
    }

    fn complete(&mut self, partial: Partial, trailers: Fields, options: &Options) -> Response {
        // 9112-9.6-p8-1, 9112-9.3-p3.4-1; also where our own request could not be completed.
        self.closing |= partial.until_close || partial.head.closes() || self.stopped;
        self.reused = true;
        let response = Response {
            head: partial.head,
            content: partial.content.freeze(),
            trailers,
        };
        options.notify(Notice::Response(&response));
        response
    }

    /// The connection has ended: that may be the end of a response.
    fn ended(
        &mut self,
        error: Option<io::Error>,
        options: &Options,
    ) -> Result<Response, ClientError> {
        self.closing = true;
        if !self.heard {
            return Err(ClientError::Closed(error));
        }
        // 9112-6.3-p2.8.1-1: a reset is no orderly end, so it delimits nothing.
        if error.is_some() {
            return Err(ClientError::Truncated(error));
        }
        self.decoder.end();
        match self.decode(options)? {
            Some(response) => Ok(response),
            None => Err(ClientError::Closed(None)),
        }
    }

    /// Sends what is left of requests whose response has come already, so that the next one
    /// starts where the server expects it. False if the server does not take it.
    pub(super) async fn finish_writing(&mut self, options: &Options) -> bool {
        let mut timer = pin!(sleep(options.deadlines.write));
        while !self.out.is_empty() && !self.stopped {
            let written = std::future::poll_fn(|context| {
                if self.poll_write(context) || self.stopped {
                    return Poll::Ready(true);
                }
                timer.as_mut().poll(context).map(|()| false)
            })
            .await;
            if !written {
                return false;
            }
            timer
                .as_mut()
                .reset(Instant::now() + options.deadlines.write);
        }
        !self.stopped
    }
}

/// What came of waiting.
enum Progress {
    Read,
    Written,
    Ended(Option<io::Error>),
    Expired,
}

fn time(phase: Phase, options: &Options) -> Duration {
    match phase {
        Phase::Write => options.deadlines.write,
        Phase::Head => options.deadlines.head,
        Phase::Content => options.deadlines.content,
    }
}

/// Lets pass what leaves no doubt of what the server means.
fn tolerate(kind: ViolationKind) -> Result<(), ClientError> {
    match kind {
        // 9112-5.2-p6-1: the decoder has replaced each fold by SP.
        ViolationKind::ObsFold
        // 9112-2.2-p3-1, RFC 9112 §4: recipients may take these.
        | ViolationKind::BareLf
        | ViolationKind::StartLine
        // 9112-6.3-p2.1.1-2: such a response ends at the empty line whatever its fields say.
        | ViolationKind::FramingBanned
        | ViolationKind::ContentLengthList
        | ViolationKind::ChunkExtension => Ok(()),
        kind if kind.must_be_tolerated() => Ok(()),
        kind => Err(ClientError::Violation(kind)),
    }
}

/// Octets that are read at once, into the stack.
const READ: usize = 16 << 10;
