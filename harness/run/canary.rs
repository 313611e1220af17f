//! A plain request on a fresh connection, to see whether a subject lives.

use std::future::poll_fn;
use std::net::SocketAddr;

use crate::peer::connection::{Connection, Received};
use crate::wire::{Decoder, Event, Limits};

/// Whether a final response comes.
pub(crate) async fn answers(address: SocketAddr, request: &[u8]) -> bool {
    let Ok(mut connection) = Connection::open(address).await else {
        return false;
    };
    let mut rest = request;
    while !rest.is_empty() {
        match poll_fn(|context| connection.poll_send(context, rest)).await {
            Ok(count) => rest = &rest[count..],
            Err(_) => return false,
        }
    }
    let mut decoder = Decoder::responses(Limits::default());
    decoder.expect_answer(bytes::Bytes::from_static(b"GET"));
    let mut buffer = vec![0; 4 << 10];
    loop {
        let (received, _) = poll_fn(|context| connection.poll_receive(context, &mut buffer)).await;
        let Received::Octets(count) = received else {
            return false;
        };
        decoder.push(&buffer[..count]);
        while let Some(event) = decoder.poll() {
            if let Event::Head { head, .. } = event
                && head.status().is_some_and(|line| line.code >= 200)
            {
                connection.reset();
                return true;
            }
        }
    }
}
