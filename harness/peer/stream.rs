//! A connection as a stream of octets, with TLS or without.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::address::Address;
use super::socket::Socket;
use super::tls::TlsStream;

/// A connection, as [`Endpoint::connect`](super::Endpoint::connect) makes it. Dropping it closes
/// it; where TLS is spoken, close_notify is sent first if that can be done at once.
#[derive(Debug)]
pub struct Stream {
    kind: Kind,
    /// Whether a drop is an end in order.
    polite: bool,
}

#[derive(Debug)]
enum Kind {
    Plain(Socket),
    Tls(TlsStream),
}

impl Stream {
    pub(super) fn plain(socket: Socket) -> Self {
        Self {
            kind: Kind::Plain(socket),
            polite: true,
        }
    }

    pub(super) fn tls(stream: TlsStream) -> Self {
        Self {
            kind: Kind::Tls(stream),
            polite: true,
        }
    }

    pub(super) fn local(&self) -> io::Result<Address> {
        match &self.kind {
            Kind::Plain(socket) => socket.local(),
            Kind::Tls(stream) => stream.socket().local(),
        }
    }

    /// What carries the octets, in a few words.
    pub(super) fn transport(&self) -> &'static str {
        match &self.kind {
            Kind::Plain(Socket::Tcp(_)) => "TCP",
            Kind::Plain(Socket::Unix(_)) => "a Unix socket",
            Kind::Tls(stream) => stream.transport(),
        }
    }

    /// Whether our direction can be closed while the other one stays open.
    pub(super) fn can_half_close(&self) -> bool {
        match &self.kind {
            Kind::Plain(_) => true,
            Kind::Tls(stream) => stream.can_half_close(),
        }
    }

    /// Ends the connection with RST.
    pub(super) fn reset(mut self) {
        self.polite = false;
        match &self.kind {
            Kind::Plain(socket) => socket.linger_not(),
            Kind::Tls(stream) => stream.socket().linger_not(),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let (Kind::Tls(stream), true) = (&mut self.kind, self.polite) {
            stream.say_goodbye();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().kind {
            Kind::Plain(socket) => Pin::new(socket).poll_read(context, buffer),
            Kind::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().kind {
            Kind::Plain(socket) => Pin::new(socket).poll_write(context, octets),
            Kind::Tls(stream) => Pin::new(stream).poll_write(context, octets),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().kind {
            Kind::Plain(_) => Poll::Ready(Ok(())),
            Kind::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().kind {
            Kind::Plain(socket) => Pin::new(socket).poll_shutdown(context),
            Kind::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
