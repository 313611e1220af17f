//! The suite against the reference server over everything that carries HTTP here: what is judged
//! is the same, whatever is below it.

use std::collections::BTreeMap;
use std::future::pending;
use std::net::{Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use h1check::outcome::{Run, Verdict};
use h1check::peer::server::{Config, Deadlines, Server};
use h1check::run::{Address, Options, ServerTarget, Suite, Target};
use h1check::scenario::{GivenValue, Library, Selection};
use pretty_assertions::assert_eq;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_fails_over_ipv6() {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("skipped: this host has no IPv6");
        return;
    }
    let address = serve("[::1]:0", config()).await;
    let run = judge(ServerTarget::at(address)).await;
    assert_is_clean(&run, "TCP");
    let remote = &connections(&run).next().unwrap().remote;
    assert!(remote.starts_with("[::1]:"), "{remote}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_fails_over_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.sock");
    let address = serve(&format!("unix:{}", path.display()), config()).await;
    let run = judge(ServerTarget::at(address)).await;
    assert_is_clean(&run, "a Unix socket");
    let url = format!("server at http://localhost/ on unix:{}", path.display());
    assert_eq!(run.subject, url);
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_fails_over_tls() {
    use h1check::peer::tls::Acceptor;
    use h1check::run::Tls;

    let made = Acceptor::self_made(&["localhost"]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("cert.pem");
    std::fs::write(&roots, made.pem).unwrap();
    let config = Config {
        tls: Some(made.acceptor),
        ..config()
    };
    let address = serve("127.0.0.1:0", config).await;
    let run = judge(ServerTarget {
        authority: format!("localhost:{}", address.tcp().unwrap().port()),
        tls: Some(Tls {
            roots: Some(roots),
            ..Tls::default()
        }),
        ..ServerTarget::at(address)
    })
    .await;
    assert_is_clean(&run, "TLS 1.3");
    assert!(run.subject.starts_with("server at https://localhost:"));
}

/// A reference server there, for as long as the test runs.
async fn serve(address: &str, config: Config) -> Address {
    let server = Server::bind(address, config).await.unwrap();
    let address = server.address().clone();
    tokio::spawn(server.run(pending()));
    address
}

fn config() -> Config {
    Config {
        deadlines: Deadlines::all(TIMEOUT),
        ..Config::default()
    }
}

/// Judges by all scenarios for servers; what they ask for is declared as they have it by default.
async fn judge(mut target: ServerTarget) -> Run {
    let library = Library::bundled();
    let selected = library.select(&Selection::matching(["server"])).unwrap();
    let givens = selected.scenarios.iter().flat_map(|scenario| {
        let given = scenario.given.iter();
        given.filter_map(|(name, given)| Some((name.clone(), given.default.clone()?)))
    });
    target.given = givens.collect::<BTreeMap<_, _>>();
    for name in ["idle-timeout", "head-timeout", "content-timeout"] {
        target.given.insert(name.into(), GivenValue::Time(TIMEOUT));
    }
    target.given.remove("path");
    // What is said of plain HTTP does not hold behind TLS.
    if target.tls.is_some() {
        target.given.remove("in-the-clear");
    }
    let catalogue = Arc::new(library.catalogue().unwrap().clone());
    let options = Options {
        patience: Duration::from_secs(5),
        ..Options::default()
    };
    let suite = Suite::new(
        catalogue,
        selected.scenarios,
        Target::Server(target),
        options,
    );
    suite.run(pending(), &mut |_| {}).await.unwrap()
}

#[track_caller]
fn assert_is_clean(run: &Run, transport: &str) {
    let bad = |verdict: &Verdict| {
        matches!(
            verdict,
            Verdict::Fail | Verdict::Warn | Verdict::Error { .. }
        )
    };
    let bad: Vec<_> = run
        .outcomes
        .iter()
        .filter(|outcome| bad(&outcome.verdict))
        .map(|outcome| {
            let seen = outcome.mismatch.as_ref().map(|mismatch| &mismatch.seen);
            format!(
                "{} {}: {seen:?}",
                outcome.verdict.word(),
                outcome.scenario.id
            )
        })
        .collect();
    assert_eq!(bad, Vec::<String>::new());
    assert_eq!(run.lints, []);
    assert!(run.tally().pass > 300, "{:?}", run.tally());
    let other = connections(run).find(|connection| connection.transport != transport);
    assert!(other.is_none(), "{other:?}");
}

fn connections(run: &Run) -> impl Iterator<Item = &h1check::outcome::ConnectionInfo> {
    run.outcomes
        .iter()
        .flat_map(|outcome| &outcome.transcript.connections)
}

/// How long the servers of these tests wait for anything.
const TIMEOUT: Duration = Duration::from_secs(1);
