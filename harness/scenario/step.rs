//! Reads one step: what it does, and what may not stand together.

use super::bytes::{Amount, Octets, Piece};
use super::expression::is_token;
use super::keys;
use super::model::{Ask, Closing, Open, Pace, ScriptSide, Step, Subject, Window};
use super::pattern::{EventKind, OutcomeWord, Telling};
use super::read::{Item, Table};
use super::script::Script;

impl Script<'_> {
    /// Reads a step.
    pub(super) fn step(&mut self, table: &Table<'_>) -> Step {
        self.check_side(table);
        let when = self.when(table);
        self.goes_on = table.get("until").is_some();
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
            pace: pace.map(Box::new),
            expect,
            warn,
            window,
            reply,
            close: table.get("close").and_then(|item| item.choice(&CLOSINGS)),
            outcome: table
                .get("outcome")
                .and_then(|item| self.telling(&item).map(Box::new)),
            setup: table.get("setup").and_then(|item| item.flag()) == Some(true),
            times: table
                .get("times")
                .and_then(|item| item.count(1..=1_000_000))
                .and_then(|times| u32::try_from(times).ok())
                .unwrap_or(1),
            until: table
                .get("until")
                .and_then(|item| item.word())
                .map(Box::from),
        };
        self.check_until(table, &step);
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
            wrong("until", "a scripted subject has a number of times");
            if !client {
                wrong("outcome", "only a scripted client tells an outcome");
            }
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

    /// What a scripted client tells its caller: a word, or a table where it hands over more.
    fn telling(&self, item: &Item<'_>) -> Option<Telling> {
        if !item.is_table() {
            if !item.is_string() {
                item.wrong_type("a word or a table");
                return None;
            }
            return Some(Telling {
                word: item.choice(&OUTCOMES)?,
                status: None,
                body: None,
            });
        }
        let table = item.table(&keys::TELLING)?;
        let status = table
            .get("status")
            .and_then(|item| item.count(100..=999))
            .and_then(|status| u16::try_from(status).ok());
        let body = self.octets(&table, "body");
        let word = if table.is_sound() {
            table.require("word")
        } else {
            table.get("word")
        };
        Some(Telling {
            word: word?.choice(&OUTCOMES)?,
            status,
            body,
        })
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
        if !table.is_sound() {
            return;
        }
        if !ACTS.iter().any(|key| table.get(key).is_some()) {
            self.scope
                .log
                .note(table.span(), "a step that does nothing");
        }
        if table.get("expect").is_none() {
            for (key, advice) in WITH_EXPECT {
                if let Some(item) = table.get(key) {
                    let message = format!("`{key}` without `expect`");
                    self.scope.log.note(item.key.span(), message).advice(advice);
                }
            }
        }
        self.check_pace(table, step);
        let proxy = self.scope.subject == Subject::Proxy;
        if proxy && step.open == Open::Latest && needs_connection(step) {
            self.scope
                .log
                .note(table.span(), "which connection?")
                .advice(
                    "beside a proxy there are two sides, so each step says `connect`, `accept` or \
                     `on`",
                );
        }
    }

    /// A step that goes on needs an end, and something that it does each time.
    fn check_until(&self, table: &Table<'_>, step: &Step) {
        let (Some(item), Some(until)) = (table.get("until"), &step.until) else {
            return;
        };
        let names = step.expect.iter().flat_map(|expect| &expect.alternatives);
        let names: Vec<&str> = names.filter_map(|one| one.name.as_deref()).collect();
        if !names.contains(&&**until) {
            item.note(format!(
                "no alternative of this step has the name `{until}`"
            ))
            .suggest(until, names.iter().copied());
        }
        if step.send.is_none() || !(2..=MOST_PAGES).contains(&step.times) {
            item.note(format!(
                "`until` goes with `send`, and `times` from 2 to {MOST_PAGES}"
            ))
            .advice("what is sent must differ each time: send = 'GET \\{page.follow.next} …'");
        }
    }

    /// A pace needs something that is written, unless it is about reading.
    fn check_pace(&self, table: &Table<'_>, step: &Step) {
        let (Some(item), Some(pace)) = (table.get("pace"), &step.pace) else {
            return;
        };
        let writes = table.get("send").is_some() || table.get("reply").is_some();
        let reads = pace.read.is_some() && pace.bytes.is_none() && pace.over.is_none();
        if !writes && !reads {
            self.scope
                .log
                .note(item.key.span(), "`pace` without `send`")
                .advice("only `pace.read` can stand alone");
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
    for word in &mut words {
        word.0.shrink_to_fit();
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

/// The keys of which a step needs one.
const ACTS: [&str; 11] = [
    "connect", "accept", "ask", "wait", "send", "pace", "expect", "warn", "reply", "close",
    "outcome",
];

/// The keys that mean nothing without `expect`, and what to do instead.
const WITH_EXPECT: [(&str, &str); 3] = [
    (
        "warn",
        "say what is right as well, or the step could never pass",
    ),
    ("reply", "use `send`, which waits for nothing"),
    ("setup", "there is nothing that could be missed"),
];

/// So often a step is played that goes on until something comes.
const MOST_PAGES: u32 = 10_000;
