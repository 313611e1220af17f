//! The rules of the scenario language, each shown on a file of its own: what the player must see
//! is caught at the named step, and what it must let pass is not accused. Taking a check out of
//! the player makes one of these fail.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use h1check::run::{self, Timing};
use h1check::scenario::{Library, parse};
use rstest::rstest;
use tokio::task::JoinSet;

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::bundled);

#[rstest]
#[tokio::test]
async fn rule_of_the_language_holds(#[files("harness/tests/language/**/*.toml")] file: PathBuf) {
    let text = std::fs::read_to_string(&file).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let catalogue = LIBRARY.catalogue().unwrap();
    let scenarios = parse(&name, &text, catalogue).unwrap_or_else(|diagnostics| {
        panic!("{}", diagnostics.render(false));
    });
    let timing = Timing {
        patience: Duration::from_secs(1),
        grace: Duration::from_secs(1),
        ..Timing::default()
    };
    let mut proofs = JoinSet::new();
    for scenario in scenarios.into_iter().map(Arc::new) {
        for example in scenario.counterexamples.iter().chain(&scenario.permitted) {
            let (scenario, example) = (Arc::clone(&scenario), example.clone());
            proofs.spawn(async move {
                let proof = run::prove(&scenario, &example, timing).await;
                proof
                    .err()
                    .map(|unproven| format!("\"{}\" {unproven}", example.title))
            });
        }
    }
    assert!(!proofs.is_empty(), "{name} has no example");
    let unproven: Vec<String> = proofs.join_all().await.into_iter().flatten().collect();
    assert!(unproven.is_empty(), "{name}: {unproven:#?}");
}
