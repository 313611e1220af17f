//! Connections of a server of these tests: one request is read, answered, and then the next.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::Manners;
use crate::broken;
use crate::chunks;
use crate::head::{Framing, Head, MOST, Refused};
use crate::permissive::{self, Freedom};
use crate::site::{self, Response};
use crate::writer;

/// A server on a free port, which ends when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepting: AbortHandle,
}

impl Server {
    pub(crate) async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let manners = Arc::new(manners);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manners = Arc::clone(&manners);
                tokio::spawn(async move {
                    stream.set_nodelay(true).unwrap();
                    let connection = Connection {
                        stream,
                        manners,
                        input: Vec::new(),
                        reading: None,
                        answered: 0,
                        held: Vec::new(),
                    };
                    connection.serve().await;
                });
            }
        });
        Self {
            address,
            accepting: accepting.abort_handle(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) manners: Arc<Manners>,
    /// What has arrived and is not part of a request yet.
    pub(crate) input: Vec<u8>,
    /// The request whose content is read.
    pub(crate) reading: Option<Head>,
    /// How many requests have been answered.
    pub(crate) answered: usize,
    /// A response that another one overtakes.
    pub(crate) held: Vec<u8>,
}

/// Why a request is not answered as usual.
pub(crate) enum End {
    /// The client has closed, or is gone.
    Gone,
    /// Nothing was asked in time.
    Idle,
    /// It is refused.
    Refused(u16),
}

impl From<Refused> for End {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused.0)
    }
}

impl Connection {
    async fn serve(mut self) {
        loop {
            let stays = match self.exchange().await {
                Ok(stays) => stays,
                Err(end) => {
                    self.end(end).await;
                    return;
                }
            };
            if !stays {
                self.close().await;
                return;
            }
        }
    }

    /// Reads a request and answers it; whether the connection stays.
    async fn exchange(&mut self) -> Result<bool, End> {
        let head = self.head().await?;
        self.reading = Some(head.clone());
        let content = match broken::content(self, &head) {
            Some(content) => content,
            None => self.content(&head).await?,
        };
        self.reading = None;
        if self.manners.takes(Freedom::Slow) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut response = match permissive::instead(&head, &self.manners) {
            Some(response) => response,
            None => site::ask(&permissive::asked(&head, &self.manners), &content).await,
        };
        if head.ambiguous {
            response.closes = true;
        }
        permissive::change(&mut response, &head, &self.manners);
        broken::change(&mut response, &head, &self.manners);
        self.answer(response, Some(&head)).await
    }

    async fn head(&mut self) -> Result<Head, End> {
        let deadlines = self.manners.deadlines;
        let mut begun = false;
        let mut deadline = Instant::now() + deadlines.idle;
        loop {
            if !begun && !self.input.is_empty() {
                begun = true;
                deadline = Instant::now() + deadlines.head;
            }
            if let Some((head, length)) = Head::parse(&self.input, &self.manners)? {
                self.input.drain(..length);
                return Ok(head);
            }
            let blank = self.input.iter().all(|octet| b"\r\n".contains(octet));
            match self.more(deadline).await {
                Ok(()) => {}
                Err(More::Eof) if blank => return Err(End::Gone),
                Err(More::Eof) => return Err(End::Refused(400)),
                Err(More::Gone) => return Err(End::Gone),
                Err(More::Late) if blank => return Err(End::Idle),
                Err(More::Late) => return Err(End::Refused(408)),
            }
        }
    }

    async fn content(&mut self, head: &Head) -> Result<Vec<u8>, End> {
        let length = match head.framing {
            Framing::Length(0) => return Ok(Vec::new()),
            Framing::Length(length) if length > MOST => return Err(End::Refused(413)),
            Framing::Length(length) => Some(length as usize),
            Framing::Chunked => None,
        };
        if head.lists("Expect", "100-continue") {
            if head.minor > 0 && self.manners.takes(Freedom::FailsExpectations) {
                return Err(End::Refused(417));
            }
            if broken::continues(head, &self.manners) {
                self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
        }
        loop {
            let decoded = match length {
                Some(length) => (self.input.get(..length)).map(|octets| (octets.to_vec(), length)),
                None => chunks::decode(&self.input, &self.manners)?,
            };
            if let Some((content, length)) = decoded {
                self.input.drain(..length);
                return Ok(content);
            }
            match self
                .more(Instant::now() + self.manners.deadlines.content)
                .await
            {
                Ok(()) => {}
                Err(More::Eof) => return Err(End::Refused(400)),
                Err(More::Gone) => return Err(End::Gone),
                Err(More::Late) => return Err(End::Refused(408)),
            }
        }
    }

    async fn answer(&mut self, response: Response, head: Option<&Head>) -> Result<bool, End> {
        self.answered += 1;
        let stays = permissive::stays(&response, head, &self.manners, self.answered);
        let fate = broken::fate(stays, head, &self.manners);
        if let Some(head) = head {
            let interim = permissive::interim(head, &self.manners);
            self.write(interim).await?;
        }
        let octets = writer::encode(&response, head, fate, &self.manners);
        let octets = broken::written(self, octets, fate);
        if self.manners.takes(Freedom::OctetByOctet) {
            let (first, rest) = octets.split_at(octets.len().min(200));
            for octet in first {
                self.write(&[*octet]).await?;
                tokio::task::yield_now().await;
            }
            self.write(rest).await?;
        } else {
            self.write(&octets).await?;
        }
        Ok(fate.is_open())
    }

    /// What becomes of a connection on which no request can be read any more.
    async fn end(mut self, end: End) {
        match end {
            End::Gone => {}
            End::Idle if self.manners.takes(Freedom::ResetsIdle) => {
                let _ = self.stream.set_zero_linger();
                return;
            }
            End::Idle if self.manners.takes(Freedom::Says408) && self.answered > 0 => {
                let _ = self.answer(Response::refusal(408), None).await;
            }
            End::Idle => {}
            End::Refused(_) if self.manners.takes(Freedom::ClosesWithoutAWord) => {}
            End::Refused(status) => {
                if broken::hangs(self.manners.as_ref()) {
                    tokio::time::sleep(Duration::from_secs(30)).await;
                }
                let mut response = Response::refusal(status);
                broken::change_refusal(&mut response, &self.manners);
                let head = self
                    .reading
                    .take()
                    .unwrap_or_else(|| Head::guess(&self.input));
                let _ = self.answer(response, Some(&head)).await;
            }
        }
        self.close().await;
    }

    /// Half-closes, and reads on until the client has closed as well.
    async fn close(mut self) {
        let _ = self.stream.shutdown().await;
        if self.manners.takes(Freedom::DoesNotLinger) {
            return;
        }
        let drain = async {
            let mut buffer = [0; 4096];
            while self
                .stream
                .read(&mut buffer)
                .await
                .is_ok_and(|count| count > 0)
            {}
        };
        let _ = timeout(Duration::from_secs(2), drain).await;
    }

    async fn write(&mut self, octets: &[u8]) -> Result<(), End> {
        let written = timeout(Duration::from_secs(10), self.stream.write_all(octets)).await;
        if matches!(written, Ok(Ok(()))) {
            Ok(())
        } else {
            Err(End::Gone)
        }
    }

    async fn more(&mut self, deadline: Instant) -> Result<(), More> {
        let mut buffer = [0; 16 << 10];
        let read = self.stream.read(&mut buffer);
        let count = if self.manners.takes(Freedom::NeverTimesOut) {
            read.await
        } else {
            timeout_at(deadline, read).await.map_err(|_| More::Late)?
        };
        match count {
            Ok(0) => Err(More::Eof),
            Ok(count) => {
                self.input.extend_from_slice(&buffer[..count]);
                Ok(())
            }
            Err(_) => Err(More::Gone),
        }
    }
}

/// Why nothing more has come.
enum More {
    Eof,
    Gone,
    Late,
}
