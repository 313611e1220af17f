//! Runs that do not do everything themselves: one that goes on, and one of several shards.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pretty_assertions::assert_eq;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::outcome::{Lint, Outcome, Run};
use crate::run::{Former, Options, Progress, ServerTarget, Suite, Target};
use crate::scenario::{Library, Selection};

/// A server that answers anything, with a field that breaks the grammar: a lint tells of it.
async fn careless() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut octets = [0; 4096];
                while let Ok(1..) = stream.read(&mut octets).await {
                    let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAllow: \"\r\n\r\nok";
                    if stream.write_all(reply).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

fn suite(address: SocketAddr) -> Suite {
    let library = Library::bundled();
    let catalogue = Arc::new(library.catalogue().unwrap().clone());
    let selected = library
        .select(&Selection::matching(["server/basic", "server/close"]))
        .unwrap();
    let target = Target::Server(ServerTarget::at(address));
    let options = Options {
        patience: Duration::from_millis(300),
        jobs: 8,
        ..Options::default()
    };
    let scenarios = [selected.controls, selected.scenarios].concat();
    Suite::new(catalogue, scenarios, target, options)
}

type Told = Vec<(Outcome, Vec<Lint>)>;

async fn run(suite: Suite) -> (Run, Told) {
    let mut told = Vec::new();
    let mut observe = |progress: Progress<'_>| {
        if let Progress::Finished(outcome, lints) = progress {
            told.push((outcome.clone(), lints.to_vec()));
        }
    };
    let run = suite.run(std::future::pending(), &mut observe).await;
    (run.unwrap(), told)
}

/// The same scenarios came to the same. A busy host may keep one from being judged in either run,
/// and then those that need it are skipped.
#[track_caller]
fn assert_alike(one: &Run, other: &Run) {
    let pairs = one.outcomes.iter().zip(&other.outcomes);
    let judged = pairs.filter(|(one, other)| {
        assert_eq!(one.scenario.id, other.scenario.id);
        let words = [one.verdict.word(), other.verdict.word()];
        !words.contains(&"error") && (words[0] == "skip") == (words[1] == "skip")
    });
    let judged: Vec<_> = judged.collect();
    assert!(!judged.is_empty());
    for (one, other) in judged {
        let id = &one.scenario.id;
        assert_eq!(one.verdict.word(), other.verdict.word(), "{id}");
    }
    assert_eq!(one.outcomes.len(), other.outcomes.len());
}

fn ids(told: &Told) -> Vec<&str> {
    told.iter().map(|it| it.0.scenario.id.as_str()).collect()
}

#[tokio::test]
async fn a_run_that_goes_on_plays_the_rest_and_ends_the_same() {
    let address = careless().await;
    let (whole, mut told) = run(suite(address)).await;
    assert!(!whole.lints.is_empty());
    assert!(told.len() > 3, "{}", told.len());
    let rest = told.split_off(2);
    let former = Former {
        done: told,
        started: Some(SystemTime::UNIX_EPOCH),
        took: Duration::from_secs(1000),
    };
    let (again, played) = run(suite(address).going_on(former)).await;
    let (mut wanted, mut seen) = (ids(&rest), ids(&played));
    wanted.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, wanted);
    assert_alike(&again, &whole);
    assert_eq!(again.lints, whole.lints);
    assert_eq!(again.started, SystemTime::UNIX_EPOCH);
    assert!(again.took >= Duration::from_secs(1000));
}

#[tokio::test]
async fn what_is_found_in_a_guest_is_counted_elsewhere() {
    let address = careless().await;
    let (whole, told) = run(suite(address)).await;
    let guest = &told[0].0.scenario.id;
    let (shard, _) = run(suite(address).with_guests(BTreeSet::from([guest.clone()]))).await;
    let count = |run: &Run| -> usize { run.lints.iter().map(|lint| lint.count).sum() };
    let of_guest: usize = told[0].1.iter().map(|lint| lint.count).sum();
    assert!(of_guest > 0);
    assert_eq!(count(&shard), count(&whole) - of_guest);
    assert_alike(&shard, &whole);
}
