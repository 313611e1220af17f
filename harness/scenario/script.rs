//! Reads a list of steps, top to bottom, knowing at each what the ones before have opened and
//! named.

use std::collections::BTreeMap;

use super::bytes::{Amount, Octets, Piece};
use super::escape::Written;
use super::event::Flow;
use super::expression::is_token;
use super::keys;
use super::model::{
    Ask, Closing, ConnectionRef, EventKind, Expectation, Open, OutcomeWord, Pace, Place,
    ScriptSide, Step, Subject, Window,
};
use super::read::{Item, Table};
use super::scope::{Named, Scope};

/// Where the steps of one side have come to.
pub(super) struct Script<'f> {
    pub(super) scope: &'f Scope<'f>,
    pub(super) side: ScriptSide,
    /// The events that earlier steps have named, and what comes on their connections.
    pub(super) events: BTreeMap<String, (Named, Flow)>,
    /// The connections that earlier steps have opened, and what comes on them.
    pub(super) connections: BTreeMap<String, Flow>,
    /// The connection that a step without `connect`, `accept` and `on` acts on.
    pub(super) latest: Flow,
    /// The number of the step that is being read, from 1.
    pub(super) number: usize,
    /// Whether a message has been taken as far as its head.
    pub(super) open_message: bool,
}

impl<'f> Script<'f> {
    /// Reads a list of steps; what is wrong has been noted.
    pub(super) fn read(scope: &'f Scope<'f>, side: ScriptSide, item: &Item<'_>) -> Vec<Step> {
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
            events: BTreeMap::new(),
            connections: BTreeMap::new(),
            latest,
            number: 0,
            open_message: false,
        };
        let mut steps = Vec::new();
        for item in item.list().unwrap_or_default() {
            script.number += 1;
            if let Some(table) = item.table(&keys::STEP) {
                steps.push(script.step(&table));
            }
        }
        steps
    }

    fn step(&mut self, table: &Table<'_>) -> Step {
        self.check_side(table);
        let when = self.when(table);
        let (open, flow) = self.open(table);
        self.latest = flow;
        let ask = self.ask(table);
        let wait = self.amount(table, "wait");
        let send = self.octets(table, "send");
        let pace = self.pace(table);
        let expect = table.get("expect").and_then(|item| self.expectation(&item));
        let warn = table.get("warn").and_then(|item| self.expectation(&item));
        let window = self.window(table);
        self.define(expect.iter().chain(&warn));
        let reply = self.octets(table, "reply");
        let step = Step {
            place: table.place(),
            when,
            open,
            ask,
            wait,
            send,
            pace,
            expect,
            warn,
            window,
            reply,
            close: table.get("close").and_then(|item| item.choice(&CLOSINGS)),
            outcome: table.get("outcome").and_then(|item| item.choice(&OUTCOMES)),
            setup: table.get("setup").and_then(|item| item.flag()) == Some(true),
            times: table
                .get("times")
                .and_then(|item| item.count(1..=1_000_000))
                .and_then(|times| u32::try_from(times).ok())
                .unwrap_or(1),
        };
        self.check_whole(table, &step);
        step
    }

    /// Keys that only one of the two sides can have.
    fn check_side(&self, table: &Table<'_>) {
        let judge = self.side == ScriptSide::Judge;
        let client = self.scope.subject == Subject::Client;
        let wrong = |key: &str, why: &str| {
            if let Some(item) = table.get(key) {
                self.scope
                    .log
                    .note(item.key.span(), format!("`{key}` cannot stand here: {why}"));
            }
        };
        if judge {
            wrong(
                "outcome",
                "only the scripted client of an example tells an outcome",
            );
            if !client {
                wrong("ask", "only a client can be asked for requests");
            }
        } else {
            wrong("ask", "a scripted subject is not asked, it just acts");
            wrong("setup", "a scripted subject judges nothing");
            wrong("warn", "a scripted subject judges nothing");
            if !client {
                wrong("outcome", "only a scripted client tells an outcome");
            }
        }
    }

    fn when(&self, table: &Table<'_>) -> Vec<String> {
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
        let name = item.word().unwrap_or_default().to_owned();
        if connect {
            self.connections.insert(name.clone(), Flow::Responses);
            return (Open::Connect(name), Flow::Responses);
        }
        self.connections.insert(name.clone(), Flow::Requests);
        (Open::Accept(name), Flow::Requests)
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

    fn ask(&self, table: &Table<'_>) -> Vec<Vec<Ask>> {
        let items = table.get("ask").map(|item| item.one_or_list());
        items
            .unwrap_or_default()
            .iter()
            .map(|item| {
                item.one_or_list()
                    .iter()
                    .filter_map(|item| self.asked(item))
                    .collect()
            })
            .collect()
    }

    fn asked(&self, item: &Item<'_>) -> Option<Ask> {
        if !item.is_table() {
            return self.asked_for(item, None, Vec::new());
        }
        let table = item.table(&keys::ASK)?;
        let body = self.octets(&table, "body");
        let mut fields = Vec::new();
        for item in table
            .get("fields")
            .and_then(|item| item.map("fields"))
            .map(|fields| fields.items())
            .unwrap_or_default()
        {
            for value in item.one_or_list() {
                let octets = self.octets_of(&value)?;
                fields.push((item.name().to_owned(), octets));
            }
        }
        self.asked_for(&table.require("request")?, body, fields)
    }

    fn asked_for(
        &self,
        item: &Item<'_>,
        body: Option<Octets>,
        fields: Vec<(String, Octets)>,
    ) -> Option<Ask> {
        let line = self.octets_of(item)?;
        let words = split(&self.scope.inlined(&line));
        let method = match words.first().map(|method| method.0.as_slice()) {
            Some([Piece::Literal(method)]) => String::from_utf8(method.to_vec()).ok(),
            _ => None,
        };
        let method = method.filter(|method| is_token(method));
        let ([_, target], Some(method)) = (words.as_slice(), method) else {
            item.note("a client is asked for a method and a target")
                .advice("e.g. 'GET /'");
            return None;
        };
        Some(Ask {
            method,
            target: target.clone(),
            body,
            fields,
            place: item.place(),
        })
    }

    fn amount(&self, table: &Table<'_>, key: &str) -> Option<Amount> {
        table.get(key).and_then(|item| self.scope.amount(&item))
    }

    /// Reads octets, and checks the values in them.
    pub(super) fn octets(&self, table: &Table<'_>, key: &str) -> Option<Octets> {
        table.get(key).and_then(|item| self.octets_of(&item))
    }

    pub(super) fn octets_of(&self, item: &Item<'_>) -> Option<Octets> {
        let Written { octets, uses } = self.scope.octets(item)?;
        let events: BTreeMap<String, Named> = self
            .events
            .iter()
            .map(|(name, (named, _))| (name.clone(), named.clone()))
            .collect();
        for used in &uses {
            self.scope.check(used, &events);
        }
        Some(octets)
    }

    fn pace(&self, table: &Table<'_>) -> Option<Pace> {
        let item = table.get("pace")?;
        let table = item.table(&keys::PACE)?;
        let count = |key: &str| {
            table
                .get(key)
                .and_then(|item| item.count(1..=1 << 30))
                .and_then(|count| usize::try_from(count).ok())
        };
        let pace = Pace {
            bytes: count("bytes"),
            every: self.amount(&table, "every"),
            over: self.amount(&table, "over"),
            read: count("read"),
        };
        if table.is_empty() {
            item.note("a pace of nothing")
                .advice("e.g. { bytes = 1, every = \"5ms\" }, { over = \"2s\" }, { read = 1024 }");
        }
        if let (Some(every), Some(_)) = (table.get("every"), &pace.over) {
            every.note("`every` and `over` both say how long it takes");
        }
        Some(pace)
    }

    fn window(&self, table: &Table<'_>) -> Window {
        let window = Window {
            after: self.amount(table, "after"),
            within: self.amount(table, "within"),
        };
        if let (Some(Amount::Fixed(after)), Some(Amount::Fixed(within))) =
            (&window.after, &window.within)
            && after > within
            && let Some(item) = table.get("within")
        {
            item.note("the window ends before it begins").advice(
                "`within` must not be less than `after`: both run from the start of the step",
            );
        }
        for key in ["after", "within"] {
            if let Some(item) = table.get(key)
                && table.get("expect").is_none()
            {
                let message = format!("`{key}` without `expect`");
                self.scope.log.note(item.key.span(), message);
            }
        }
        window
    }

    /// Checks that hold between the keys of a step.
    fn check_whole(&self, table: &Table<'_>, step: &Step) {
        let acts = [
            "connect", "accept", "ask", "wait", "send", "expect", "warn", "reply", "close",
            "outcome", "pace",
        ];
        if !acts.iter().any(|key| table.get(key).is_some()) {
            self.scope
                .log
                .note(table.span(), "a step that does nothing");
        }
        let note = |key: &str, message: &str, advice: &str| {
            if let Some(item) = table.get(key) {
                self.scope.log.note(item.key.span(), message).advice(advice);
            }
        };
        if table.get("expect").is_none() {
            note(
                "warn",
                "`warn` without `expect`",
                "say what is right as well, or the step could never pass",
            );
            note(
                "reply",
                "`reply` without `expect`",
                "use `send`, which waits for nothing",
            );
            note(
                "setup",
                "`setup` without `expect`",
                "there is nothing that could be missed",
            );
        }
        let writes = step.send.is_some() || step.reply.is_some();
        let paces_writes = step
            .pace
            .as_ref()
            .is_some_and(|pace| pace.read.is_none() || pace.bytes.is_some() || pace.over.is_some());
        let broken = table.get("send").is_some() || table.get("reply").is_some();
        if paces_writes && !writes && !broken {
            note(
                "pace",
                "`pace` without `send`",
                "only `pace.read` can stand alone",
            );
        }
        if self.scope.subject == Subject::Proxy
            && step.open == Open::Latest
            && needs_connection(step)
        {
            self.scope
                .log
                .note(table.span(), "which connection?")
                .advice("beside a proxy there are two sides, so each step says `connect`, `accept` or `on`");
        }
    }

    /// Makes the names of a step known to what follows.
    fn define<'e>(&mut self, expectations: impl Iterator<Item = &'e Expectation>) {
        let mut new: Vec<(String, bool, Flow, Place)> = Vec::new();
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
            new.push((name.clone(), message, flow, alternative.place.clone()));
        }
        for (name, message, flow, place) in new {
            if let Some((earlier, _)) = self.events.get(&name)
                && earlier.step != self.number
            {
                let step = earlier.step;
                self.scope
                    .log
                    .note(
                        place.span,
                        format!("step {step} already names an event `{name}`"),
                    )
                    .advice("only alternatives of one step can share a name");
                continue;
            }
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

/// Splits a request-line at its spaces.
pub(super) fn split(line: &Octets) -> Vec<Octets> {
    let mut words = vec![Octets::default()];
    for piece in &line.0 {
        let Piece::Literal(literal) = piece else {
            if let Some(word) = words.last_mut() {
                word.0.push(piece.clone());
            }
            continue;
        };
        for (index, part) in literal.split(|octet| *octet == b' ').enumerate() {
            if index > 0 {
                words.push(Octets::default());
            }
            if let (false, Some(word)) = (part.is_empty(), words.last_mut()) {
                word.0.push(Piece::Literal(literal.slice_ref(part)));
            }
        }
    }
    words
}

/// Whether a step without `connect`, `accept` and `on` has to act on some connection.
fn needs_connection(step: &Step) -> bool {
    let expects = step.expect.iter().chain(&step.warn).any(|expectation| {
        expectation.alternatives.iter().any(|alternative| {
            alternative.open.is_none() && !matches!(alternative.kind, EventKind::Silence(_))
        })
    });
    expects || step.send.is_some() || step.reply.is_some() || step.close.is_some()
}

const CLOSINGS: [(&str, Closing); 3] = [
    ("fin", Closing::Fin),
    ("half", Closing::Half),
    ("rst", Closing::Rst),
];

pub(super) const OUTCOMES: [(&str, OutcomeWord); 3] = [
    ("success", OutcomeWord::Success),
    ("failure", OutcomeWord::Failure),
    ("any", OutcomeWord::Any),
];
