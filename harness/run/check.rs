//! Whether what came is what a pattern asks for. Pure: no clock, no socket.

use super::describe;
use super::lane::{Arrival, Incoming};
use super::more::xml;
use super::values::{Absent, Named, Values};
use crate::outcome::MismatchKind;
use crate::peer::connection::End;
use crate::scenario::{CloseKind, EventKind, EventPattern, Place, StatusPattern};

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
    /// Whether it is the status that is not like in another message.
    pub(super) of_status: bool,
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
            (EventKind::Close(kind), Arrival::Close(closed)) => Ok(match (kind, closed.how) {
                (CloseKind::Any, _)
                | (CloseKind::Fin, End::Fin)
                | (CloseKind::Cut, End::Cut)
                | (CloseKind::Rst, End::Rst) => Judgement::Match,
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
        if let Some(more) = &pattern.more {
            let answers = message.answers.as_ref();
            if let Some(difference) = self.links(more, &message.head, answers)? {
                return Ok(Judgement::Differs(difference));
            }
            let fill = |octets: &_| self.values.octets(octets, self.named);
            if !pattern.upto_head
                && let Some(difference) = xml(&more.xml, &message.content, fill)?
            {
                return Ok(Judgement::Differs(difference));
            }
        }
        if let Some(ranges) = &pattern.ranges
            && let Some(difference) = self.ranges(ranges, &message.head, &message.content)?
        {
            return Ok(Judgement::Differs(difference));
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
            if let Some(difference) = self.json(check, &message.content)? {
                return Ok(Some(difference));
            }
        }
        self.fields(&pattern.trailers, &message.trailers)
    }
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
            of_status: false,
        }
    }

    pub(super) fn detail(place: &Place, wanted: String, seen: String) -> Self {
        Self {
            kind: MismatchKind::Detail,
            place: Some(place.clone()),
            wanted: Some(wanted),
            seen,
            of_status: false,
        }
    }

    /// The same for an alternative that is demanded, or only tolerated: another status than a
    /// tolerated one is no wrong one.
    pub(super) fn of(mut self, tolerated: bool) -> Self {
        if tolerated && self.kind == MismatchKind::WrongStatus {
            self.kind = MismatchKind::Event;
        }
        self
    }

    /// Whether it says at least as much as that of another alternative: the check that came
    /// furthest says most, and a refusal with a wrong status more than that it is a refusal.
    pub(super) fn tells_more(&self, other: &Self) -> bool {
        let weight = |difference: &Self| match difference.kind {
            MismatchKind::Detail if !difference.of_status => 3,
            MismatchKind::WrongStatus => 2,
            MismatchKind::Detail => 1,
            _ => 0,
        };
        weight(self) > 0 && weight(self) >= weight(other)
    }
}
