//! A plain request on a fresh connection, to see whether a subject lives.

use std::future::poll_fn;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Mutex, watch};

use super::target::ServerTarget;
use crate::peer::Endpoint;
use crate::peer::connection::{Connection, Received};
use crate::wire::{Decoder, Event, Limits};

/// Watches over the server of a run.
#[derive(Debug)]
pub(crate) struct Canary {
    server: ServerTarget,
    endpoint: Endpoint,
    patience: Duration,
    /// Whether the server answered when the run began, once that is known.
    first: watch::Receiver<Option<bool>>,
    /// How long its first answer took, if not too long.
    pub(crate) first_took: Option<Duration>,
    /// When the last look at it began, and whether it lived.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Canary {
    /// Asks for the first time, on a connection that is there already, and gives the server a
    /// moment to answer before anything is played that it may not survive.
    pub(crate) async fn start(
        server: ServerTarget,
        endpoint: Endpoint,
        connection: Connection,
        patience: Duration,
    ) -> Self {
        let (tell, first) = watch::channel(None);
        let request = request(&server);
        tokio::spawn(async move {
            let answered = tokio::time::timeout(patience, answers(connection, &request));
            // Where nobody listens any more the run is over.
            let _ = tell.send(Some(answered.await == Ok(true)));
        });
        let start = Instant::now();
        let mut canary = Self {
            server,
            endpoint,
            patience,
            first,
            first_took: None,
            last: Mutex::new(None),
        };
        // A slow answer still counts when it is asked for.
        let lived = tokio::time::timeout(MOMENT, canary.lived()).await;
        canary.first_took = (lived == Ok(true)).then(|| start.elapsed());
        canary
    }

    /// Whether the server answers. One that did not when the run began has not died since: then
    /// every scenario has to show for itself that it does not answer.
    pub(crate) async fn lives(&self) -> bool {
        if !self.lived().await {
            return true;
        }
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

    async fn lived(&self) -> bool {
        let mut first = self.first.clone();
        // The task that asks tells it in any case, unless the runtime ends.
        let first = first.wait_for(Option::is_some).await;
        first.is_ok_and(|first| *first == Some(true))
    }

    async fn look(&self) -> bool {
        let request = request(&self.server);
        for _ in 0..LOOKS {
            let answered = async {
                let opened = Connection::open(&self.endpoint, self.patience, self.patience);
                match opened.await {
                    Ok(connection) => answers(connection, &request).await,
                    Err(_) => false,
                }
            };
            if tokio::time::timeout(self.patience, answered).await == Ok(true) {
                return true;
            }
        }
        false
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

/// Whether a final response comes.
async fn answers(mut connection: Connection, request: &[u8]) -> bool {
    let mut rest = request;
    while !rest.is_empty() {
        match poll_fn(|context| connection.poll_send(context, rest)).await {
            Ok(count) => rest = &rest[count..],
            Err(_) => return false,
        }
    }
    if poll_fn(|context| connection.poll_flush(context))
        .await
        .is_err()
    {
        return false;
    }
    let mut decoder = Decoder::responses(Limits::default());
    decoder.expect_answer(Bytes::from_static(b"GET"));
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
        // What is no message does not become one, however long it is.
        if decoder.is_stopped() {
            return false;
        }
    }
}

/// How long the first answer is waited for.
const MOMENT: Duration = Duration::from_millis(200);

/// A server may be just busy: so often is it asked before it counts as dead.
const LOOKS: usize = 3;
