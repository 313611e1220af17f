//! Whether what came is what a pattern asks for. Pure: no clock, no socket.

use bytes::Bytes;
use memchr::memmem;

use super::describe;
use super::lane::{Arrival, Incoming};
use super::values::{Absent, Named, Taken, Values};
use crate::outcome::MismatchKind;
use crate::scenario::{
    BodyCheck, CloseKind, EventKind, EventPattern, FieldCheck, FieldTest, JsonCheck, JsonTest,
    Like, LikePart, Place, StatusPattern,
};
use crate::wire::{Fields, Head};

/// What a pattern says to an arrival.
#[derive(Debug)]
pub(crate) enum Judgement {
    /// It is what was asked for.
    Match,
    /// It may become that: more must come.
    Wait,
    /// It is something else.
    Differs(Difference),
}

/// How an arrival differs.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) kind: MismatchKind,
    /// The check that it missed, where that is more exact than the pattern.
    pub(crate) place: Option<Place>,
    pub(crate) wanted: Option<String>,
    pub(crate) seen: String,
}

/// What a check needs to know beside the arrival.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) values: &'a Values,
    pub(crate) named: &'a Named,
}

impl Context<'_> {
    /// Judges an arrival. Patterns for octets, silence and outcomes are judged by the player,
    /// because they look at more than one arrival.
    pub(crate) fn judge(
        self,
        pattern: &EventPattern,
        arrival: &Arrival,
    ) -> Result<Judgement, Absent> {
        match (&pattern.kind, arrival) {
            (EventKind::Close(kind), Arrival::Close(closed)) => Ok(match (kind, closed.rst) {
                (CloseKind::Any, _) | (CloseKind::Fin, false) | (CloseKind::Rst, true) => {
                    Judgement::Match
                }
                _ => other(arrival),
            }),
            (_, Arrival::Message(message)) => self.message(pattern, message),
            _ => Ok(other(arrival)),
        }
    }

    fn message(self, pattern: &EventPattern, message: &Incoming) -> Result<Judgement, Absent> {
        if message.head_taken != matches!(pattern.kind, EventKind::Rest) {
            return Ok(if message.head_taken {
                Judgement::Differs(Difference::event(
                    "the end of the message that was begun".into(),
                ))
            } else {
                Judgement::Differs(Difference::event(describe::message(message)))
            });
        }
        if let Some(difference) = self.start_line(pattern, message)? {
            return Ok(Judgement::Differs(difference));
        }
        if let Some(difference) = self.fields(&pattern.fields, &message.head.fields)? {
            return Ok(Judgement::Differs(difference));
        }
        if !pattern.upto_head {
            if message.cut {
                return Ok(Judgement::Differs(Difference::event(describe::message(
                    message,
                ))));
            }
            if message.end_at.is_none() {
                return Ok(Judgement::Wait);
            }
            if let Some(difference) = self.content(pattern, message)? {
                return Ok(Judgement::Differs(difference));
            }
        }
        for like in &pattern.like {
            if let Some(difference) = self.like(like, &message.head, &message.content) {
                return Ok(Judgement::Differs(difference));
            }
        }
        Ok(Judgement::Match)
    }

    fn start_line(
        self,
        pattern: &EventPattern,
        message: &Incoming,
    ) -> Result<Option<Difference>, Absent> {
        match (&pattern.kind, message.head.status(), message.head.request()) {
            (EventKind::Rest, ..) => Ok(None),
            (EventKind::Status(codes), Some(line), _) => {
                let interim = line.code < 200 && line.code != 101;
                // 9112-9.5-p1-1: a 408 on an idle connection or a stalled message is no surplus.
                if message.answers.is_none() && !interim && !message.unsure && line.code != 408 {
                    let seen = format!("{}, which answers no request", describe::message(message));
                    return Ok(Some(Difference::event(seen)));
                }
                Ok(
                    (!codes.iter().any(|code| covers(*code, line.code))).then(|| Difference {
                        kind: wrong_status(codes, line.code),
                        ..Difference::event(describe::message(message))
                    }),
                )
            }
            (
                EventKind::Request {
                    method,
                    target,
                    version,
                },
                _,
                Some(line),
            ) => {
                let context = self;
                let is = |wanted: &_, seen: &[u8]| -> Result<bool, Absent> {
                    Ok(context.values.octets(wanted, context.named)? == seen)
                };
                let mut same = is(method, &line.method)?;
                if let Some(target) = target {
                    same = same && is(target, &line.target)?;
                }
                if let Some(version) = version {
                    same = same && is(version, line.version.to_string().as_bytes())?;
                }
                Ok((!same).then(|| Difference::event(describe::message(message))))
            }
            _ => Ok(Some(Difference::event(describe::message(message)))),
        }
    }

    fn content(
        self,
        pattern: &EventPattern,
        message: &Incoming,
    ) -> Result<Option<Difference>, Absent> {
        if let Some(check) = &pattern.body
            && let Some((wanted, seen)) = self.octets(check, &message.content)?
        {
            return Ok(Some(Difference::detail(
                &pattern.place,
                format!("content that {wanted}"),
                format!("content that {seen}"),
            )));
        }
        for check in &pattern.json {
            if let Some(seen) = json(check, &message.content) {
                let wanted = match &check.test {
                    JsonTest::Is(value) => format!("{value} at {} of the content", check.path),
                    JsonTest::Present(true) => format!("a value at {} of the content", check.path),
                    JsonTest::Present(false) => {
                        format!("no value at {} of the content", check.path)
                    }
                };
                return Ok(Some(Difference::detail(&check.place, wanted, seen)));
            }
        }
        self.fields(&pattern.trailers, &message.trailers)
    }

    /// What is wanted and seen of octets, where they differ.
    pub(crate) fn octets(
        self,
        check: &BodyCheck,
        octets: &[u8],
    ) -> Result<Option<(String, String)>, Absent> {
        let fill = |wanted: &_| self.values.octets(wanted, self.named);
        let shown = || format!("is '{}'", describe::escaped(octets));
        if let Some(is) = &check.is {
            let is = fill(is)?;
            if is != octets {
                return Ok(Some((format!("is '{}'", describe::escaped(&is)), shown())));
            }
        }
        if let Some(has) = &check.has {
            let has = fill(has)?;
            if memmem::find(octets, &has).is_none() {
                return Ok(Some((
                    format!("has '{}' in it", describe::escaped(&has)),
                    shown(),
                )));
            }
        }
        if let Some(lacks) = &check.lacks {
            let lacks = fill(lacks)?;
            if memmem::find(octets, &lacks).is_some() {
                return Ok(Some((
                    format!("has no '{}' in it", describe::escaped(&lacks)),
                    shown(),
                )));
            }
        }
        Ok(check
            .length
            .filter(|&length| length != octets.len() as u64)
            .map(|length| {
                (
                    format!("has {length} octets"),
                    format!("has {} octets", octets.len()),
                )
            }))
    }

    fn fields(self, checks: &[FieldCheck], fields: &Fields) -> Result<Option<Difference>, Absent> {
        for check in checks {
            if let Some(wanted) = self.field(check, fields)? {
                let lines: Vec<String> = fields
                    .all(&check.name)
                    .map(|value| format!("'{}: {}'", check.name, describe::escaped(value)))
                    .collect();
                let seen = if lines.is_empty() {
                    format!("no field {}", check.name)
                } else {
                    lines.join(" and ")
                };
                return Ok(Some(Difference::detail(&check.place, wanted, seen)));
            }
        }
        Ok(None)
    }

    /// What is wanted of a field, where it is not so.
    fn field(self, check: &FieldCheck, fields: &Fields) -> Result<Option<String>, Absent> {
        let FieldCheck { name, test, .. } = check;
        let fill = |octets: &_| self.values.octets(octets, self.named);
        let combined = || {
            let lines: Vec<&[u8]> = fields.all(name).map(|value| &value[..]).collect();
            lines.join(&b", "[..])
        };
        Ok(match test {
            FieldTest::Is(wanted) => {
                let wanted: Vec<Bytes> = wanted.iter().map(fill).collect::<Result<_, _>>()?;
                let same = fields.all(name).eq(wanted.iter());
                let lines: Vec<String> = wanted
                    .iter()
                    .map(|value| format!("'{name}: {}'", describe::escaped(value)))
                    .collect();
                (!same).then(|| lines.join(" and "))
            }
            FieldTest::Lists(member) => {
                let member = fill(member)?;
                let listed = fields
                    .list(name)
                    .any(|found| found.eq_ignore_ascii_case(&member));
                (!listed).then(|| format!("{} listed in {name}", describe::escaped(&member)))
            }
            FieldTest::Has(part) => {
                let part = fill(part)?;
                memmem::find(&combined(), &part)
                    .is_none()
                    .then(|| format!("'{}' in {name}", describe::escaped(&part)))
            }
            FieldTest::Lacks(part) => {
                let part = fill(part)?;
                memmem::find(&combined(), &part)
                    .is_some()
                    .then(|| format!("no '{}' in {name}", describe::escaped(&part)))
            }
            FieldTest::Present(wanted) => (fields.first(name).is_some() != *wanted)
                .then(|| format!("{} field {name}", if *wanted { "a" } else { "no" })),
        })
    }

    fn like(self, like: &Like, head: &Head, content: &[u8]) -> Option<Difference> {
        let Some(model) = self.named.get(&like.message) else {
            return Some(Difference::detail(
                &like.place,
                format!("a message like {}", like.message),
                "no message of that name".into(),
            ));
        };
        like.parts.iter().find_map(|part| {
            let (what, wanted, seen) = unlike(part, model, head, content)?;
            Some(Difference::detail(
                &like.place,
                format!("{what} like in {}: {wanted}", like.message),
                seen,
            ))
        })
    }
}

/// What differs in that part, as name, wanted and seen.
fn unlike(
    part: &LikePart,
    model: &Taken,
    head: &Head,
    content: &[u8],
) -> Option<(String, String, String)> {
    let field = |name: &str| {
        let lines = |fields: &Fields| -> Vec<String> {
            fields
                .all(name)
                .map(|value| describe::escaped(value))
                .collect()
        };
        let wanted = model
            .head
            .as_ref()
            .map(|head| lines(&head.fields))
            .unwrap_or_default();
        let seen = lines(&head.fields);
        let shown = |lines: &[String]| match lines {
            [] => format!("no {name}"),
            lines => format!("{name}: {}", lines.join(", ")),
        };
        (wanted != seen).then(|| (format!("a field {name}"), shown(&wanted), shown(&seen)))
    };
    match part {
        LikePart::Status => {
            let wanted = model
                .head
                .as_ref()
                .and_then(Head::status)
                .map(|line| line.code);
            let seen = head.status().map(|line| line.code);
            let shown = |code: Option<u16>| code.map_or("none".into(), |code| code.to_string());
            (wanted != seen).then(|| ("a status".into(), shown(wanted), shown(seen)))
        }
        LikePart::Body => (model.content != content).then(|| {
            (
                "content".into(),
                format!("'{}'", describe::escaped(&model.content)),
                format!("'{}'", describe::escaped(content)),
            )
        }),
        LikePart::Field(name) => field(name),
        LikePart::Fields => {
            let model_fields = model.head.iter().flat_map(|head| &head.fields.0);
            model_fields
                .chain(&head.fields.0)
                .map(|field| String::from_utf8_lossy(&field.name).into_owned())
                .filter(|name| {
                    !PER_RESPONSE
                        .iter()
                        .any(|other| other.eq_ignore_ascii_case(name))
                })
                .find_map(|name| field(&name))
        }
    }
}

/// What is seen at the path, where it is not what is wanted.
fn json(check: &JsonCheck, content: &[u8]) -> Option<String> {
    let value: serde_json::Value = match serde_json::from_slice(content) {
        Ok(value) => value,
        Err(error) => return Some(format!("content that is no JSON: {error}")),
    };
    // The loader has parsed the path, so it parses here.
    let path = serde_json_path::JsonPath::parse(&check.path).ok()?;
    let found: Vec<_> = path.query(&value).all();
    let holds = match &check.test {
        JsonTest::Is(wanted) => found.as_slice() == [wanted],
        JsonTest::Present(wanted) => found.is_empty() != *wanted,
    };
    (!holds).then(|| match found.as_slice() {
        [] => format!("no value at {}", check.path),
        [one] => format!("{one} at {}", check.path),
        many => format!("{} values at {}", many.len(), check.path),
    })
}

/// Whether the pattern names that code.
pub(crate) fn covers(pattern: StatusPattern, code: u16) -> bool {
    match pattern {
        StatusPattern::Code(wanted) => wanted == code,
        StatusPattern::Class(class) => u16::from(class) == code / 100,
        StatusPattern::Final => (200..600).contains(&code),
    }
}

/// A refusal where a refusal was wanted, but with another code, is told apart from acceptance.
fn wrong_status(codes: &[StatusPattern], seen: u16) -> MismatchKind {
    let refusals = codes.iter().all(|code| match code {
        StatusPattern::Code(code) => *code >= 400,
        StatusPattern::Class(class) => *class >= 4,
        StatusPattern::Final => false,
    });
    if refusals && (400..600).contains(&seen) {
        MismatchKind::WrongStatus
    } else {
        MismatchKind::Event
    }
}

fn other(arrival: &Arrival) -> Judgement {
    let kind = match arrival {
        Arrival::Garbage(..) => MismatchKind::Garbage,
        _ => MismatchKind::Event,
    };
    Judgement::Differs(Difference {
        kind,
        ..Difference::event(describe::arrival(arrival))
    })
}

impl Difference {
    pub(crate) fn event(seen: String) -> Self {
        Self {
            kind: MismatchKind::Event,
            place: None,
            wanted: None,
            seen,
        }
    }

    fn detail(place: &Place, wanted: String, seen: String) -> Self {
        Self {
            kind: MismatchKind::Detail,
            place: Some(place.clone()),
            wanted: Some(wanted),
            seen,
        }
    }
}

/// Fields that differ from one response to the next without any meaning.
const PER_RESPONSE: [&str; 7] = [
    "Date",
    "Age",
    "Connection",
    "Keep-Alive",
    "Trailer",
    "Transfer-Encoding",
    "Content-Length",
];
