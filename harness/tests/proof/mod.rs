//! What the generated cases of `scenarios.rs` call.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use h1check::outcome::Verdict;
use h1check::report::terminal;
use h1check::run::{self, Options, Suite, Target, Timing};
use h1check::scenario::{self, Example, ExampleKind, Library, Scenario, Selection, Subject};
use tokio::task::JoinSet;

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
    start: Duration::ZERO,
};

/// For what was not proven: on a busy host each step may take long, so it is played once more,
/// with more time.
const MORE_TIME: Timing = Timing {
    patience: Duration::from_secs(4),
    longest: Duration::from_secs(6),
    ..TIMING
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
    let mut proofs = JoinSet::new();
    for scenario in of_file(id) {
        if let Some(example) = example(scenario) {
            proofs.spawn(async move {
                let mut proof = run::prove(scenario, example, TIMING).await;
                if proof.is_err() {
                    proof = run::prove(scenario, example, MORE_TIME).await;
                }
                (scenario, example, proof)
            });
        }
    }
    assert!(!proofs.is_empty(), "{id} has no such example");
    for (scenario, example, proof) in proofs.join_all().await {
        if let Err(unproven) = proof {
            panic!(
                "{}: the example \"{}\" {}\n{:#?}",
                scenario.id,
                example.title,
                unproven.why,
                unproven.outcome.map(|outcome| outcome.transcript.entries)
            );
        }
    }
}

/// Plays the scenarios of a file on the reference peer of their role: they pass.
pub(crate) async fn reference_peer_passes(id: &str) {
    for scenario in of_file(id) {
        // Without that feature its site has no GraphQL.
        if cfg!(not(feature = "graphql")) && scenario.given.contains_key("graphql") {
            continue;
        }
        // A proxy is not among the reference peers: its examples have to do.
        let target = match scenario.subject {
            Subject::Server => Target::ReferenceServer,
            Subject::Client => Target::ReferenceClient,
            Subject::Proxy => continue,
        };
        let options = Options {
            patience: Duration::from_secs(2),
            ..Options::default()
        };
        let catalogue = LIBRARY.catalogue().expect("it is loaded").clone();
        // Controls are scenarios of their own, with tests of their own.
        let mut alone = Scenario::clone(scenario);
        alone.needs.clear();
        let suite = Suite::new(Arc::new(catalogue), vec![Arc::new(alone)], target, options);
        let run = suite
            .run(std::future::pending(), &mut |_| {})
            .await
            .expect("it is in this process");
        let bad: Vec<_> = run
            .outcomes
            .iter()
            .filter(|outcome| outcome.verdict != Verdict::Pass)
            .collect();
        assert!(
            bad.is_empty(),
            "{}",
            terminal::report(
                &run,
                LIBRARY.catalogue().expect("it is loaded"),
                terminal::Style::default()
            )
        );
        assert_eq!(run.outcomes.len(), 1, "{id} is played");
        let lints: Vec<_> = run
            .lints
            .iter()
            .map(|lint| (&lint.requirement, &lint.text))
            .collect();
        assert!(lints.is_empty(), "{id}: {lints:?}");
    }
}

/// Subjects that are right about nothing pass nothing.
pub(crate) async fn degenerate_peers_pass_nothing(id: &str) {
    // Most of them only wait, so they are played side by side.
    let mut tries = JoinSet::new();
    for scenario in of_file(id) {
        let peers = match scenario.subject {
            Subject::Server => &*DEGENERATE_SERVERS,
            Subject::Client => &*DEGENERATE_CLIENTS,
            Subject::Proxy => continue,
        };
        for peer in peers {
            let passing = Example {
                kind: ExampleKind::Permitted {
                    verdict: "pass",
                    permits: Vec::new(),
                },
                ..peer.clone()
            };
            tries.spawn(async move {
                // A scenario may say why such a peer is right about this.
                let rightly = scenario.rightly.contains_key(&passing.title);
                let mut wrong = run::prove(scenario, &passing, TIMING).await.is_ok() != rightly;
                if wrong {
                    wrong = run::prove(scenario, &passing, MORE_TIME).await.is_ok() != rightly;
                }
                wrong.then(|| format!("{} by {}", scenario.id, passing.title))
            });
        }
    }
    let passed: Vec<String> = tries.join_all().await.into_iter().flatten().collect();
    assert!(
        passed.is_empty(),
        "passed, or wrongly said in `rightly` to be: {passed:#?}"
    );
}

static DEGENERATE_SERVERS: LazyLock<Vec<Example>> =
    LazyLock::new(|| peers(include_str!("degenerate-servers.toml")));

static DEGENERATE_CLIENTS: LazyLock<Vec<Example>> =
    LazyLock::new(|| peers(include_str!("degenerate-clients.toml")));

fn peers(text: &str) -> Vec<Example> {
    let catalogue = LIBRARY.catalogue().expect("it is loaded");
    match scenario::parse("degenerate.toml", text, catalogue) {
        Ok(mut scenarios) => scenarios.remove(0).counterexamples,
        Err(diagnostics) => panic!("{}", diagnostics.render(false)),
    }
}
