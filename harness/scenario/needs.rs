//! What scenarios need: other scenarios that must pass first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::{Problem, did_you_mean};
use super::model::{Place, Scenario};

/// Notes what `needs` names and is not there, and needs that lead back to themselves.
///
/// `files` are the ids of all files, `broken` of those that could not be parsed: that is a
/// problem of its own.
pub(super) fn check(
    files: &[&str],
    broken: &BTreeSet<&str>,
    scenarios: &[Scenario],
    needs: Vec<(String, Place)>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (need, place) in needs {
        let exists = broken.contains(file_of(&need))
            || scenarios
                .iter()
                .any(|scenario| scenario.id == need || file_of(&scenario.id) == need);
        let (message, advice) = if !exists {
            let hint = did_you_mean(&need, files.iter().copied());
            (
                format!("there is no scenario `{need}`"),
                hint.map(|hint| format!("did you mean `{hint}`?")),
            )
        } else if needs_itself(scenarios, &need) {
            let message = format!("`{need}` needs itself, directly or through others");
            (message, None)
        } else {
            continue;
        };
        problems.push(Problem {
            place,
            message,
            label: None,
            advice,
        });
    }
    problems
}

/// Puts the scenarios of a file into the place of its id.
pub(super) fn expand(scenarios: &mut [Scenario]) {
    let ids: Vec<String> = scenarios.iter().map(|one| one.id.clone()).collect();
    for scenario in scenarios {
        scenario.needs = scenario
            .needs
            .iter()
            .flat_map(|need| {
                ids.iter()
                    .filter(move |id| *id == need || file_of(id) == need)
            })
            .cloned()
            .collect();
    }
}

/// What selected scenarios need and has not been selected, in the order of the ids.
pub(super) fn controls(
    scenarios: &BTreeMap<String, Arc<Scenario>>,
    rest: &BTreeMap<String, Arc<Scenario>>,
) -> Vec<Arc<Scenario>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<&Arc<Scenario>> = scenarios.values().collect();
    while let Some(scenario) = open.pop() {
        for need in &scenario.needs {
            if let Some(control) = rest.get(need)
                && found.insert(need.clone(), Arc::clone(control)).is_none()
            {
                open.push(control);
            }
        }
    }
    found.into_values().collect()
}

/// The id of the file that a scenario is in.
pub(super) fn file_of(id: &str) -> &str {
    id.split('[').next().unwrap_or(id)
}

/// Whether what `need` names leads back to it.
fn needs_itself(scenarios: &[Scenario], need: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![need];
    while let Some(id) = open.pop() {
        for scenario in scenarios
            .iter()
            .filter(|one| file_of(&one.id) == file_of(id))
        {
            for next in &scenario.needs {
                if file_of(next) == file_of(need) {
                    return true;
                }
                if seen.insert(file_of(next)) {
                    open.push(next);
                }
            }
        }
    }
    false
}
