//! Who is judged: the reference client, and clients that do wrong on purpose.

use std::time::Duration;

use h1check::peer::client::{Client, ClientError, Connect, Deadlines, Options, Request, Response};
use h1check::wire::{Decoder, Event, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::ask::id_of_response;
use super::line::{Dial, Line};
use super::net::Net;

/// How long a client waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Reference,
    /// Takes every request for idempotent.
    RetriesPost,
    /// Keeps a connection on which an answer is overdue, and takes it for the next one.
    MixesUp,
    /// Waits for an hour.
    WaitsForEver,
    /// Reports whatever goes wrong, also with a connection that the server had closed before.
    NeverRetries,
}

pub(crate) enum Subject {
    Reference(Client<Dial>),
    /// The same, but all requests are idempotent to it.
    Rash(Client<Dial>),
    Naive(Naive),
}

/// What came of a request.
pub(crate) type Answer = Result<Told, Lost>;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    /// The request that it says it answers.
    pub(crate) id: Option<usize>,
}

/// There is no response, or none that is whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Lost {
    /// The connection ended before any of it.
    Closed,
    Otherwise(String),
}

impl Subject {
    pub(crate) fn new(kind: Kind, net: &Net) -> Self {
        let dial = Dial(net.clone());
        let time = match kind {
            Kind::WaitsForEver => Duration::from_secs(3600),
            _ => PATIENCE,
        };
        let options = Options {
            deadlines: Deadlines::all(time),
            ..Options::default()
        };
        match kind {
            Kind::MixesUp => Self::Naive(Naive::new(dial, true)),
            Kind::NeverRetries => Self::Naive(Naive::new(dial, false)),
            Kind::RetriesPost => Self::Rash(Client::new(dial, "server", options)),
            _ => Self::Reference(Client::new(dial, "server", options)),
        }
    }

    /// Asks for all of these at once, where it can.
    pub(crate) async fn ask(&mut self, requests: &[Request]) -> Vec<Answer> {
        match self {
            Self::Reference(client) => told(client.pipeline(requests).await),
            Self::Rash(client) => {
                let all = requests.iter().cloned().map(Request::idempotent);
                told(client.pipeline(&all.collect::<Vec<_>>()).await)
            }
            Self::Naive(client) => {
                let mut answers = Vec::new();
                for request in requests {
                    answers.push(client.ask(request).await);
                }
                answers
            }
        }
    }
}

fn told(results: Vec<Result<Response, ClientError>>) -> Vec<Answer> {
    let told = |result: Result<Response, ClientError>| match result {
        Ok(response) => Ok(Told {
            status: response.status(),
            id: id_of_response(&response.head.fields, &response.content),
        }),
        Err(ClientError::Closed(_)) => Err(Lost::Closed),
        Err(error) => Err(Lost::Otherwise(error.to_string())),
    };
    results.into_iter().map(told).collect()
}

/// A client as it is written in an afternoon.
pub(crate) struct Naive {
    dial: Dial,
    open: Option<(Line, Decoder)>,
    /// Whether it goes on with a connection on which an answer is overdue.
    clings: bool,
}

impl Naive {
    fn new(dial: Dial, clings: bool) -> Self {
        Self {
            dial,
            open: None,
            clings,
        }
    }

    async fn ask(&mut self, request: &Request) -> Answer {
        match timeout(PATIENCE, self.exchange(request)).await {
            Ok(Ok(told)) => Ok(told),
            Ok(Err(lost)) => {
                self.open = None;
                Err(lost)
            }
            Err(_) => {
                if !self.clings {
                    self.open = None;
                }
                Err(Lost::Otherwise("no response came in time".into()))
            }
        }
    }

    async fn exchange(&mut self, request: &Request) -> Answer {
        let failed = |error: std::io::Error| Lost::Otherwise(error.to_string());
        if self.open.is_none() {
            let line = self.dial.connect().await.map_err(failed)?;
            self.open = Some((line, Decoder::responses(Limits::default())));
        }
        let Some((line, decoder)) = &mut self.open else {
            return Err(Lost::Closed);
        };
        decoder.expect_answer(request.method.clone());
        // What cannot be written shows when the response is awaited.
        let _ = line.write_all(&encode(request)).await;
        let mut head = None;
        let mut content = Vec::new();
        loop {
            match decoder.poll() {
                Some(Event::Head { head: new, .. }) => head = Some(new),
                Some(Event::Content(octets)) => content.extend_from_slice(&octets),
                Some(Event::End(..)) => break,
                Some(_) => return Err(Lost::Otherwise("no response".into())),
                None => {
                    let mut octets = [0; 512];
                    match line.read(&mut octets).await {
                        Ok(0) | Err(_) if head.is_none() => return Err(Lost::Closed),
                        Ok(0) => return Err(Lost::Otherwise("cut off".into())),
                        Ok(count) => decoder.push(&octets[..count]),
                        Err(error) => return Err(failed(error)),
                    }
                }
            }
        }
        let head = head.ok_or(Lost::Closed)?;
        Ok(Told {
            status: head.status().map_or(0, |line| line.code),
            id: id_of_response(&head.fields, &content),
        })
    }
}

fn encode(request: &Request) -> Vec<u8> {
    let content = request.content.clone().unwrap_or_default();
    let method = String::from_utf8_lossy(&request.method);
    let target = String::from_utf8_lossy(&request.target);
    let length = content.len();
    let head =
        format!("{method} {target} HTTP/1.1\r\nHost: server\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), &content].concat()
}
