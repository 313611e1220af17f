//! Timeouts are confirmed: a small server is not accused of what many scenarios do to it.

use std::sync::Arc;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::super::{Options, ServerTarget, Suite, Target};
use crate::outcome::{MismatchKind, Outcome, Run, Verdict};
use crate::scenario::{Library, Selection};

/// Answers requests on so many connections at once; the others are accepted, and wait. What asks
/// for `/hang` gets no answer.
async fn small_server(connections: usize) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let threads = Arc::new(Semaphore::new(connections));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let threads = Arc::clone(&threads);
            tokio::spawn(async move {
                let _thread = threads.acquire().await.unwrap();
                serve(stream).await;
            });
        }
    });
    address
}

async fn serve(mut stream: TcpStream) {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    let mut hangs = false;
    while let Ok(Some(line)) = lines.next_line().await {
        hangs |= line.starts_with("GET /hang");
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        if line.is_empty() && !hangs && write.write_all(answer).await.is_err() {
            return;
        }
    }
}

/// A scenario that asks for a target, and then holds its connection for a while.
fn scenario(target: &str, holds: &str) -> String {
    format!(
        r"
title        = 'A GET is answered'
subject      = 'server'
requirements = ['9110-9.1-1']

[[step]]
send = '''
GET {target} HTTP/1.1
Host: \{{authority}}

'''
expect.status = 200

[[step]]
expect.silence = '{holds}'

[[counterexample]]
fault = 'closes'
at    = 1
[[counterexample.step]]
close = 'fin'
"
    )
}

async fn judge(connections: usize, files: Vec<(String, String)>, options: Options) -> Run {
    let address = small_server(connections).await;
    let library = Library::from_texts(files).unwrap();
    let scenarios = library.select(&Selection::all()).unwrap().scenarios;
    let target = Target::Server(ServerTarget::at(address));
    let catalogue = Arc::new(library.catalogue().unwrap().clone());
    let suite = Suite::new(catalogue, scenarios, target, options);
    suite
        .run(std::future::pending(), &mut |_| {})
        .await
        .unwrap()
}

fn options() -> Options {
    Options {
        patience: Duration::from_millis(500),
        ..Options::default()
    }
}

/// So many scenarios ask for the target and hold their connection.
fn copies(count: usize, name: &str, target: &str, holds: &str) -> Vec<(String, String)> {
    (0..count)
        .map(|copy| {
            let path = format!("server/{name}/{copy:02}.toml");
            (path, scenario(target, holds))
        })
        .collect()
}

#[rstest]
#[case::one(1)]
#[case::two(2)]
#[tokio::test]
async fn a_server_with_few_connections_is_not_accused_of_being_held_up(#[case] connections: usize) {
    let mut files = copies(4, "long", "/", "700ms");
    // Where a precondition was late, it is not skipped either.
    let skips = |text: &str| {
        let text = text.replace("[[step]]\nsend", "[[step]]\nsetup = true\nsend");
        text.replace("at    = 1", "at    = 2")
    };
    let setup = copies(2, "prepared", "/", "600ms");
    let setup = setup.into_iter().map(|(path, text)| (path, skips(&text)));
    files.extend(setup);
    let run = judge(connections, files, options()).await;
    assert_eq!(run.tally().pass, 6, "{:?}", run.tally());
    let again = |outcome: &&Outcome| outcome.tries == 2;
    assert!(run.outcomes.iter().filter(again).count() > 2);
}

#[tokio::test]
async fn what_hangs_fails_still_after_it_was_played_again() {
    let mut files = copies(3, "quick", "/", "100ms");
    files.extend(copies(1, "stuck", "/hang", "100ms"));
    let run = judge(100, files, options()).await;
    assert_eq!((run.tally().pass, run.tally().fail), (3, 1));
    let stuck = run.outcomes.last().unwrap();
    assert_eq!(stuck.verdict, Verdict::Fail);
    assert_eq!(stuck.mismatch.as_ref().unwrap().kind, MismatchKind::Timeout);
    assert_eq!(stuck.tries, 2);
    assert!(run.outcomes[..3].iter().all(|outcome| outcome.tries == 1));
}

#[tokio::test]
async fn where_four_hang_again_the_rest_is_believed() {
    let mut files = copies(1, "quick", "/", "100ms");
    files.extend(copies(10, "stuck", "/hang", "100ms"));
    let run = judge(100, files, options()).await;
    assert_eq!((run.tally().pass, run.tally().fail), (1, 10));
    let tries: u32 = run.outcomes.iter().map(|outcome| outcome.tries).sum();
    assert_eq!(tries, 11 + 4);
}

#[tokio::test]
async fn nothing_is_played_again_where_one_scenario_at_a_time_was_played() {
    let options = Options {
        connections: Some(1),
        ..options()
    };
    let mut files = copies(1, "quick", "/", "100ms");
    files.extend(copies(1, "stuck", "/hang", "100ms"));
    let run = judge(1, files, options).await;
    assert_eq!((run.tally().pass, run.tally().fail), (1, 1));
    assert!(run.outcomes.iter().all(|outcome| outcome.tries == 1));
}
