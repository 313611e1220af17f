//! A client that runs on its own: it is given requests through a channel, and in between it
//! watches its idle connection.

use tokio::sync::{mpsc, oneshot};

use super::connect::Connect;
use super::error::ClientError;
use super::request::{Request, Response};
use super::session::Client;

/// A client in a task of its own. Dropping it closes its connection.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use h1check::peer::client::{Client, Driver, Options, Request};
/// use h1check::peer::server::{Config, Reference};
///
/// let server = Reference::start(Config::default()).await.unwrap();
/// let client = Driver::start(Client::tcp(server.address().to_string(), Options::default()));
/// let responses = client.together(vec![Request::new("GET", "/"), Request::new("HEAD", "/")]).await;
/// assert!(responses.iter().all(|response| response.as_ref().unwrap().status() == 200));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Driver {
    commands: mpsc::Sender<Command>,
}

type Answer = Vec<Result<Response, ClientError>>;

#[derive(Debug)]
struct Command {
    requests: Vec<Request>,
    answer: oneshot::Sender<Answer>,
}

impl Driver {
    /// Starts the task.
    #[must_use]
    pub fn start<C>(client: Client<C>) -> Self
    where
        C: Connect + 'static,
        C::Io: 'static,
    {
        let (commands, received) = mpsc::channel(1);
        tokio::spawn(run(client, received));
        Self { commands }
    }

    /// Sends one request.
    ///
    /// # Errors
    ///
    /// Those of [`Client::request`].
    pub async fn request(&self, request: Request) -> Result<Response, ClientError> {
        let mut answer = self.together(vec![request]).await;
        answer.pop().unwrap_or(Err(ClientError::Ended))
    }

    /// Sends several requests without waiting in between, and returns one result for each.
    pub async fn together(&self, requests: Vec<Request>) -> Vec<Result<Response, ClientError>> {
        let count = requests.len();
        let (answer, answered) = oneshot::channel();
        let ended = || (0..count).map(|_| Err(ClientError::Ended)).collect();
        if self
            .commands
            .send(Command { requests, answer })
            .await
            .is_err()
        {
            return ended();
        }
        answered.await.unwrap_or_else(|_| ended())
    }
}

async fn run<C: Connect>(mut client: Client<C>, mut commands: mpsc::Receiver<Command>) {
    loop {
        let command = tokio::select! {
            // A request that is there already goes first: it finds out itself about the
            // connection.
            biased;
            command = commands.recv() => command,
            () = client.watch() => continue,
        };
        let Some(Command {
            requests,
            mut answer,
        }) = command
        else {
            return;
        };
        tokio::select! {
            results = client.pipeline(&requests) => {
                // Whoever asked may have lost interest in the meantime.
                let _ = answer.send(results);
            }
            // The request is given up, and the connection with it.
            () = answer.closed() => client.close(),
        }
    }
}
