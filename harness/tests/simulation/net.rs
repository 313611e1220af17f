//! What both ends of all connections share: which faults are still to happen, and what went over
//! each connection.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use super::fault::{Fault, Kind, Side, Way};

/// Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Net(Arc<Mutex<State>>);

#[derive(Debug)]
pub(crate) struct State {
    /// What is still to happen.
    pub(crate) faults: Vec<Fault>,
    /// What has happened to the link and is to be put right.
    pub(crate) struck: Vec<Kind>,
    /// Whether it has not been put right yet.
    pub(crate) is_ill: bool,
    /// Connections by number: in the order in which the client asked for them.
    pub(crate) records: Vec<Record>,
    numbers: BTreeMap<SocketAddr, usize>,
    /// Octets that are written at once at most, each way.
    pub(crate) pieces: [usize; 2],
    /// Connections that the server serves now.
    pub(crate) serving: usize,
}

/// What went over one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// What the client has written.
    pub(crate) asked: Vec<u8>,
    /// What the server has read of it.
    pub(crate) heard: Vec<u8>,
    /// What the server has written.
    pub(crate) answered: Vec<u8>,
    /// What the client has read of it.
    pub(crate) told: Vec<u8>,
    /// Whether an end has been reset, and what is unread is lost with it.
    pub(crate) reset: Option<Kind>,
}

impl Net {
    pub(crate) fn new(faults: Vec<Fault>, pieces: [usize; 2]) -> Self {
        Self(Arc::new(Mutex::new(State {
            faults,
            struck: Vec::new(),
            is_ill: false,
            records: Vec::new(),
            numbers: BTreeMap::new(),
            pieces,
            serving: 0,
        })))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The client asks for a connection: its number.
    pub(crate) fn dial(&self) -> usize {
        let mut state = self.state();
        state.records.push(Record::default());
        state.records.len() - 1
    }

    /// The connection has been made from there.
    pub(crate) fn opened(&self, number: usize, from: SocketAddr) {
        self.state().numbers.insert(from, number);
    }

    /// The number of the connection that comes from there. The server may accept it before the
    /// client knows of it.
    pub(crate) fn number(&self, from: SocketAddr) -> Option<usize> {
        self.state().numbers.get(&from).copied()
    }

    /// A connection is served until the guard is gone.
    pub(crate) fn serve(&self) -> Serving {
        self.state().serving += 1;
        Serving(self.clone())
    }
}

impl State {
    /// How many more octets may pass before the next fault on this side of the connection.
    pub(crate) fn room(&self, number: usize, way: Way, side: Side) -> Option<usize> {
        let passed = self.passed(number, way, side);
        let here =
            |fault: &&Fault| fault.connection == number && fault.way == way && fault.side == side;
        let ahead = self.faults.iter().filter(here);
        ahead.map(|fault| fault.octet.saturating_sub(passed)).min()
    }

    /// Takes the fault that is due at this octet.
    pub(crate) fn due(&mut self, number: usize, way: Way, side: Side) -> Option<Kind> {
        let passed = self.passed(number, way, side);
        let index = self.faults.iter().position(|fault| {
            fault.connection == number
                && fault.way == way
                && fault.side == side
                && fault.octet <= passed
        })?;
        Some(self.faults.remove(index).kind)
    }

    /// Something has happened to the link or the server, and the simulation is to put it right.
    pub(crate) fn strike(&mut self, kind: Kind) {
        self.struck.push(kind);
        self.is_ill = true;
    }

    fn passed(&self, number: usize, way: Way, side: Side) -> usize {
        let record = &self.records[number];
        match (way, side) {
            (Way::ToServer, Side::Sending) => record.asked.len(),
            (Way::ToServer, Side::Receiving) => record.heard.len(),
            (Way::ToClient, Side::Sending) => record.answered.len(),
            (Way::ToClient, Side::Receiving) => record.told.len(),
        }
    }

    /// Octets have passed.
    pub(crate) fn pass(&mut self, number: usize, way: Way, side: Side, octets: &[u8]) {
        let record = &mut self.records[number];
        let log = match (way, side) {
            (Way::ToServer, Side::Sending) => &mut record.asked,
            (Way::ToServer, Side::Receiving) => &mut record.heard,
            (Way::ToClient, Side::Sending) => &mut record.answered,
            (Way::ToClient, Side::Receiving) => &mut record.told,
        };
        log.extend_from_slice(octets);
    }
}

/// A connection that is being served.
#[derive(Debug)]
pub(crate) struct Serving(Net);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.state().serving -= 1;
    }
}
