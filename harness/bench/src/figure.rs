//! A figure that was measured, and its goal.

use std::fmt;

/// One line of the report.
#[derive(Debug)]
pub(crate) enum Line {
    /// Something was measured.
    Figure(Figure),
    /// Something could not be, and why.
    Skipped(&'static str, String),
}

/// What was measured, in all rounds.
#[derive(Debug)]
pub(crate) struct Figure {
    /// In words.
    pub(crate) what: String,
    /// What it must be.
    pub(crate) goal: Goal,
    /// What it is hoped to be, on the same side as the goal.
    pub(crate) aim: Option<f64>,
    /// Behind the numbers, e.g. ` ms`.
    pub(crate) unit: &'static str,
    /// One for each round.
    pub(crate) samples: Vec<f64>,
    /// Absolute figures behind a ratio; they depend on the machine.
    pub(crate) note: String,
}

/// On which side of a number a figure has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// Less is better.
    AtMost(f64),
    /// More is better.
    AtLeast(f64),
}

impl Goal {
    /// Whether a figure that is held against another number than the goal's own is good.
    fn is_met(self, number: f64, figure: f64) -> bool {
        match self {
            Self::AtMost(_) => figure <= number,
            Self::AtLeast(_) => figure >= number,
        }
    }

    fn number(self) -> f64 {
        let (Self::AtMost(number) | Self::AtLeast(number)) = self;
        number
    }
}

impl Figure {
    /// The middle one, which a single disturbed round does not move.
    pub(crate) fn median(&self) -> f64 {
        median(&self.samples)
    }

    /// `met`, `aim` where it reached even that, or `missed`.
    pub(crate) fn verdict(&self) -> &'static str {
        let reached = self.median();
        match self.aim {
            Some(aim) if self.goal.is_met(aim, reached) => "aim",
            _ if self.goal.is_met(self.goal.number(), reached) => "met",
            _ => "missed",
        }
    }

    /// `≤ 4 ×`
    pub(crate) fn goal(&self) -> String {
        let sign = match self.goal {
            Goal::AtMost(_) => "≤",
            Goal::AtLeast(_) => "≥",
        };
        format!("{sign} {}{}", number(self.goal.number()), self.unit)
    }

    /// `2.5 ×`
    pub(crate) fn aim(&self) -> String {
        self.aim
            .map_or_else(String::new, |aim| format!("{}{}", number(aim), self.unit))
    }

    /// `2.1 × [2.0..2.4]`
    pub(crate) fn reached(&self) -> String {
        let (least, most) = self.samples.iter().fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(least, most), sample| (least.min(*sample), most.max(*sample)),
        );
        let range = match self.samples.len() {
            0 | 1 => String::new(),
            _ => format!(" [{}..{}]", number(least), number(most)),
        };
        format!("{}{}{range}", number(self.median()), self.unit)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Figure(figure) => write!(
                f,
                "{}: {} (goal {}): {} {}",
                figure.what,
                figure.reached(),
                figure.goal(),
                figure.verdict(),
                figure.note,
            ),
            Self::Skipped(what, why) => write!(f, "{what}: skipped: {why}"),
        }
    }
}

/// The middle one.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Three digits that mean something, and no more.
pub(crate) fn number(number: f64) -> String {
    let places = match number.abs() {
        size if size >= 99.5 => 0,
        size if size >= 9.95 => 1,
        size if size >= 0.995 => 2,
        _ => 3,
    };
    let text = format!("{number:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
