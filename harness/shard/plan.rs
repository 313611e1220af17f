//! Which shard plays what.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::outcome::Shard;
use crate::scenario::Scenario;

/// What one shard plays.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its scenarios, and the controls that they need.
    pub scenarios: Vec<Arc<Scenario>>,
    /// The ids of those among them that belong to another shard, and are counted there: controls.
    pub guests: BTreeSet<String>,
    /// The shard, with what tells this division of the suite from any other.
    pub shard: Shard,
}

/// Divides scenarios among `count` shards, and gives the share of that with an index from 1. All machines must give the
/// same scenarios and durations: then each scenario is in exactly one shard, but for controls.
///
/// With the durations of a former run the longest comes first, and goes where there is least to
/// do; what has none is taken for average. Without any each shard gets as many, in an order that
/// has nothing to do with their names, so that the cases of one file are spread.
#[must_use]
pub fn share(
    scenarios: &[Arc<Scenario>],
    (index, count): (usize, usize),
    durations: &BTreeMap<String, Duration>,
) -> Share {
    let owners = owners(scenarios, count, durations);
    let mine: BTreeSet<&str> = owners
        .iter()
        .filter(|(_, owner)| **owner + 1 == index)
        .map(|(id, _)| *id)
        .collect();
    let played = with_controls(scenarios, &mine);
    Share {
        guests: played.difference(&mine).map(|id| (*id).into()).collect(),
        scenarios: scenarios
            .iter()
            .filter(|scenario| played.contains(scenario.id.as_str()))
            .map(Arc::clone)
            .collect(),
        shard: Shard {
            index,
            count,
            plan: fingerprint(&owners),
        },
    }
}

/// The shard of each scenario, from 0, by id.
fn owners<'s>(
    scenarios: &'s [Arc<Scenario>],
    count: usize,
    durations: &BTreeMap<String, Duration>,
) -> BTreeMap<&'s str, usize> {
    let count = count.max(1);
    let known: Vec<Duration> = scenarios
        .iter()
        .filter_map(|scenario| durations.get(&scenario.id).copied())
        .collect();
    let total: Duration = known.iter().sum();
    let average = u32::try_from(known.len())
        .ok()
        .and_then(|number| total.checked_div(number))
        .unwrap_or_default();
    let mut order: Vec<(Duration, u64, &str)> = scenarios
        .iter()
        .map(|scenario| {
            let id = scenario.id.as_str();
            let took = durations.get(id).copied().unwrap_or(average);
            (took, hash(SEED, id), id)
        })
        .collect();
    order.sort_by(|one, other| (other.0, one.1, one.2).cmp(&(one.0, other.1, other.2)));
    // Load first, then how many: where nothing is known the loads are all zero.
    let mut loads = vec![(Duration::ZERO, 0_usize); count];
    let mut owners = BTreeMap::new();
    for (took, _, id) in order {
        let least = (0..count).min_by_key(|index| loads[*index]).unwrap_or(0);
        loads[least].0 += took;
        loads[least].1 += 1;
        owners.insert(id, least);
    }
    owners
}

/// These scenarios, and what they need, and what that needs.
fn with_controls<'s>(
    scenarios: &'s [Arc<Scenario>],
    mine: &BTreeSet<&'s str>,
) -> BTreeSet<&'s str> {
    let by_id: BTreeMap<&str, &Arc<Scenario>> = scenarios
        .iter()
        .map(|scenario| (scenario.id.as_str(), scenario))
        .collect();
    let mut played = mine.clone();
    let mut queue: VecDeque<&str> = mine.iter().copied().collect();
    while let Some(id) = queue.pop_front() {
        let needs = by_id.get(id).map(|scenario| scenario.needs.iter());
        for control in needs.into_iter().flatten() {
            if by_id.contains_key(control.as_str()) && played.insert(control) {
                queue.push_back(control);
            }
        }
    }
    played
}

fn fingerprint(owners: &BTreeMap<&str, usize>) -> u64 {
    owners.iter().fold(SEED, |state, (id, owner)| {
        hash(hash(state, id), &owner.to_string())
    })
}

/// FNV-1a with an end mark: the same on every machine and in every version of the compiler.
fn hash(state: u64, text: &str) -> u64 {
    text.bytes().chain([0xff]).fold(state, |state, octet| {
        (state ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
