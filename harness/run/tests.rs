//! Runs against servers that behave badly: they end in time, and judge every scenario.

#[cfg(feature = "tls")]
mod tls;

use std::sync::Arc;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Options, ServerTarget, Suite, Target};
use crate::outcome::{MismatchKind, Run};
use crate::scenario::{Library, Selection};

#[rstest]
#[case::interim_responses("HTTP/1.1 103 Early Hints\r\n\r\n", MismatchKind::Timeout)]
#[case::responses(
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    MismatchKind::Event
)]
#[case::a_line("x", MismatchKind::Garbage)]
#[tokio::test]
async fn a_server_that_sends_without_end_ends_nothing_but_its_scenario(
    #[case] again: &'static str,
    #[case] kind: MismatchKind,
) {
    let start = Instant::now();
    let run = judge(Some(again), 1).await;
    let mismatch = run.outcomes[0].mismatch.as_ref().unwrap();
    assert_eq!(mismatch.kind, kind, "{}", mismatch.seen);
    assert!(start.elapsed() < PATIENCE * 10, "{:?}", start.elapsed());
}

#[tokio::test]
async fn every_scenario_is_judged_where_a_server_never_answers() {
    let run = judge(None, 20).await;
    let kinds: Vec<_> = run
        .outcomes
        .iter()
        .map(|outcome| outcome.mismatch.as_ref().map(|mismatch| mismatch.kind))
        .collect();
    assert_eq!(kinds, vec![Some(MismatchKind::Timeout); 20]);
    assert_eq!(run.interrupted, None);
    assert!(run.took < PATIENCE * 10, "{:?}", run.took);
}

/// Plays copies of a scenario against a server that says nothing but this, again and again.
async fn judge(again: Option<&'static str>, copies: usize) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read_u8().await;
                while let Some(again) = again {
                    if stream
                        .write_all(again.repeat(1000).as_bytes())
                        .await
                        .is_err()
                    {
                        return;
                    }
                }
                std::future::pending::<()>().await;
            });
        }
    });
    let files = (0..copies).map(|copy| (format!("server/bad/{copy:02}.toml"), SCENARIO));
    let library = Library::from_texts(files).unwrap();
    let scenarios = library.select(&Selection::all()).unwrap().scenarios;
    let target = Target::Server(ServerTarget::at(address));
    let options = Options {
        patience: PATIENCE,
        ..Options::default()
    };
    let catalogue = Arc::new(library.catalogue().unwrap().clone());
    let suite = Suite::new(catalogue, scenarios, target, options);
    suite
        .run(std::future::pending(), &mut |_| {})
        .await
        .unwrap()
}

const SCENARIO: &str = r"
title        = 'A GET is answered'
subject      = 'server'
requirements = ['9110-9.1-1']

[[step]]
send = '''
GET \{path} HTTP/1.1
Host: \{authority}

'''
expect.status = 200

[[counterexample]]
fault = 'closes'
at    = 1
[[counterexample.step]]
close = 'fin'
";

const PATIENCE: Duration = Duration::from_millis(500);
