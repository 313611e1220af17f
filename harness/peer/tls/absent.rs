//! What stands in for TLS where it is not built in: types without values.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::error::{HandshakeError, TlsError};
use super::options::Tls;
use crate::peer::socket::Socket;

#[derive(Clone, Debug)]
pub(in crate::peer) enum Connector {}

/// The server's side of TLS, of which there is none without the feature `tls`.
#[derive(Clone, Debug)]
pub struct Acceptor(Infallible);

#[derive(Debug)]
pub(in crate::peer) enum TlsStream {}

impl Connector {
    pub(in crate::peer) fn new(_: &Tls, _: &str) -> Result<Self, TlsError> {
        Err(TlsError::NotBuiltIn)
    }

    pub(in crate::peer) async fn connect(&self, _: Socket) -> Result<TlsStream, HandshakeError> {
        match *self {}
    }
}

impl Acceptor {
    pub(in crate::peer) async fn accept(&self, _: Socket) -> Result<TlsStream, HandshakeError> {
        match self.0 {}
    }
}

impl TlsStream {
    pub(in crate::peer) fn transport(&self) -> &'static str {
        match *self {}
    }

    pub(in crate::peer) fn can_half_close(&self) -> bool {
        match *self {}
    }

    pub(in crate::peer) fn socket(&self) -> &Socket {
        match *self {}
    }

    pub(in crate::peer) fn say_goodbye(&mut self) {
        match *self {}
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match *self {}
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match *self {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}
