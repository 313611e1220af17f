//! Frozen sets stay as they are and stay usable: whoever names one judges by it for years.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::future::pending;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use h1check::run::{self, Options, ServerTarget, Suite, Target, Timing};
use h1check::scenario::{Library, Scenario, Selected, Selection};
use pretty_assertions::assert_eq;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/suites")
}

/// Name and SHA-256 of each archive, in hexadecimal digits.
fn archives() -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let archives = paths.filter(|path| !path.ends_with("SUMS"));
    let named = archives.map(|path| {
        let mut sum = String::new();
        for octet in Sha256::digest(fs::read(&path).unwrap()) {
            write!(sum, "{octet:02x}").unwrap();
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        (name.to_owned(), sum)
    });
    named.collect()
}

fn all(name: &str) -> Selected {
    let library = Library::frozen(name).unwrap();
    match library.select(&Selection::all()) {
        Ok(selected) => selected,
        Err(error) => panic!("{}", error.render(false)),
    }
}

/// A set that is changed behind the back of those who judge by it would break the promise. A new
/// one comes with `make freeze VERSION=…`, which writes the line of `SUMS` as well.
#[test]
fn no_frozen_set_has_changed() {
    let sums = fs::read_to_string(folder().join("SUMS")).unwrap();
    let listed: BTreeMap<String, String> = sums
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
        .collect();
    assert_eq!(archives(), listed);
}

#[test]
fn every_archive_is_built_in() {
    let built_in: BTreeSet<String> = Library::frozen_names()
        .map(|name| format!("{name}.tar.gz"))
        .collect();
    assert!(built_in.contains("1.0.tar.gz"));
    assert_eq!(archives().into_keys().collect::<BTreeSet<_>>(), built_in);
}

/// The grammar of old sets stays readable, and each still stands alone: with all the entries of
/// the catalogue that it cites, and all the controls that it needs.
#[test]
fn every_scenario_of_every_frozen_set_loads() {
    for name in Library::frozen_names() {
        let library = Library::frozen(name).unwrap();
        let selected = all(name);
        let loaded = selected.scenarios.iter().map(|it| file_of(it));
        let loaded: BTreeSet<&str> = loaded.collect();
        let files: BTreeSet<&str> = library.file_ids().collect();
        assert_eq!(loaded, files, "{name}");
        assert!(files.len() > 400, "{name} holds {}", files.len());
        assert!(!library.catalogue().unwrap().entries.is_empty());
        for scenario in &selected.scenarios {
            let known = scenario.lints.as_ref();
            assert!(known.is_some_and(|lints| lints.contains("length")));
        }
    }
}

fn file_of(scenario: &Scenario) -> &str {
    scenario.id.split('[').next().unwrap_or_default()
}

/// Whether the player of today still judges as the scenarios of then mean it: shown on the
/// examples of some of them, which are taken from the whole set.
#[tokio::test(flavor = "multi_thread")]
async fn examples_of_every_frozen_set_are_proven() {
    for name in Library::frozen_names() {
        let selected = all(name);
        let part = selected.scenarios.iter().step_by(ONE_OF);
        let mut proofs = JoinSet::new();
        for scenario in part {
            for example in scenario.counterexamples.iter().chain(&scenario.permitted) {
                let (scenario, example) = (Arc::clone(scenario), example.clone());
                proofs.spawn(async move {
                    let mut proof = run::prove(&scenario, &example, TIMING).await;
                    if proof.is_err() {
                        // On a busy host each step may take long.
                        proof = run::prove(&scenario, &example, MORE_TIME).await;
                    }
                    let why = proof.err().map(|unproven| unproven.why);
                    why.map(|why| format!("{name}, {}: {}: {why}", scenario.id, example.title))
                });
            }
        }
        assert!(proofs.len() > 50, "{name}: {} examples", proofs.len());
        let wrong: Vec<String> = proofs.join_all().await.into_iter().flatten().collect();
        assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    }
}

/// Answers every request without the field Date, which a passive check notes.
async fn dateless() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer).await;
                let _ = stream.shutdown().await;
                let _ = stream.read(&mut [0; 4096]).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn a_passive_check_that_is_younger_than_its_set_is_held_against_nobody() {
    let address = dateless().await;
    let library = Library::frozen("1.0").unwrap();
    let catalogue = Arc::new(library.catalogue().unwrap().clone());
    let selected = library.select(&Selection::matching(["server/basic/get"]));
    let mut scenario = Scenario::clone(&selected.unwrap().scenarios[0]);
    let mut findings = Vec::new();
    for _ in 0..2 {
        let scenarios = vec![Arc::new(scenario.clone())];
        let target = Target::Server(ServerTarget::at(address));
        let suite = Suite::new(
            Arc::clone(&catalogue),
            scenarios,
            target,
            Options::default(),
        );
        let run = suite.run(pending(), &mut |_| {}).await.unwrap();
        findings.push(
            run.lints
                .into_iter()
                .map(|lint| lint.id)
                .collect::<Vec<_>>(),
        );
        let mut known = BTreeSet::clone(scenario.lints.as_ref().unwrap());
        known.remove("date-missing");
        scenario.lints = Some(Arc::new(known));
    }
    assert_eq!(findings, [vec!["date-missing".to_owned()], vec![]]);
}

/// All of them are proven before they are frozen: this is about what changes later.
const ONE_OF: usize = 40;

const TIMING: Timing = Timing {
    patience: Duration::from_millis(1000),
    slack: 1.0,
    longest: Duration::from_secs(2),
    grace: Duration::from_secs(1),
    start: Duration::ZERO,
};

const MORE_TIME: Timing = Timing {
    patience: Duration::from_secs(4),
    longest: Duration::from_secs(6),
    ..TIMING
};
