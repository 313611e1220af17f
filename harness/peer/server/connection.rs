//! One connection of the reference server, from its first octet to its close.
//!
//! What has arrived is decoded and answered as far as it goes before anything is written, so that
//! pipelined requests cost one write. While nothing is going on a connection holds no buffer:
//! input is read into the stack and kept only once there is some.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::futures::OwnedNotified;
use tokio::time::{Instant, Sleep, sleep_until};

use super::config::{Config, Notice};
use super::refusal::{self, Refusal};
use super::response::{Fate, Long, Manner, encode_response};
use super::stop::Stop;
use super::transfer::{Input, Phase};
use crate::peer::date::{Date, http_date};
use crate::peer::site::{self, Request, Response};
use crate::peer::target::Target;
use crate::wire::framing::Framing;
use crate::wire::{Decoder, Event, Head, StartLine, Version};

/// Serves one connection until it is closed.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use h1check::peer::server::{Config, Stop, serve_connection};
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// let (mut client, io) = tokio::io::duplex(4096);
/// tokio::spawn(async move { serve_connection(io, &Config::default(), &Stop::new()).await });
/// client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
/// let mut response = String::new();
/// client.read_to_string(&mut response).await.unwrap();
/// assert!(response.ends_with("\r\n\r\nHello World\n"));
/// # }
/// ```
pub async fn serve_connection<S>(io: S, config: &Config, stop: &Stop)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let deadline = Instant::now() + config.deadlines.idle;
    let timer = pin!(sleep_until(deadline));
    let stopped = pin!(stop.notified());
    // The parts borrow it, so that it is in memory once and not in each of them.
    let mut connection = Connection {
        io,
        config,
        stop,
        decoder: Decoder::requests(config.limits),
        out: BytesMut::new(),
        exchange: None,
        phase: Phase::Idle,
        fresh: false,
        date: None,
        eof: false,
        failed: false,
        expired: false,
        deadline,
        timer,
        stopped,
    };
    connection.run().await;
    if !connection.failed {
        connection.close().await;
    }
}

pub(super) struct Connection<'c, S> {
    pub(super) io: S,
    pub(super) config: &'c Config,
    pub(super) stop: &'c Stop,
    pub(super) decoder: Decoder,
    pub(super) out: BytesMut,
    /// The request whose head has been read and whose end has not.
    pub(super) exchange: Option<Exchange>,
    pub(super) phase: Phase,
    /// Whether a request has been answered since the phase was entered, so that it starts anew.
    pub(super) fresh: bool,
    /// The date of the responses to what has arrived at once.
    pub(super) date: Option<Date>,
    /// Whether the client has closed its direction.
    pub(super) eof: bool,
    /// Whether reading or writing has failed, so that there is nobody to close for.
    pub(super) failed: bool,
    /// Whether a deadline has passed, so that it ends.
    pub(super) expired: bool,
    pub(super) deadline: Instant,
    pub(super) timer: Pin<&'c mut Sleep>,
    pub(super) stopped: Pin<&'c mut OwnedNotified>,
}

pub(super) struct Exchange {
    head: Box<Head>,
    content: BytesMut,
    length: u64,
    /// How many octets of the content are of use to anybody.
    keeps: usize,
}

impl Exchange {
    fn new(head: Box<Head>, keeps: usize) -> Self {
        Self {
            head,
            content: BytesMut::new(),
            length: 0,
            keeps,
        }
    }
}

/// What to do when all that has arrived is answered as far as it goes.
enum Turn {
    Read,
    Flush,
    Long(Long, Fate),
    Later(Duration, Box<(Response, Manner)>),
    Switch,
    Close,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<'_, S> {
    async fn run(&mut self) {
        loop {
            let ends = match self.turn() {
                Turn::Read if self.eof => true,
                Turn::Read => !self.flush().await || self.read().await,
                Turn::Flush => !self.flush().await,
                Turn::Long(long, fate) => {
                    !Box::pin(self.write_long(long)).await || fate == Fate::Close
                }
                Turn::Later(delay, answer) => Box::pin(self.answer_later(delay, *answer)).await,
                Turn::Switch => Box::pin(self.say_back()).await,
                Turn::Close => true,
            };
            if ends {
                break;
            }
        }
    }

    /// Waits for more to decode; whether that is the end of the connection.
    async fn read(&mut self) -> bool {
        match self.input().await {
            Input::Octets => return false,
            Input::Eof => {
                self.eof = true;
                self.decoder.end();
                return false;
            }
            Input::Expired => self.expire(),
            Input::Stopped => {}
            Input::Failed => self.failed = true,
        }
        true
    }

    /// Decodes and answers what has arrived, until more is needed or something must be awaited.
    fn turn(&mut self) -> Turn {
        loop {
            if self.out.len() >= FLUSH_AT {
                return Turn::Flush;
            }
            let turn = match self.decoder.poll() {
                None => return Turn::Read,
                Some(Event::Head { head, framing, .. }) => self.begin(head, framing),
                Some(Event::Content(octets)) => {
                    self.take(&octets);
                    None
                }
                Some(Event::End(..)) => self.answer(),
                Some(Event::Violation(violation)) => {
                    refusal::of_violation(violation).and_then(|refusal| self.refuse(refusal))
                }
                Some(Event::Garbage(garbage)) => {
                    let head = garbage.head.as_deref();
                    let refusal = refusal::of_garbage(garbage.kind, head, self.decoder.rest());
                    if let Some(head) = garbage.head {
                        self.exchange = Some(Exchange::new(head, 0));
                    }
                    self.refuse(refusal)
                }
                // 9112-6.3-p2.6.1-2
                Some(Event::Truncated(_)) => self.refuse(Refusal {
                    status: 400,
                    why: "the request ends too early",
                }),
            };
            if let Some(turn) = turn {
                return turn;
            }
        }
    }

    /// A head has arrived.
    fn begin(&mut self, head: Box<Head>, framing: Framing) -> Option<Turn> {
        let target = refusal::check(&head, self.config.secured);
        let refused = target.err();
        let early = match target {
            Ok(target) if is_expecting(&head, framing, self.config.version) => {
                Some(site::answer(&Request {
                    is_complete: false,
                    ..self.request(&head, target, &Bytes::new())
                }))
            }
            _ => None,
        };
        let keeps = match target {
            Ok(target) if site::takes_content(&head, target) => usize::MAX,
            _ if self.config.observer.is_some() => SHOWN,
            _ => 0,
        };
        self.exchange = Some(Exchange::new(head, keeps));
        if let Some(refusal) = refused {
            return self.refuse(refusal);
        }
        match early {
            // 9110-10.1.1-10, 9110-10.1.1-11: the content is not wanted, and not waited for.
            Some(response) if response.status >= 400 => self.conclude(response, true),
            Some(_) => {
                self.out.put_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
                None
            }
            None => None,
        }
    }

    fn request<'a>(
        &'a self,
        head: &'a Head,
        target: Target<'a>,
        content: &'a Bytes,
    ) -> Request<'a> {
        Request {
            method: head.request().map_or(b"", |line| &line.method),
            target,
            fields: &head.fields,
            content,
            is_complete: true,
            may_switch: head.version().min(self.config.version) >= Version::HTTP_11,
            secured: self.config.secured,
            store: &self.config.store,
        }
    }

    fn take(&mut self, octets: &[u8]) {
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        exchange.length += octets.len() as u64;
        let room = exchange.keeps.saturating_sub(exchange.content.len());
        let kept = &octets[..octets.len().min(room)];
        exchange.content.extend_from_slice(kept);
    }

    /// A request has arrived to its end.
    fn answer(&mut self) -> Option<Turn> {
        let exchange = self.exchange.take()?;
        let content = exchange.content.freeze();
        if let Some(observer) = &self.config.observer {
            observer(Notice::Request {
                head: &exchange.head,
                content: &content[..content.len().min(SHOWN)],
                length: exchange.length,
            });
        }
        let line = exchange.head.request()?;
        // It has been parsed when the head came, and has not changed since.
        let target = Target::parse(&line.method, &line.target)?;
        let mut request = self.request(&exchange.head, target, &content);
        request.may_switch &= exchange.length == 0;
        let response = site::answer(&request);
        let is_head = line.method == b"HEAD"[..];
        let mut manner = Manner::of(&exchange.head, is_head, self.config.version);
        if self.stop.begun() || line.method == b"CONNECT"[..] {
            manner.fate = Fate::Close;
        }
        self.fresh = true;
        if response.status == 101 {
            manner.fate = Fate::Keep;
            self.send(response, manner);
            return Some(Turn::Switch);
        }
        if let Some(delay) = response.delay {
            return Some(Turn::Later(delay, Box::new((response, manner))));
        }
        self.send(response, manner)
    }

    /// Ends the exchange before its request has been read to the end.
    fn conclude(&mut self, response: Response, told: bool) -> Option<Turn> {
        let exchange = self.exchange.take();
        let mut manner = Manner::unknown(self.config.version);
        manner.head = match &exchange {
            Some(exchange) => is_head(&exchange.head),
            None => self.decoder.rest().starts_with(b"HEAD "),
        };
        if let (true, Some(observer), Some(exchange)) = (told, &self.config.observer, &exchange) {
            observer(Notice::Request {
                head: &exchange.head,
                content: &[],
                length: 0,
            });
        }
        self.send(response, manner)
    }

    /// Refuses what has arrived: nothing is read behind it.
    fn refuse(&mut self, refusal: Refusal) -> Option<Turn> {
        if let Some(observer) = &self.config.observer {
            observer(Notice::Refused {
                status: refusal.status,
                why: refusal.why,
            });
        }
        self.conclude(site::refusal(refusal.status, refusal.why), false)
    }

    fn send(&mut self, response: Response, manner: Manner) -> Option<Turn> {
        let date = self.date.get_or_insert_with(http_date);
        match encode_response(response, manner, date, &mut self.out) {
            Some(long) => Some(Turn::Long(long, manner.fate)),
            None if manner.fate == Fate::Close => Some(Turn::Close),
            None => None,
        }
    }

    /// The deadline has passed.
    fn expire(&mut self) {
        self.expired = true;
        let why = match self.phase {
            // 9112-9.5-p2-1: nothing was asked, so nothing is answered.
            Phase::Idle => return,
            Phase::Head => "the head did not arrive in time",
            Phase::Content => "the content did not arrive in time",
        };
        self.refuse(Refusal { status: 408, why });
    }

    async fn answer_later(&mut self, delay: Duration, answer: (Response, Manner)) -> bool {
        if !self.flush().await {
            return true;
        }
        tokio::time::sleep(delay).await;
        self.date = None;
        let (response, mut manner) = answer;
        if self.stop.begun() {
            manner.fate = Fate::Close;
        }
        self.send(response, manner);
        manner.fate == Fate::Close
    }
}

/// Whether the client waits to be told whether to send its content.
// 9110-10.1.1-7, 9110-15.2-1: never in HTTP/1.0.
fn is_expecting(head: &Head, framing: Framing, version: Version) -> bool {
    head.version().min(version) >= Version::HTTP_11
        && !matches!(framing, Framing::None | Framing::Length(0))
        && head.fields.lists("Expect", "100-continue")
}

fn is_head(head: &Head) -> bool {
    matches!(&head.start, StartLine::Request(line) if line.method == b"HEAD"[..])
}

/// Octets of responses that are gathered before they are written.
pub(super) const FLUSH_AT: usize = 64 << 10;
/// Octets of content that an observer is shown.
const SHOWN: usize = 64 << 10;
