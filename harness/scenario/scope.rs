//! What names mean in one file, for one of its cases.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use super::amount;
use super::bytes::{Amount, Expression, Octets, Piece};
use super::escape::{self, Use, Written};
use super::event::Flow;
use super::keys;
use super::log::Log;
use super::model::{Given, GivenValue, Subject};
use super::read::Item;

/// Names that are always there.
pub(super) const BUILT_IN: [&str; 6] =
    ["authority", "uri-scheme", "path", "nonce", "origin", "now"];

/// Paths that a subject may offer: they are there where `given` declares them.
pub(super) const SITE: [&str; 6] = ["other", "echo", "large", "chunked", "slow", "missing"];

/// A length of time of the profile, which every scenario may multiply.
const PATIENCE: &str = "patience";

/// How deep pieces can stand in pieces.
const MOST_NESTED: usize = 64;

/// Up to this a request-line is put together to be split at its spaces.
const LONGEST_LINE: u64 = 64 * 1024;

/// The most octets that one `send` or `reply` can come to.
const MOST_OCTETS: u64 = 64 * 1024 * 1024;

/// The names of one case of a file.
pub(super) struct Scope<'f> {
    pub(super) log: &'f Log,
    /// The name of the case.
    case: Option<&'f str>,
    pub(super) subject: Subject,
    pub(super) given: &'f BTreeMap<String, Given>,
    /// `let`, overridden by the case.
    pieces: BTreeMap<String, Written>,
    /// Durations of the case.
    times: BTreeMap<String, Duration>,
    /// To how many octets the pieces expand.
    sizes: BTreeMap<String, u64>,
}

/// An event that a step has named with `as`.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Whether it is a message (or octets) of which parts can be used.
    pub(super) message: bool,
    /// The step that names it, from 1.
    pub(super) step: usize,
}

/// Events by name, and what comes on their connections.
pub(super) type Events = BTreeMap<String, (Named, Flow)>;

impl<'f> Scope<'f> {
    pub(super) fn new(
        log: &'f Log,
        case: Option<&'f str>,
        subject: Subject,
        given: &'f BTreeMap<String, Given>,
        pieces: BTreeMap<String, Written>,
        times: BTreeMap<String, Duration>,
    ) -> Self {
        let mut scope = Self {
            log,
            case,
            subject,
            given,
            pieces,
            times,
            sizes: BTreeMap::new(),
        };
        scope.check_pieces();
        scope
    }

    /// The pieces as the player wants them.
    pub(super) fn pieces(&self) -> BTreeMap<String, Octets> {
        self.pieces
            .iter()
            .map(|(name, written)| (name.clone(), written.octets.clone()))
            .collect()
    }

    /// Reads octets: a string, or repeated ones.
    pub(super) fn octets(&self, item: &Item<'_>) -> Option<Written> {
        let written = octets(item)?;
        if self.size(&written.octets) > MOST_OCTETS {
            item.note(format!("`{}` comes to more than 64 MiB", item.name()));
            return None;
        }
        Some(written)
    }

    /// Reads a length of time. Values of the case are filled in.
    pub(super) fn amount(&self, item: &Item<'_>) -> Option<Amount> {
        if !item.is_string() {
            item.wrong_type("a string with a unit")
                .advice("e.g. \"500ms\" or \"0.8 idle-timeout\"");
            return None;
        }
        let parsed = match amount::parse(item.text()?) {
            Ok(parsed) => parsed,
            Err(reason) => {
                item.note(reason)
                    .advice("e.g. \"500ms\", \"1.5s\", \"2m\" or \"0.8 idle-timeout\"");
                return None;
            }
        };
        let Amount::Multiple(factor, name) = parsed else {
            return Some(parsed);
        };
        if let Some(time) = self.times.get(&name) {
            return Some(Amount::Fixed(amount::scaled(*time, factor)));
        }
        match self.given.get(&name).map(|given| &given.default) {
            Some(None | Some(GivenValue::Time(_))) => Some(Amount::Multiple(factor, name)),
            None if name == PATIENCE => Some(Amount::Multiple(factor, name)),
            Some(Some(_)) => {
                item.note(format!("`{name}` is given, but is no length of time"));
                None
            }
            None => {
                let known = self.given.keys().chain(self.times.keys());
                item.note(format!("`{name}` is no length of time of this file"))
                    .suggest(&name, known.map(String::as_str).chain([PATIENCE]));
                None
            }
        }
    }

    /// Checks a value that is used where some events have been named.
    pub(super) fn check(&self, used: &Use, events: &Events) {
        match &used.expression {
            Expression::Name(name) => {
                self.check_name(name, &used.span, events);
                for (inner, message) in self.messages_of(name) {
                    if !events.contains_key(&message) {
                        self.log
                            .note(
                                used.span.clone(),
                                format!("`{inner}` uses `{message}`, which no earlier step names"),
                            )
                            .advice(format!(
                                "name the message where it is expected: as = \"{message}\""
                            ));
                    }
                }
            }
            Expression::Selected(selector) => self.check_message(&selector.message, used, events),
            Expression::Authority(_) | Expression::Target(_) | Expression::Apply(..) => {}
        }
    }

    /// Puts the pieces into octets in the place of their names, as far as that can be done now.
    pub(super) fn inlined(&self, octets: &Octets) -> Octets {
        if self.size(octets) > LONGEST_LINE {
            return octets.clone();
        }
        let mut out = Vec::new();
        self.inline(octets, &mut BTreeSet::new(), &mut out);
        Octets(out)
    }

    fn inline(&self, octets: &Octets, inside: &mut BTreeSet<String>, out: &mut Vec<Piece>) {
        for piece in &octets.0 {
            if let Piece::Value(Expression::Name(name)) = piece
                && let Some(written) = self.pieces.get(name)
                && inside.len() < MOST_NESTED
                && inside.insert(name.clone())
            {
                self.inline(&written.octets, inside, out);
                inside.remove(name);
            } else {
                out.push(piece.clone());
            }
        }
    }

    fn check_message(&self, message: &str, used: &Use, events: &Events) {
        match events.get(message) {
            Some((named, _)) if named.message => {}
            Some(_) => {
                self.log
                    .note(used.span.clone(), format!("`{message}` is no message"));
            }
            None => {
                self.log
                    .note(
                        used.span.clone(),
                        format!("no earlier step names `{message}`"),
                    )
                    .suggest(message, events.keys().map(String::as_str));
            }
        }
    }

    fn check_name(&self, name: &str, span: &Range<usize>, events: &Events) {
        if self.pieces.contains_key(name)
            || self.given.contains_key(name)
            || BUILT_IN.contains(&name)
        {
            return;
        }
        if SITE.contains(&name) {
            self.log
                .note(span.clone(), format!("`{name}` is not given"))
                .advice(format!(
                    "say that the subject must offer it: given.{name} = \"/{name}\""
                ));
        } else if events.contains_key(name) {
            self.log
                .note(span.clone(), format!("`{name}` is a message"))
                .advice(format!("say which part of it: `\\{{{name}.body}}`"));
        } else {
            let known = self.pieces.keys().chain(self.given.keys());
            let case = self.case.map(|case| format!(" in the case `{case}`"));
            let case = case.unwrap_or_default();
            self.log
                .note(span.clone(), format!("unknown value `{name}`{case}"))
                .suggest(name, known.map(String::as_str).chain(BUILT_IN));
        }
    }

    /// The messages that a piece uses, itself or through other pieces: who uses which.
    fn messages_of(&self, name: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            let Some(written) = self.pieces.get(&name) else {
                continue;
            };
            if !seen.insert(name.clone()) {
                continue;
            }
            for used in &written.uses {
                match &used.expression {
                    Expression::Name(inner) => open.push(inner.clone()),
                    Expression::Selected(selector) => {
                        found.push((name.clone(), selector.message.clone()));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Checks the names in the pieces, whether used or not, and that none contains itself.
    fn check_pieces(&mut self) {
        for written in self.pieces.values() {
            for used in &written.uses {
                if let Expression::Name(name) = &used.expression {
                    self.check_name(name, &used.span, &Events::new());
                }
            }
        }
        let names: Vec<String> = self.pieces.keys().cloned().collect();
        for name in names {
            self.measure(&name, &mut Vec::new());
        }
    }

    /// Measures a piece after the pieces in it; `path` leads to it.
    fn measure(&mut self, name: &str, path: &mut Vec<String>) {
        if self.sizes.contains_key(name) {
            return;
        }
        let Some(written) = self.pieces.get(name).cloned() else {
            return;
        };
        if path.len() == MOST_NESTED {
            if let Some(used) = written.uses.first() {
                let message = format!("pieces in pieces go deeper than {MOST_NESTED}");
                self.log.note(used.span.clone(), message);
            }
            return;
        }
        path.push(name.to_owned());
        for used in &written.uses {
            let Expression::Name(inner) = &used.expression else {
                continue;
            };
            if let Some(from) = path.iter().position(|outer| outer == inner) {
                let circle = path[from..].join(" → ");
                self.log.note(
                    used.span.clone(),
                    format!("`{inner}` contains itself ({circle} → {inner})"),
                );
            } else {
                self.measure(inner, path);
            }
        }
        path.pop();
        let size = self.size(&written.octets);
        self.sizes.insert(name.to_owned(), size);
    }

    /// How many octets this comes to, where that is known before it is played. Each piece counts
    /// at least as one: what expands to very many empty pieces costs as well.
    fn size(&self, octets: &Octets) -> u64 {
        octets
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Literal(literal) => literal.len() as u64,
                Piece::Boundary => 0,
                Piece::Value(expression) => self.size_of_value(expression).max(1),
                Piece::Repeat(inner, times) => self.size(inner).saturating_mul(*times as u64),
            })
            .fold(0, u64::saturating_add)
    }

    fn size_of_value(&self, expression: &Expression) -> u64 {
        match expression {
            Expression::Name(name) => self.sizes.get(name).copied().unwrap_or_default(),
            Expression::Apply(super::bytes::Function::Base64, inner) => {
                self.size_of_value(inner).saturating_mul(4) / 3
            }
            _ => 0,
        }
    }
}

/// Reads octets before there is a scope: a string, or repeated ones.
pub(super) fn octets(item: &Item<'_>) -> Option<Written> {
    if item.is_string() {
        return escape::octets(item);
    }
    if !item.is_table() {
        item.wrong_type("octets")
            .advice("e.g. 'GET / HTTP/1.1', or { repeat = 'x', times = 70000 }");
        return None;
    }
    let table = item.table(&keys::REPEAT)?;
    let repeated = table
        .require("repeat")
        .and_then(|item| escape::octets(&item));
    let times = table
        .require("times")
        .and_then(|item| item.count(0..=MOST_OCTETS));
    let repeated = repeated?;
    let times = usize::try_from(times?).ok()?;
    let literal = repeated.octets.0.iter().map(|piece| match piece {
        Piece::Literal(literal) => literal.len() as u64,
        _ => 0,
    });
    if literal.sum::<u64>().saturating_mul(times as u64) > MOST_OCTETS {
        item.note("the octets come to more than 64 MiB");
        return None;
    }
    Some(Written {
        octets: Octets(vec![Piece::Repeat(repeated.octets, times)]),
        uses: repeated.uses,
    })
}
