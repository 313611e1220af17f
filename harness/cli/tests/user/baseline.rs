//! Baselines as users have them: an upgrade or a new server breaks a gate by what is new alone,
//! and what is no longer true does not stay in the file.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tempfile::TempDir;

use crate::support::{Ended, add, command, ended};

const FILE: &str = "h1check.baseline.toml";

/// Answers with 200; what asks for `/bad` gets 500, and `/flaky` only the first time.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let flaky = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let flaky = Arc::clone(&flaky);
            thread::spawn(move || serve(&stream, &flaky));
        }
    });
    address
}

fn serve(mut stream: &TcpStream, flaky: &AtomicUsize) {
    let mut status = "200 OK";
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        if line.starts_with("GET /bad") {
            status = "500 Broken";
        }
        if line.starts_with("GET /flaky") && flaky.fetch_add(1, Ordering::SeqCst) == 0 {
            status = "500 Broken";
        }
        if line.is_empty() {
            let answer = format!(
                "HTTP/1.1 {status}\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
                 Content-Length: 0\r\n\r\n"
            );
            status = "200 OK";
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn scenario(target: &str) -> String {
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
[[counterexample]]
fault = 'closes'
at    = 1
[[counterexample.step]]
close = 'fin'
"
    )
}

/// A folder with scenarios of which one passes, and one for each further target.
fn folder(targets: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    add(&folder.path().join("suite"), "server/good", &scenario("/"));
    for target in targets {
        let id = format!("server{target}");
        add(&folder.path().join("suite"), &id, &scenario(target));
    }
    folder
}

fn run(folder: &Path, words: &[&str]) -> Ended {
    let url = format!("http://{}/", server());
    run_at(folder, &url, words)
}

fn run_at(folder: &Path, url: &str, words: &[&str]) -> Ended {
    let all = ["server", url, "--scenarios", "suite", "--patience", "2s"];
    let mut command = command(&[&all, words].concat());
    command.current_dir(folder);
    ended(command.spawn().unwrap()).without_panic()
}

fn write(folder: &Path, entries: &[&str]) {
    let entries = entries.iter();
    let text = entries.map(|keys| format!("[[expect]]\n{keys}\nreason = 'an old proxy'\n\n"));
    fs::write(folder.join(FILE), text.collect::<String>()).unwrap();
}

const BAD: &str = "scenario = 'server/bad'\nverdict = 'fail'\nowner = 'ann'";

#[test]
fn a_baseline_that_was_written_lets_the_next_run_pass_and_the_one_after_a_repair_fail() {
    let folder = folder(&["/bad"]);
    let seen = run(folder.path(), &[]);
    assert_eq!(seen.code, Some(1), "{}", seen.out);

    let seen = run(folder.path(), &["--update-baseline"]);
    assert!(
        seen.err
            .contains(&format!("wrote {FILE}: 1 new, 0 kept, 0 removed")),
        "{}",
        seen.err
    );
    assert_eq!(seen.code, Some(0), "{}", seen.out);
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(text.starts_with("# Known deviations"), "{text}");
    assert!(
        text.contains("scenario = \"server/bad\"\nverdict = \"fail\"\nreason = \"wanted"),
        "{text}"
    );

    let seen = run(folder.path(), &["--report", "out"]);
    assert!(seen.out.contains("1 as expected"), "{}", seen.out);
    assert!(
        seen.out
            .contains("exit 0: conforms, but for what the baseline lists"),
        "{}",
        seen.out
    );
    assert!(
        !seen.err.contains("server/bad"),
        "it is no news: {}",
        seen.err
    );
    assert_eq!(seen.code, Some(0));
    let junit = fs::read_to_string(folder.path().join("out/junit.xml")).unwrap();
    assert!(
        junit.contains("<skipped message=\"expected fail: wanted"),
        "{junit}"
    );
    let json = fs::read_to_string(folder.path().join("out/run.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["tally"]["expected"], 1);
    assert_eq!(json["scenarios"][0]["expected"]["line"], 6, "{json}");

    // Repaired: the same scenario asks for something that works.
    add(&folder.path().join("suite"), "server/bad", &scenario("/"));
    let seen = run(folder.path(), &["--junit", "junit.xml"]);
    let stale = format!("{FILE}:6: `server/bad = fail` is stale: nothing comes to fail (1 pass)");
    assert!(
        seen.out.replace("\n       ", " ").contains(&stale),
        "{}",
        seen.out
    );
    assert_eq!(seen.code, Some(1));
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(junit.contains("type=\"stale\""), "{junit}");

    let seen = run(folder.path(), &["--update-baseline"]);
    assert!(
        seen.err.contains("0 new, 0 kept, 1 removed"),
        "{}",
        seen.err
    );
    assert_eq!(
        (seen.code, run(folder.path(), &[]).code),
        (Some(0), Some(0))
    );
}

#[rstest]
#[case::listed(&[BAD], &[], 0, "(ann)")]
#[case::not_read(&[BAD], &["--no-baseline"], 1, "exit 1: does not conform")]
#[case::expired(&["scenario = 'server/bad'\nverdict = 'fail'\nuntil = 2020-01-31"], &[], 1, "has expired on 2020-01-31")]
#[case::not_yet_expired(&["scenario = 'server/bad'\nverdict = 'fail'\nuntil = 2999-12-31"], &[], 0, "until 2999-12-31")]
#[case::stale(&[BAD, "scenario = 'server/good'\nverdict = 'fail'"], &[], 1, "is stale")]
#[case::not_played(&[BAD, "scenario = 'server/good'\nverdict = 'fail'"], &["--only", "server/bad"], 0, "1 as expected")]
fn a_run_is_weighed_by_the_baseline(
    #[case] entries: &[&str],
    #[case] words: &[&str],
    #[case] code: i32,
    #[case] says: &str,
) {
    let folder = folder(&["/bad"]);
    write(folder.path(), entries);
    let seen = run(folder.path(), words);
    assert_eq!(seen.code, Some(code), "{}{}", seen.out, seen.err);
    assert!(
        seen.out.replace("\n       ", " ").contains(says),
        "{}",
        seen.out
    );
}

#[rstest]
#[case::no_such_scenario(&["scenario = 'server/bda'\nverdict = 'fail'"], &[], &["there is no scenario `server/bda`", "did you mean `server/bad`?", "^"])]
#[case::unknown_key(&["scenario = 'server/bad'\nverdict = 'fail'\nuntill = 2999-12-31"], &[], &["unknown key `untill`", "did you mean `until`?", ":4:1"])]
#[case::no_file(&[], &["--baseline", "no/such.toml"], &["error: cannot read no/such.toml"])]
#[case::both(&[], &["--baseline", "x", "--no-baseline"], &["cannot be used with"])]
fn a_wrong_baseline_ends_before_anything_is_played(
    #[case] entries: &[&str],
    #[case] words: &[&str],
    #[case] messages: &[&str],
) {
    let folder = folder(&["/bad"]);
    write(folder.path(), entries);
    let seen = run(folder.path(), words);
    for message in messages {
        assert!(seen.err.contains(message), "{}", seen.err);
    }
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}

#[test]
fn a_baseline_beside_the_profile_is_read() {
    let folder = folder(&["/bad"]);
    let profiles = folder.path().join("profiles");
    fs::create_dir(&profiles).unwrap();
    fs::write(profiles.join("mine.toml"), "patience = '2s'\n").unwrap();
    write(&profiles, &[BAD]);
    assert_eq!(run(folder.path(), &[]).code, Some(1));
    assert_eq!(
        run(folder.path(), &["--profile", "profiles/mine.toml"]).code,
        Some(0)
    );
}

#[test]
fn no_baseline_comes_from_a_run_that_could_not_judge() {
    let folder = tempfile::tempdir().unwrap();
    let needs = scenario("/").replace(
        "[[step]]\nsend",
        "given.no-content = '/none'\n[[step]]\nsend",
    );
    add(&folder.path().join("suite"), "server/needy", &needs);
    write(folder.path(), &[]);
    let seen = run(folder.path(), &["--update-baseline"]);
    let why = format!("error: {FILE} is left as it was: not everything could be judged");
    assert!(seen.err.contains(&why), "{}", seen.err);
    assert_eq!(seen.code, Some(3));
    assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), "");
}

#[rstest]
#[case::not_tried_again(&[], &[], 1, "1 fail")]
#[case::a_warning(&["--retries", "3"], &[], 0, "flaky: fail, then pass")]
#[case::a_strict_warning(&["--retries", "3", "--strict"], &[], 1, "1 flaky")]
#[case::a_failure(&["--retries", "3", "--flaky", "fail"], &[], 1, "1 flaky")]
#[case::a_pass(&["--retries", "3", "--flaky", "pass", "--strict"], &[], 0, "1 flaky")]
#[case::known(&["--retries", "3", "--flaky", "fail"], &["scenario = 'server/flaky'\nverdict = 'flaky'"], 0, "1 as expected")]
fn what_does_not_fail_again_is_flaky(
    #[case] words: &[&str],
    #[case] entries: &[&str],
    #[case] code: i32,
    #[case] says: &str,
) {
    let folder = folder(&["/flaky"]);
    write(folder.path(), entries);
    let url = format!("http://{}/", server());
    let seen = run_at(folder.path(), &url, words);
    assert_eq!(seen.code, Some(code), "{}{}", seen.out, seen.err);
    assert!(seen.out.contains(says), "{}", seen.out);
    // It passes from now on, and a known flaky entry is never stale.
    assert_eq!(run_at(folder.path(), &url, words).code, Some(0));
}

#[test]
fn what_fails_each_time_is_not_flaky() {
    let folder = folder(&["/bad"]);
    let seen = run(
        folder.path(),
        &["--retries", "2", "--flaky", "pass", "--json", "run.json"],
    );
    assert_eq!(seen.code, Some(1), "{}", seen.out);
    let json = fs::read_to_string(folder.path().join("run.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["scenarios"][0]["tries"], 3);
    assert_eq!(json["scenarios"][0]["flaky"], serde_json::Value::Null);
}
