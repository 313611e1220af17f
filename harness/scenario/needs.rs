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
    let by_file = by_file(scenarios);
    let mut problems = Vec::new();
    for (need, place) in needs {
        let file = file_of(&need);
        let exists = broken.contains(file)
            || by_file.get(file).is_some_and(|scenarios| {
                need == file || scenarios.iter().any(|scenario| scenario.id == need)
            });
        let (message, advice) = if !exists {
            let hint = did_you_mean(&need, files.iter().copied());
            (
                format!("there is no scenario `{need}`"),
                hint.map(|hint| format!("did you mean `{hint}`?")),
            )
        } else if needs_itself(&by_file, file) {
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
    let by_file: BTreeMap<String, Vec<String>> = by_file(scenarios)
        .into_iter()
        .map(|(file, all)| {
            let ids = all.into_iter().map(|scenario| scenario.id.clone());
            (file.to_owned(), ids.collect())
        })
        .collect();
    for scenario in scenarios {
        scenario.needs = scenario
            .needs
            .iter()
            .flat_map(|need| match by_file.get(need) {
                Some(ids) => ids.clone(),
                None => vec![need.clone()],
            })
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

/// Scenarios by the ids of their files.
fn by_file(scenarios: &[Scenario]) -> BTreeMap<&str, Vec<&Scenario>> {
    let mut files: BTreeMap<&str, Vec<&Scenario>> = BTreeMap::new();
    for scenario in scenarios {
        files
            .entry(file_of(&scenario.id))
            .or_default()
            .push(scenario);
    }
    files
}

/// Whether what a file needs leads back to it.
fn needs_itself(by_file: &BTreeMap<&str, Vec<&Scenario>>, file: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![file];
    while let Some(next) = open.pop() {
        let scenarios = by_file.get(next).into_iter().flatten();
        for need in scenarios.flat_map(|scenario| &scenario.needs) {
            if file_of(need) == file {
                return true;
            }
            if seen.insert(file_of(need)) {
                open.push(file_of(need));
            }
        }
    }
    false
}
