//! The passive checks of what the subject sends on a connection.

use std::time::Instant;

use super::super::play::Finding;
use super::{Arrival, Asked, Incoming, Lane};
use crate::wire::{Garbage, Head, lint};

impl Lane {
    /// What the passive checks found in its messages.
    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Checks every message that comes; `relays`: its sender may have got it from somebody else.
    pub(crate) fn lint(&mut self, relays: bool) {
        self.lints = true;
        self.relays = relays;
    }

    /// Checks a head that the subject sent.
    pub(super) fn lint_head(
        &mut self,
        head: &Head,
        answers: Option<&Asked>,
        at: Instant,
        step: usize,
    ) {
        if self.lints && !self.sent_lost {
            let found = lint::lint_head(head, &context(answers, self.relays));
            self.find(found, at, step);
        }
    }

    /// Checks what stood behind the head of the message that has just ended.
    pub(super) fn lint_end(&mut self, at: Instant, step: usize) {
        if !self.lints || self.sent_lost {
            return;
        }
        let Some(Arrival::Message(message)) = self.queue.back() else {
            return;
        };
        let Incoming {
            head,
            violations,
            trailers,
            content,
            answers,
            ..
        } = &**message;
        let context = context(answers.as_ref(), self.relays);
        let found = lint::lint_behind(head, violations, trailers, content.len(), &context);
        self.find(found, at, step);
    }

    /// Checks octets that the subject sent and that are no message. Nothing is held against it
    /// where we sent such octets first.
    pub(super) fn lint_garbage(&mut self, garbage: &Garbage, at: Instant, step: usize) {
        if self.lints && !self.sent_lost && !self.hostile {
            let rest = self.decoder.rest();
            let found = lint::lint_garbage(garbage, rest, self.opened_by_us, self.behind);
            self.find(found.into_iter().collect(), at, step);
        }
    }

    pub(super) fn find(&mut self, found: Vec<lint::Finding>, at: Instant, step: usize) {
        let connection = self.id;
        self.findings
            .extend(found.into_iter().map(|finding| Finding {
                lint: finding.lint,
                text: finding.text,
                step,
                at,
                connection,
            }));
    }
}

fn context(answers: Option<&Asked>, relays: bool) -> lint::Context<'_> {
    let answers = answers.map(|asked| lint::Answered {
        method: &asked.method,
        version: asked.version,
        head: asked.head.as_deref(),
    });
    lint::Context { relays, answers }
}
