//! What has come so far, held against one pattern.

use std::time::Instant;

use super::check::{Context, Difference, Judgement};
use super::describe;
use super::expect::{Found, Taking, Window};
use super::lane::Arrival;
use super::player::Player;
use super::values::Absent;
use crate::outcome::MismatchKind;
use crate::scenario::{CloseKind, EventKind, EventPattern, Open, OutcomeWord, StatusPattern, Step};

impl Player<'_> {
    /// The connections that a pattern looks at, the one that spoke first in front.
    pub(crate) fn candidates(&self, place: &Taking) -> Vec<usize> {
        match place {
            Taking::Lane(lane) => vec![*lane],
            Taking::Nowhere => Vec::new(),
            Taking::Next(name) => self
                .unclaimed(name.as_deref())
                .find(|&lane| self.lanes[lane].has_spoken())
                .into_iter()
                .collect(),
            Taking::Any => {
                let mut lanes: Vec<(Instant, usize)> = self
                    .lanes
                    .iter()
                    .enumerate()
                    .filter_map(|(index, lane)| match lane.queue.front() {
                        Some(Arrival::Message(message)) if !message.head_taken => {
                            Some((message.head_at, index))
                        }
                        Some(Arrival::Garbage(at, _)) => Some((*at, index)),
                        _ => None,
                    })
                    .collect();
                lanes.sort_unstable();
                lanes.first().map(|&(_, index)| index).into_iter().collect()
            }
        }
    }

    /// Judges the first arrival on that connection that is an event for the pattern.
    pub(crate) fn judge(
        &self,
        pattern: &EventPattern,
        lane: usize,
        window: Window,
    ) -> Result<Judged, Absent> {
        let context = Context {
            values: self.values,
            named: &self.named,
        };
        if let EventKind::Bytes(check) = &pattern.kind {
            let lane = &self.lanes[lane];
            let octets = self
                .recorder
                .received(lane.id, lane.consumed..lane.received);
            let wanted = check.is.as_ref().or(check.has.as_ref());
            let Some(wanted) = wanted else {
                return Ok(if octets.is_empty() {
                    Judged::Wait
                } else {
                    Judged::Match(octets.len())
                });
            };
            let wanted = self.values.octets(wanted, &self.named)?;
            let found = match check.is {
                Some(_) => octets.starts_with(&wanted).then_some(wanted.len()),
                None => memchr::memmem::find(&octets, &wanted).map(|at| at + wanted.len()),
            };
            let possible = check.is.is_none() || wanted.starts_with(&octets);
            return Ok(match found {
                Some(length) => Judged::Match(length),
                None if possible && !lane.has_ended() => Judged::Wait,
                None => Judged::Differs(
                    Instant::now(),
                    Difference::event(format!("the octets '{}'", describe::escaped(&octets))),
                ),
            });
        }
        let Some((index, arrival)) = self.lanes[lane]
            .queue
            .iter()
            .enumerate()
            .find(|(_, arrival)| !passes_by(pattern, arrival))
        else {
            return Ok(Judged::Nothing);
        };
        let at = stamp(pattern, arrival);
        Ok(match context.judge(pattern, arrival)? {
            Judgement::Wait => Judged::Wait,
            Judgement::Differs(difference) => Judged::Differs(at, difference),
            Judgement::Match => match self.timely(at, window) {
                Ok(()) => Judged::Match(index),
                Err(kind) => Judged::Differs(
                    at,
                    Difference {
                        kind,
                        ..Difference::event(describe::arrival(arrival))
                    },
                ),
            },
        })
    }

    /// Whether the event came inside of the window, by its arrival stamp.
    pub(crate) fn timely(&self, at: Instant, window: Window) -> Result<(), MismatchKind> {
        let elapsed = at.saturating_duration_since(window.begin);
        if window.after.is_some_and(|after| elapsed < after) {
            return Err(MismatchKind::TooEarly);
        }
        if window.within.is_some_and(|within| elapsed > within) {
            return Err(MismatchKind::Timeout);
        }
        Ok(())
    }

    /// What breaks a silence.
    pub(crate) fn noise(
        &self,
        pattern: &EventPattern,
        step: &Step,
        place: &Taking,
        window: Window,
    ) -> Option<Found> {
        let only = match (&pattern.open, &step.open, place) {
            (None, Open::Latest, _) | (Some(Open::Latest), ..) => None,
            (_, _, Taking::Lane(lane)) => Some(*lane),
            _ => None,
        };
        self.lanes
            .iter()
            .enumerate()
            .filter(|(index, lane)| only.is_none_or(|only| only == *index) && !lane.over)
            .find_map(|(index, lane)| {
                let arrival = lane.queue.front();
                // A FIN that answers ours is no noise, nor is an end that was announced.
                if let Some(Arrival::Close(_)) = arrival
                    && (lane.our_fin || !lane.claimed || lane.announced)
                {
                    return None;
                }
                let (at, seen) = match arrival {
                    Some(arrival) => (stamp(pattern, arrival), describe::arrival(arrival)),
                    None if lane.has_news() => (lane.last_octets_at(), "octets".into()),
                    None => return None,
                };
                // What comes when the silence is over does not break it.
                if (window.within).is_some_and(|within| at > window.begin + within) {
                    return None;
                }
                let at = at.max(window.begin);
                Some(Found {
                    lane: Some(index),
                    at,
                    difference: Difference::event(seen),
                    pattern: pattern.clone(),
                })
            })
    }

    /// What the client told its caller, judged: `None` where it has told nothing yet.
    pub(crate) fn outcome(
        &mut self,
        pattern: &EventPattern,
    ) -> Result<Option<Result<(), Found>>, Absent> {
        let EventKind::Outcome(word, details) = &pattern.kind else {
            return Ok(None);
        };
        let Some(told) = self.told.first().cloned() else {
            return Ok(None);
        };
        if told.word == OutcomeWord::Any && *word != OutcomeWord::Any {
            return Err(Absent(
                "the client does not tell how this request finished".into(),
            ));
        }
        let found = |difference| Found {
            lane: None,
            at: Instant::now(),
            difference,
            pattern: pattern.clone(),
        };
        let word_of = |word| match word {
            OutcomeWord::Success => "success",
            OutcomeWord::Failure => "an error",
            OutcomeWord::Any => "that it is finished",
        };
        if *word != OutcomeWord::Any && *word != told.word {
            let seen = format!("the client telling its caller {}", word_of(told.word));
            return Ok(Some(Err(found(Difference::event(seen)))));
        }
        if let Some(codes) = details.as_ref().and_then(|details| details.status.as_ref()) {
            let Some(status) = told.status else {
                return Err(Absent("the client does not tell the status".into()));
            };
            if !codes.iter().any(|code| super::check::covers(*code, status)) {
                return Ok(Some(Err(found(Difference::event(format!(
                    "the status {status} told to the caller"
                ))))));
            }
        }
        if let Some(check) = &pattern.body {
            let Some(body) = &told.body else {
                return Err(Absent("the client does not tell the content".into()));
            };
            let context = Context {
                values: self.values,
                named: &self.named,
            };
            if let Some((_, seen)) = context.octets(check, body)? {
                return Ok(Some(Err(found(Difference::event(format!(
                    "content told to the caller that {seen}"
                ))))));
            }
        }
        self.told.remove(0);
        Ok(Some(Ok(())))
    }
}

/// A judgement of a connection's queue.
pub(crate) enum Judged {
    /// The arrival at that index; for octets: so many of them.
    Match(usize),
    Wait,
    /// Nothing has come.
    Nothing,
    Differs(Instant, Difference),
}

/// Whether the pattern looks past that arrival.
pub(crate) fn passes_by(pattern: &EventPattern, arrival: &Arrival) -> bool {
    let Arrival::Message(message) = arrival else {
        return false;
    };
    // Octets of a message still arriving are no event; its end is.
    if message.head_taken && message.end_at.is_none() {
        return !matches!(pattern.kind, EventKind::Rest);
    }
    let interim = message
        .head
        .status()
        .is_some_and(|line| line.code < 200 && line.code != 101);
    match &pattern.kind {
        EventKind::Status(codes) => interim && !codes.iter().any(|code| names_interim(*code)),
        // A 408 on an idle connection, or on a message that stalls, only says why it ends.
        EventKind::Close(kind) => {
            interim
                || (*kind == CloseKind::Any && message.cut)
                || (message.answers.is_none()
                    && message.head.status().is_some_and(|line| line.code == 408))
        }
        _ => false,
    }
}

pub(crate) fn names_interim(code: StatusPattern) -> bool {
    match code {
        StatusPattern::Code(code) => code < 200,
        StatusPattern::Class(class) => class == 1,
        StatusPattern::Final => false,
    }
}

/// When the arrival counts as come: a message when the part is there that was asked for.
pub(crate) fn stamp(pattern: &EventPattern, arrival: &Arrival) -> Instant {
    match arrival {
        Arrival::Message(message) if pattern.upto_head => message.head_at,
        Arrival::Message(message) => message.end_at.unwrap_or(message.head_at),
        Arrival::Garbage(at, _) => *at,
        Arrival::Close(closed) => closed.at,
    }
}
