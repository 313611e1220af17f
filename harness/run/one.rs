//! One scenario against the target of a run: as many tries as the file allows.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::mpsc;

use super::canary::Canary;
use super::command::CommandAsker;
use super::driver::{Asker, Told};
use super::jitter::Jitter;
use super::play::{self, Finding, Try};
use super::player::{Player, Timing, World};
use super::process::{Groups, Output};
use super::redact::Redactor;
use super::reference::{ReferenceAsker, ReferenceServers};
use super::slot::{Slot, Slots};
use super::target::{ServerTarget, Target};
use super::world::{self, Facts};
use crate::outcome::{MismatchKind, Outcome, Transcript, Verdict};
use crate::peer::{Address, Endpoint};
use crate::scenario::{Scenario, ScriptSide};

/// What the scenarios of a run share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) target: Target,
    /// Where the server under test listens, if it is no reference server.
    pub(crate) server: Option<ServerTarget>,
    /// How it is come to.
    pub(crate) endpoint: Option<Endpoint>,
    /// Whether it still answers, where it is no reference server.
    pub(crate) canary: Option<Canary>,
    pub(crate) references: ReferenceServers,
    pub(crate) groups: Groups,
    pub(crate) timing: Timing,
    pub(crate) slots: Slots,
    /// Connections that the target can hold: one scenario each.
    pub(crate) held: Option<Slots>,
    pub(crate) jitter: Jitter,
    /// Keeps secrets out of what is told.
    pub(crate) redactor: Redactor,
    /// Whether what a client command prints is the content that it got.
    pub(crate) prints_content: bool,
    /// The scenarios that have begun: each may be the one that a subject did not survive.
    pub(crate) under_way: Mutex<BTreeSet<String>>,
}

/// What became of a scenario, for the suite.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<Finding>,
    pub(crate) hostile: bool,
}

impl Shared {
    /// Plays a scenario, waiting for a slot first.
    pub(crate) async fn play(&self, scenario: &Arc<Scenario>) -> Played {
        let _held = match &self.held {
            Some(held) => held.take().await,
            None => None,
        };
        let slot = self.slots.take().await;
        self.under_way().insert(scenario.id.clone());
        // All scenarios of a run wait for their slots at once: what one needs to be played is
        // made room for only now.
        Box::pin(self.play_in(slot, scenario)).await
    }

    async fn play_in(&self, mut slot: Option<Slot>, scenario: &Arc<Scenario>) -> Played {
        let start = Instant::now();
        let output = Output::default();
        let mut tries = 0;
        let last = loop {
            tries += 1;
            let begun = Instant::now();
            let mut last = match self.try_once(scenario, slot.take(), &output).await {
                Ok(played) => played,
                Err(verdict) => nothing(verdict),
            };
            self.excuse_noise(&mut last, begun);
            if last.verdict == Verdict::Pass || tries >= scenario.tries {
                break last;
            }
        };
        let hostile = last.hostile;
        let output = String::from_utf8_lossy(&output.octets()).into_owned();
        let (mut outcome, findings) = play::outcome(scenario, last, tries, output, start.elapsed());
        self.redactor.outcome(&mut outcome);
        Played {
            outcome,
            findings,
            hostile,
        }
    }

    /// What has begun and is not yet judged.
    pub(crate) fn under_way(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn try_once(
        &self,
        scenario: &Arc<Scenario>,
        slot: Option<Slot>,
        output: &Output,
    ) -> Result<Try, Verdict> {
        let facts = self.facts(scenario).await?;
        if let Some(why) = facts.missing(scenario) {
            return Err(Verdict::Skip { why });
        }
        let cannot = |error| Verdict::Error {
            why: format!("cannot listen on loopback: {error}"),
        };
        let listeners =
            world::listeners(scenario, IpAddr::V4(Ipv4Addr::LOCALHOST)).map_err(cannot)?;
        let scenario = &facts.adapt(scenario);
        let values = world::values(scenario, &facts, &listeners);
        let (teller, told) = mpsc::unbounded_channel();
        let asker = self.asker(teller, output);
        let world = World {
            dial: facts.endpoint.clone(),
            dials: Vec::new(),
            told: asker.is_some().then_some(told),
            listeners,
            asker,
            teller: None,
        };
        let mut player = Player::new(
            ScriptSide::Judge,
            &values,
            self.timing,
            world,
            Instant::now(),
        );
        player.slot = slot;
        Ok(play::play(player, scenario).await)
    }

    async fn facts(&self, scenario: &Scenario) -> Result<Facts, Verdict> {
        if let Some(server) = &self.server {
            return Ok(Facts {
                authority: Some(server.authority.clone()),
                path: server.path.clone(),
                givens: server.givens(),
                endpoint: self.endpoint.clone(),
                defaults: false,
                gateway: false,
                extra: server.fields.lines(),
                echo_has: server.echo_has,
            });
        }
        let mut facts = Facts::scripted(None);
        match &self.target {
            Target::ReferenceServer => {
                let address = self
                    .references
                    .address_for(scenario)
                    .await
                    .map_err(|why| Verdict::Error { why })?;
                facts.endpoint = Some(Address::Tcp(address).into());
                facts.authority = Some(address.to_string());
            }
            Target::ReferenceClient => {}
            // What a third-party client is set to is not known.
            Target::Client(_) | Target::Server(_) | Target::Spawned(_) => facts.defaults = false,
        }
        Ok(facts)
    }

    fn asker(
        &self,
        teller: mpsc::UnboundedSender<Told>,
        output: &Output,
    ) -> Option<Box<dyn Asker>> {
        match &self.target {
            Target::Client(command) => Some(Box::new(CommandAsker::new(
                command.clone(),
                teller,
                output.clone(),
                self.prints_content,
                self.groups.clone(),
            ))),
            Target::ReferenceClient => Some(Box::new(ReferenceAsker::new(teller))),
            Target::ReferenceServer | Target::Server(_) | Target::Spawned(_) => None,
        }
    }

    /// A window that was missed while this host was late itself proves nothing.
    fn excuse_noise(&self, last: &mut Try, begun: Instant) {
        let Some(mismatch) = &last.mismatch else {
            return;
        };
        // The window cannot have been longer than the time until it was missed.
        let window = self.timing.patience.min(mismatch.at);
        let late = self.jitter.worst_since(begun);
        if mismatch.kind == MismatchKind::Timeout && late * TOLERANCE > window {
            last.verdict = Verdict::Error {
                why: format!("noisy host: a timer was {} ms late", late.as_millis()),
            };
        }
    }
}

/// A try that could not even begin.
fn nothing(verdict: Verdict) -> Try {
    Try {
        verdict,
        mismatch: None,
        warnings: Vec::new(),
        observations: Vec::new(),
        transcript: Transcript::default(),
        findings: Vec::new(),
        hostile: false,
    }
}

/// Lateness of one part in so many of a window makes a missed window doubtful.
const TOLERANCE: u32 = 4;
