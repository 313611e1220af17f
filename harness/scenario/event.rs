//! Reads what a step expects: alternatives, and the kind of each.

use super::bytes::Octets;
use super::expression::is_token;
use super::keys;
use super::model::{Open, Place, ScriptSide, Subject};
use super::pattern::{
    CloseKind, EventKind, EventPattern, Expectation, Ranges, StatusPattern, Told,
};
use super::read::{Item, Table};
use super::script::Script;
use super::step::{OUTCOMES, split};

/// What comes to the player of a script on a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Flow {
    /// It has opened the connection.
    Responses,
    /// It has accepted the connection.
    Requests,
    /// It may be either.
    Unknown,
}

/// The keys of an alternative and those beside `any`, which hold as well.
pub(super) struct Keys<'t> {
    inner: Table<'t>,
    outer: Option<Table<'t>>,
}

impl<'t> Keys<'t> {
    /// A key that can stand only once.
    fn one(&self, key: &str) -> Option<Item<'t>> {
        match self.all(key).as_slice() {
            [] => None,
            [item] => Some(*item),
            [inner, outer, ..] => {
                let message = format!("`{key}` stands here and beside `any`");
                inner
                    .log
                    .note(inner.key.span(), message)
                    .advice("what stands beside `any` holds for each alternative as well");
                Some(*outer)
            }
        }
    }

    /// Where the event stands, for a caret.
    fn place(&self) -> Place {
        match self.inner.items().first() {
            // An `expect.status = 200` has no braces to point at.
            Some(first) if self.outer.is_none() => first.whole(),
            _ => self.inner.place(),
        }
    }

    fn are_sound(&self) -> bool {
        let outer = self.outer.as_ref();
        self.inner.is_sound() && outer.is_none_or(Table::is_sound)
    }

    /// A key of which both must hold.
    pub(super) fn all(&self, key: &str) -> Vec<Item<'t>> {
        let outer = self.outer.iter();
        std::iter::once(&self.inner)
            .chain(outer)
            .filter_map(|table| table.get(key))
            .collect()
    }
}

impl Script<'_> {
    /// Reads `expect` or `warn`.
    pub(super) fn expectation(&mut self, item: &Item<'_>) -> Option<Expectation> {
        let table = item.table(&keys::EXPECTATION)?;
        let mut alternatives = Vec::new();
        if let Some(any) = table.get("any") {
            for item in any.list()? {
                let Some(inner) = item.table(&keys::ALTERNATIVE) else {
                    continue;
                };
                let outer = Some(table.clone());
                alternatives.extend(self.alternative(&Keys { inner, outer }));
            }
        } else {
            let outer = None;
            let inner = table;
            alternatives.extend(self.alternative(&Keys { inner, outer }));
        }
        if alternatives.is_empty() {
            return None;
        }
        // Most have one, and a list grows to four at once; thousands of scenarios may be held.
        alternatives.shrink_to_fit();
        Some(Expectation {
            alternatives,
            place: item.whole(),
        })
    }

    fn alternative(&mut self, keys: &Keys<'_>) -> Option<EventPattern> {
        let (open, flow) = self.open(&keys.inner);
        let kind = self.kind(keys, flow)?;
        check_details(keys, &kind);
        let upto = keys.one("upto");
        let upto_head = upto.and_then(|item| item.choice(&[("head", true)])) == Some(true);
        self.open_message |= upto_head;
        Some(EventPattern {
            place: keys.place(),
            open: (open != Open::Latest).then_some(open),
            kind,
            method: keys.one("method").and_then(|item| method(&item)),
            upto_head,
            fields: self.fields(&keys.all("fields")),
            trailers: self.fields(&keys.all("trailers")),
            body: self.body(&keys.all("body")).map(Box::new),
            json: self.json(&keys.all("json")),
            like: self.like(&keys.all("like")),
            ranges: keys.one("ranges").map(|item| Box::new(self.ranges(&item))),
            more: self.more(keys).map(Box::new),
            name: keys.one("as").and_then(|item| self.name(&item)),
        })
    }

    fn ranges(&self, item: &Item<'_>) -> Ranges {
        let items = item.one_or_list();
        Ranges {
            wanted: items
                .iter()
                .filter_map(|item| self.octets_of(item))
                .collect(),
            place: item.place(),
        }
    }

    /// The name of an event. Only alternatives of one step can share it.
    fn name(&self, item: &Item<'_>) -> Option<String> {
        let name = item.word()?;
        // A step that goes on and on gives a name anew each time.
        if let Some((named, _)) = self.events.get(name).filter(|_| !self.goes_on) {
            let message = format!("step {} already names an event `{name}`", named.step);
            item.note(message)
                .advice("only alternatives of one step can share a name");
        }
        Some(name.to_owned())
    }

    fn kind(&self, keys: &Keys<'_>, flow: Flow) -> Option<EventKind> {
        let outcome = keys.one("outcome");
        let mut kinds: Vec<Item<'_>> = ["status", "request", "bytes", "close", "silence"]
            .into_iter()
            // What a client tells its caller has a status as a detail.
            .filter(|key| outcome.is_none() || *key != "status")
            .filter_map(|key| keys.one(key))
            .collect();
        kinds.extend(outcome);
        if let [first, second, ..] = kinds.as_slice() {
            let message = format!("`{}` beside `{}`", second.name(), first.name());
            self.scope
                .log
                .note(second.key.span(), message)
                .advice("one event has one kind; alternatives are written any = [{ … }, { … }]");
        }
        let Some(item) = kinds.first() else {
            return self.rest(keys);
        };
        self.check_flow(item, flow);
        match item.name() {
            "status" => Some(EventKind::Status(statuses(item))),
            "request" => self.request(item),
            "bytes" => self.body(&[*item]).map(EventKind::Bytes),
            "close" => item.choice(&CLOSES).map(EventKind::Close),
            "silence" => self.scope.amount(item).map(EventKind::Silence),
            _ => {
                let told = keys.one("status").map(|item| Told {
                    status: Some(statuses(&item)),
                });
                let word = item.choice(&OUTCOMES)?;
                Some(EventKind::Outcome(word, told))
            }
        }
    }

    /// An event without kind is the rest of a message.
    fn rest(&self, keys: &Keys<'_>) -> Option<EventKind> {
        if self.open_message {
            return Some(EventKind::Rest);
        }
        if !keys.are_sound() {
            return None;
        }
        self.scope
            .log
            .note(keys.inner.span(), "an event without kind")
            .advice(
                "say one of status, request, bytes, close, silence, outcome; without one it is the \
                 rest of a message of which an earlier step took the head (upto = \"head\")",
            );
        None
    }

    fn check_flow(&self, item: &Item<'_>, flow: Flow) {
        let wrong = match item.name() {
            "status" => flow == Flow::Requests,
            "request" => flow == Flow::Responses,
            "outcome" => self.side == ScriptSide::Subject || self.scope.subject != Subject::Client,
            _ => false,
        };
        if !wrong {
            return;
        }
        let (message, advice) = match item.name() {
            "status" => (
                "no response comes on this connection",
                "a connection that was accepted brings requests: expect.request = 'GET /'",
            ),
            "request" => (
                "no request comes on this connection",
                "a connection that was opened brings responses: expect.status = 200",
            ),
            _ => (
                "only a client under test tells its caller an outcome",
                "expect what comes on the connection",
            ),
        };
        self.scope.log.note(item.key.span(), message).advice(advice);
    }

    fn request(&self, item: &Item<'_>) -> Option<EventKind> {
        let line = self.octets_of(item)?;
        let mut words = split(&self.scope.inlined(&line)).into_iter();
        let kind = EventKind::Request {
            method: words.next()?,
            target: words.next(),
            version: words.next(),
        };
        let EventKind::Request { method, target, .. } = &kind else {
            return None;
        };
        let holed = method == &Octets::default() || target.as_ref() == Some(&Octets::default());
        if words.next().is_some() || holed {
            item.note("a request is a method, a target and perhaps a version, with single spaces")
                .advice("e.g. 'GET /path' or 'GET /path HTTP/1.1'; anything else is `bytes`");
        }
        Some(kind)
    }
}

/// Notes details that the kind of an event cannot have.
fn check_details(keys: &Keys<'_>, kind: &EventKind) {
    let (what, allowed): (&str, &[&str]) = match kind {
        EventKind::Status(_) => return,
        EventKind::Request { .. } => (
            "a request",
            &["upto", "fields", "trailers", "body", "json", "like", "xml"],
        ),
        EventKind::Rest => (
            "the rest of a message",
            &[
                "method", "fields", "trailers", "body", "json", "like", "ranges", "xml",
            ],
        ),
        EventKind::Outcome(..) => ("an outcome", &["fields", "body", "json"]),
        EventKind::Bytes(_) => ("octets", &[]),
        EventKind::Close(_) => ("a close", &[]),
        EventKind::Silence(_) => ("silence", &[]),
    };
    for key in [
        "method", "upto", "fields", "trailers", "body", "json", "like", "ranges", "links", "xml",
    ] {
        for item in keys.all(key) {
            if !allowed.contains(&key) {
                let message = format!("`{key}` does not apply to {what}");
                item.log.note(item.key.span(), message);
            }
        }
    }
}

fn method(item: &Item<'_>) -> Option<String> {
    let method = item.text()?;
    if !is_token(method) {
        item.note(format!("`{method}` is no method"));
    }
    Some(method.to_owned())
}

fn statuses(item: &Item<'_>) -> Vec<StatusPattern> {
    item.one_or_list().iter().filter_map(status).collect()
}

fn status(item: &Item<'_>) -> Option<StatusPattern> {
    if item.integer().is_some() {
        let code = item.count(100..=999)?;
        return u16::try_from(code).ok().map(StatusPattern::Code);
    }
    if !item.is_string() {
        item.wrong_type("a status code");
        return None;
    }
    let found = match item.text()?.as_bytes() {
        b"final" => Some(StatusPattern::Final),
        [class @ b'1'..=b'9', b'x', b'x'] => Some(StatusPattern::Class(class - b'0')),
        _ => None,
    };
    if found.is_none() {
        item.note("no status code")
            .advice("e.g. 400, \"4xx\", \"final\" (2xx to 5xx), or a list of these");
    }
    found
}

const CLOSES: [(&str, CloseKind); 4] = [
    ("fin", CloseKind::Fin),
    ("rst", CloseKind::Rst),
    ("any", CloseKind::Any),
    ("cut", CloseKind::Cut),
];
