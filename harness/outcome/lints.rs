//! What the passive checks found, put together.

use std::collections::BTreeMap;

use super::Lint;

impl Lint {
    /// Puts findings of many scenarios together: one of each check, in the order of their
    /// requirements, with the text of the scenario whose id comes first, and the counts added. So
    /// it does not matter in which order, or on which machine, they were found.
    #[must_use]
    pub fn gather(found: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut gathered: BTreeMap<(String, String), Self> = BTreeMap::new();
        for lint in found {
            let key = (lint.requirement.clone(), lint.id.clone());
            match gathered.get_mut(&key) {
                None => {
                    gathered.insert(key, lint);
                }
                Some(known) => {
                    let count = known.count + lint.count;
                    // What is listed in one part only is not listed.
                    let listed = known.expected.is_some() && lint.expected.is_some();
                    let mut scenarios = std::mem::take(&mut known.scenarios);
                    scenarios.extend_from_slice(&lint.scenarios);
                    if lint.scenario < known.scenario {
                        *known = lint;
                    }
                    known.count = count;
                    known.scenarios = scenarios;
                    known.expected = known.expected.take().filter(|_| listed);
                }
            }
        }
        let mut gathered: Vec<Self> = gathered.into_values().collect();
        for lint in &mut gathered {
            lint.scenarios.sort_unstable();
            lint.scenarios.dedup();
        }
        gathered
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::outcome::Verdict;

    fn lint(id: &str, scenario: &str, text: &str, count: usize) -> Lint {
        Lint {
            id: id.into(),
            requirement: "9110-10.2.1-p2-1".into(),
            verdict: Verdict::Fail,
            text: text.into(),
            count,
            scenario: scenario.into(),
            connection: 0,
            scenarios: vec![scenario.into()],
            expected: None,
        }
    }

    #[test]
    fn the_order_does_not_matter_and_counts_are_added() {
        let found = [
            lint("b", "server/x", "x", 1),
            lint("a", "server/z", "z", 2),
            lint("a", "server/y", "first", 3),
            lint("a", "server/y", "second", 1),
        ];
        let mut first = lint("a", "server/y", "first", 6);
        first.scenarios.push("server/z".into());
        let wanted = vec![first, lint("b", "server/x", "x", 1)];
        assert_eq!(Lint::gather(found.clone()), wanted);
        let [b, z, first, second] = found;
        assert_eq!(Lint::gather([first, second, z, b]), wanted);
    }
}
