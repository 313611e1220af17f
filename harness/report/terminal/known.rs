//! What the baseline lists, in short: the reader has decided about it before.

use std::collections::BTreeMap;

use super::Style;
use super::paint::{Ink, wrap};
use crate::outcome::{Expected, Run, Verdict};
use crate::report::{escape, words};

/// The deviations that are as the baseline lists them, one paragraph for each of its entries.
pub(super) fn expected(run: &Run, style: Style) -> String {
    let mut entries: BTreeMap<usize, Listed<'_>> = BTreeMap::new();
    let outcomes = run.outcomes.iter().map(|outcome| {
        let expected = outcome.expected.as_ref();
        (expected, &outcome.verdict, outcome.scenario.id.as_str())
    });
    let lints = run
        .lints
        .iter()
        .map(|lint| (lint.expected.as_ref(), &lint.verdict, lint.id.as_str()));
    for (expected, verdict, id) in outcomes.chain(lints) {
        if let Some(expected) = expected {
            let entry = entries.entry(expected.line).or_insert_with(|| Listed {
                expected,
                verdict,
                ids: Vec::new(),
            });
            entry.ids.push(id);
        }
    }
    let mut text = String::new();
    for Listed {
        expected,
        verdict,
        ids,
    } in entries.values()
    {
        let head = format!("{} × {}", ids.len(), words::expected(verdict, expected));
        text.push_str(&style.verdict_word("known"));
        text.push_str(&wrap(&head, 7, style.width));
        let mut shown: Vec<_> = ids.iter().take(3).map(|id| escape::text(id)).collect();
        if ids.len() > shown.len() {
            shown.push(format!("… {} more", ids.len() - shown.len()));
        }
        text.push_str(&style.block(Ink::Muted, &shown.join(", "), 7));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// What one entry covers.
struct Listed<'a> {
    expected: &'a Expected,
    verdict: &'a Verdict,
    ids: Vec<&'a str>,
}

/// The entries of the baseline that are no longer true.
pub(super) fn outdated(run: &Run, style: Style) -> String {
    let mut text = String::new();
    for outdated in &run.gate.outdated {
        text.push_str(&style.verdict_word("stale"));
        let line = words::outdated(&run.gate, outdated);
        text.push_str(&wrap(&line, 7, style.width));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
