//! One plain request on a connection, and what comes back: HTTP, or what says that something else
//! is spoken there.

use std::future::poll_fn;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use memchr::memmem;
use tokio::time::timeout;

use super::alien;
use super::lane::CONTENT_AT_MOST;
use crate::peer::connection::{Connection, Received};
use crate::wire::{Decoder, Event, GarbageKind, Limits};

/// What comes back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    /// A final response with this status, or what begins like one, with none that can be read.
    Response(Option<u16>),
    /// The server wants to be spoken with through TLS.
    WantsTls,
    /// What came is no HTTP/1.x: its first octets.
    Alien(Bytes),
    /// The beginning of an answer, of which the rest does not come.
    Unfinished(Partial),
    /// A final response whose content goes on beyond all that is kept of one.
    Endless,
    /// The connection ended without an answer.
    Closed,
    /// Nothing came in time.
    Silence,
}

/// How far an answer came.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Partial {
    /// All octets.
    pub(crate) octets: u64,
    /// Interim responses among them.
    pub(crate) interim: u64,
    /// Whether the head of the response is longer than any that is read.
    pub(crate) endless_head: bool,
}

/// How far a final response is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// Up to the end of its head.
    Head,
    /// To its end, as far as that comes in time.
    End,
}

/// Sends the request, whose method is GET, and reads a final response as far as is said.
pub(crate) async fn ask(
    connection: Connection,
    request: &[u8],
    reach: Reach,
    within: Duration,
) -> Answer {
    let mut decoder = Decoder::responses(Limits {
        content: CONTENT_AT_MOST,
        ..Limits::default()
    });
    decoder.expect_answer(Bytes::from_static(b"GET"));
    let mut asking = Asking {
        connection,
        decoder,
        first: BytesMut::new(),
        partial: Partial::default(),
        reach,
        status: None,
        refused: None,
    };
    let answer = timeout(within, asking.ask(request)).await;
    let answer = answer.unwrap_or_else(|_| asking.late());
    // Nobody waits for the rest of it.
    asking.connection.reset();
    answer
}

struct Asking {
    connection: Connection,
    decoder: Decoder,
    /// What came first, as much as is looked at.
    first: BytesMut,
    partial: Partial,
    reach: Reach,
    /// The status of the response that is read to its end.
    status: Option<u16>,
    /// The status of a response whose content says why.
    refused: Option<u16>,
}

impl Asking {
    async fn ask(&mut self, request: &[u8]) -> Answer {
        self.write(request).await;
        let mut buffer = vec![0; 4 << 10];
        loop {
            let connection = &mut self.connection;
            let (received, _) =
                poll_fn(|context| connection.poll_receive(context, &mut buffer)).await;
            let Received::Octets(count) = received else {
                return self.ended();
            };
            let octets = &buffer[..count];
            self.partial.octets += count as u64;
            let room = LOOKED_AT - self.first.len();
            self.first.extend_from_slice(&octets[..count.min(room)]);
            if alien::is_tls(&self.first) {
                return Answer::WantsTls;
            }
            if alien::is_certain(&self.first) {
                return self.alien();
            }
            self.decoder.push(octets);
            if let Some(answer) = self.decoded() {
                return answer;
            }
            if self.refused.is_some() && self.first.len() >= LOOKED_AT {
                return self.refusal();
            }
        }
    }

    /// Whoever does not take the request may have said why before.
    async fn write(&mut self, octets: &[u8]) {
        let (mut rest, connection) = (octets, &mut self.connection);
        while !rest.is_empty() {
            match poll_fn(|context| connection.poll_send(context, rest)).await {
                Ok(count) => rest = &rest[count..],
                Err(_) => return,
            }
        }
        let _ = poll_fn(|context| connection.poll_flush(context)).await;
    }

    /// What the octets so far are, once that is known.
    fn decoded(&mut self) -> Option<Answer> {
        while let Some(event) = self.decoder.poll() {
            match event {
                Event::Head { head, .. } => match head.status().map(|line| line.code) {
                    // Its content says why.
                    Some(400) => self.refused = Some(400),
                    Some(status @ 200..) if self.reach == Reach::End => self.status = Some(status),
                    Some(status @ (200.. | 101)) => return Some(Answer::Response(Some(status))),
                    _ => self.partial.interim += 1,
                },
                Event::End(..) if self.refused.is_some() => return Some(self.refusal()),
                Event::End(..) if self.status.is_some() => {
                    return Some(Answer::Response(self.status));
                }
                Event::Garbage(_) if self.refused.is_some() => return Some(self.refusal()),
                Event::Garbage(garbage) => return Some(self.garbage(garbage.kind)),
                _ => {}
            }
        }
        None
    }

    /// What is like HTTP and breaks its rules is for the scenarios to judge.
    fn garbage(&mut self, kind: GarbageKind) -> Answer {
        match kind {
            GarbageKind::HeadTooLarge | GarbageKind::StartLineTooLong => {
                self.partial.endless_head = true;
                Answer::Unfinished(self.partial)
            }
            GarbageKind::ContentTooLarge => Answer::Endless,
            _ => Answer::Response(self.status),
        }
    }

    /// What a 400 response to a valid request may mean.
    fn refusal(&self) -> Answer {
        let says = |text: &&str| memmem::find(&self.first, text.as_bytes()).is_some();
        if WANTS_TLS.iter().any(says) {
            Answer::WantsTls
        } else {
            Answer::Response(self.refused)
        }
    }

    fn ended(&self) -> Answer {
        match self.partial.octets {
            _ if self.refused.is_some() => self.refusal(),
            _ if self.status.is_some() => Answer::Response(self.status),
            0 => Answer::Closed,
            _ if !alien::begins_like_http(&self.first) => self.alien(),
            _ => Answer::Unfinished(self.partial),
        }
    }

    fn late(&self) -> Answer {
        match self.ended() {
            Answer::Closed => Answer::Silence,
            answer => answer,
        }
    }

    fn alien(&self) -> Answer {
        Answer::Alien(self.first.clone().freeze())
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
