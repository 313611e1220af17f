//! A plain request on a fresh connection, to see whether a subject lives.

use std::time::{Duration, Instant};

use tokio::sync::{Mutex, watch};

use super::asking::{Answer, ask};
use super::target::{RunError, ServerTarget};
use crate::peer::Endpoint;
use crate::peer::connection::Connection;

/// Watches over the server of a run.
#[derive(Debug)]
pub(crate) struct Canary {
    server: ServerTarget,
    endpoint: Endpoint,
    patience: Duration,
    /// How the server answered when the run began, once that is known.
    first: watch::Receiver<Option<Answer>>,
    /// How long its first answer took, if not too long.
    pub(crate) first_took: Option<Duration>,
    /// When the last look at it began, and whether it lived.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Canary {
    /// Asks for the first time, on a connection that is there already, and gives the server a
    /// moment to answer before anything is played that it may not survive.
    ///
    /// # Errors
    /// It says that it wants to be spoken with in another way.
    pub(crate) async fn start(
        server: ServerTarget,
        endpoint: Endpoint,
        connection: Connection,
        patience: Duration,
        moment: Duration,
    ) -> Result<Self, RunError> {
        let (tell, first) = watch::channel(None);
        let request = request(&server);
        tokio::spawn(async move {
            let answer = tokio::time::timeout(patience, ask(connection, &request)).await;
            // Where nobody listens any more the run is over.
            let _ = tell.send(Some(answer.unwrap_or(Answer::Nothing)));
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
        let answer = tokio::time::timeout(moment.max(MOMENT), canary.first_answer()).await;
        if answer == Ok(Answer::WantsTls) {
            let address = canary.endpoint.address().clone();
            return Err(RunError::LooksLikeTls { address });
        }
        canary.first_took = (answer == Ok(Answer::Response)).then(|| start.elapsed());
        Ok(canary)
    }

    /// Whether the server answers. One that did not when the run began has not died since: then
    /// every scenario has to show for itself that it does not answer.
    pub(crate) async fn lives(&self) -> bool {
        if self.first_answer().await != Answer::Response {
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

    async fn first_answer(&self) -> Answer {
        let mut first = self.first.clone();
        // The task that asks tells it in any case, unless the runtime ends.
        match first.wait_for(Option::is_some).await {
            Ok(answer) => answer.unwrap_or(Answer::Nothing),
            Err(_) => Answer::Nothing,
        }
    }

    async fn look(&self) -> bool {
        let request = request(&self.server);
        for _ in 0..LOOKS {
            let answered = async {
                let opened = Connection::open(&self.endpoint, self.patience, self.patience);
                match opened.await {
                    Ok(connection) => ask(connection, &request).await,
                    Err(_) => Answer::Nothing,
                }
            };
            if tokio::time::timeout(self.patience, answered).await == Ok(Answer::Response) {
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

/// How long the first answer is waited for.
const MOMENT: Duration = Duration::from_millis(200);

/// A server may be just busy: so often is it asked before it counts as dead.
const LOOKS: usize = 3;
