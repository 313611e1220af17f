//! Waits until an expectation comes true, or something else does, or its window ends.

use std::time::{Duration, Instant};

use super::arrivals::Judged;
use super::check::Difference;
use super::describe;
use super::lane::Arrival;
use super::player::{Player, Stop};
use super::values::Absent;
use crate::outcome::{Mismatch, MismatchKind};
use crate::scenario::{ConnectionRef, EventKind, EventPattern, Open, ScriptSide, Step};

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

/// What became of an expectation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// It came true, on that connection if it is about one.
    On(Option<usize>),
    /// It could not: the subject ended the connection as it had announced.
    Unplayed,
}

/// The window of one expectation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) begin: Instant,
    pub(crate) after: Option<Duration>,
    /// `None`: for ever (scripts).
    pub(crate) within: Option<Duration>,
}

/// What a look at the queues came to.
enum Look {
    /// This alternative came true, on that connection.
    Taken(Option<usize>),
    /// Nothing that decides.
    Wait,
    /// Something else came.
    Differs(Box<Found>),
    /// The connection ended, as the subject had announced.
    Announced(usize),
}

/// Something that no alternative asks for.
pub(crate) struct Found {
    pub(crate) lane: Option<usize>,
    pub(crate) at: Instant,
    pub(crate) difference: Difference,
    pub(crate) pattern: EventPattern,
}

impl Player<'_> {
    /// Plays `expect` and `warn`; says what became of them.
    pub(crate) async fn expect(&mut self, step: &Step, taking: &Taking) -> Result<Expected, Stop> {
        let mut window = self.window(step)?;
        if self.lanes.is_empty() && matches!(taking, Taking::Next(_)) {
            // What is started for the scenario has to start first.
            window.within = window.within.map(|within| within + self.timing.start);
        }
        let deadline = window.within.map(|within| window.begin + within);
        if window.after.is_some_and(|after| after > self.timing.grace) {
            self.slot = None;
        }
        loop {
            match self.look(step, taking, window, false)? {
                Look::Taken(lane) => return Ok(Expected::On(lane)),
                Look::Announced(lane) => return Ok(self.announced_end(lane)),
                Look::Differs(found) if self.side == ScriptSide::Subject => self.ignore(&found)?,
                // What arrived behind a silence has not broken it, however late that is noticed.
                Look::Differs(found)
                    if may_be_silent(step)
                        && deadline.is_some_and(|deadline| found.at >= deadline) =>
                {
                    return self.window_over(step, taking, window, Some(*found));
                }
                Look::Differs(found) => return Err(self.mismatch(step, *found, window)),
                Look::Wait => {
                    if !self.pump(deadline).await {
                        return self.window_over(step, taking, window, None);
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
            .chain(&step.warn)
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

    /// Looks at what has come so far. What one alternative rules out may be what another one looks
    /// past (an interim response, a 408, half a head), so that nothing is decided before `last`.
    fn look(
        &mut self,
        step: &Step,
        taking: &Taking,
        window: Window,
        last: bool,
    ) -> Result<Look, Absent> {
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
                    Judged::Nothing if last => {}
                    Judged::Nothing => waiting.push(lane),
                    Judged::Differs(at, difference) => {
                        let found = Found {
                            lane: Some(lane),
                            at,
                            difference: difference.of(warned),
                            pattern: pattern.clone(),
                        };
                        different = Some(match different {
                            // The check that came furthest says most.
                            Some(other) if !found.difference.tells_more(&other.difference) => other,
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
            Some(found) => Look::Differs(Box::new(found)),
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

    /// The subject ends the connection as it had announced: what is left of the step, and later
    /// steps on the connection, are not played.
    fn announced_end(&mut self, lane: usize) -> Expected {
        self.lanes[lane].over = true;
        self.unplayed.get_or_insert(self.recorder.step);
        Expected::Unplayed
    }

    /// The window is over: right for silence, too late for all else (`late` came behind it).
    fn window_over(
        &mut self,
        step: &Step,
        taking: &Taking,
        window: Window,
        mut late: Option<Found>,
    ) -> Result<Expected, Stop> {
        let end = window.within.map(|within| window.begin + within);
        if self.side == ScriptSide::Judge && late.is_none() {
            match self.look(step, taking, window, true)? {
                Look::Taken(lane) => return Ok(Expected::On(lane)),
                Look::Announced(lane) => return Ok(self.announced_end(lane)),
                Look::Differs(found) if end.is_some_and(|end| found.at >= end) => {
                    late = Some(*found);
                }
                Look::Differs(found) => return Err(self.mismatch(step, *found, window)),
                Look::Wait => {}
            }
        }
        let alternatives = step.expect.iter().flat_map(|expect| &expect.alternatives);
        let tolerated = step.warn.iter().flat_map(|warn| &warn.alternatives);
        let silence = alternatives
            .clone()
            .map(|pattern| (pattern, false))
            .chain(tolerated.map(|pattern| (pattern, true)))
            .find(|(pattern, _)| matches!(pattern.kind, EventKind::Silence(_)));
        if let Some((pattern, warned)) = silence {
            self.silent_until = window.within.map(|within| window.begin + within);
            self.came(pattern, warned, None, window, None);
            return Ok(Expected::On(None));
        }
        if self.side == ScriptSide::Subject {
            return Err(Stop::Broken("the example waited in vain".into()));
        }
        if let Some(late) = late {
            return Err(self.mismatch(step, late, window));
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
            return Ok(self.announced_end(lane));
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

/// Whether nothing is among what the step expects.
fn may_be_silent(step: &Step) -> bool {
    let expected = step.expect.iter().chain(&step.warn);
    expected
        .flat_map(|expect| &expect.alternatives)
        .any(|pattern| matches!(pattern.kind, EventKind::Silence(_)))
}
