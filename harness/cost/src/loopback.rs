//! The reference peers over the loopback of this machine, by its clock.

use std::time::{Duration, Instant};

use h1check::peer::client::Client;
use h1check::peer::server::Reference;
use tokio::runtime::Builder;

use super::exchange::{CostError, config, exchange, options};
use super::model::Task;

/// Has the reference client do a task with the reference server a few times, and tells how long it
/// took: the median.
///
/// # Errors
///
/// If there is no free port, or a request is not answered.
pub fn loopback(task: Task) -> Result<Duration, CostError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(CostError::Runtime)?.block_on(async {
        let server = Reference::start(config(task)).await;
        let server = server.map_err(CostError::Start)?;
        let mut times = Vec::new();
        // The first round warms up, and is not counted.
        for round in 0..=ROUNDS {
            let mut client = Client::tcp(server.address().to_string(), options(task));
            let start = Instant::now();
            exchange(&mut client, task).await?;
            if round > 0 {
                times.push(start.elapsed());
            }
        }
        server.shutdown().await;
        times.sort_unstable();
        Ok(times[ROUNDS / 2])
    })
}

/// An odd number; each closed connection keeps a port of the client for a minute, so not too many.
const ROUNDS: usize = 5;
