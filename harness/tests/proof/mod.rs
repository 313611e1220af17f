//! What the generated cases of `scenarios.rs` call.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use h1check::run::{self, Timing};
use h1check::scenario::{Example, Library, Scenario, Selection};

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::bundled);

static ALL: LazyLock<Vec<Arc<Scenario>>> =
    LazyLock::new(|| match LIBRARY.select(&Selection::all()) {
        Ok(selected) => selected.scenarios,
        Err(error) => panic!("{}", error.render(false)),
    });

/// How long the judge waits in a proof. A hanging example costs it in full, so it is short; a
/// host that is late by more shows as an example that is caught too early.
const TIMING: Timing = Timing {
    patience: Duration::from_millis(1000),
    slack: 1.0,
    longest: Duration::from_secs(2),
    grace: Duration::from_secs(1),
};

/// All bundled scenarios, cases counted.
pub(crate) fn all() -> &'static [Arc<Scenario>] {
    &ALL
}

/// The scenarios of a file: one, or one per case.
fn of_file(id: &str) -> impl Iterator<Item = &'static Arc<Scenario>> {
    ALL.iter()
        .filter(move |scenario| scenario.id.split('[').next() == Some(id))
}

pub(crate) async fn counterexample_is_caught(id: &str, index: usize) {
    prove(id, |scenario| nth(&scenario.counterexamples, id, index)).await;
}

pub(crate) async fn permitted_is_not_accused(id: &str, index: usize) {
    prove(id, |scenario| nth(&scenario.permitted, id, index)).await;
}

/// The example with that number in the file; not every case has it.
fn nth<'s>(examples: &'s [Example], id: &str, index: usize) -> Option<&'s Example> {
    let mut places: Vec<usize> = of_file(id)
        .flat_map(|scenario| scenario.counterexamples.iter().chain(&scenario.permitted))
        .filter(|example| {
            examples.first().is_some_and(|first| {
                std::mem::discriminant(&first.kind) == std::mem::discriminant(&example.kind)
            })
        })
        .map(|example| example.place.span.start)
        .collect();
    places.sort_unstable();
    places.dedup();
    let place = places.get(index)?;
    examples
        .iter()
        .find(|example| example.place.span.start == *place)
}

async fn prove(id: &str, example: impl Fn(&'static Arc<Scenario>) -> Option<&'static Example>) {
    let mut proven = 0;
    for scenario in of_file(id) {
        let Some(example) = example(scenario) else {
            continue;
        };
        proven += 1;
        if let Err(unproven) = run::prove(scenario, example, TIMING).await {
            panic!(
                "{}: the example \"{}\" {}\n{:#?}",
                scenario.id,
                example.title,
                unproven.why,
                unproven.outcome.map(|outcome| outcome.transcript.entries)
            );
        }
    }
    assert!(proven > 0, "{id} has no such example");
}
