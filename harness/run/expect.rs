//! Waits until an expectation comes true, or something else does, or its window ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::check::{Context, Difference, Judgement};
use super::describe;
use super::lane::Arrival;
use super::player::{Player, Stop};
use super::values::{Absent, Taken};
use crate::outcome::{Mismatch, MismatchKind};
use crate::scenario::{
    CloseKind, ConnectionRef, EventKind, EventPattern, Open, OutcomeWord, ScriptSide,
    StatusPattern, Step,
};
use crate::wire::Fields;

/// Where a step acts.
#[derive(Clone, Debug)]
pub(crate) enum Taking {
    /// On this connection.
    Lane(usize),
    /// On the next one that speaks, under that name.
    Next(Option<String>),
    /// On whichever the subject sends its next message.
    Any,
    /// On none: the step is not about a connection, or it never came to be.
    Nowhere,
}

/// The window of one expectation.
#[derive(Clone, Copy, Debug)]
struct Window {
    begin: Instant,
    after: Option<Duration>,
    /// `None`: for ever (scripts).
    within: Option<Duration>,
}

/// What a look at the queues came to.
enum Look {
    /// This alternative came true, on that connection.
    Taken(Option<usize>),
    /// Nothing that decides.
    Wait,
    /// Something else came.
    Differs(Found),
    /// The connection ended, as the subject had announced.
    Announced(usize),
}

/// Something that no alternative asks for.
struct Found {
    lane: Option<usize>,
    at: Instant,
    difference: Difference,
    pattern: EventPattern,
}

impl Player<'_> {
    /// Plays `expect` and `warn`; gives the connection on which the event came.
    pub(crate) async fn expect(
        &mut self,
        step: &Step,
        taking: &Taking,
    ) -> Result<Option<usize>, Stop> {
        let window = self.window(step)?;
        let deadline = window.within.map(|within| window.begin + within);
        if window.after.is_some_and(|after| after > self.timing.grace) {
            self.slot = None;
        }
        loop {
            match self.look(step, taking, window)? {
                Look::Taken(lane) => return Ok(lane),
                Look::Announced(lane) => {
                    self.lanes[lane].over = true;
                    self.unplayed.get_or_insert(self.recorder.step);
                    return Ok(Some(lane));
                }
                Look::Differs(found) if self.side == ScriptSide::Subject => self.ignore(&found)?,
                Look::Differs(found) => return Err(self.mismatch(step, found, window)),
                Look::Wait => {
                    if !self.pump(deadline).await {
                        return self.window_over(step, taking, window);
                    }
                }
            }
        }
    }

    fn window(&self, step: &Step) -> Result<Window, Absent> {
        let duration = |amount: &Option<_>| {
            amount
                .as_ref()
                .map(|amount| self.values.duration(amount))
                .transpose()
        };
        let silence = step
            .expect
            .iter()
            .flat_map(|expect| &expect.alternatives)
            .find_map(|pattern| match &pattern.kind {
                EventKind::Silence(amount) => Some(amount),
                _ => None,
            });
        let after = duration(&step.window.after)?;
        let longest = after
            .unwrap_or_default()
            .saturating_add(self.timing.longest);
        let within = match (silence, duration(&step.window.within)?) {
            // Silence is as long as it is: slack would only make it wait longer.
            (Some(amount), _) => Some(self.values.duration(amount)?),
            (None, Some(within)) => Some(within.mul_f64(self.timing.slack).min(longest)),
            (None, None) if self.side == ScriptSide::Subject => None,
            (None, None) => {
                // The patience runs from the moment at which the event is due.
                let due = after.unwrap_or_default();
                Some(due + self.timing.patience.mul_f64(self.timing.slack))
            }
        };
        Ok(Window {
            begin: Instant::now(),
            after,
            within,
        })
    }

    /// Looks at what has come so far.
    fn look(&mut self, step: &Step, taking: &Taking, window: Window) -> Result<Look, Absent> {
        let mut different: Option<Found> = None;
        let mut waiting: Vec<usize> = Vec::new();
        let expect = step
            .expect
            .iter()
            .flat_map(|expect| expect.alternatives.iter().map(|pattern| (pattern, false)));
        let warn = step
            .warn
            .iter()
            .flat_map(|warn| warn.alternatives.iter().map(|pattern| (pattern, true)));
        for (pattern, warned) in expect.chain(warn) {
            let place = self.place(pattern, taking);
            if matches!(pattern.kind, EventKind::Silence(_)) {
                if let Some(found) = self.noise(pattern, step, &place, window) {
                    different.get_or_insert(found);
                }
                continue;
            }
            if let EventKind::Outcome(..) = pattern.kind {
                match self.outcome(pattern)? {
                    Some(Ok(())) => {
                        self.came(pattern, warned, None, window, None);
                        return Ok(Look::Taken(None));
                    }
                    Some(Err(found)) => different = different.or(Some(found)),
                    None => {}
                }
                continue;
            }
            for lane in self.candidates(&place) {
                match self.judge(pattern, lane, window)? {
                    Judged::Match(index) => {
                        self.take(pattern, &place, lane, index, warned, window)?;
                        return Ok(Look::Taken(Some(lane)));
                    }
                    Judged::Wait => waiting.push(lane),
                    Judged::Nothing => {}
                    Judged::Differs(at, difference) => {
                        let found = Found {
                            lane: Some(lane),
                            at,
                            difference,
                            pattern: pattern.clone(),
                        };
                        different = Some(match different {
                            // The check that came furthest says most.
                            Some(other) if found.difference.kind != MismatchKind::Detail => other,
                            _ => found,
                        });
                    }
                }
            }
        }
        Ok(match different {
            Some(found) if found.lane.is_some_and(|lane| waiting.contains(&lane)) => Look::Wait,
            Some(Found {
                lane: Some(lane), ..
            }) if self.is_announced_end(lane) => Look::Announced(lane),
            Some(found) => Look::Differs(found),
            None => Look::Wait,
        })
    }

    fn place(&self, pattern: &EventPattern, taking: &Taking) -> Taking {
        match &pattern.open {
            None | Some(Open::Latest) => taking.clone(),
            Some(Open::Accept(name) | Open::Connect(name)) => Taking::Next(Some(name.clone())),
            Some(Open::On(ConnectionRef::Any)) => Taking::Any,
            Some(Open::On(ConnectionRef::Named(name))) => {
                self.lane_named(name).map_or(Taking::Nowhere, Taking::Lane)
            }
        }
    }

    /// The connections that a pattern looks at, the one that spoke first in front.
    fn candidates(&self, place: &Taking) -> Vec<usize> {
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
    fn judge(&self, pattern: &EventPattern, lane: usize, window: Window) -> Result<Judged, Absent> {
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
    fn timely(&self, at: Instant, window: Window) -> Result<(), MismatchKind> {
        let elapsed = at.saturating_duration_since(window.begin);
        if window.after.is_some_and(|after| elapsed < after) {
            return Err(MismatchKind::TooEarly);
        }
        if window.within.is_some_and(|within| elapsed > within) {
            return Err(MismatchKind::Timeout);
        }
        Ok(())
    }

    /// Takes the event off its queue and gives it its name.
    fn take(
        &mut self,
        pattern: &EventPattern,
        place: &Taking,
        lane: usize,
        index: usize,
        warned: bool,
        window: Window,
    ) -> Result<(), Absent> {
        if let Taking::Next(name) = place {
            self.claim(lane, name.clone());
        }
        self.latest = Some(lane);
        let (at, taken) = if matches!(pattern.kind, EventKind::Bytes(_)) {
            (Instant::now(), self.take_octets(lane, index))
        } else {
            self.take_arrival(pattern, lane, index)
        };
        if let Some(name) = &pattern.name {
            self.named.insert(name.clone(), Arc::new(taken));
        }
        self.came(pattern, warned, Some(lane), window, Some(at));
        Ok(())
    }

    fn take_octets(&mut self, lane: usize, length: usize) -> Taken {
        let lane_index = lane;
        let lane = &mut self.lanes[lane];
        let end = lane.consumed + length as u64;
        let octets = self.recorder.received(lane.id, lane.consumed..end);
        lane.consumed = end;
        // What has been taken as octets is no message any more.
        lane.queue.retain(|arrival| match arrival {
            Arrival::Message(message) => message.start >= end,
            Arrival::Garbage(..) => false,
            Arrival::Close(_) => true,
        });
        Taken {
            lane: lane_index,
            head: None,
            content: octets.clone(),
            trailers: Fields::default(),
            octets,
        }
    }

    fn take_arrival(
        &mut self,
        pattern: &EventPattern,
        lane: usize,
        index: usize,
    ) -> (Instant, Taken) {
        let lane_index = lane;
        let lane = &mut self.lanes[lane];
        let mut taken = Taken {
            lane: lane_index,
            head: None,
            content: bytes::Bytes::new(),
            trailers: Fields::default(),
            octets: bytes::Bytes::new(),
        };
        let mut at = Instant::now();
        if pattern.upto_head
            && let Some(Arrival::Message(message)) = lane.queue.get_mut(index)
            && !(message.end_at.is_some()
                && message.end == message.start + message.head.octets.len() as u64)
        {
            message.head_taken = true;
            at = message.head_at;
            taken.head = Some(message.head.clone());
            taken.octets = message.head.octets.clone();
            lane.consumed = message.start + message.head.octets.len() as u64;
            lane.queue.drain(..index);
            return (at, taken);
        }
        if let Some(Arrival::Close(closed)) = lane.queue.get(index) {
            let cut = lane
                .queue
                .iter()
                .take(index)
                .any(|arrival| matches!(arrival, Arrival::Message(message) if message.cut));
            at = closed.at;
            lane.over = true;
            lane.consumed = lane.received;
            lane.queue.clear();
            if cut {
                self.note(
                    lane_index,
                    "the close cut a message short, which RFC 9112 section 9.5 allows".into(),
                );
            }
            return (at, taken);
        }
        if let Some(Arrival::Message(message)) = lane.queue.drain(..=index).next_back() {
            at = message.end_at.unwrap_or(message.head_at);
            lane.consumed = message.end;
            if pattern.name.is_some() {
                taken.octets = self.recorder.received(lane.id, message.start..message.end);
                taken.content = message.content.freeze();
                taken.trailers = message.trailers;
                taken.head = Some(message.head);
            }
        }
        (at, taken)
    }

    /// Writes down that an alternative came true.
    fn came(
        &mut self,
        pattern: &EventPattern,
        warned: bool,
        lane: Option<usize>,
        window: Window,
        at: Option<Instant>,
    ) {
        if let Some(name) = &pattern.name {
            self.came.insert(name.clone());
        }
        if warned {
            let at = at.unwrap_or_else(Instant::now);
            self.warnings.push(Mismatch {
                kind: MismatchKind::Event,
                step: self.recorder.step,
                place: pattern.place.clone(),
                wanted: "what the rule asks for".into(),
                seen: format!(
                    "{}, after {}, which is tolerated",
                    describe::pattern(pattern),
                    describe::duration(at.saturating_duration_since(window.begin))
                ),
                at: at.saturating_duration_since(self.recorder.start()),
                connection: lane.map(|lane| self.lanes[lane].id),
            });
        }
    }

    /// What breaks a silence.
    fn noise(
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
                // A FIN that answers ours is no noise.
                if let Some(Arrival::Close(_)) = arrival
                    && (lane.our_fin || !lane.claimed)
                {
                    return None;
                }
                let (at, seen) = match arrival {
                    Some(arrival) => (stamp(pattern, arrival), describe::arrival(arrival)),
                    None if lane.has_news() => (window.begin, "octets".into()),
                    None => return None,
                };
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
    fn outcome(&mut self, pattern: &EventPattern) -> Result<Option<Result<(), Found>>, Absent> {
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

    /// Whether the next thing on that connection is an end that the subject has announced.
    fn is_announced_end(&self, lane: usize) -> bool {
        let lane = &self.lanes[lane];
        self.side == ScriptSide::Judge
            && lane.announced
            && matches!(lane.queue.front(), Some(Arrival::Close(_)))
    }

    /// A script goes on past what it does not expect; where its connection ends, so does it.
    fn ignore(&mut self, found: &Found) -> Result<(), Stop> {
        let Some(lane) = found.lane else {
            return Ok(());
        };
        if matches!(
            found.difference.kind,
            MismatchKind::TooEarly | MismatchKind::Timeout
        ) {
            return Err(Stop::Broken(format!(
                "the example saw {} at the wrong time",
                found.difference.seen
            )));
        }
        let lane = &mut self.lanes[lane];
        match lane.queue.front() {
            Some(Arrival::Message(message)) => {
                lane.consumed = lane.consumed.max(message.end);
                lane.queue.pop_front();
                Ok(())
            }
            Some(Arrival::Garbage(..)) => {
                lane.queue.pop_front();
                Ok(())
            }
            Some(Arrival::Close(_)) | None => Err(Stop::Gone),
        }
    }

    /// The window is over: right for silence, too late for all else.
    fn window_over(
        &mut self,
        step: &Step,
        taking: &Taking,
        window: Window,
    ) -> Result<Option<usize>, Stop> {
        let alternatives = step.expect.iter().flat_map(|expect| &expect.alternatives);
        if let Some(pattern) = alternatives
            .clone()
            .find(|pattern| matches!(pattern.kind, EventKind::Silence(_)))
        {
            self.came(pattern, false, None, window, None);
            return Ok(None);
        }
        if self.side == ScriptSide::Subject {
            return Err(Stop::Broken("the example waited in vain".into()));
        }
        let lane = match taking {
            Taking::Lane(lane) => Some(*lane),
            _ => None,
        };
        if let Some(lane) =
            lane.filter(|&lane| self.lanes[lane].announced && !self.is_about_the_end(step))
        {
            // It said that it would close, so it need not answer. That it did not close is
            // another scenario's finding.
            self.lanes[lane].over = true;
            self.unplayed.get_or_insert(self.recorder.step);
            return Ok(Some(lane));
        }
        let seen = match lane.and_then(|lane| {
            self.lanes[lane]
                .queue
                .iter()
                .rev()
                .find_map(|arrival| match arrival {
                    Arrival::Message(message) if message.end_at.is_none() => Some(message),
                    _ => None,
                })
        }) {
            Some(message) => describe::message(message),
            None => "nothing, and the connection is still open".into(),
        };
        let Some(pattern) = alternatives.clone().next().cloned() else {
            return Err(Stop::Broken("a step expects nothing".into()));
        };
        let at = Instant::now();
        let difference = Difference {
            kind: MismatchKind::Timeout,
            ..Difference::event(seen)
        };
        Err(self.mismatch(
            step,
            Found {
                lane,
                at,
                difference,
                pattern,
            },
            window,
        ))
    }

    fn is_about_the_end(&self, step: &Step) -> bool {
        let alternatives = step.expect.iter().flat_map(|expect| &expect.alternatives);
        alternatives
            .clone()
            .any(|pattern| matches!(pattern.kind, EventKind::Close(_)))
    }

    fn mismatch(&self, step: &Step, found: Found, window: Window) -> Stop {
        let mut wanted = match (found.difference.wanted, &step.expect) {
            (Some(wanted), _) => wanted,
            (None, Some(expect)) => describe::expectation(expect),
            (None, None) => describe::pattern(&found.pattern),
        };
        if let Some(after) = window.after {
            wanted.push_str(&format!(", not before {}", describe::duration(after)));
        }
        if let Some(within) = window.within {
            wanted.push_str(&format!(", within {}", describe::duration(within)));
        }
        let elapsed = found.at.saturating_duration_since(window.begin);
        let single = step
            .expect
            .as_ref()
            .is_some_and(|expect| expect.alternatives.len() == 1);
        let place = match (found.difference.place, &step.expect) {
            (Some(place), _) => place,
            (None, Some(expect)) if !single => expect.place.clone(),
            _ => found.pattern.place.clone(),
        };
        let mismatch = Mismatch {
            kind: found.difference.kind,
            step: self.recorder.step,
            place,
            wanted,
            seen: format!(
                "{}, after {}",
                found.difference.seen,
                describe::duration(elapsed)
            ),
            at: found.at.saturating_duration_since(self.recorder.start()),
            connection: found.lane.map(|lane| self.lanes[lane].id),
        };
        Stop::Mismatch(Box::new(mismatch), step.setup)
    }
}

/// A judgement of a connection's queue.
enum Judged {
    /// The arrival at that index; for octets: so many of them.
    Match(usize),
    Wait,
    /// Nothing has come.
    Nothing,
    Differs(Instant, Difference),
}

/// Whether the pattern looks past that arrival.
fn passes_by(pattern: &EventPattern, arrival: &Arrival) -> bool {
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

fn names_interim(code: StatusPattern) -> bool {
    match code {
        StatusPattern::Code(code) => code < 200,
        StatusPattern::Class(class) => class == 1,
        StatusPattern::Final => false,
    }
}

/// When the arrival counts as come: a message when the part is there that was asked for.
fn stamp(pattern: &EventPattern, arrival: &Arrival) -> Instant {
    match arrival {
        Arrival::Message(message) if pattern.upto_head => message.head_at,
        Arrival::Message(message) => message.end_at.unwrap_or(message.head_at),
        Arrival::Garbage(at, _) => *at,
        Arrival::Close(closed) => closed.at,
    }
}
