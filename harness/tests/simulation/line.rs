//! One end of a connection of the simulated network, on which faults happen at a given octet.
//!
//! The simulator delays, holds and loses whole segments. This adds the ends of a connection in
//! the middle of a segment: it cuts what is written there, and lets both ends see what happened.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use h1check::peer::client::Connect;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil::net::TcpStream;

use super::fault::{Kind, Side, Way};
use super::net::Net;

/// Where the server listens.
pub(crate) const PORT: u16 = 80;

/// Makes connections to the simulated server.
#[derive(Clone, Debug)]
pub(crate) struct Dial(pub(crate) Net);

impl Connect for Dial {
    type Io = Line;

    async fn connect(&mut self) -> io::Result<Line> {
        let number = self.0.dial();
        let stream = TcpStream::connect(("server", PORT)).await?;
        let from = stream.local_addr()?;
        self.0.opened(number, from);
        Ok(Line::new(stream, from, self.0.clone(), Way::ToServer))
    }
}

/// One end of a connection.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    /// The client's end, by which both know the connection.
    from: SocketAddr,
    net: Net,
    /// The way of what is written here.
    out: Way,
    /// Whether our direction is closed.
    closed: bool,
    /// Whether a reset has happened or arrived here.
    dead: bool,
    /// Whether the other direction is closed, although nobody there has done so.
    deaf: bool,
    /// What has arrived and was not read yet when a reset was seen to come.
    ahead: BytesMut,
}

impl Line {
    pub(crate) fn new(stream: TcpStream, from: SocketAddr, net: Net, out: Way) -> Self {
        Self {
            stream,
            from,
            net,
            out,
            closed: false,
            dead: false,
            deaf: false,
            ahead: BytesMut::new(),
        }
    }

    fn inward(&self) -> Way {
        match self.out {
            Way::ToServer => Way::ToClient,
            Way::ToClient => Way::ToServer,
        }
    }

    /// Lets all happen that is due here.
    fn strike(&mut self, context: &mut Context<'_>, number: usize, way: Way, side: Side) {
        loop {
            let due = self.net.state().due(number, way, side);
            let Some(kind) = due else { return };
            match kind {
                Kind::Reset | Kind::ResetAndForget => {
                    self.net.state().records[number].reset = Some(kind);
                    self.dead = true;
                    self.end(context);
                }
                Kind::HalfClose => self.end(context),
                Kind::Close => {
                    self.deaf = true;
                    self.end(context);
                }
                Kind::Hold(_) => {
                    turmoil::hold("client", "server");
                    self.net.state().strike(kind);
                }
                Kind::Loss(_) => {
                    turmoil::partition("client", "server");
                    self.net.state().strike(kind);
                }
                Kind::Crash(_) => self.net.state().strike(kind),
            }
        }
    }

    /// Sends FIN, behind what was sent until now.
    fn end(&mut self, context: &mut Context<'_>) {
        if !self.closed {
            self.closed = true;
            // Where the connection is gone already there is nothing to end.
            let _ = Pin::new(&mut self.stream).poll_shutdown(context);
        }
    }

    /// Reads what the simulator has; nothing at all is the end.
    fn poll_stream(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut octets = [0; READ];
        let mut buffer = ReadBuf::new(&mut octets);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
        self.ahead.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Fills `ahead`; whether there is any more.
    fn poll_ahead(&mut self, context: &mut Context<'_>, number: usize) -> Poll<io::Result<bool>> {
        let reset = self.net.state().records[number].reset;
        if self.ahead.is_empty() && ready!(self.poll_stream(context))? == 0 {
            return Poll::Ready(match self.net.state().records[number].reset {
                Some(_) => Err(io::ErrorKind::ConnectionReset.into()),
                None => Ok(false),
            });
        }
        if reset == Some(Kind::ResetAndForget) {
            // Does the reset lie behind what is here? Then it is here as well.
            while let Poll::Ready(read) = self.poll_stream(context) {
                if read? == 0 {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
            }
        }
        Poll::Ready(Ok(true))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(number) = this.net.number(this.from) else {
            return Pin::new(&mut this.stream).poll_read(context, buffer);
        };
        let way = this.inward();
        this.strike(context, number, way, Side::Receiving);
        if this.dead {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if this.deaf {
            return Poll::Ready(Ok(()));
        }
        match ready!(this.poll_ahead(context, number)) {
            Ok(true) => {}
            Ok(false) => return Poll::Ready(Ok(())),
            Err(error) => {
                this.dead = true;
                return Poll::Ready(Err(error));
            }
        }
        let room = this.net.state().room(number, way, Side::Receiving);
        let count = this.ahead.len().min(buffer.remaining());
        let count = count.min(room.unwrap_or(usize::MAX));
        buffer.put_slice(&this.ahead[..count]);
        let passed = this.ahead.split_to(count);
        this.net.state().pass(number, way, Side::Receiving, &passed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Some(number) = this.net.number(this.from) else {
            return Pin::new(&mut this.stream).poll_write(context, octets);
        };
        let way = this.out;
        this.strike(context, number, way, Side::Sending);
        if this.dead || this.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let (room, piece) = {
            let state = this.net.state();
            (
                state.room(number, way, Side::Sending),
                state.pieces[way as usize],
            )
        };
        let count = octets.len().min(room.unwrap_or(usize::MAX)).min(piece);
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, &octets[..count]))?;
        this.net
            .state()
            .pass(number, way, Side::Sending, &octets[..written]);
        this.strike(context, number, way, Side::Sending);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.dead || this.closed {
            return Poll::Ready(Ok(()));
        }
        this.closed = true;
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}

/// Octets that are read at once.
const READ: usize = 4096;
