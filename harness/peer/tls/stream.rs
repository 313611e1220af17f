//! A TLS session on a socket.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsStream as Session;
use tokio_rustls::rustls::{ConnectionCommon, ProtocolVersion, SideData};

use crate::peer::socket::Socket;

/// A session; boxed, for it is many times larger than a socket.
#[derive(Debug)]
pub(in crate::peer) struct TlsStream(Box<Session<Socket>>);

impl TlsStream {
    pub(super) fn new(session: impl Into<Session<Socket>>) -> Self {
        Self(Box::new(session.into()))
    }

    pub(in crate::peer) fn socket(&self) -> &Socket {
        self.0.get_ref().0
    }

    fn is_newest(&self) -> bool {
        self.0.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_3)
    }

    pub(in crate::peer) fn transport(&self) -> &'static str {
        match (self.is_newest(), self.socket()) {
            (true, Socket::Tcp(_)) => "TLS 1.3",
            (false, Socket::Tcp(_)) => "TLS 1.2",
            (true, Socket::Unix(_)) => "TLS 1.3 on a Unix socket",
            (false, Socket::Unix(_)) => "TLS 1.2 on a Unix socket",
        }
    }

    /// RFC 5246 section 7.2.1 demands that a close_notify is answered by one at once and that
    /// what is still to be written is dropped; RFC 8446 section 6.1 has done away with that.
    pub(in crate::peer) fn can_half_close(&self) -> bool {
        self.is_newest()
    }

    /// Sends close_notify as far as the kernel takes it at once.
    pub(in crate::peer) fn say_goodbye(&mut self) {
        match &mut *self.0 {
            Session::Client(session) => {
                let (socket, session) = session.get_mut();
                say_goodbye(session, socket);
            }
            Session::Server(session) => {
                let (socket, session) = session.get_mut();
                say_goodbye(session, socket);
            }
        }
    }
}

fn say_goodbye<D: SideData>(session: &mut ConnectionCommon<D>, socket: &Socket) {
    // Once it was sent this does nothing.
    session.send_close_notify();
    while session.wants_write() {
        if !matches!(session.write_tls(&mut AtOnce(socket)), Ok(1..)) {
            return;
        }
    }
}

/// Writes without waiting.
struct AtOnce<'a>(&'a Socket);

impl Write for AtOnce<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.try_write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(context, buffer)
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        // A record at a time: where a later one fails, the count of those that went out before
        // would be lost, and with it what the other side may answer.
        let record = &octets[..octets.len().min(RECORD)];
        Pin::new(&mut self.get_mut().0).poll_write(context, record)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(context)
    }
}

/// Octets that one record holds (RFC 8446 section 5.1).
const RECORD: usize = 16 << 10;
