//! How the player comes to its connections: it opens them, or they arrive and a step takes them.

use std::time::{Duration, Instant};

use super::lane::Lane;
use super::player::{Player, Stop};
use crate::outcome::ConnectionInfo;
use crate::peer::connection::Connection;
use crate::scenario::{ScriptSide, Subject};

impl Player<'_> {
    /// Connections that no step has taken, which arrived on the listener of that name.
    pub(crate) fn unclaimed(&self, name: Option<&str>) -> impl Iterator<Item = usize> {
        let special = self
            .world
            .listeners
            .iter()
            .any(|(listener, _)| listener.as_deref() == name && name.is_some());
        let listener = if special {
            name.map(str::to_owned)
        } else {
            None
        };
        self.lanes
            .iter()
            .enumerate()
            .filter(move |(_, lane)| !lane.claimed && lane.listener == listener)
            .map(|(index, _)| index)
    }

    pub(crate) fn claim(&mut self, lane: usize, name: Option<String>) {
        self.latest = Some(lane);
        let lane = &mut self.lanes[lane];
        if lane.claimed {
            return;
        }
        lane.claimed = true;
        if let Some(name) = name {
            self.recorder.rename(lane.id, &name);
            lane.name = Some(name);
        }
    }

    pub(super) async fn connect(&mut self, name: Option<&String>) -> Result<usize, Stop> {
        let named = self
            .world
            .dials
            .iter()
            .find(|(dial, _)| dial.is_some() && dial.as_ref() == name);
        let dial = named.map(|(_, endpoint)| endpoint);
        let Some(endpoint) = dial.or(self.world.dial.as_ref()) else {
            return Err(Stop::Broken("there is nobody to connect to".into()));
        };
        let opened = Connection::open(endpoint, CONNECT_AT_MOST, CONNECT_AT_MOST).await;
        let connection = opened.map_err(|error| {
            Stop::Broken(format!("no connection to {}: {error}", endpoint.address()))
        })?;
        Ok(self.add(connection, name.cloned(), true, None))
    }

    pub(crate) fn add(
        &mut self,
        connection: Connection,
        name: Option<String>,
        opened_by_us: bool,
        listener: Option<String>,
    ) -> usize {
        let index = self.lanes.len();
        let info = ConnectionInfo {
            name: name.clone().unwrap_or_else(|| (index + 1).to_string()),
            local: connection.local.to_string(),
            remote: connection.remote.to_string(),
            transport: connection.transport().into(),
            opened_by_us,
        };
        let id = self.recorder.connection(info, Instant::now());
        let mut lane = Lane::new(connection, opened_by_us, id);
        lane.name = name;
        lane.listener = listener;
        if self.side == ScriptSide::Judge {
            lane.lint(self.values.scenario.subject == Subject::Proxy);
        }
        self.lanes.push(lane);
        if opened_by_us {
            self.latest = Some(index);
        }
        index
    }

    /// Takes over a connection that was accepted elsewhere.
    pub(crate) fn adopt(&mut self, connection: Connection) {
        let lane = self.add(connection, None, false, None);
        self.claim(lane, None);
    }
}

/// How long a connect may take. The kernel would try for minutes.
const CONNECT_AT_MOST: Duration = Duration::from_secs(10);
