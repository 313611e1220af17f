//! The reference peers on a network in virtual time that delays, holds, loses, cuts and resets.
//!
//! Whatever it does: every request is answered at most once, no response is taken for another's,
//! nothing hangs past its deadline, idempotent requests succeed when the link heals in time, and
//! POST is never sent twice. The counter of the site shows how often it was applied. Clients that
//! do wrong on purpose show that each of these can fail.
//!
//! `make ci` plays more than 10,000 runs: each exchange cut at each of its octets, and 2,000 of
//! each kind that come from chance. `H1CHECK_RUNS=100000` plays more of these. Every run follows
//! from a number, its seed. What fails is named with it, and comes again by
//! `H1CHECK_SEED=NUMBER cargo test -p h1check --test simulation NAME`, where NAME is the test.

mod ask;
mod chance;
mod fault;
mod invariants;
mod line;
mod net;
mod plan;
mod run;
mod subject;

use std::ops::Range;

use pretty_assertions::assert_eq;
use rstest::rstest;

use ask::What;
use fault::{Fault, Kind as FaultKind, Side, Way};
use invariants::broken;
use plan::Plan;
use run::{History, play};
use subject::Kind;

/// Plays the plans of these seeds, or of the one that the environment names.
fn hold(test: &str, seeds: Range<u64>, plan: impl Fn(u64) -> Option<Plan>) {
    let seeds = match number("H1CHECK_SEED") {
        Some(seed) => seed..seed + 1,
        None => seeds,
    };
    if let Some(failure) = first_failure(test, Kind::Reference, seeds, plan) {
        panic!("{failure}");
    }
}

/// What is wrong with the first run in which something is, and how it comes again.
fn first_failure(
    test: &str,
    kind: Kind,
    mut seeds: Range<u64>,
    plan: impl Fn(u64) -> Option<Plan>,
) -> Option<String> {
    seeds.find_map(|seed| {
        let plan = plan(seed)?;
        let wrong = broken(&plan, &play(&plan, kind));
        let again = format!("H1CHECK_SEED={seed} cargo test -p h1check --test simulation {test}");
        let wrong = (!wrong.is_empty()).then(|| wrong.join("\n"))?;
        Some(format!("{wrong}\n\n{plan:#?}\n\nonce more: {again}"))
    })
}

/// The seeds of runs that come from chance.
fn seeds() -> Range<u64> {
    0..number("H1CHECK_RUNS").unwrap_or(2000)
}

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {value}")),
    )
}

#[test]
fn what_is_only_late_is_answered_and_applied_once() {
    hold("what_is_only_late", seeds(), |seed| {
        Some(Plan::gentle(seed))
    });
}

#[test]
fn in_a_storm_nothing_is_mixed_up_done_twice_or_waited_for_for_ever() {
    hold("in_a_storm", seeds(), |seed| Some(Plan::stormy(seed)));
}

/// An exchange of each method, and some that are pipelined, cut at each octet in each way.
#[rstest]
#[case::get("case_1", &[What::Get])]
#[case::head("case_2", &[What::Head])]
#[case::post("case_3", &[What::Count])]
#[case::post_with_content("case_4", &[What::Upload])]
#[case::put("case_5", &[What::Put])]
#[case::delete("case_6", &[What::Delete])]
#[case::pipelined("case_7", &[What::Get, What::Put, What::Count])]
fn an_exchange_may_end_at_any_octet(#[case] name: &str, #[case] whats: &[What]) {
    let cuts = all_cuts(whats);
    // With those from chance more than 10,000.
    assert!(cuts.len() > 1000, "only {} cuts", cuts.len());
    let test = format!("an_exchange_may_end_at_any_octet::{name}");
    hold(&test, 0..cuts.len() as u64, |seed| {
        let (is_reused, fault) = *cuts.get(usize::try_from(seed).ok()?)?;
        Some(Plan::cut(seed, whats, is_reused, fault))
    });
}

#[test]
fn a_failure_names_the_seed_that_brings_it_back() {
    let seeds = 0..500;
    let find = |seeds| first_failure("x", Kind::MixesUp, seeds, |seed| Some(Plan::stormy(seed)));
    let failure = find(seeds).unwrap();
    let (_, again) = failure.split_once("once more: H1CHECK_SEED=").unwrap();
    let (seed, command) = again.split_once(' ').unwrap();
    assert_eq!(command, "cargo test -p h1check --test simulation x");
    let seed: u64 = seed.parse().unwrap();
    assert_eq!(find(seed..seed + 1), Some(failure.clone()));
}

/// Clients that do wrong are caught, each by the sentence that says what it does.
#[rstest]
#[case::retries_post(Kind::RetriesPost, What::Count, "was sent 2 times")]
#[case::orders_twice(Kind::RetriesPost, What::Count, "was applied 2 times")]
#[case::never_retries(Kind::NeverRetries, What::Get, "was lost with an idle connection")]
fn a_client_with_another_retry_rule_is_caught(
    #[case] kind: Kind,
    #[case] what: What,
    #[case] sentence: &str,
) {
    let cuts = all_cuts(&[what]).into_iter().zip(0..);
    let mut plans = cuts.map(|((reused, fault), seed)| Plan::cut(seed, &[what], reused, fault));
    assert!(plans.any(|plan| catches(&plan, kind, sentence)));
}

#[rstest]
#[case::mixes_up(Kind::MixesUp, "is told the answer")]
#[case::hangs(Kind::WaitsForEver, "hangs")]
fn a_client_that_waits_wrongly_is_caught(#[case] kind: Kind, #[case] sentence: &str) {
    let mut plans = (0..500).map(Plan::stormy);
    assert!(plans.any(|plan| catches(&plan, kind, sentence)));
}

fn catches(plan: &Plan, kind: Kind, sentence: &str) -> bool {
    let wrong = broken(plan, &play(plan, kind));
    wrong.iter().any(|wrong| wrong.contains(sentence))
}

/// What would be wrong with a run in which nothing is.
#[rstest]
#[case::answers_twice(
    |history: &mut History| {
        let answer = history.records[0].answered.clone();
        history.records[0].answered.extend(answer);
    },
    "connection 0: 2 answers to 1 requests"
)]
#[case::answers_another(
    |history: &mut History| {
        let swapped = history.records[0].answered.to_vec();
        let text = String::from_utf8(swapped).unwrap().replace("/counter/1", "/counter/2");
        history.records[0].answered = text.into();
    },
    "connection 0: Some(1) is answered by that to Some(2)"
)]
#[case::holds_on(|history: &mut History| history.serving = 1, "the server has not ended 1 connections")]
#[case::counts_twice(
    |history: &mut History| { history.applied.insert(1, 2); },
    "Ask { id: 1, what: Count } was applied 2 times"
)]
#[case::does_nothing(
    |history: &mut History| { history.applied.insert(1, 0); },
    "Ask { id: 1, what: Count } was read 1 times and applied 0 times"
)]
#[case::too_late(
    |history: &mut History| history.asked[0].took *= 1000,
    "Ask { id: 1, what: Count } took "
)]
fn each_invariant_can_fail(#[case] spoil: fn(&mut History), #[case] sentence: &str) {
    let plan = Plan::whole(&[What::Count], false);
    let mut history = play(&plan, Kind::Reference);
    assert_eq!(broken(&plan, &history), Vec::<String>::new());
    spoil(&mut history);
    let wrong = broken(&plan, &history);
    assert!(
        wrong.len() == 1 && wrong[0].starts_with(sentence),
        "{wrong:?}"
    );
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..50 {
        let plan = Plan::stormy(seed);
        let run = || {
            let history = play(&plan, Kind::Reference);
            let lengths = |record: &net::Record| (record.asked.len(), record.told.len());
            let records: Vec<_> = history.records.iter().map(lengths).collect();
            format!("{:?} {records:?} {:?}", history.asked, history.applied)
        };
        assert_eq!(run(), run(), "seed {seed}");
    }
}

fn all_cuts(whats: &[What]) -> Vec<(bool, Fault)> {
    [false, true]
        .into_iter()
        .flat_map(|is_reused| cuts(whats, is_reused))
        .collect()
}

/// Each octet of the exchange, and what may happen there.
fn cuts(whats: &[What], is_reused: bool) -> Vec<(bool, Fault)> {
    let whole = |whats: &[What], is_reused| {
        let history = play(&Plan::whole(whats, is_reused), Kind::Reference);
        let record = &history.records[0];
        (record.asked.len(), record.answered.len())
    };
    // Behind what came before on the same connection.
    let first = if is_reused {
        whole(&[What::Get], false)
    } else {
        (0, 0)
    };
    let last = whole(whats, is_reused);
    let mut cuts = Vec::new();
    for (way, octets) in [
        (Way::ToServer, first.0..=last.0),
        (Way::ToClient, first.1..=last.1),
    ] {
        for octet in octets {
            for (side, kind) in ENDS.iter().copied().chain(OTHERS.get(octet % 8).copied()) {
                cuts.push((
                    is_reused,
                    Fault {
                        connection: 0,
                        way,
                        side,
                        octet,
                        kind,
                    },
                ));
            }
        }
    }
    cuts
}

/// At each octet.
const ENDS: &[(Side, FaultKind)] = &[
    (Side::Sending, FaultKind::Reset),
    (Side::Receiving, FaultKind::Reset),
    (Side::Sending, FaultKind::HalfClose),
];

/// At each eighth octet.
const OTHERS: &[(Side, FaultKind)] = &[
    (Side::Sending, FaultKind::ResetAndForget),
    (Side::Sending, FaultKind::Close),
    (Side::Receiving, FaultKind::Close),
    (Side::Sending, FaultKind::Hold(100)),
    (Side::Receiving, FaultKind::Hold(100)),
    (Side::Sending, FaultKind::Loss(100)),
    (Side::Receiving, FaultKind::Loss(100)),
    (Side::Sending, FaultKind::Crash(100)),
];
