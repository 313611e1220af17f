//! What was done, as the steps of a scenario: wait, send, expect, reply, close.

use std::time::Duration;

use bytes::Bytes;

use super::acts::{Act, Doing};
use crate::outcome::Transcript;
use crate::scenario::Subject;

/// A step.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub(super) connection: usize,
    /// Whether it is the first one on its connection.
    pub(super) is_first: bool,
    pub(super) wait: Option<Duration>,
    /// The segments that are sent.
    pub(super) send: Option<Vec<Bytes>>,
    pub(super) expect: Option<Expected>,
    /// How long that took, where it is worth mentioning.
    pub(super) took: Option<Duration>,
    /// The segments that are sent behind it.
    pub(super) reply: Option<Vec<Bytes>>,
    pub(super) close: Option<&'static str>,
    pub(super) remarks: Vec<String>,
}

/// What is expected.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    /// A response with this status code; its head.
    Status(u16, Bytes),
    /// A request.
    Request {
        method: Bytes,
        target: Bytes,
        content: Bytes,
        head: Bytes,
    },
    /// What is no message, by its last octets.
    Octets(Bytes),
    /// The end of the connection: `fin`, `rst` or `cut`.
    Close(&'static str),
    /// Nothing.
    Silence,
}

impl Step {
    pub(super) fn says_nothing(&self) -> bool {
        self.send.is_none() && self.expect.is_none() && self.reply.is_none() && self.close.is_none()
    }
}

/// The steps that do this.
pub(super) fn of(acts: &[Act], transcript: &Transcript, subject: Subject) -> Vec<Step> {
    let mut draft = Draft {
        steps: Vec::new(),
        known: vec![false; transcript.connections.len()],
        before: Duration::ZERO,
        replies: subject == Subject::Client,
        remarks: Vec::new(),
    };
    for act in acts {
        draft.take(act);
    }
    if let Some(last) = draft.steps.last_mut() {
        last.remarks.append(&mut draft.remarks);
        // Who said nothing to what came last is expected to say nothing again.
        if last.expect.is_none() && last.send.is_some() && last.close.is_none() {
            last.expect = Some(Expected::Silence);
        }
    }
    draft.steps
}

struct Draft {
    steps: Vec<Step>,
    known: Vec<bool>,
    /// When the act before was.
    before: Duration,
    /// Whether we are the one who answers.
    replies: bool,
    /// For the next step.
    remarks: Vec<String>,
}

impl Draft {
    fn take(&mut self, act: &Act) {
        let passed = act.at.saturating_sub(self.before);
        match &act.what {
            Doing::Remark(text) => {
                self.remarks.push(text.clone());
                return;
            }
            Doing::Send(octets) => self.send(act, octets, passed),
            Doing::Came(expected) => {
                let step = self.step(act.connection, |it| {
                    it.expect.is_none() && it.reply.is_none() && it.close.is_none()
                });
                step.expect = Some(expected.clone());
                step.took = (passed >= NOTABLE).then_some(passed);
            }
            Doing::Close(how) => {
                let waited = passed >= NOTABLE;
                let step = self.step(act.connection, |it| it.close.is_none() && !waited);
                step.wait = step.wait.or(waited.then_some(passed));
                step.close = Some(how);
            }
        }
        self.before = act.at;
    }

    fn send(&mut self, act: &Act, octets: &Bytes, passed: Duration) {
        let waited = passed >= NOTABLE;
        let replies = self.replies;
        let fits = |it: &Step| {
            let is_free = it.close.is_none() && !waited;
            let answers = replies && it.expect.is_some();
            is_free && (it.expect.is_none() || answers)
        };
        let step = self.step(act.connection, fits);
        step.wait = step.wait.or(waited.then_some(passed));
        let slot = if step.expect.is_some() {
            &mut step.reply
        } else {
            &mut step.send
        };
        slot.get_or_insert_default().push(octets.clone());
    }

    /// The last step, if it is of this connection and has room, or a new one.
    fn step(&mut self, connection: usize, has_room: impl Fn(&Step) -> bool) -> &mut Step {
        let fits = |step: &Step| step.connection == connection && has_room(step);
        if !self.steps.last().is_some_and(fits) {
            let known = std::mem::replace(&mut self.known[connection], true);
            self.steps.push(Step {
                connection,
                is_first: !known,
                ..Step::default()
            });
        }
        let last = self.steps.len() - 1;
        let step = &mut self.steps[last];
        step.remarks.append(&mut self.remarks);
        step
    }
}

/// A pause that somebody may have meant.
const NOTABLE: Duration = Duration::from_millis(100);
