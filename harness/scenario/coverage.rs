//! Which entries of the catalogue something proves or judges, and which nothing does.
//!
//! An entry is covered for each role on its own: a rule that is played against servers says
//! nothing about clients.

use std::sync::Arc;

use super::model::{ExampleKind, Rule, Scenario};
use super::requirement::{Catalogue, Observable, Requirement, Role};
use crate::wire::lint::{Lint, Sender};

/// What covers the catalogue: an item for each entry and each role that it binds.
#[derive(Clone, Debug)]
pub struct Coverage<'c> {
    /// In the order of the catalogue, then of the roles.
    pub items: Vec<CoverageItem<'c>>,
}

/// One entry, for one role.
#[derive(Clone, Debug)]
pub struct CoverageItem<'c> {
    /// The entry.
    pub entry: &'c Requirement,
    /// The role.
    pub role: Role,
    /// What covers it.
    pub by: Vec<Cover>,
}

/// Something that covers an entry.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Cover {
    /// The scenario file with this id cites it.
    Scenario(String),
    /// A permitted example of the scenario file with this id shows its freedom.
    Permitted(String),
    /// The lint with this id checks it, or leaves the freedom alone that it grants.
    Lint(&'static str),
}

/// How an entry stands for a role.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CoverageState {
    /// Something covers it.
    Covered,
    /// Nothing can; the catalogue says why.
    Excused,
    /// Nothing covers it.
    Missing,
    /// The catalogue says that nothing can cover it, but something does.
    Stale,
    /// It cannot be seen from outside, so nothing need cover it.
    Unseen,
}

impl<'c> Coverage<'c> {
    /// Looks up who cites what.
    #[must_use]
    pub fn of(
        catalogue: &'c Catalogue,
        scenarios: &[Arc<Scenario>],
        lints: &[&'static Lint],
    ) -> Self {
        let mut items = Vec::new();
        for entry in catalogue.entries.values() {
            for role in &entry.roles {
                let mut by: Vec<Cover> = scenarios
                    .iter()
                    .filter(|scenario| scenario.subject.role() == *role)
                    .flat_map(|scenario| covers(scenario, &entry.id))
                    .collect();
                by.extend(
                    lints
                        .iter()
                        .filter(|lint| looks_at(lint, *role) && names(lint, &entry.id))
                        .map(|lint| Cover::Lint(lint.id)),
                );
                by.sort();
                // The cases of a file are one.
                by.dedup();
                items.push(CoverageItem {
                    entry,
                    role: *role,
                    by,
                });
            }
        }
        Self { items }
    }

    /// What must not be: an entry for servers that is missing, and an excuse that no longer holds,
    /// whoever it is for.
    pub fn faults(&self) -> impl Iterator<Item = &CoverageItem<'c>> {
        self.items.iter().filter(|item| item.is_fault())
    }
}

impl CoverageItem<'_> {
    /// How it stands.
    #[must_use]
    pub fn state(&self) -> CoverageState {
        let excused = self.entry.untested.contains_key(&self.role);
        match (self.by.is_empty(), excused, self.entry.observable) {
            (false, true, _) => CoverageState::Stale,
            (false, false, _) => CoverageState::Covered,
            (true, true, _) => CoverageState::Excused,
            (true, false, Observable::Internal | Observable::Human) => CoverageState::Unseen,
            (true, false, Observable::Wire | Observable::Config) => CoverageState::Missing,
        }
    }

    /// Whether it is one of the [faults](Coverage::faults).
    #[must_use]
    pub fn is_fault(&self) -> bool {
        match self.state() {
            CoverageState::Stale => true,
            CoverageState::Missing => self.role == Role::Server,
            CoverageState::Covered | CoverageState::Excused | CoverageState::Unseen => false,
        }
    }
}

/// How a scenario covers an entry: by citing it, or by an example.
fn covers<'s>(scenario: &'s Scenario, id: &'s str) -> impl Iterator<Item = Cover> + 's {
    let file = scenario.id.split('[').next().unwrap_or_default();
    let cites = match &scenario.rule {
        Rule::Requirements(ids, _) => ids.iter().any(|cited| cited == id),
        Rule::Hardening(_) => false,
    };
    let permits = scenario.permitted.iter().any(|example| {
        matches!(&example.kind, ExampleKind::Permitted { permits, .. }
            if permits.iter().any(|permitted| permitted == id))
    });
    let cover = |holds: bool, cover: fn(String) -> Cover| holds.then(|| cover(file.to_owned()));
    (cover(cites, Cover::Scenario).into_iter()).chain(cover(permits, Cover::Permitted))
}

fn looks_at(lint: &Lint, role: Role) -> bool {
    lint.senders.iter().any(|sender| {
        role == match sender {
            Sender::Server => Role::Server,
            Sender::Client => Role::Client,
            Sender::Intermediary => Role::Intermediary,
        }
    })
}

fn names(lint: &Lint, id: &str) -> bool {
    lint.checks(id) || lint.permits.contains(&id)
}
