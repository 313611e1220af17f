//! What `\{…}` stands for: the values of a scenario while it is played.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;

use super::extra::{self, Filled};
use super::lane::Asked;
use super::{describe, more};
use crate::scenario::{
    Amount, Expression, Function, GivenValue, Octets, Part, Piece, Scenario, Selector,
};
use crate::wire::link::{Link, resolve};
use crate::wire::{Fields, Head};

/// The values that do not change while a scenario is played; both sides share them.
#[derive(Debug)]
pub(crate) struct Values {
    pub(crate) scenario: Arc<Scenario>,
    /// The values of the givens: from the profile, else the defaults.
    pub(crate) givens: BTreeMap<String, GivenValue>,
    /// The built-in names: `authority`, `uri-scheme`, `path`, `nonce`, `origin`, `now` …
    pub(crate) names: BTreeMap<String, String>,
    /// The authorities of second listeners, by name.
    pub(crate) authorities: BTreeMap<String, String>,
    /// Whether a proxy under test is a gateway, which is sent origin-form targets.
    pub(crate) gateway: bool,
    /// Field lines of the profile, each with a line end in front: see [`extra`].
    pub(crate) extra: String,
}

/// A message or octets that a step took under a name.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The connection on which it came.
    pub(crate) lane: usize,
    /// The head, where it was a message.
    pub(crate) head: Option<Head>,
    /// The request that it answers.
    pub(crate) asked: Option<Asked>,
    /// The decoded content.
    pub(crate) content: Bytes,
    /// The trailer section.
    pub(crate) trailers: Fields,
    /// The exact octets.
    pub(crate) octets: Bytes,
}

pub(crate) type Named = HashMap<String, Arc<Taken>>;

/// A value that is not there, as a fragment: "the server sent no ETag".
#[derive(Debug)]
pub(crate) struct Absent(pub(crate) String);

impl Values {
    /// The octets as segments: one write each.
    pub(crate) fn segments(&self, octets: &Octets, named: &Named) -> Result<Vec<Bytes>, Absent> {
        let mut filled = Filled::default();
        self.fill(octets, named, &mut filled)?;
        let (mut rest, boundaries) = extra::insert(filled, &self.extra);
        let mut segments = Vec::with_capacity(1);
        let mut cut = 0;
        for boundary in boundaries {
            segments.push(rest.split_to(boundary - cut));
            cut = boundary;
        }
        segments.push(rest);
        Ok(segments)
    }

    /// The octets in one piece; segment boundaries in them mean nothing.
    pub(crate) fn octets(&self, octets: &Octets, named: &Named) -> Result<Bytes, Absent> {
        let mut filled = Filled::default();
        self.fill(octets, named, &mut filled)?;
        Ok(extra::insert(filled, &self.extra).0)
    }

    /// The octets as text, for names and the like.
    pub(crate) fn text(&self, octets: &Octets, named: &Named) -> Result<String, Absent> {
        Ok(String::from_utf8_lossy(&self.octets(octets, named)?).into_owned())
    }

    /// The length of time; a multiple is taken of the value of the given.
    pub(crate) fn duration(&self, amount: &Amount) -> Result<Duration, Absent> {
        match amount {
            Amount::Fixed(duration) => Ok(*duration),
            Amount::Multiple(factor, name) => match self.givens.get(name) {
                Some(GivenValue::Time(duration)) => Ok(duration.mul_f64(*factor)),
                _ => Err(Absent(format!("no duration is declared for {name}"))),
            },
        }
    }

    fn fill(&self, octets: &Octets, named: &Named, out: &mut Filled) -> Result<(), Absent> {
        for piece in &octets.0 {
            match piece {
                Piece::Literal(literal) => out.octets.extend_from_slice(literal),
                Piece::Boundary => out.boundaries.push(out.octets.len()),
                // A let piece keeps its boundaries where it is used on its own.
                Piece::Value(Expression::Name(name)) => match self.scenario.pieces.get(name) {
                    Some(inner) => self.fill(inner, named, out)?,
                    None => {
                        let start = out.octets.len();
                        out.octets.extend_from_slice(&self.named_value(name)?);
                        if name == "authority" && !self.extra.is_empty() {
                            out.authorities.push(start..out.octets.len());
                        }
                    }
                },
                Piece::Value(expression) => {
                    out.octets
                        .extend_from_slice(&self.evaluate(expression, named)?);
                }
                Piece::Repeat(inner, times) => {
                    let inner = self.octets(inner, named)?;
                    out.octets.reserve(inner.len() * times);
                    for _ in 0..*times {
                        out.octets.extend_from_slice(&inner);
                    }
                }
            }
        }
        Ok(())
    }

    fn evaluate(&self, expression: &Expression, named: &Named) -> Result<Bytes, Absent> {
        match expression {
            Expression::Name(name) => match self.scenario.pieces.get(name) {
                Some(octets) => self.octets(octets, named),
                None => self.named_value(name),
            },
            Expression::Authority(name) => match self.authorities.get(name) {
                Some(authority) => Ok(authority.clone().into()),
                None => Err(Absent(format!("there is no listener named {name}"))),
            },
            Expression::Target(path) => {
                let origin = self.names.get("origin").map_or("", String::as_str);
                Ok(if self.gateway {
                    path.clone().into()
                } else {
                    format!("http://{origin}{path}").into()
                })
            }
            Expression::Selected(selector) => self.select(selector, named),
            Expression::Apply(function, inner) => apply(function, &self.evaluate(inner, named)?),
        }
    }

    fn named_value(&self, name: &str) -> Result<Bytes, Absent> {
        if let Some(value) = self.givens.get(name) {
            return Ok(match value {
                GivenValue::Text(text) => text.clone().into(),
                GivenValue::Time(duration) => format!("{}", duration.as_secs()).into(),
                GivenValue::Number(number) => number.to_string().into(),
                GivenValue::Flag(flag) => flag.to_string().into(),
            });
        }
        match self.names.get(name) {
            Some(value) => Ok(value.clone().into()),
            None => Err(Absent(format!("nothing is declared for {name}"))),
        }
    }

    /// A part of a named message.
    fn select(&self, selector: &Selector, named: &Named) -> Result<Bytes, Absent> {
        let Selector { message, part } = selector;
        let Some(taken) = named.get(message) else {
            return Err(Absent(format!("no message named {message} has come")));
        };
        let absent = |what: &str| Absent(format!("the message {message} has no {what}"));
        let head = taken.head.as_ref();
        match part {
            Part::Status => head
                .and_then(Head::status)
                .map(|line| line.code.to_string().into())
                .ok_or_else(|| absent("status")),
            Part::Method => head
                .and_then(Head::request)
                .map(|line| line.method.clone())
                .ok_or_else(|| absent("method")),
            Part::Target => head
                .and_then(Head::request)
                .map(|line| line.target.clone())
                .ok_or_else(|| absent("target")),
            Part::Field(name) => head
                .and_then(|head| head.fields.first(name).cloned())
                .ok_or_else(|| absent(name)),
            Part::Body => Ok(taken.content.clone()),
            Part::Message => Ok(taken.octets.clone()),
            Part::Json(pointer) => serde_json::from_slice::<serde_json::Value>(&taken.content)
                .ok()
                .and_then(|value| match value.pointer(pointer)? {
                    serde_json::Value::String(text) => Some(text.clone().into()),
                    other => Some(other.to_string().into()),
                })
                .ok_or_else(|| absent(&format!("JSON value at {pointer}"))),
            Part::Link(relation) => head
                .and_then(|head| more::find(&head.fields, relation))
                .map(|link| link.target)
                .ok_or_else(|| absent(&format!("link with the relation {relation}"))),
            Part::Follow(relation) => {
                let link = head
                    .and_then(|head| more::find(&head.fields, relation))
                    .ok_or_else(|| absent(&format!("link with the relation {relation}")))?;
                let target = more::asked_target(taken.asked.as_ref());
                self.follow(&link, target).map(Bytes::from).ok_or_else(|| {
                    let target = describe::escaped(&link.target);
                    Absent(format!(
                        "the link with the relation {relation} leads to another server: {target}"
                    ))
                })
            }
        }
    }

    /// The request-target that a link leads to, from the resource with that request-target.
    pub(super) fn follow(&self, link: &Link, from: &[u8]) -> Option<Vec<u8>> {
        let authority = self.names.get("authority").map_or("", String::as_str);
        resolve(authority, from, &link.target)
    }
}

fn apply(function: &Function, octets: &Bytes) -> Result<Bytes, Absent> {
    Ok(match function {
        Function::Length => octets.len().to_string().into(),
        Function::Hex => format!("{:x}", octets.len()).into(),
        Function::Slice(from, to) => {
            let to = to.saturating_add(1).min(octets.len());
            octets.slice((*from).min(to)..to)
        }
        Function::Add(addend) => add(octets, *addend)?,
        Function::Date(offset) => httpdate::fmt_http_date(shift(date(octets)?, *offset)).into(),
        Function::Rfc850 => format_date(date(octets)?, "%A, %d-%b-%y %H:%M:%S GMT")?,
        Function::Asctime => format_date(date(octets)?, "%a %b %e %H:%M:%S %Y")?,
        Function::Opaque => match octets.strip_prefix(b"W/") {
            Some(opaque) => octets.slice_ref(opaque),
            None => octets.clone(),
        },
        Function::Base64 => BASE64.encode(octets).into(),
    })
}

fn add(octets: &Bytes, addend: i64) -> Result<Bytes, Absent> {
    let number = std::str::from_utf8(octets)
        .ok()
        .and_then(|text| text.parse::<u64>().ok())
        .ok_or_else(|| Absent("what is to be added to is no number".into()))?;
    let sum = number.checked_add_signed(addend);
    sum.map(|sum| sum.to_string().into())
        .ok_or_else(|| Absent(format!("there is no number {number}{addend:+}")))
}

fn date(octets: &Bytes) -> Result<SystemTime, Absent> {
    std::str::from_utf8(octets)
        .ok()
        .and_then(|text| httpdate::parse_http_date(text).ok())
        .ok_or_else(|| Absent("what is to be shown as a date is no HTTP-date".into()))
}

/// Moves an instant by seconds; HTTP-dates start with 1970, so it stops there.
fn shift(instant: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        instant.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH)
    } else {
        instant.checked_add(by).unwrap_or(instant)
    }
}

fn format_date(instant: SystemTime, format: &str) -> Result<Bytes, Absent> {
    jiff::Timestamp::try_from(instant)
        .map(|stamp| stamp.strftime(format).to_string().into())
        .map_err(|_| Absent("the date is out of range".into()))
}
