//! The reference peers over the simulated link.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use h1check::peer::client::Client;
use h1check::peer::server::{Config, Stop, serve_connection};
use turmoil_net::shim::tokio::net::{TcpListener, TcpStream};

use super::exchange::{CostError, config, exchange, options};
use super::model::{Passage, Task};
use super::network::{self, SERVER};

/// Has the reference client do a task with the reference server, over a link with that round-trip
/// time. The same comes out each time: no clock of this machine is looked at.
///
/// # Errors
///
/// If the peers do not come to an end of what they have to say.
pub fn simulate(task: Task, round_trip: Duration) -> Result<Passage, CostError> {
    let client = async move {
        let connect = || TcpStream::connect((SERVER, PORT));
        let mut client = Client::new(connect, "example.com", options(task));
        exchange(&mut client, task).await?;
        Ok(client.dials())
    };
    let traffic =
        network::run(round_trip, serve(config(task)), client).map_err(CostError::Runtime)?;
    let (connections, answered) = traffic.client.ok_or(CostError::Stuck)?;
    Ok(Passage {
        answered,
        closed: traffic.silent,
        connections: connections?,
        segments: traffic.segments,
        received: traffic.received,
    })
}

/// The reference server, with the simulated sockets in place of those of the system.
async fn serve(config: Config) {
    let Ok(listener) = TcpListener::bind((SERVER, PORT)).await else {
        // The client finds nobody there, and says so.
        return;
    };
    let stop = Stop::new();
    let mut connections = FuturesUnordered::new();
    loop {
        tokio::select! {
            // In this order, so that the same happens each time.
            biased;
            accepted = listener.accept() => {
                if let Ok((io, _)) = accepted {
                    connections.push(serve_connection(io, &config, &stop));
                }
            }
            Some(()) = connections.next(), if !connections.is_empty() => {}
        }
    }
}

const PORT: u16 = 80;
