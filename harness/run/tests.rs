//! Runs against servers that behave badly: they end in time, and judge every scenario.

mod confirm;
mod former;
#[cfg(feature = "tls")]
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Options, ServerTarget, Suite, Target};
use crate::outcome::{MismatchKind, Run};
use crate::report::terminal;
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
async fn every_scenario_is_judged_where_a_server_answers_nothing_but_the_control() {
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

#[tokio::test]
async fn an_answer_at_the_very_end_of_a_silence_accuses_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        // Around the end: before it, at it, and behind it.
        for micros in (196_000..).step_by(50) {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let _ = stream.read_u8().await;
                tokio::time::sleep(Duration::from_micros(micros)).await;
                let answer = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
                let _ = stream.write_all(answer).await;
                std::future::pending::<()>().await;
            });
        }
    });
    let expect = "expect.any = [{ silence = '200ms' }, { status = 'final' }]";
    let text = SCENARIO.replace("expect.status = 200", expect);
    let run = play(address, &text, 100).await;
    assert_eq!(run.tally().pass, 100, "{:?}", run.tally());
}

/// The status that is demanded, tolerated or compared with is not the 431 that comes.
#[rstest]
#[case::alone("expect.status = 414", MismatchKind::WrongStatus)]
#[case::before_a_close(
    "expect.any = [{ status = 414 }, { close = 'any' }]",
    MismatchKind::WrongStatus
)]
#[case::behind_a_close(
    "expect.any = [{ close = 'any' }, { status = 414 }]",
    MismatchKind::WrongStatus
)]
#[case::behind_a_success(
    "expect.any = [{ status = 200 }, { status = 414 }]",
    MismatchKind::WrongStatus
)]
#[case::behind_a_comparison(
    "expect.any = [{ status = 'final', like.plain = ['status'] }, { status = 414 }]",
    MismatchKind::WrongStatus
)]
#[case::before_a_comparison(
    "expect.any = [{ status = 414 }, { status = 'final', like.plain = ['status'] }]",
    MismatchKind::WrongStatus
)]
#[case::a_success_is_demanded(
    "expect.status = 200\nwarn.any = [{ status = 414 }, { close = 'any' }]",
    MismatchKind::Event
)]
#[case::a_detail_of_the_right_status(
    "expect.any = [{ status = '4xx', fields.Allow.present = true }, { status = 501 }]",
    MismatchKind::Detail
)]
#[case::only_a_comparison(
    "expect = { status = 'final', like.plain = ['status'] }",
    MismatchKind::Detail
)]
#[tokio::test]
async fn a_refusal_with_another_status_than_the_demanded_one_is_told_apart(
    #[case] expect: &str,
    #[case] kind: MismatchKind,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut octets = vec![0; 4096];
                let count = stream.read(&mut octets).await.unwrap_or_default();
                let long = octets[..count].windows(5).any(|part| part == b"?long");
                let status = if long { "431 Too Large" } else { "200 OK" };
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
                std::future::pending::<()>().await;
            });
        }
    });
    let step = format!(
        "expect = {{ status = 200, as = 'plain' }}\n[[step]]\nconnect = 'probe'\n\
         send = 'GET /?long HTTP/1.1\\r\\nHost: \\{{authority}}\\r\\n\\r\\n'\n{expect}"
    );
    let text = SCENARIO.replace("expect.status = 200", &step);
    let run = play(address, &text, 1).await;
    let mismatch = run.outcomes[0].mismatch.as_ref().unwrap();
    assert_eq!(mismatch.kind, kind, "{mismatch:?}");
    let catalogue = Library::bundled().catalogue().unwrap().clone();
    let report = terminal::report(&run, &catalogue, terminal::Style::default());
    let named = format!("({})", kind.word());
    assert!(report.contains(&named), "{report}");
}

/// Plays copies of a scenario against a server that says nothing but this, again and again, save
/// to the control.
async fn judge(again: Option<&'static str>, copies: usize) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let count = stream.read(&mut request).await.unwrap_or(0);
                if String::from_utf8_lossy(&request[..count]).contains("Connection: close") {
                    let _ = stream.write_all(CONTROLLED.as_bytes()).await;
                    return;
                }
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
    play(address, SCENARIO, copies).await
}

async fn play(address: SocketAddr, text: &str, copies: usize) -> Run {
    let files = (0..copies).map(|copy| (format!("server/bad/{copy:02}.toml"), text));
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

const CONTROLLED: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

const PATIENCE: Duration = Duration::from_millis(500);
