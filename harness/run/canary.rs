//! A plain request on a fresh connection: whether a server speaks HTTP/1.x at all, before anything
//! is played, and whether it lives, later.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::alien;
use super::asking::{Answer, Reach, ask};
use super::error::RunError;
use super::redact::Redactor;
use super::target::ServerTarget;
use crate::peer::connection::Connection;
use crate::peer::{Endpoint, OpenError};

/// Watches over the server of a run.
#[derive(Debug)]
pub(crate) struct Canary {
    server: ServerTarget,
    pub(crate) endpoint: Endpoint,
    patience: Duration,
    /// How long connecting and the first answer took, whichever was longer.
    pub(crate) took: Duration,
    /// The status of the first answer, where it can be read.
    status: Option<u16>,
    /// When the last look at it began, and whether it lived.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Canary {
    /// Asks for the first time. One that does not answer gets a second chance, for it may just
    /// have begun to work.
    ///
    /// # Errors
    /// Nobody listens, no TLS came about, or what answers there is no server for HTTP/1.x.
    pub(crate) async fn start(server: ServerTarget, patience: Duration) -> Result<Self, RunError> {
        let endpoint = server.endpoint()?;
        let request = request(&server);
        let start = Instant::now();
        let mut connection = knock(&endpoint, patience).await?;
        let mut took = start.elapsed();
        let mut tries = 0;
        loop {
            tries += 1;
            let start = Instant::now();
            let answer = ask(connection, &request, Reach::End, patience).await;
            if let Answer::Response(status) = answer {
                took = took.max(start.elapsed());
                return Ok(Self {
                    server,
                    endpoint,
                    patience,
                    took,
                    status,
                    last: Mutex::new(None),
                });
            }
            let for_good = matches!(
                answer,
                Answer::WantsTls | Answer::Alien(_) | Answer::Endless
            );
            if for_good || tries >= TRIES {
                return Err(refusal(&server, &endpoint, answer, patience));
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
            connection = match knock(&endpoint, patience).await {
                Ok(connection) => connection,
                Err(_) => return Err(refusal(&server, &endpoint, answer, patience)),
            };
        }
    }

    /// What the user could do so that more can be judged.
    pub(crate) fn hint(&self) -> Option<String> {
        let status = self.status.filter(|status| *status != 200)?;
        let path = &self.server.path;
        Some(format!(
            "hint: GET {path} is answered with {status}: name a resource that answers 200 in the \
             URL, or most scenarios cannot be judged"
        ))
    }

    /// Whether the server still answers.
    pub(crate) async fn lives(&self) -> bool {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        // Many may ask at once, as when much has timed out: one answer does for all of them.
        if let Some((begun, lives)) = *last
            && begun > asked
        {
            return lives;
        }
        let begun = Instant::now();
        let lives = self.look().await;
        *last = Some((begun, lives));
        lives
    }

    async fn look(&self) -> bool {
        let request = request(&self.server);
        for _ in 0..LOOKS {
            let opened = Connection::open(&self.endpoint, self.patience, self.patience);
            if let Ok(connection) = opened.await
                && let Answer::Response(_) =
                    ask(connection, &request, Reach::Head, self.patience).await
            {
                return true;
            }
        }
        false
    }
}

/// Whether anybody listens.
async fn knock(endpoint: &Endpoint, patience: Duration) -> Result<Connection, RunError> {
    let opened = Connection::open(endpoint, KNOCK_AT_MOST, patience).await;
    opened.map_err(|error| {
        let address = endpoint.address().clone();
        match error {
            OpenError::Connect(source) => RunError::Unreachable { address, source },
            OpenError::Handshake(source) => RunError::Handshake { address, source },
        }
    })
}

/// Why a server that answers so cannot be judged.
fn refusal(
    server: &ServerTarget,
    endpoint: &Endpoint,
    answer: Answer,
    within: Duration,
) -> RunError {
    let address = endpoint.address().clone();
    let path = server.path.clone();
    match answer {
        Answer::WantsTls => RunError::LooksLikeTls { address },
        Answer::Alien(octets) => {
            let redactor = Redactor::new(server.fields.secrets());
            let seen = alien::looks_like(&octets, &request(server), &redactor);
            RunError::NotHttp { address, seen }
        }
        Answer::Closed => RunError::ClosesAlways { address, path },
        Answer::Endless => RunError::EndlessContent { address, path },
        Answer::Unfinished(partial) if partial.endless_head => RunError::EndlessHead {
            address,
            path,
            octets: partial.octets,
        },
        Answer::Unfinished(partial) => RunError::Unfinished {
            address,
            path,
            within,
            octets: partial.octets,
            interim: partial.interim,
        },
        Answer::Silence | Answer::Response(_) => RunError::Silent {
            address,
            path,
            within,
        },
    }
}

fn request(server: &ServerTarget) -> Vec<u8> {
    let ServerTarget {
        path, authority, ..
    } = server;
    let extra = server.fields.lines();
    format!("GET {path} HTTP/1.1\r\nHost: {authority}{extra}\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

/// How long the first connect may take.
const KNOCK_AT_MOST: Duration = Duration::from_secs(5);

/// So often is a server asked before it counts as one that does not answer.
const TRIES: usize = 2;

const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// A server may be just busy: so often is it asked before it counts as dead.
const LOOKS: usize = 3;
