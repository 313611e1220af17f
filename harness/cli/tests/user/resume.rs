//! A run that is killed leaves what it had, and goes on.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Ended, command, ended, h1check, without_chance};

/// A server that answers a connection for each permit it was given. Its responses have a field
/// that a lint tells of.
struct Gated {
    address: String,
    permits: Arc<(Mutex<usize>, Condvar)>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Gated {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let permits = Arc::new((Mutex::new(0), Condvar::new()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (given, heads) = (Arc::clone(&permits), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (given, heads) = (Arc::clone(&given), Arc::clone(&heads));
                thread::spawn(move || {
                    let left = given.0.lock().unwrap();
                    *given.1.wait_while(left, |left| *left == 0).unwrap() -= 1;
                    answer(stream.unwrap(), &heads);
                });
            }
        });
        Self {
            address,
            permits,
            asked,
        }
    }

    fn permit(&self, more: usize) {
        *self.permits.0.lock().unwrap() += more;
        self.permits.1.notify_all();
    }

    /// Answers no more than it takes for a journal to have so many whole lines.
    fn until(&self, journal: &Path, lines: usize) {
        let start = Instant::now();
        loop {
            let octets = fs::read(journal).unwrap_or_default();
            if octets.iter().filter(|octet| **octet == b'\n').count() >= lines {
                return;
            }
            let text = String::from_utf8_lossy(&octets);
            assert!(start.elapsed() < Duration::from_secs(30), "{text}");
            self.permit(1);
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn answer(mut stream: TcpStream, heads: &Mutex<Vec<String>>) {
    let (mut head, mut octets) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|it| it == b"\r\n\r\n") {
        match stream.read(&mut octets) {
            Ok(size @ 1..) => head.extend_from_slice(&octets[..size]),
            _ => return,
        }
    }
    heads
        .lock()
        .unwrap()
        .push(String::from_utf8_lossy(&head).into_owned());
    let reply = "HTTP/1.1 200 OK\r\nAllow: \"\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    let _ = stream.write_all(reply.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    while let Ok(1..) = stream.read(&mut octets) {}
}

const SELECTION: [&str; 6] = [
    "--only",
    "server/close",
    "--only",
    "server/host",
    "--jobs",
    "4",
];

fn words<'w>(url: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    [&["server", url, "--patience", "20s"], &SELECTION[..], more].concat()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn ids(journal: &Path) -> Vec<String> {
    let text = fs::read_to_string(journal).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let ids = lines.filter_map(|line| Some(line["outcome"]["scenario"]["id"].as_str()?.to_owned()));
    ids.collect()
}

#[test]
fn a_run_that_was_killed_half_way_ends_with_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gated::start();
    let report = folder.path().join("reports");
    let words = words(&server.address, &["--report", "reports"]);
    let mut child = command(&words).current_dir(folder.path()).spawn().unwrap();
    let journal = report.join("run.ndjson");
    server.until(&journal, 5);
    // On Unix this is SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!report.join("run.json").exists());
    let before = ids(&journal);
    server.permit(10_000);
    // It may be killed in the middle of a line as well.
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str("{\"outcome\":{\"elapsed_us\":12,\"scenario\":{\"id\":\"server/clo");
    fs::write(&journal, text).unwrap();

    let seen = h1check(&["run", "--resume", report.to_str().unwrap()]).without_panic();
    assert!(
        seen.err
            .contains(&format!("going on: {} of ", before.len())),
        "{}",
        seen.err
    );
    let resumed = read(&report.join("run.json"));
    let mut all = ids(&journal);
    assert_eq!(all[..before.len()], before);
    all.sort();
    let wanted: Vec<&str> = resumed["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scenario| scenario["id"].as_str().unwrap())
        .collect();
    assert_eq!(all, wanted, "each once");
    let last = fs::read_to_string(&journal).unwrap();
    assert!(
        last.lines().last().unwrap().starts_with("{\"end\":"),
        "{last}"
    );

    let undisturbed = folder.path().join("undisturbed");
    let words = [&words[..words.len() - 1], &["undisturbed"]].concat();
    let whole = command(&words).current_dir(folder.path()).spawn().unwrap();
    let whole = ended(whole).without_panic();
    assert_eq!(seen.code, whole.code);
    let whole = read(&undisturbed.join("run.json"));
    assert!(!whole["lints"].as_array().unwrap().is_empty());
    assert_eq!(without_chance(resumed.clone()), without_chance(whole));
    let command = resumed["command"].as_str().unwrap();
    assert!(command.ends_with("--report reports"), "{command}");
}

/// A journal of a run that has ended, of the reference server.
fn finished(folder: &Path) -> PathBuf {
    let journal = folder.join("run.ndjson");
    let words = [
        "server",
        "--reference",
        "--only",
        "server/close",
        "--journal",
        "run.ndjson",
    ];
    let seen = command(&words).current_dir(folder).spawn().unwrap();
    assert_eq!(ended(seen).without_panic().code, Some(0));
    journal
}

fn resume(journal: &Path, more: &[&str]) -> Ended {
    let words = [&["run", "--resume", journal.to_str().unwrap()], more].concat();
    h1check(&words).without_panic()
}

#[test]
fn a_run_that_has_ended_is_only_reported_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = finished(folder.path());
    let before = ids(&journal);
    let seen = resume(&journal, &[]);
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    let count = before.len();
    assert!(
        seen.err
            .contains(&format!("going on: {count} of {count} scenarios")),
        "{}",
        seen.err
    );
    assert!(seen.out.contains(&format!("{count} pass")), "{}", seen.out);
    assert_eq!(ids(&journal), before);
}

#[test]
fn what_could_not_be_judged_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = finished(folder.path());
    let id = ids(&journal)[0].clone();
    let text = fs::read_to_string(&journal).unwrap();
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if line["outcome"]["scenario"]["id"] == id.as_str() {
            line["outcome"]["scenario"]["verdict"] = "error".into();
        }
        format!("{line}\n")
    });
    fs::write(&journal, lines.collect::<String>()).unwrap();
    let seen = resume(&journal, &[]);
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    assert!(seen.out.contains(" 0 error"), "{}", seen.out);
    assert_eq!(ids(&journal).iter().filter(|it| **it == id).count(), 2);
}

/// Changes the first line.
fn edit(journal: &Path, key: &str, value: Value) {
    let text = fs::read_to_string(journal).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let mut first: Value = serde_json::from_str(first).unwrap();
    first["h1check-journal"][key] = value;
    fs::write(journal, format!("{first}\n{rest}")).unwrap();
}

#[rstest]
#[case::version("version", json!("9.9.9"), "h1check 9.9.9 wrote it")]
#[case::format("format_version", json!(9), "it has format version 9")]
#[case::scenarios("suite", json!({"name": null, "digest": "00"}), "scenario files have changed")]
#[case::subject("subject", json!("server at \u{1b}[31mx"), "it is of server at ")]
#[case::shard("shard", json!({"index": 1, "count": 2, "plan": "0"}), "it is of shard 1/2, and here it is no shard")]
#[case::secret("words", Value::Null, "its command line holds a secret")]
#[case::words("words", json!(["server", "--no-such-flag"]), "unexpected argument '--no-such-flag'")]
#[case::other_command("words", json!(["list"]), "only a run of server, client or reference")]
#[case::folder("folder", json!("/no/such/folder"), "it was started in /no/such/folder")]
#[case::shape("version", json!(7), "line 1 is broken")]
fn another_run_does_not_go_on(#[case] key: &str, #[case] value: Value, #[case] said: &str) {
    let folder = tempfile::tempdir().unwrap();
    let journal = finished(folder.path());
    edit(&journal, key, value);
    let before = fs::read(&journal).unwrap();
    let seen = resume(&journal, &[]);
    assert_eq!(seen.code, Some(2), "{}", seen.err);
    assert!(seen.err.contains(said), "{}", seen.err);
    assert!(!seen.err.contains('\u{1b}'), "{}", seen.err);
    assert_eq!(fs::read(&journal).unwrap(), before);
}

#[test]
fn the_command_line_can_be_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = finished(folder.path());
    edit(&journal, "words", Value::Null);
    let words = ["--", "server", "--reference", "--only", "server/close"];
    let seen = resume(&journal, &words);
    assert_eq!(seen.code, Some(0), "{}", seen.err);
}

#[rstest]
#[case::nothing("", "it holds nothing yet")]
#[case::half_a_line("{\"h1check-journal\":{", "it holds nothing yet")]
#[case::no_journal("{\"format\":\"h1check-run\"}\n", "it is no journal of h1check")]
#[case::no_json("%PDF\n", "it is no journal of h1check")]
#[case::octets("\u{0}\u{ff}\n\n", "it is no journal of h1check")]
fn what_is_no_journal_is_told_from_one(#[case] text: &str, #[case] said: &str) {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("x.ndjson");
    fs::write(&journal, text).unwrap();
    let seen = resume(&journal, &[]);
    assert_eq!(seen.code, Some(2), "{}", seen.err);
    assert!(seen.err.contains(said), "{}", seen.err);
    let seen = resume(&folder.path().join("nowhere"), &[]);
    assert_eq!(seen.code, Some(2), "{}", seen.err);
}

#[test]
fn a_broken_line_in_the_middle_is_told_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let journal = finished(folder.path());
    let text = fs::read_to_string(&journal).unwrap();
    let broken = text.replacen("\n{\"outcome\"", "\n{\"outcom\"", 1);
    fs::write(&journal, broken).unwrap();
    let seen = resume(&journal, &[]);
    assert_eq!(seen.code, Some(2), "{}", seen.err);
    assert!(
        seen.err
            .contains("line 2 is broken, and it is not the last"),
        "{}",
        seen.err
    );
}

#[test]
fn a_full_disk_costs_the_journal_and_not_the_run() {
    let words = [
        "server",
        "--reference",
        "--only",
        "server/close",
        "--journal",
        "/dev/full",
    ];
    if !Path::new("/dev/full").exists() {
        return;
    }
    let seen = h1check(&words).without_panic();
    assert_eq!(seen.code, Some(3), "{}", seen.err);
    assert_eq!(
        seen.err.matches("cannot write /dev/full").count(),
        1,
        "{}",
        seen.err
    );
    assert!(
        seen.err.contains("the run goes on without its journal"),
        "{}",
        seen.err
    );
    assert!(seen.out.contains(" 0 fail"), "{}", seen.out);
}

#[test]
fn a_secret_is_in_no_line_and_is_read_again_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gated::start();
    let profile = "[fields]\nAuthorization = { env = \"H1CHECK_TEST_TOKEN\" }\n";
    fs::write(folder.path().join("h1check.toml"), profile).unwrap();
    let words = words(
        &server.address,
        &["--profile", "h1check.toml", "--journal", "j.ndjson"],
    );
    let run = |words: &[&str]| {
        let mut command = command(words);
        command
            .current_dir(folder.path())
            .env("H1CHECK_TEST_TOKEN", "hunter2-is-no-secret");
        command.spawn().unwrap()
    };
    let mut child = run(&words);
    let journal = folder.path().join("j.ndjson");
    server.until(&journal, 3);
    child.kill().unwrap();
    child.wait().unwrap();
    server.asked.lock().unwrap().clear();
    server.permit(10_000);
    let seen = ended(run(&["run", "--resume", "j.ndjson"])).without_panic();
    assert!(matches!(seen.code, Some(0 | 1)), "{}", seen.err);
    let text = fs::read_to_string(&journal).unwrap();
    assert!(!text.contains("hunter2") && !seen.out.contains("hunter2"));
    assert!(text.contains("Authorization: ***"));
    let asked = server.asked.lock().unwrap().join("\n");
    assert!(
        asked.contains("Authorization: hunter2-is-no-secret"),
        "{asked}"
    );
}
