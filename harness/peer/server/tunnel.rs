//! A connection that has switched to the protocol of `/upgrade`.
//!
//! It knows that protocol, which has no messages, and nothing of HTTP.

use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::Connection;
use super::transfer::Input;
use crate::peer::site::GREETING;

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<'_, S> {
    /// Answers the request that it was switched at, then says back what it is sent, until the
    /// client closes or says nothing any more. The connection ends with it.
    // 9110-7.8-p1: the request is answered, in the new protocol, without being sent again.
    pub(super) async fn say_back(&mut self) -> bool {
        self.decoder.become_tunnel();
        self.out.extend_from_slice(GREETING);
        loop {
            // Some of it may have come right behind the request.
            let octets = self.decoder.take_rest();
            self.out.extend_from_slice(&octets);
            if !self.flush().await || self.eof {
                return true;
            }
            match self.input().await {
                Input::Octets => {}
                Input::Eof => self.eof = true,
                Input::Expired | Input::Stopped => return true,
                Input::Failed => {
                    self.failed = true;
                    return true;
                }
            }
        }
    }
}
