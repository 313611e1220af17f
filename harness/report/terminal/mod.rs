//! The report on a terminal: a line per scenario while the run goes on, and at its end the
//! failures in detail, what is less bad in short, and the summary last, where the eye is.
//!
//! Colours are an argument. Nothing of a peer reaches the terminal unescaped.

mod alike;
mod detail;
mod known;
pub(super) mod paint;

use std::collections::BTreeMap;

pub use self::paint::Style;
use self::paint::{Ink, wrap};
use super::{escape, words};
use crate::outcome::{Lint, Outcome, Run, Verdict};
use crate::scenario::Catalogue;

/// One line for a scenario that is over, without a line end.
#[must_use]
pub fn line(outcome: &Outcome, style: Style) -> String {
    let id = escape::text(&outcome.scenario.id);
    let time = words::time(outcome.took);
    let plain = format!("{:<5}  {id}  {time}", outcome.class());
    let mut line = format!(
        "{}  {}  {}",
        style.verdict_word(outcome.class()),
        style.ink(Ink::Strong, &id),
        style.ink(Ink::Muted, &time)
    );
    let room = style.width.saturating_sub(plain.chars().count() + 2);
    if let Some(reason) = reason(outcome).filter(|_| room >= 20) {
        line.push_str("  ");
        line.push_str(&style.ink(Ink::Muted, &paint::cut(&reason, room)));
    }
    line
}

/// The report at the end of a run.
#[must_use]
pub fn report(run: &Run, catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    for word in ["fail", "error", "flaky", "warn"] {
        let played = with(run, word).filter(|outcome| !unplayed(outcome));
        for entry in alike::gather(played) {
            text.push_str(&detail::headline(entry.shown, style));
            if let Some(tries) = words::flaky(entry.shown) {
                text.push_str(&style.block(Ink::Of("flaky"), &tries, 7));
            }
            text.push_str(&detail(run, entry.shown, catalogue, style));
            text.push_str(&entry.others(style));
            text.push('\n');
        }
    }
    text.push_str(&grouped(
        with(run, "error").filter(|it| unplayed(it)),
        style,
    ));
    if !style.quiet {
        text.push_str(&grouped(with(run, "skip"), style));
    }
    text.push_str(&known::expected(run, style));
    text.push_str(&lints(&run.lints, catalogue, style));
    text.push_str(&known::outdated(run, style));
    text.push_str(&summary(run, style));
    text
}

/// What is to be said about one scenario, behind its headline.
#[must_use]
pub fn detail(run: &Run, outcome: &Outcome, catalogue: &Catalogue, style: Style) -> String {
    match outcome.verdict {
        Verdict::Pass | Verdict::Skip { .. } => String::new(),
        Verdict::Warn => detail::warning(outcome, catalogue, style),
        Verdict::Fail => detail::failure(run, outcome, catalogue, style),
        Verdict::Error { .. } => detail::error(run, outcome, style),
    }
}

fn with<'a>(run: &'a Run, word: &'static str) -> impl Iterator<Item = &'a Outcome> {
    run.outcomes
        .iter()
        .filter(move |outcome| outcome.class() == word)
}

/// Why it is no pass, in a fragment without line ends.
#[must_use]
pub fn reason(outcome: &Outcome) -> Option<String> {
    if let Some(why) = outcome.verdict.why() {
        return Some(escape::text(why));
    }
    let mismatch = outcome.mismatch.as_ref().or(outcome.warnings.first())?;
    Some(words::sentence(mismatch))
}

/// Whether the run was over before it came to this scenario: there is nothing to tell of it.
fn unplayed(outcome: &Outcome) -> bool {
    outcome.tries == 0 && matches!(outcome.verdict, Verdict::Error { .. })
}

/// Outcomes of one verdict by their reason, the most frequent first, each with its first ids.
fn grouped<'a>(outcomes: impl Iterator<Item = &'a Outcome>, style: Style) -> String {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut word = "skip";
    for outcome in outcomes {
        word = outcome.verdict.word();
        let why = outcome.verdict.why().unwrap_or_default();
        let ids = reasons.entry(words::without_time(why));
        ids.or_default().push(&outcome.scenario.id);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    let mut text = String::new();
    for (why, ids) in &reasons {
        let head = format!("{} × {}", ids.len(), escape::text(why));
        text.push_str(&style.verdict_word(word));
        text.push_str(&wrap(&head, 7, style.width));
        let mut shown: Vec<_> = ids.iter().take(3).map(|id| escape::text(id)).collect();
        if ids.len() > shown.len() {
            shown.push(format!("… {} more", ids.len() - shown.len()));
        }
        text.push_str(&style.block(Ink::Muted, &shown.join(", "), 7));
    }
    if !reasons.is_empty() {
        text.push('\n');
    }
    text
}

fn lints(lints: &[Lint], catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    for lint in lints.iter().filter(|lint| lint.expected.is_none()) {
        let cited = words::cited(catalogue, &lint.requirement);
        let messages = if lint.count == 1 {
            "message"
        } else {
            "messages"
        };
        let head = format!("lint: {}", escape::text(&lint.text));
        text.push_str(&style.verdict(&lint.verdict));
        text.push_str(&wrap(&head, 7, style.width));
        let first = escape::text(&lint.scenario);
        let place = format!("in {} {messages}, first in {first}", lint.count);
        text.push_str(&style.block(Ink::Muted, &place, 7));
        text.push_str(&detail::citation(&cited, style));
        text.push('\n');
    }
    text
}

fn summary(run: &Run, style: Style) -> String {
    let tally = run.tally();
    let counts = [
        ("pass", tally.pass),
        ("warn", tally.warn),
        ("fail", tally.fail),
        ("skip", tally.skip),
        ("error", tally.error),
    ];
    let known = [("flaky", tally.flaky), ("as expected", tally.expected)];
    let counts: Vec<_> = counts
        .into_iter()
        .chain(known.into_iter().filter(|(_, count)| *count > 0))
        .map(|(word, count)| style.count(word, count))
        .collect();
    let mut text = format!(
        "{}\n{}  in {}\n",
        style.ink(Ink::Strong, &escape::text(&run.subject)),
        counts.join("  "),
        words::time(run.took)
    );
    let how = format!(
        "h1check {}, {} at once, timers up to {} late",
        escape::text(&run.version),
        run.jobs,
        words::time(run.jitter)
    );
    text.push_str(&style.block(Ink::Muted, &how, 0));
    if let Some(why) = &run.interrupted {
        let ended = format!("ended early: {}", escape::text(why));
        text.push_str(&style.block(Ink::Of("error"), &ended, 0));
    }
    let code = run.exit_code();
    let word = ["pass", "fail", "error", "error"][usize::from(code.min(3))];
    let meaning = format!("exit {code}: {}", words::exit_meaning(run, code));
    text.push_str(&style.block(Ink::Of(word), &meaning, 0));
    text
}

impl Style {
    fn verdict(self, verdict: &Verdict) -> String {
        self.verdict_word(verdict.word())
    }
}
