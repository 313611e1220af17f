//! Who is judged, and how a scenario gets at it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::command::ClientCommand;
use super::error::{RunError, cannot_start};
use super::process::{Groups, Process};
use super::redact::Redactor;
use crate::peer::connection::{self, Connection};
use crate::peer::tls::{Tls, TlsError};
use crate::peer::{Address, Endpoint};
use crate::profile::ExtraFields;
use crate::scenario::{GivenValue, Subject};

/// The subject of a run.
#[derive(Clone, Debug)]
pub enum Target {
    /// The reference server, in this process; set as each scenario asks for.
    ReferenceServer,
    /// The reference client, in this process.
    ReferenceClient,
    /// A server that listens somewhere.
    Server(ServerTarget),
    /// A server that is started for the run, and ended with it.
    Spawned(SpawnedServer),
    /// A client, started anew for every scenario.
    Client(ClientCommand),
}

/// A server under test, and what is known of it.
#[derive(Clone, Debug)]
pub struct ServerTarget {
    /// Where it listens.
    pub address: Address,
    /// How TLS is spoken with it, where it is.
    pub tls: Option<Tls>,
    /// What `Host` and absolute targets name: host and port.
    pub authority: String,
    /// The path of a resource that answers GET with 200 and the same content each time.
    pub path: String,
    /// What it offers or is set to, by the names of `given`.
    pub given: BTreeMap<String, GivenValue>,
    /// Whether the echo wraps the content in something else.
    pub echo_has: bool,
    /// Field lines for every request. No report shows those that are secret.
    pub fields: ExtraFields,
}

impl ServerTarget {
    /// A server without TLS that listens there, by its address and with the path `/`.
    #[must_use]
    pub fn at(address: impl Into<Address>) -> Self {
        let address = address.into();
        Self {
            authority: match &address {
                Address::Tcp(address) => address.to_string(),
                Address::Unix(_) => "localhost".into(),
            },
            address,
            tls: None,
            path: "/".into(),
            given: BTreeMap::new(),
            echo_has: false,
            fields: ExtraFields::default(),
        }
    }

    /// How it is come to.
    ///
    /// # Errors
    /// The certificates to trust cannot be read, the authority names no host, or TLS was not
    /// built in.
    pub fn endpoint(&self) -> Result<Endpoint, TlsError> {
        match &self.tls {
            None => Ok(self.address.clone().into()),
            Some(tls) => Endpoint::tls(self.address.clone(), tls, host(&self.authority)),
        }
    }

    /// What scenarios may take as given: what is declared, and `tls` where the address says so.
    pub(crate) fn givens(&self) -> BTreeMap<String, GivenValue> {
        let mut givens = self.given.clone();
        if self.tls.is_some() {
            givens.entry("tls".into()).or_insert(GivenValue::Flag(true));
        }
        givens
    }

    /// Its URL, and the socket where that does not tell it.
    fn describe(&self) -> String {
        let Self {
            authority, path, ..
        } = self;
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        match &self.address {
            Address::Tcp(_) => format!("{scheme}://{authority}{path}"),
            socket @ Address::Unix(_) => format!("{scheme}://{authority}{path} on {socket}"),
        }
    }
}

/// The host of an authority, without the brackets of an IPv6 address.
fn host(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    authority.split(':').next().unwrap_or(authority)
}

/// A server that is started by a command line with `{port}` (and `{host}`) in it.
#[derive(Clone, Debug)]
pub struct SpawnedServer {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// How long it may take until it accepts connections.
    pub ready_within: Duration,
    /// The path of a resource that answers GET with 200 and the same content each time.
    pub path: String,
    /// What it offers or is set to.
    pub given: BTreeMap<String, GivenValue>,
    /// Whether the echo wraps the content in something else.
    pub echo_has: bool,
    /// Field lines for every request. No report shows those that are secret.
    pub fields: ExtraFields,
}

impl Target {
    /// Which scenarios are for it.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::ReferenceServer | Self::Server(_) | Self::Spawned(_) => Subject::Server,
            Self::ReferenceClient | Self::Client(_) => Subject::Client,
        }
    }

    /// The field lines of its profile.
    pub(crate) fn fields(&self) -> Option<&ExtraFields> {
        match self {
            Self::Server(server) => Some(&server.fields),
            Self::Spawned(server) => Some(&server.fields),
            Self::ReferenceServer | Self::ReferenceClient | Self::Client(_) => None,
        }
    }

    /// A text without the secrets of the target's fields: asterisks in their place.
    #[must_use]
    pub fn hide_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some(fields) = self.fields() {
            Redactor::new(fields.secrets()).text(&mut text);
        }
        text
    }

    /// A few words for reports.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::ReferenceServer => "the reference server".into(),
            Self::ReferenceClient => "the reference client".into(),
            Self::Server(server) => format!("server at {}", server.describe()),
            Self::Spawned(server) => format!("server started with `{}`", server.words.join(" ")),
            Self::Client(client) => format!("client `{}`", client.words.join(" ")),
        }
    }
}

/// A server process of a run, which can be started anew when it has died.
#[derive(Debug)]
pub(crate) struct Spawned {
    server: SpawnedServer,
    running: Mutex<Option<Process>>,
    groups: Groups,
    port: u16,
}

impl Spawned {
    pub(crate) async fn start(
        server: &SpawnedServer,
        groups: &Groups,
    ) -> Result<Arc<Self>, RunError> {
        let port = connection::free_port().map_err(RunError::CannotListen)?;
        let spawned = Self {
            server: server.clone(),
            running: Mutex::new(None),
            groups: groups.clone(),
            port,
        };
        spawned.restart().await?;
        Ok(Arc::new(spawned))
    }

    /// The server as a target.
    pub(crate) fn target(&self) -> ServerTarget {
        ServerTarget {
            path: self.server.path.clone(),
            given: self.server.given.clone(),
            echo_has: self.server.echo_has,
            fields: self.server.fields.clone(),
            ..ServerTarget::at((Ipv4Addr::LOCALHOST, self.port))
        }
    }

    /// Ends what still runs, starts it anew and waits until it accepts connections.
    pub(crate) async fn restart(&self) -> Result<(), RunError> {
        let mut running = self.running.lock().await;
        if let Some(mut old) = running.take() {
            old.end().await;
        }
        let port = self.port.to_string();
        let words: Vec<String> = self
            .server
            .words
            .iter()
            .map(|word| word.replace("{port}", &port).replace("{host}", "127.0.0.1"))
            .collect();
        let mut process = Process::start(&words, None, &self.groups)
            .map_err(|source| cannot_start(words.first().cloned().unwrap_or_default(), source))?;
        let command = words.join(" ");
        let endpoint = Endpoint::from(Address::from((Ipv4Addr::LOCALHOST, self.port)));
        let deadline = Instant::now() + self.server.ready_within;
        while Connection::open(&endpoint, KNOCK_AT_MOST, KNOCK_AT_MOST)
            .await
            .is_err()
        {
            if let Some(status) = process.ended() {
                // What it said last is the reason; give the pipes a moment.
                let _ = process.wait().await;
                return Err(RunError::EndedEarly {
                    command,
                    status: status.to_string(),
                    output: tail(&process.output()),
                });
            }
            if Instant::now() > deadline {
                process.end().await;
                return Err(RunError::NotReady {
                    command,
                    port: self.port,
                    within: self.server.ready_within,
                    output: tail(&process.output()),
                });
            }
            tokio::time::sleep(BETWEEN_KNOCKS).await;
        }
        *running = Some(process);
        Ok(())
    }

    /// Whether the server has ended by itself.
    pub(crate) fn has_ended(&self) -> bool {
        // Who holds the lock is just starting it anew.
        self.running.try_lock().is_ok_and(|mut running| {
            running
                .as_mut()
                .is_some_and(|process| process.ended().is_some())
        })
    }

    /// What the server has printed.
    pub(crate) async fn output(&self) -> String {
        self.running
            .lock()
            .await
            .as_ref()
            .map(Process::output)
            .unwrap_or_default()
    }

    /// Ends the server.
    pub(crate) async fn end(&self) {
        if let Some(mut process) = self.running.lock().await.take() {
            process.end().await;
        }
    }
}

/// The last lines of an output, for a message.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().rev().take(10).collect();
    let text: Vec<&str> = lines.into_iter().rev().collect();
    if text.is_empty() {
        "nothing".into()
    } else {
        text.join("\n")
    }
}

/// How long one try may take.
const KNOCK_AT_MOST: Duration = Duration::from_secs(5);

/// How often it is tried whether a started server accepts.
const BETWEEN_KNOCKS: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn an_https_address_says_that_tls_is_given() {
        let address: Address = Address::Tcp(([127, 0, 0, 1], 443).into());
        let plain = ServerTarget::at(address);
        assert_eq!(plain.givens().get("tls"), None);
        let secured = ServerTarget {
            tls: Some(Tls::default()),
            ..plain
        };
        assert_eq!(secured.givens().get("tls"), Some(&GivenValue::Flag(true)));
    }
}
