//! Subjects that die, hang or flood: the run ends in time, blames the right scenario, and leaves
//! its reports but no process.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{add, command, ended, h1check, scenario};

fn assert_has_reports(folder: &Path) {
    for name in ["run.json", "junit.xml", "index.html"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
}

/// A server that ends when it is asked for `/die`, after a moment in which others come to it.
const DIES: &str = r#"
import os, socket, sys, threading
def serve(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        octets = connection.recv(4096)
        if not octets:
            return
        head += octets
    if b" /die" in head:
        print("going down", flush=True)
        os._exit(9)
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(4096):
        pass
    connection.close()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"#;

/// Scenarios of which one kills that server, and only tolerates a close.
fn deadly() -> tempfile::TempDir {
    let step = |target: &str| {
        format!(
            "title = 'x'\nsubject = 'server'\nhardening = 'x'\n[[step]]\nsend = 'GET {target} \
             HTTP/1.1\\r\\nHost: \\{{authority}}\\r\\n\\r\\n'\nexpect.status = 200\n\
             warn.close = 'any'\n[[counterexample]]\nfault = 'x'\nat = 1\nstep = [{{ \
             expect.request = 'GET', reply = 'HTTP/1.1 500 X\\r\\nContent-Length: 0\\r\\n\\r\\n' }}]\n"
        )
    };
    let folder = scenario("server/die", &step("/die"));
    for number in 0..20 {
        add(folder.path(), &format!("server/live-{number}"), &step("/"));
    }
    fs::write(folder.path().join("dies.py"), DIES).unwrap();
    folder
}

#[test]
fn a_server_that_dies_is_started_again_and_the_right_scenario_blamed() {
    let folder = deadly();
    let scenarios = folder.path().to_str().unwrap();
    let spawn = format!("python3 {scenarios}/dies.py {{port}}");
    let seen = h1check(&["server", "--spawn", &spawn, "--scenarios", scenarios]).without_panic();
    assert!(seen.out.contains("\nfail   server/die") || seen.out.starts_with("fail   server/die"));
    assert!(seen.out.contains("going down"), "{}", seen.out);
    assert!(
        seen.out
            .contains("20 pass  0 warn  1 fail  0 skip  0 error"),
        "{}",
        seen.out
    );
    assert_eq!(seen.code, Some(1));
}

#[test]
fn a_server_that_dies_for_good_ends_the_run_with_its_reports() {
    let folder = deadly();
    let scenarios = folder.path().to_str().unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut server = std::process::Command::new("python3")
        .arg(folder.path().join("dies.py"))
        .arg(port.to_string())
        .spawn()
        .unwrap();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        thread::sleep(Duration::from_millis(10));
    }
    let report = folder.path().join("reports");
    let url = format!("http://127.0.0.1:{port}/");
    let words = [
        "server",
        &url,
        "--scenarios",
        scenarios,
        "--report",
        report.to_str().unwrap(),
    ];
    let seen = h1check(&words).without_panic();
    assert_eq!(server.wait().unwrap().code(), Some(9));
    assert!(
        seen.out
            .contains("ended early: the subject no longer answers"),
        "{}",
        seen.out
    );
    // Which one it was is only sure where nothing else was under way, and a lint may fail, too.
    assert!(matches!(seen.code, Some(1 | 3)), "{}", seen.out);
    assert_has_reports(&report);
}

/// It asks for nothing, and never ends by itself.
#[rstest]
#[case::without_a_url(&["sleep", "1000"], "the command makes 0 requests in a run", "nothing was judged")]
#[case::with_one(&["sh", "-c", "sleep 1000", "{url}"], "needs client/truncated/until-close", "exit ")]
fn a_client_that_only_sleeps_is_not_waited_for(
    #[case] client: &[&str],
    #[case] why: &str,
    #[case] end: &str,
) {
    let only = ["client", "--only", "client/truncated/until-*"];
    let words = [&only[..], &["--patience", "300ms", "--"], client].concat();
    let seen = h1check(&words).without_panic();
    let out = seen.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.contains(why), "{}", seen.out);
    assert!(out.contains(end), "{}", seen.out);
    assert_eq!(seen.code, Some(3), "{}", seen.out);
}

/// Whether a process with this in its command line runs.
fn runs(mark: &str) -> bool {
    let found = std::process::Command::new("pgrep")
        .args(["-f", mark])
        .output()
        .unwrap();
    !found.stdout.is_empty()
}

#[rstest]
#[case::server(&["server", "--ready-within", "30s", "--spawn"])]
#[case::client(&["client", "--"])]
fn an_interrupt_ends_all_that_was_started(#[case] words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let started = folder.path().join("started");
    // A child of the command, which outlives it unless the whole group is ended.
    let mark = format!("98765{}", std::process::id());
    let mark = format!("{mark}.{}", words.len());
    let script = format!("sleep {mark} & echo > {}; wait", started.display());
    let spawn = format!("sh -c '{script}' {{port}}");
    let mut words = words.to_vec();
    if words[0] == "server" {
        words.push(&spawn);
    } else {
        words.extend(["sh", "-c", &script, "{url}"]);
    }
    let child = command(&words).spawn().unwrap();
    let begin = Instant::now();
    while !started.exists() && begin.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(10));
    }
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    assert!(sent.success());
    let seen = ended(child).without_panic();
    assert_eq!(seen.code, Some(3), "{}", seen.err);
    let said = format!("{}{}", seen.out, seen.err);
    assert!(said.contains("the run was interrupted"), "{said}");
    let begin = Instant::now();
    while runs(&mark) {
        assert!(begin.elapsed() < Duration::from_secs(5), "still running");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_client_that_floods_its_output_is_shown_with_the_end_of_it() {
    let words = [
        "client",
        "--only",
        "client/reuse/two-in-turn",
        "--",
        "sh",
        "-c",
    ];
    let flood = "yes 0123456789abcdef | head -c 30000000; echo the end of it";
    let words = [&words[..], &[flood, "{url}", "{url2}"]].concat();
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    let words = [
        &words[..1],
        &["--json", json.to_str().unwrap()],
        &words[1..],
    ]
    .concat();
    let seen = h1check(&words).without_panic();
    assert!(seen.out.len() < 100_000);
    let json = fs::read_to_string(json).unwrap();
    assert!(json.contains("the end of it"));
    assert!(json.len() < 1_000_000, "{}", json.len());
}
