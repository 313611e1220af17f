//! The reference peers as subjects: set as each scenario asks for.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};

use super::driver::{Asker, CannotAsk, FilledAsk, Told};
use crate::peer::client::{self, Client, Driver, Request};
use crate::peer::server::{self, Config, Reference};
use crate::scenario::{GivenValue, OutcomeWord, Scenario};

/// Reference servers by how they are set; started when the first scenario needs them.
#[derive(Debug, Default)]
pub(crate) struct ReferenceServers {
    running: Mutex<HashMap<[Duration; 3], Reference>>,
}

impl ReferenceServers {
    /// The address of a reference server that has the timeouts which the scenario declares.
    pub(crate) async fn address_for(&self, scenario: &Scenario) -> Result<SocketAddr, String> {
        let given = |name: &str| match scenario.given.get(name)?.default.as_ref()? {
            GivenValue::Time(duration) => Some(*duration),
            _ => None,
        };
        let plain = server::Deadlines::default();
        let deadlines = server::Deadlines {
            idle: given("idle-timeout").unwrap_or(plain.idle),
            head: given("head-timeout").unwrap_or(plain.head),
            content: given("content-timeout").unwrap_or(plain.content),
            ..plain
        };
        let key = [deadlines.idle, deadlines.head, deadlines.content];
        let mut running = self.running.lock().await;
        if let Some(server) = running.get(&key) {
            return Ok(server.address());
        }
        let config = Config {
            deadlines,
            ..Config::default()
        };
        let server = Reference::start(config)
            .await
            .map_err(|error| format!("cannot start the reference server: {error}"))?;
        let address = server.address();
        running.insert(key, server);
        Ok(address)
    }
}

/// Drives the reference client for one scenario.
pub(crate) struct ReferenceAsker {
    teller: mpsc::UnboundedSender<Told>,
    asks: Option<mpsc::UnboundedSender<Vec<FilledAsk>>>,
}

impl ReferenceAsker {
    pub(crate) fn new(teller: mpsc::UnboundedSender<Told>) -> Self {
        Self { teller, asks: None }
    }
}

impl Asker for ReferenceAsker {
    fn ask(&mut self, asks: Vec<Vec<FilledAsk>>) -> Result<(), CannotAsk> {
        let sender = self.asks.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            tokio::spawn(drive(receiver, self.teller.clone()));
            sender
        });
        for together in asks {
            // The task ends only after this sender.
            let _ = sender.send(together);
        }
        Ok(())
    }
}

/// Makes the requests in order, with one client for each authority.
async fn drive(
    mut asks: mpsc::UnboundedReceiver<Vec<FilledAsk>>,
    teller: mpsc::UnboundedSender<Told>,
) {
    let mut clients: HashMap<String, Driver> = HashMap::new();
    loop {
        let together = tokio::select! {
            together = asks.recv() => together,
            () = teller.closed() => None,
        };
        let Some(together) = together else {
            return;
        };
        let Some(authority) = together.first().and_then(|ask| authority(&ask.url)) else {
            continue;
        };
        let driver = clients.entry(authority.to_owned()).or_insert_with(|| {
            let options = client::Options {
                deadlines: client::Deadlines::all(PATIENCE),
                ..client::Options::default()
            };
            Driver::start(Client::tcp(authority, options))
        });
        let requests = together.iter().map(request).collect();
        let results = tokio::select! {
            results = driver.together(requests) => results,
            // The scenario is over: what is under way is dropped with the driver.
            () = teller.closed() => return,
        };
        for result in results {
            let told = match result {
                Ok(response) => Told {
                    word: OutcomeWord::Success,
                    status: Some(response.status()),
                    body: Some(response.content),
                },
                Err(_) => Told {
                    word: OutcomeWord::Failure,
                    status: None,
                    body: None,
                },
            };
            // Where nobody listens the scenario is over.
            let _ = teller.send(told);
        }
    }
}

fn request(ask: &FilledAsk) -> Request {
    let target = authority(&ask.url)
        .and_then(|authority| ask.url.split_once(authority))
        .map_or("/", |(_, path)| path);
    let target = if target.is_empty() { "/" } else { target };
    let mut request = Request::new(ask.method.clone(), target.to_owned());
    for (name, value) in &ask.fields {
        request = request.field(name.clone(), value.clone());
    }
    match &ask.body {
        Some(body) => request.content(body.clone()),
        None => request,
    }
}

/// The authority of an absolute `http` URL.
fn authority(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://")?;
    Some(rest.split(['/', '?']).next().unwrap_or(rest)).filter(|authority| !authority.is_empty())
}

/// How long the reference client waits for a server that plays dead.
const PATIENCE: Duration = Duration::from_secs(3);
