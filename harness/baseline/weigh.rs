//! A run weighed by a baseline.

use std::collections::BTreeSet;
use std::time::SystemTime;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::model::{Baseline, Entry, Listed};
use crate::outcome::{Expected, Lint, Outcome, Outdated, OutdatedWhy, Run, Tally, Verdict};

impl Baseline {
    /// What it says of an outcome, where it lists it.
    #[must_use]
    pub fn expects(&self, outcome: &Outcome, today: SystemTime) -> Option<Expected> {
        let today = day(today);
        let mut open = self.entries.iter().filter(|entry| !entry.is_over(today));
        open.find(|entry| entry.covers(outcome))
            .map(Entry::expected)
    }

    /// Marks in a run what is listed, and notes the entries that are no longer true.
    pub fn weigh(&self, run: &mut Run, today: SystemTime) {
        let day = day(today);
        self.mark(run, |entry| !entry.is_over(day));
        let outdated = self
            .entries
            .iter()
            .filter_map(|entry| self.outdated(entry, run, day));
        run.gate.outdated = outdated.collect();
        run.gate.baseline = Some(self.path().to_owned());
    }

    /// Marks what those entries list that hold.
    pub(super) fn mark(&self, run: &mut Run, holds: impl Fn(&Entry) -> bool) {
        let open: Vec<&Entry> = self.entries.iter().filter(|entry| holds(entry)).collect();
        for outcome in &mut run.outcomes {
            let entry = open.iter().find(|entry| entry.covers(outcome));
            outcome.expected = entry.map(|entry| entry.expected());
        }
        for lint in &mut run.lints {
            lint.expected = listed(&open, lint).map(Entry::expected);
        }
    }

    fn outdated(&self, entry: &Entry, run: &Run, today: Date) -> Option<Outdated> {
        let note = |why, text| {
            Some(Outdated {
                line: entry.place.line(),
                entry: entry.to_string(),
                why,
                text,
            })
        };
        match entry.until {
            // What was not played says nothing, also about an entry that is over.
            Some(until) if until < today && entry.concerns(run) => {
                note(OutdatedWhy::Expired, format!("has expired on {until}"))
            }
            Some(until) if until < today => None,
            _ if self.is_stale(entry, run) => note(OutdatedWhy::Stale, entry.instead(run)),
            _ => None,
        }
    }

    /// Whether nothing comes out as the entry says, and that is sure: all that it lists was
    /// played, and what could be judged was.
    pub(super) fn is_stale(&self, entry: &Entry, run: &Run) -> bool {
        if entry.verdict == Listed::Flaky || run.interrupted.is_some() {
            return false;
        }
        let played: BTreeSet<&str> = run.outcomes.iter().map(id).collect();
        let known = self.known.iter().map(|scenario| scenario.id.as_str());
        let mut listed = known.filter(|id| entry.names(id));
        if !listed.all(|id| played.contains(id)) || (entry.scenario.is_none() && !self.whole) {
            return false;
        }
        let mut judged = false;
        for outcome in entry.outcomes(run) {
            match outcome.verdict {
                _ if entry.covers(outcome) => return false,
                Verdict::Error { .. } => return false,
                Verdict::Skip { .. } => {}
                Verdict::Pass | Verdict::Warn | Verdict::Fail => judged = true,
            }
        }
        judged && !run.lints.iter().any(|lint| entry.has_seen(lint))
    }
}

impl Entry {
    fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// The outcomes of the scenarios that it lists.
    fn outcomes<'r>(&self, run: &'r Run) -> impl Iterator<Item = &'r Outcome> {
        let listed = run.outcomes.iter();
        listed.filter(|outcome| self.names(&outcome.scenario.id))
    }

    /// Whether the run says something about it.
    fn concerns(&self, run: &Run) -> bool {
        self.outcomes(run).next().is_some()
    }

    /// Whether an outcome is the deviation that is listed.
    pub(super) fn covers(&self, outcome: &Outcome) -> bool {
        let step = |step| outcome.decisive().is_some_and(|it| it.step == step);
        self.lint.is_none()
            && self.names(&outcome.scenario.id)
            && self.verdict.is(&outcome.verdict)
            && self.step.is_none_or(step)
    }

    /// Whether a finding is one that is listed, in some scenario at least.
    fn has_seen(&self, lint: &Lint) -> bool {
        self.is_about(lint) && lint.scenarios.iter().any(|id| self.names(id))
    }

    fn is_about(&self, lint: &Lint) -> bool {
        self.lint.as_ref() == Some(&lint.id) && self.verdict.is(&lint.verdict)
    }

    /// What came instead of what is listed.
    fn instead(&self, run: &Run) -> String {
        if self.lint.is_some() {
            return "is stale: nothing of the kind was seen".into();
        }
        let tally = Tally::of(self.outcomes(run).map(|outcome| &outcome.verdict));
        let counts = [
            (tally.pass, "pass"),
            (tally.warn, "warn"),
            (tally.fail, "fail"),
            (tally.skip, "skip"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(n, word)| format!("{n} {word}")).collect();
        let step = self.step.map(|step| format!(" at step {step}"));
        format!(
            "is stale: nothing comes to {}{} ({})",
            self.verdict.word(),
            step.unwrap_or_default(),
            counts.join(", ")
        )
    }
}

/// The entry that lists a finding. Where entries list it in some scenarios only, it is listed if
/// it was seen in no other.
fn listed<'e>(entries: &[&'e Entry], lint: &Lint) -> Option<&'e Entry> {
    let about = || entries.iter().filter(|entry| entry.is_about(lint));
    if let Some(everywhere) = about().find(|entry| entry.scenario.is_none()) {
        return Some(everywhere);
    }
    let in_one = |id: &String| about().any(|entry| entry.names(id));
    if lint.scenarios.is_empty() || !lint.scenarios.iter().all(in_one) {
        return None;
    }
    about().find(|entry| entry.has_seen(lint)).copied()
}

fn id(outcome: &Outcome) -> &str {
    &outcome.scenario.id
}

/// The day in UTC, the same for everybody who has the file.
pub(super) fn day(time: SystemTime) -> Date {
    let time = jiff::Timestamp::try_from(time).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).date()
}
