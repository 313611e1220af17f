//! What both links have in common: what the client asks, and what may go wrong.

use std::time::Duration;

use h1check::peer::client::{self, Client, ClientError, Connect, Request};
use h1check::peer::server;

use super::model::{Manner, Task};

/// Why there is no number.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// A request was not answered.
    #[error("a request was not answered")]
    Unanswered(#[source] ClientError),
    /// A response is not that of the page that was asked for.
    #[error("a response has the status {0} instead of 200")]
    Status(u16),
    /// Both peers wait, and nothing is on its way.
    #[error("both peers wait for the other one")]
    Stuck,
    /// There is no server on the loopback.
    #[error("cannot start a server")]
    Start(#[source] server::BindError),
    /// There is no runtime.
    #[error("cannot start a runtime")]
    Runtime(#[source] std::io::Error),
}

/// Has all messages of a task exchanged.
pub(crate) async fn exchange<C: Connect>(
    client: &mut Client<C>,
    task: Task,
) -> Result<(), CostError> {
    let request = Request::new("GET", "/");
    if task.manner == Manner::Pipelining {
        let requests = vec![request; task.messages];
        return (client.pipeline(&requests).await)
            .into_iter()
            .try_for_each(check);
    }
    for _ in 0..task.messages {
        check(client.request(&request).await)?;
    }
    Ok(())
}

fn check(answer: Result<client::Response, ClientError>) -> Result<(), CostError> {
    match answer.map_err(CostError::Unanswered)?.status() {
        200 => Ok(()),
        status => Err(CostError::Status(status)),
    }
}

/// How the client behaves.
pub(crate) fn options(task: Task) -> client::Options {
    client::Options {
        version: task.version,
        close: task.manner == Manner::Close,
        deadlines: client::Deadlines::all(NEVER),
        ..client::Options::default()
    }
}

/// How the server behaves.
pub(crate) fn config(task: Task) -> server::Config {
    server::Config {
        version: task.version,
        deadlines: server::Deadlines {
            drain: NEVER,
            ..server::Deadlines::all(NEVER)
        },
        ..server::Config::default()
    }
}

/// No deadline of a peer is to end what the link takes its time for.
const NEVER: Duration = Duration::from_secs(30 * 24 * 60 * 60);
