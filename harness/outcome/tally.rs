//! Counts of verdicts.

use super::{Outcome, Verdict};

/// How many outcomes have which verdict.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Conforming.
    pub pass: usize,
    /// With a warning.
    pub warn: usize,
    /// Failed.
    pub fail: usize,
    /// Not judged: a precondition is missing.
    pub skip: usize,
    /// Not judged: something was in the way.
    pub error: usize,
    /// Deviating in the way that the baseline lists.
    pub expected: usize,
    /// Deviating in some tries and not in others.
    pub flaky: usize,
}

impl Tally {
    /// Counts verdicts.
    pub fn of<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Self {
        let mut tally = Self::default();
        for verdict in verdicts {
            tally.count(verdict);
        }
        tally
    }

    /// Counts outcomes, each once: as expected, as flaky, or by its verdict.
    pub(super) fn weighed(outcomes: &[Outcome]) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            if outcome.expected.is_some() {
                tally.expected += 1;
            } else if outcome.is_flaky() {
                tally.flaky += 1;
            } else {
                tally.count(&outcome.verdict);
            }
        }
        tally
    }

    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Warn => self.warn += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Skip { .. } => self.skip += 1,
            Verdict::Error { .. } => self.error += 1,
        }
    }
}
