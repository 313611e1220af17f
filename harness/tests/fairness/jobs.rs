//! How many scenarios are active at once does not count.

use std::collections::BTreeMap;
use std::sync::Arc;

use h1check::run::{Options, Suite, Target};
use h1check::scenario::Scenario;
use pretty_assertions::assert_eq;

use crate::judge::{SUITE, TURNS, catalogue};

async fn verdicts(jobs: usize, scenarios: Vec<Arc<Scenario>>) -> BTreeMap<String, &'static str> {
    let _turn = TURNS.acquire().await.expect("it is never closed");
    let options = Options {
        jobs,
        ..Options::default()
    };
    let suite = Suite::new(catalogue(), scenarios, Target::ReferenceServer, options);
    let run = suite
        .run(std::future::pending(), &mut |_| {})
        .await
        .expect("it is in this process");
    (run.outcomes.iter())
        .map(|outcome| (outcome.scenario.id.clone(), outcome.verdict.word()))
        .collect()
}

/// A busy host may be late for one run or the other, so what differs is played again.
#[tokio::test]
async fn one_job_and_many_come_to_the_same_verdicts() {
    let mut scenarios = SUITE.clone();
    let mut chances = 3;
    loop {
        let one = verdicts(1, scenarios.clone()).await;
        let many = verdicts(64, scenarios.clone()).await;
        assert_eq!(one.len(), scenarios.len());
        scenarios.retain(|scenario| one.get(&scenario.id) != many.get(&scenario.id));
        chances -= 1;
        if scenarios.is_empty() {
            return;
        }
        if chances == 0 {
            assert_eq!(one, many);
        }
    }
}
