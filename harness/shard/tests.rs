//! Every scenario has one shard, and every machine finds its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::{EnvironmentError, Share, from_environment, share};
use crate::scenario::{Library, Scenario, Selection};

fn scenarios() -> Vec<Arc<Scenario>> {
    let selected = Library::bundled()
        .select(&Selection::matching([
            "server/close",
            "server/transfer-encoding",
        ]))
        .unwrap();
    [selected.controls, selected.scenarios].concat()
}

fn shares(
    scenarios: &[Arc<Scenario>],
    count: usize,
    durations: &BTreeMap<String, Duration>,
) -> Vec<Share> {
    (1..=count)
        .map(|index| share(scenarios, (index, count), durations))
        .collect()
}

fn owned(share: &Share) -> BTreeSet<String> {
    let ids = share.scenarios.iter().map(|scenario| scenario.id.clone());
    ids.filter(|id| !share.guests.contains(id)).collect()
}

#[rstest]
#[case::one(1)]
#[case::two(2)]
#[case::seven(7)]
fn each_scenario_is_in_one_shard_with_what_it_needs(#[case] count: usize) {
    let scenarios = scenarios();
    let shares = shares(&scenarios, count, &BTreeMap::new());
    let all: Vec<String> = shares.iter().flat_map(owned).collect();
    assert_eq!(all.len(), scenarios.len());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), scenarios.len());
    for share in &shares {
        let ids: BTreeSet<&str> = share.scenarios.iter().map(|it| it.id.as_str()).collect();
        for scenario in &share.scenarios {
            for need in &scenario.needs {
                assert!(ids.contains(need.as_str()), "{} needs {need}", scenario.id);
            }
        }
        assert_eq!(share.shard.plan, shares[0].shard.plan);
        let many = owned(share).len();
        assert!(many.abs_diff(scenarios.len() / count) <= 1, "{many}");
    }
}

#[test]
fn the_order_in_which_scenarios_are_given_does_not_matter() {
    let scenarios = scenarios();
    let mut turned = scenarios.clone();
    turned.reverse();
    let durations = BTreeMap::new();
    for (one, other) in shares(&scenarios, 3, &durations)
        .iter()
        .zip(shares(&turned, 3, &durations))
    {
        assert_eq!(owned(one), owned(&other));
        assert_eq!(one.shard.plan, other.shard.plan);
    }
}

#[test]
fn the_durations_of_a_former_run_balance_the_shards() {
    let scenarios = scenarios();
    let durations: BTreeMap<String, Duration> = scenarios
        .iter()
        .zip(
            [40_u64, 1, 1, 1, 20, 20, 9, 9, 9, 9]
                .into_iter()
                .chain(std::iter::repeat(0)),
        )
        .map(|(scenario, seconds)| (scenario.id.clone(), Duration::from_secs(seconds)))
        .collect();
    let shares = shares(&scenarios, 3, &durations);
    let loads = shares.iter().map(|share| {
        let times = owned(share).into_iter().map(|id| durations[&id]);
        times.sum::<Duration>().as_secs()
    });
    let loads: Vec<u64> = loads.collect();
    assert_eq!(loads.iter().sum::<u64>(), 119);
    assert!(
        loads.iter().all(|load| (38..=41).contains(load)),
        "{loads:?}"
    );
    let plain = share(&scenarios, (1, 3), &BTreeMap::new());
    assert!(plain.shard.plan != shares[0].shard.plan);
}

fn found(variables: &[(&str, &str)]) -> Result<(usize, usize, String), EnvironmentError> {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    let found = from_environment(|name| variables.get(name).map(|value| (*value).to_owned()))?;
    Ok((found.index, found.count, found.by))
}

#[rstest]
#[case::gitlab(&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")], 1, 4)]
#[case::gitlab_last(&[("CI_NODE_INDEX", "4"), ("CI_NODE_TOTAL", "4")], 4, 4)]
#[case::kubernetes(&[("JOB_COMPLETION_INDEX", "0"), ("H1CHECK_SHARDS", "3")], 1, 3)]
#[case::kubernetes_last(&[("JOB_COMPLETION_INDEX", "2"), ("H1CHECK_SHARDS", " 3\n")], 3, 3)]
#[case::github(&[("H1CHECK_SHARD_INDEX", "1"), ("H1CHECK_SHARD_TOTAL", "2")], 2, 2)]
#[case::ours_wins(
    &[("H1CHECK_SHARD_INDEX", "1"), ("H1CHECK_SHARD_TOTAL", "2"), ("CI_NODE_INDEX", "9"), ("CI_NODE_TOTAL", "9")],
    2, 2
)]
fn engines_tell_the_shard(
    #[case] variables: &[(&str, &str)],
    #[case] index: usize,
    #[case] count: usize,
) {
    let (seen, total, by) = found(variables).unwrap();
    assert_eq!((seen, total), (index, count));
    assert!(by.contains('='), "{by}");
}

#[rstest]
#[case::nothing(&[], "found none of its variables: GitLab sets CI_NODE_INDEX")]
#[case::only_a_total(&[("CI_NODE_TOTAL", "1")], "CI_NODE_TOTAL is set, and CI_NODE_INDEX is not: GitLab")]
#[case::only_an_index(&[("JOB_COMPLETION_INDEX", "1")], "H1CHECK_SHARDS is not: a Kubernetes Job")]
#[case::beyond(&[("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")], "CI_NODE_INDEX=5 is not a number from 1 to 4")]
#[case::zero(&[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")], "CI_NODE_INDEX=0 is not a number from 1 to 4")]
#[case::beyond_from_zero(&[("JOB_COMPLETION_INDEX", "3"), ("H1CHECK_SHARDS", "3")], "is not a number from 0 to 2")]
#[case::none_at_all(&[("JOB_COMPLETION_INDEX", "0"), ("H1CHECK_SHARDS", "0")], "H1CHECK_SHARDS=0 is not a number from 1")]
#[case::no_number(&[("JOB_COMPLETION_INDEX", "0"), ("H1CHECK_SHARDS", "\u{1b}[1m")], "H1CHECK_SHARDS=\\u{1b}[1m is not")]
fn an_environment_that_tells_no_shard_is_told_what_to_set(
    #[case] variables: &[(&str, &str)],
    #[case] text: &str,
) {
    let error = found(variables).unwrap_err().to_string();
    assert!(error.contains(text), "{error}");
}
