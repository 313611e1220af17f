//! The passive checks of what the subject sends on a connection.

use std::time::Instant;

use super::super::play::Finding;
use super::{Arrival, Asked, Incoming, Lane};
use crate::wire::{Head, lint};

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
            answers,
            ..
        } = &**message;
        if violations.is_empty() && trailers.0.is_empty() {
            return;
        }
        let context = context(answers.as_ref(), self.relays);
        let found = lint::lint_behind(head, violations, trailers, &context);
        self.find(found, at, step);
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
    });
    lint::Context { relays, answers }
}
