//! The windows that the steps of a scenario file name, read from its text: that is what a run has
//! that was read back from a file as well.

use std::time::Duration;

use crate::scenario;

/// The window of a step, from the moment of expecting.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Window {
    /// The number of the step, from 1.
    pub(super) step: usize,
    pub(super) after: Duration,
    pub(super) within: Duration,
}

/// The windows with an end that is a plain duration.
pub(super) fn of(text: &str) -> Vec<Window> {
    let Ok(file) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let steps = file.get("step").and_then(|it| it.as_array());
    let steps = steps.into_iter().flatten().zip(1..);
    let time = |step: &toml::Value, key: &str| scenario::duration(step.get(key)?.as_str()?).ok();
    let window = |(step, number): (&toml::Value, usize)| {
        Some(Window {
            step: number,
            after: time(step, "after").unwrap_or_default(),
            within: time(step, "within")?,
        })
    };
    steps.filter_map(window).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn reads_plain_durations_and_leaves_the_rest() {
        let text = "[[step]]\nsend = 'x'\n[[step]]\nafter = '1s'\nwithin = '2s'\n\
            [[step]]\nwithin = '0.8 idle-timeout'\n[[step]]\nwithin = 3\n";
        let (after, within) = (Duration::from_secs(1), Duration::from_secs(2));
        let step = 2;
        assert_eq!(
            of(text),
            [Window {
                step,
                after,
                within
            }]
        );
    }

    #[test]
    fn copes_with_what_is_no_scenario_file() {
        assert_eq!(of("no file"), []);
        assert_eq!(of("step = 1"), []);
    }
}
