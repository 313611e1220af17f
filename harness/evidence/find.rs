//! One scenario of a run, by the id that somebody typed.

use crate::outcome::{Outcome, Run};
use crate::report::escape;

/// There is no such scenario in the run, with what may have been meant.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Unknown(String);

/// The outcome of the scenario with this id; the id of a file stands for its only case.
///
/// # Errors
/// There is none, or there are several.
pub fn find<'r>(run: &'r Run, id: &str) -> Result<&'r Outcome, Unknown> {
    let ids = || run.outcomes.iter().map(|outcome| &*outcome.scenario.id);
    if let Some(index) = ids().position(|known| known == id) {
        return Ok(&run.outcomes[index]);
    }
    let is_case = |known: &str| {
        let rest = known.strip_prefix(id);
        rest.is_some_and(|rest| rest.starts_with('['))
    };
    let cases: Vec<usize> = (0..run.outcomes.len())
        .filter(|&index| is_case(&run.outcomes[index].scenario.id))
        .collect();
    if let [only] = cases[..] {
        return Ok(&run.outcomes[only]);
    }
    let named = escape::text(id);
    if !cases.is_empty() {
        let names = cases.iter().take(SHOWN);
        let names: Vec<String> = names
            .map(|&index| format!("'{}'", escape::text(&run.outcomes[index].scenario.id)))
            .collect();
        let more = if cases.len() > SHOWN { ", …" } else { "" };
        return Err(Unknown(format!(
            "`{named}` has {} cases, name one: {}{more}",
            cases.len(),
            names.join(", ")
        )));
    }
    let distance = |known: &str| strsim::jaro_winkler(known, id);
    let near = ids().max_by(|one, other| distance(one).total_cmp(&distance(other)));
    let near = near.filter(|known| distance(known) > ALIKE);
    let advice = near.map_or_else(
        || "the report of the run lists what was played".to_owned(),
        |near| format!("did you mean `{}`?", escape::text(near)),
    );
    Err(Unknown(format!(
        "there is no scenario `{named}` in this run; {advice}"
    )))
}

/// Cases that are named.
const SHOWN: usize = 4;
/// How alike an id must be to have been meant.
const ALIKE: f64 = 0.8;
