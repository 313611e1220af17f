//! Reads a list of steps, top to bottom, knowing at each what the ones before have opened and
//! named.

use std::collections::BTreeMap;

use super::bytes::{Amount, Octets};
use super::escape::Written;
use super::event::Flow;
use super::keys;
use super::model::{ConnectionRef, Open, ScriptSide, Step, Subject};
use super::pattern::{EventKind, Expectation};
use super::read::{Item, Table};
use super::scope::{Events, Named, Scope};

/// Where the steps of one side have come to.
pub(super) struct Script<'f> {
    pub(super) scope: &'f Scope<'f>,
    pub(super) side: ScriptSide,
    /// The events that earlier steps have named, and what comes on their connections.
    pub(super) events: Events,
    /// The connections that earlier steps have opened, and what comes on them.
    pub(super) connections: BTreeMap<String, Flow>,
    /// The connection that a step without `connect`, `accept` and `on` acts on.
    pub(super) latest: Flow,
    /// The number of the step that is being read, from 1.
    pub(super) number: usize,
    /// Whether a message has been taken as far as its head.
    pub(super) open_message: bool,
    /// Whether the step that is being read goes on `until` something comes.
    pub(super) goes_on: bool,
}

impl<'f> Script<'f> {
    /// Reads the steps of a file or of an example; what is wrong has been noted.
    pub(super) fn of(scope: &'f Scope<'f>, side: ScriptSide, table: &Table<'_>) -> Vec<Step> {
        table
            .require("step")
            .map(|item| Self::read(scope, side, &item))
            .unwrap_or_default()
    }

    fn read(scope: &'f Scope<'f>, side: ScriptSide, item: &Item<'_>) -> Vec<Step> {
        let latest = match (scope.subject, side) {
            (Subject::Server, ScriptSide::Judge) | (Subject::Client, ScriptSide::Subject) => {
                Flow::Responses
            }
            (Subject::Client, ScriptSide::Judge) | (Subject::Server, ScriptSide::Subject) => {
                Flow::Requests
            }
            (Subject::Proxy, _) => Flow::Unknown,
        };
        let mut script = Self {
            scope,
            side,
            events: Events::new(),
            connections: BTreeMap::new(),
            latest,
            number: 0,
            open_message: false,
            goes_on: false,
        };
        let items = item.list().unwrap_or_default();
        let mut steps = Vec::with_capacity(items.len());
        for item in items {
            script.number += 1;
            if let Some(table) = item.table(&keys::STEP) {
                steps.push(script.step(&table));
            }
        }
        steps
    }

    pub(super) fn when(&self, table: &Table<'_>) -> Vec<String> {
        let mut names = Vec::new();
        let items = table.get("when").map(|item| item.one_or_list());
        for item in items.unwrap_or_default() {
            let Some(name) = item.word() else { continue };
            if !self.events.contains_key(name) {
                item.note(format!("no earlier step names an event `{name}`"))
                    .suggest(name, self.events.keys().map(String::as_str));
            }
            names.push(name.to_owned());
        }
        names
    }

    /// Reads `connect`, `accept` and `on` of a step, or of an alternative.
    pub(super) fn open(&mut self, table: &Table<'_>) -> (Open, Flow) {
        let items: Vec<Item<'_>> = ["connect", "accept", "on"]
            .into_iter()
            .filter_map(|key| table.get(key))
            .collect();
        if let [first, second, ..] = items.as_slice() {
            let message = format!("`{}` beside `{}`", second.name(), first.name());
            second
                .note(message)
                .advice("a step acts on one connection: use two steps");
        }
        let Some(item) = items.first() else {
            return (Open::Latest, self.latest);
        };
        match item.name() {
            "on" => self.on(item),
            key => self.opened(item, key == "connect"),
        }
    }

    fn opened(&mut self, item: &Item<'_>, connect: bool) -> (Open, Flow) {
        let we_connect = match (self.scope.subject, self.side) {
            (Subject::Proxy, _) => None,
            (Subject::Server, ScriptSide::Judge) | (Subject::Client, ScriptSide::Subject) => {
                Some(true)
            }
            _ => Some(false),
        };
        if we_connect.is_some_and(|we| we != connect) {
            let (wrong, right) = if connect {
                ("connect", "accept")
            } else {
                ("accept", "connect")
            };
            let who = self.side_words();
            self.scope
                .log
                .note(item.key.span(), format!("{who} does not `{wrong}`"))
                .advice(format!("did you mean `{right}`?"));
        }
        let flow = match (we_connect, connect) {
            (Some(_), _) => self.latest,
            (None, true) => Flow::Responses,
            (None, false) => Flow::Requests,
        };
        let name = item.word().unwrap_or_default().to_owned();
        self.connections.insert(name.clone(), flow);
        let open = if connect {
            Open::Connect(name)
        } else {
            Open::Accept(name)
        };
        (open, flow)
    }

    fn on(&self, item: &Item<'_>) -> (Open, Flow) {
        if matches!(item.value(), toml::de::DeValue::String(text) if text == "*") {
            let flow = if self.scope.subject == Subject::Proxy {
                Flow::Unknown
            } else {
                self.latest
            };
            return (Open::On(ConnectionRef::Any), flow);
        }
        let name = item.word().unwrap_or_default();
        let flow = self.connections.get(name).copied();
        let flow = flow.or_else(|| self.events.get(name).map(|(_, flow)| *flow));
        if flow.is_none() && !name.is_empty() {
            let known = self.connections.keys().chain(self.events.keys());
            item.note(format!("no earlier step opens a connection `{name}`"))
                .suggest(name, known.map(String::as_str));
        }
        let open = Open::On(ConnectionRef::Named(name.to_owned()));
        (open, flow.unwrap_or(self.latest))
    }

    /// Who plays these steps, for messages.
    fn side_words(&self) -> &'static str {
        match (self.side, self.scope.subject) {
            (ScriptSide::Judge, Subject::Server) => "the judge of a server",
            (ScriptSide::Judge, Subject::Client) => "the judge of a client",
            (ScriptSide::Judge, Subject::Proxy) => "the judge of a proxy",
            (ScriptSide::Subject, Subject::Server) => "a scripted server",
            (ScriptSide::Subject, Subject::Client) => "a scripted client",
            (ScriptSide::Subject, Subject::Proxy) => "a scripted proxy",
        }
    }

    pub(super) fn amount(&self, table: &Table<'_>, key: &str) -> Option<Amount> {
        table.get(key).and_then(|item| self.scope.amount(&item))
    }

    /// Reads octets, and checks the values in them.
    pub(super) fn octets(&self, table: &Table<'_>, key: &str) -> Option<Octets> {
        table.get(key).and_then(|item| self.octets_of(&item))
    }

    pub(super) fn octets_of(&self, item: &Item<'_>) -> Option<Octets> {
        let Written { octets, uses } = self.scope.octets(item)?;
        for used in &uses {
            self.scope.check(used, &self.events);
        }
        Some(octets)
    }

    /// Makes the names of a step known to what follows.
    pub(super) fn define<'e>(&mut self, expectations: impl Iterator<Item = &'e Expectation>) {
        let mut new: Vec<(String, bool, Flow)> = Vec::new();
        for alternative in expectations.flat_map(|expectation| &expectation.alternatives) {
            let Some(name) = &alternative.name else {
                continue;
            };
            let message = !matches!(
                alternative.kind,
                EventKind::Close(_) | EventKind::Silence(_) | EventKind::Outcome(..)
            );
            let flow = match (&alternative.kind, &alternative.open) {
                (EventKind::Status(_), _) => Flow::Responses,
                (EventKind::Request { .. }, _) => Flow::Requests,
                (_, Some(Open::On(ConnectionRef::Named(on)))) => {
                    self.connections.get(on).copied().unwrap_or(self.latest)
                }
                _ => self.latest,
            };
            new.push((name.clone(), message, flow));
        }
        for (name, message, flow) in new {
            let entry = self.events.entry(name).or_insert((
                Named {
                    message,
                    step: self.number,
                },
                flow,
            ));
            entry.0.message |= message;
        }
    }
}
