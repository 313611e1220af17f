//! One plain request on a connection, and what comes back: HTTP, or what says that something else
//! is spoken there.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use memchr::memmem;

use crate::peer::connection::{Connection, Received};
use crate::wire::{Decoder, Event, Limits};

/// What comes back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    /// A final response.
    Response,
    /// The server wants to be spoken with through TLS.
    WantsTls,
    /// Nothing, or nothing that is known.
    Nothing,
}

/// Sends the request and reads up to the head of a final response. Callers bound the time.
pub(crate) async fn ask(mut connection: Connection, request: &[u8]) -> Answer {
    if !write(&mut connection, request).await {
        return Answer::Nothing;
    }
    let mut decoder = Decoder::responses(Limits::default());
    decoder.expect_answer(Bytes::from_static(b"GET"));
    let mut octets = BytesMut::new();
    let mut buffer = vec![0; 4 << 10];
    let mut refused = false;
    loop {
        let (received, _) = poll_fn(|context| connection.poll_receive(context, &mut buffer)).await;
        let Received::Octets(count) = received else {
            return if refused {
                refusal(&octets)
            } else {
                Answer::Nothing
            };
        };
        if octets.len() < LOOKED_AT {
            octets.extend_from_slice(&buffer[..count]);
        }
        if is_tls(&octets) {
            return Answer::WantsTls;
        }
        decoder.push(&buffer[..count]);
        while let Some(event) = decoder.poll() {
            match event {
                Event::Head { head, .. } => match head.status().map(|line| line.code) {
                    // Its content says why.
                    Some(400) => refused = true,
                    Some(200..) => {
                        connection.reset();
                        return Answer::Response;
                    }
                    _ => {}
                },
                Event::End(..) if refused => return refusal(&octets),
                _ => {}
            }
        }
        // What is no message does not become one, however long it is.
        if decoder.is_stopped() || (refused && octets.len() >= LOOKED_AT) {
            return if refused {
                refusal(&octets)
            } else {
                Answer::Nothing
            };
        }
    }
}

async fn write(connection: &mut Connection, octets: &[u8]) -> bool {
    let mut rest = octets;
    while !rest.is_empty() {
        match poll_fn(|context| connection.poll_send(context, rest)).await {
            Ok(count) => rest = &rest[count..],
            Err(_) => return false,
        }
    }
    poll_fn(|context| connection.poll_flush(context))
        .await
        .is_ok()
}

/// An alert, or the beginning of a handshake (RFC 8446 section 5.1).
fn is_tls(octets: &[u8]) -> bool {
    matches!(octets, [0x15 | 0x16, 3, ..])
}

/// What a 400 response to a valid request may mean.
fn refusal(octets: &[u8]) -> Answer {
    let says = |text: &&str| memmem::find(octets, text.as_bytes()).is_some();
    if WANTS_TLS.iter().any(says) {
        Answer::WantsTls
    } else {
        Answer::Response
    }
}

/// What nginx, Apache httpd and Go say on their ports for TLS, in 400 responses to plain HTTP.
const WANTS_TLS: [&str; 3] = [
    "plain HTTP request was sent to HTTPS port",
    "plain HTTP to an SSL-enabled server port",
    "HTTP request to an HTTPS server",
];

/// Octets of an answer that are looked at.
const LOOKED_AT: usize = 8 << 10;
