//! One connection to a server, on which one request after the other is answered.

use std::future::poll_fn;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use tokio::time::timeout;

use crate::peer::connection::{Connection, Received};
use crate::peer::{Endpoint, OpenError};
use crate::wire::{Decoder, Event, Fields, GarbageKind, Head, Limits};

/// A connection of ours.
#[derive(Debug)]
pub(super) struct Visit {
    connection: Connection,
    decoder: Decoder,
    over: bool,
    /// The first octets that came.
    first: Vec<u8>,
    scratch: Box<[u8]>,
}

/// A final response.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) head: Head,
    pub(super) content: Bytes,
    pub(super) trailers: Fields,
    /// From the last octet of the request to the last one of the response.
    pub(super) took: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// No connection was made.
    Open(OpenError),
    /// Nothing, or not all of a response, came in time.
    Late,
    /// The connection ended before a response was complete.
    Closed,
    /// What came is no HTTP/1.x; the first octets of it.
    Alien(String),
    /// A response that cannot be read.
    Broken,
    /// A response that is larger than anything one would look at.
    Huge,
}

impl Visit {
    pub(super) async fn open(endpoint: &Endpoint, within: Duration) -> Result<Self, Trouble> {
        let opened = Connection::open(endpoint, within, within).await;
        let limits = Limits {
            content: CONTENT_AT_MOST,
            ..Limits::default()
        };
        Ok(Self {
            connection: opened.map_err(Trouble::Open)?,
            decoder: Decoder::responses(limits),
            over: false,
            first: Vec::new(),
            scratch: vec![0; 16 << 10].into_boxed_slice(),
        })
    }

    /// Whether the server keeps the connection, as far as it has said.
    pub(super) fn is_open(&self) -> bool {
        !self.over
    }

    /// Sends a request, of which `octets` is all, and waits for its final response.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        octets: &[u8],
        within: Duration,
    ) -> Result<Answer, Trouble> {
        self.decoder
            .expect_answer(Bytes::copy_from_slice(method.as_bytes()));
        let result = timeout(within, self.exchange(octets)).await;
        let trouble = match result.unwrap_or(Err(Trouble::Late)) {
            Ok(answer) => return Ok(answer),
            Err(trouble) => trouble,
        };
        self.over = true;
        let first = &self.first[..self.first.len().min(START.len())];
        if !first.is_empty() && !START.starts_with(first) {
            // Whatever became of it later: it was none from the beginning.
            return Err(Trouble::Alien(self.first.escape_ascii().to_string()));
        }
        Err(trouble)
    }

    /// Waits until the server ends the connection, and says how long that took.
    pub(super) async fn ends(&mut self, within: Duration) -> Option<Duration> {
        let start = Instant::now();
        let ended = timeout(within, async {
            while let Received::Octets(_) = self.receive().await {}
        });
        ended.await.ok().map(|()| start.elapsed())
    }

    async fn exchange(&mut self, octets: &[u8]) -> Result<Answer, Trouble> {
        let mut rest = octets;
        while !rest.is_empty() {
            match poll_fn(|context| self.connection.poll_send(context, rest)).await {
                Ok(count) => rest = &rest[count..],
                // It may have answered before it stopped reading.
                Err(_) => break,
            }
        }
        // Whoever no longer reads is told by the answer, or by its absence.
        let _ = poll_fn(|context| self.connection.poll_flush(context)).await;
        let start = Instant::now();
        let mut head: Option<Box<Head>> = None;
        let mut content = BytesMut::new();
        loop {
            while let Some(event) = self.decoder.poll() {
                match event {
                    Event::Head { head: next, .. } => head = Some(next),
                    Event::Content(octets) => content.extend_from_slice(&octets),
                    Event::End(trailers, _) => {
                        let Some(head) = head.take() else { continue };
                        if head
                            .status()
                            .is_some_and(|line| (102..200).contains(&line.code) || line.code == 100)
                        {
                            continue;
                        }
                        self.over |= head.closes();
                        return Ok(Answer {
                            head: *head,
                            content: content.freeze(),
                            trailers,
                            took: start.elapsed(),
                        });
                    }
                    Event::Violation(_) => {}
                    Event::Garbage(garbage) => {
                        return Err(trouble(garbage.kind));
                    }
                    Event::Truncated(_) => return Err(Trouble::Closed),
                }
            }
            match self.receive().await {
                Received::Octets(count) => {
                    let octets = &self.scratch[..count];
                    let room = SHOWN_AT_MOST - self.first.len();
                    self.first.extend_from_slice(&octets[..count.min(room)]);
                    self.decoder.push(octets);
                }
                Received::End(_) if self.over => return Err(Trouble::Closed),
                Received::End(_) => {
                    self.over = true;
                    self.decoder.end();
                    if self.decoder.is_between() && head.is_none() {
                        return Err(Trouble::Closed);
                    }
                }
            }
        }
    }

    async fn receive(&mut self) -> Received {
        let (connection, scratch) = (&mut self.connection, &mut self.scratch);
        let (received, _) = poll_fn(|context| connection.poll_receive(context, scratch)).await;
        received
    }
}

fn trouble(garbage: GarbageKind) -> Trouble {
    match garbage {
        GarbageKind::ContentTooLarge | GarbageKind::HeadTooLarge => Trouble::Huge,
        _ => Trouble::Broken,
    }
}

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.head.status().map_or(0, |line| line.code)
    }

    /// The first value of a field, as far as it is text that a comment can show.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let value = self.head.fields.first(name)?;
        let text = std::str::from_utf8(value).ok()?;
        (!text.contains(|letter: char| letter.is_control())).then_some(text)
    }

    /// The entity tag, if it is a strong one.
    pub(super) fn strong_tag(&self) -> Option<&str> {
        self.field("ETag").filter(|tag| tag.starts_with('"'))
    }

    pub(super) fn is_chunked(&self) -> bool {
        self.head.fields.lists("Transfer-Encoding", "chunked")
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(error) => write!(f, "no connection: {error}"),
            Self::Late => f.write_str("no answer in time"),
            Self::Closed => f.write_str("the connection was closed without an answer"),
            Self::Alien(first) => write!(f, "what came is no HTTP/1.x response: '{first}'"),
            Self::Broken => f.write_str("the response cannot be read"),
            Self::Huge => f.write_str("the response is larger than 16 MiB"),
        }
    }
}

/// How a response begins.
const START: &[u8] = b"HTTP/";

/// A larger response is not read to its end.
const CONTENT_AT_MOST: u64 = 16 << 20;

/// Octets of what is no response that a message shows.
const SHOWN_AT_MOST: usize = 40;
