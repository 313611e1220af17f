//! The reference peers as subjects: set as each scenario asks for.

use std::net::SocketAddr;

use tokio::sync::mpsc;

use super::player::{Asker, CannotAsk, FilledAsk, Told};
use crate::scenario::Scenario;

#[derive(Debug, Default)]
pub(crate) struct ReferenceServers {}

impl ReferenceServers {
    pub(crate) async fn address_for(&self, _scenario: &Scenario) -> Result<SocketAddr, String> {
        Err("x".into())
    }
}

pub(crate) struct ReferenceAsker {}

impl ReferenceAsker {
    pub(crate) fn new(_teller: mpsc::UnboundedSender<Told>) -> Self {
        Self {}
    }
}

impl Asker for ReferenceAsker {
    fn ask(&mut self, _asks: Vec<Vec<FilledAsk>>) -> Result<(), CannotAsk> {
        Ok(())
    }
}
