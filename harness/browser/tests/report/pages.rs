//! Pages to open: runs against servers that are started here, rendered by the library.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use h1check::outcome::{Outcome, Run, Verdict};
use h1check::report::html;
use h1check::scenario::{Library, Scenario};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

/// What tries to get out of its place, wherever a report puts it.
pub(crate) const HOSTILE: &str = "</script></title></style></template><script>window.owned=1</script>\
    <img src=x onerror=\"window.owned=2\"><svg onload=window.owned=3></svg>' onfocus=window.owned=4 \" \
    ]]> --> <!-- {{7*7}} ${window.owned=5} \u{202e}txt.exe\u{202c} \u{1b}[2J\u{9b}31m \u{0} \u{feff}";

/// An answer that has it in every place that a server controls.
fn answer() -> Vec<u8> {
    let line = HOSTILE.replace(['\r', '\n'], "");
    let mut octets = format!(
        "HTTP/1.1 200 {line}\r\nServer: {line}\r\n{line}: x\r\nContent-Length: 600\r\n\r\n"
    );
    octets.push_str(&HOSTILE.repeat(9)[..500]);
    let mut octets = octets.into_bytes();
    octets.extend([0xff, 0xfe, 0x80, 0xc0]);
    octets.resize(octets.len() + 96, b'<');
    octets
}

/// A server that gives this to everybody, until the test ends.
async fn server(octets: Vec<u8>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let octets = octets.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while let Ok(1..) = stream.read(&mut request).await {
                    if stream.write_all(&octets).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

async fn judged(octets: Vec<u8>) -> Run {
    let mut check =
        h1check::check_server(server(octets).await).patience(Duration::from_millis(300));
    for area in [
        "server/basic",
        "server/host",
        "server/head",
        "server/request-line",
    ] {
        check = check.only(area);
    }
    check.run().await.run().unwrap().clone()
}

/// The run of a server that is right about little: made once, for it takes its time.
pub(crate) async fn ordinary() -> Run {
    static RUN: OnceCell<Run> = OnceCell::const_new();
    let octets = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    RUN.get_or_init(|| judged(octets.to_vec())).await.clone()
}

/// The run of a server that wants to break out of the report, with what else may be hostile: the
/// texts of the run itself, of a scenario file, and of what the subject printed.
pub(crate) async fn hostile() -> Run {
    let mut run = judged(answer()).await;
    run.subject = HOSTILE.into();
    run.command = HOSTILE.into();
    run.rerun = format!("h1check {{id}} {HOSTILE}");
    run.interrupted = Some(HOSTILE.into());
    for outcome in &mut run.outcomes {
        outcome.output = HOSTILE.into();
        outcome.observations.push(HOSTILE.into());
        for found in outcome.mismatch.iter_mut().chain(&mut outcome.warnings) {
            found.seen.push_str(HOSTILE);
        }
        let mut scenario = Scenario::clone(&outcome.scenario);
        scenario.title = format!("{} {HOSTILE}", scenario.title);
        scenario.about = Some(HOSTILE.into());
        outcome.scenario = Arc::new(scenario);
    }
    let mut skipped = run.outcomes[0].clone();
    skipped.verdict = Verdict::Skip {
        why: HOSTILE.into(),
    };
    run.outcomes.push(named(&skipped, "server/zzz/skipped"));
    run.outcomes
        .push(named(&skipped, &format!("server/zzz/{HOSTILE}")));
    run
}

/// A run of so many scenarios, made of those of a small one.
pub(crate) fn many(small: &Run, count: usize) -> Run {
    let mut run = small.clone();
    let outcomes = (0..count).map(|number| {
        let outcome = &small.outcomes[number % small.outcomes.len()];
        named(outcome, &format!("{}-{number}", outcome.scenario.id))
    });
    run.outcomes = outcomes.collect();
    run
}

fn named(outcome: &Outcome, id: &str) -> Outcome {
    let mut outcome = outcome.clone();
    let mut scenario = Scenario::clone(&outcome.scenario);
    scenario.id = id.into();
    outcome.scenario = Arc::new(scenario);
    outcome
}

/// Writes the page of a run into a folder.
pub(crate) fn write(folder: &Path, run: &Run) -> PathBuf {
    let library = Library::bundled();
    let page = folder.join("index.html");
    std::fs::write(&page, html::render(run, library.catalogue().unwrap())).unwrap();
    page
}
