//! One run on many machines: the shards together are the whole, and nothing else is taken for it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::support::{Ended, command, ended, h1check, without_chance};

/// Answers one request of each connection, with a field that a lint tells of.
fn careless() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(stream.unwrap()));
        }
    });
    format!("http://{address}/")
}

fn answer(mut stream: TcpStream) {
    let (mut head, mut octets) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|it| it == b"\r\n\r\n") {
        match stream.read(&mut octets) {
            Ok(size @ 1..) => head.extend_from_slice(&octets[..size]),
            _ => return,
        }
    }
    let reply = "HTTP/1.1 200 OK\r\nAllow: \"\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    let _ = stream.write_all(reply.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    while let Ok(1..) = stream.read(&mut octets) {}
}

const SELECTION: [&str; 4] = ["--only", "server/close", "--only", "server/host"];

fn judge(url: &str, more: &[&str]) -> Ended {
    let words = [&["server", url, "--patience", "5s"], &SELECTION[..], more].concat();
    h1check(&words).without_panic()
}

/// Plays the shards, and gives their reports.
fn shards(folder: &Path, url: &str, count: usize, more: &[&str]) -> Vec<PathBuf> {
    let shard = |index| {
        let path = folder.join(format!("{index}.json"));
        let part = format!("{index}/{count}");
        let words = ["--shard", &part, "--json", path.to_str().unwrap()];
        let seen = judge(url, &[&words[..], more].concat());
        assert!(matches!(seen.code, Some(0 | 1 | 3)), "{}", seen.err);
        assert!(
            seen.err.contains(&format!("shard {index} of {count}: ")),
            "{}",
            seen.err
        );
        path
    };
    (1..=count).map(shard).collect()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn merge(reports: &[PathBuf], into: &Path) -> Ended {
    let mut words = vec!["merge".to_owned()];
    words.extend(reports.iter().map(|path| path.display().to_string()));
    words.extend(["--report".into(), into.display().to_string()]);
    h1check(&words).without_panic()
}

#[test]
fn four_shards_merged_are_the_unsharded_run() {
    let url = careless();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.json");
    let undivided = judge(&url, &["--json", whole.to_str().unwrap()]);
    let mut reports = shards(folder.path(), &url, 4, &[]);
    reports.rotate_left(2);
    let merged = merge(&reports, &folder.path().join("all"));
    assert_eq!(merged.code, undivided.code, "{}", merged.err);
    let (whole, merged) = (read(&whole), read(&folder.path().join("all/run.json")));
    let lints = whole["lints"].as_array().unwrap();
    assert!(
        lints.iter().any(|lint| lint["count"].as_u64() > Some(4)),
        "{lints:?}"
    );
    assert!(whole["scenarios"].as_array().unwrap().len() > 10);
    let (command, of_shard) = (&merged["command"], read(&reports[0])["command"].clone());
    assert!(of_shard.as_str().unwrap().contains("--shard"));
    assert!(!command.as_str().unwrap().contains("--shard"), "{command}");
    assert_eq!(without_chance(merged), without_chance(whole));
    for name in ["junit.xml", "index.html"] {
        assert!(folder.path().join("all").join(name).is_file(), "{name}");
    }
}

#[test]
fn the_durations_of_a_report_divide_anew_and_do_not_mix() {
    let url = careless();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.json");
    judge(&url, &["--json", whole.to_str().unwrap()]);
    // Durations that no order of the ids comes to by itself.
    let mut changed = read(&whole);
    for (index, scenario) in changed["scenarios"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
    {
        scenario["took_us"] = Value::from(1_000_000 / (index + 1));
    }
    fs::write(&whole, changed.to_string()).unwrap();
    let balance = ["--balance", whole.to_str().unwrap()];
    let mut reports = shards(folder.path(), &url, 2, &balance);
    let merged = merge(&reports, &folder.path().join("all"));
    assert!(matches!(merged.code, Some(0 | 1)), "{}", merged.err);
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    reports[1] = shards(&other, &url, 2, &[]).remove(1);
    let merged = merge(&reports, &folder.path().join("none"));
    assert_eq!(merged.code, Some(2));
    assert!(
        merged.err.contains("give all shards the same --balance"),
        "{}",
        merged.err
    );
    assert!(!folder.path().join("none").exists());
}

/// What is done to the reports of two shards, and what is said then.
type Change = fn(&mut Vec<PathBuf>);

fn edit(path: &Path, change: impl Fn(&mut Value)) {
    let mut report = read(path);
    change(&mut report);
    fs::write(path, report.to_string()).unwrap();
}

#[rstest]
#[case::missing(|it: &mut Vec<PathBuf>| drop(it.pop()), "shard 2/2 is missing")]
#[case::doubled(|it: &mut Vec<PathBuf>| it.push(it[0].clone()), "1.json and ")]
#[case::doubled_says_which(|it: &mut Vec<PathBuf>| it.push(it[0].clone()), " are both shard 1/2")]
#[case::version(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["version"] = "9.9.9".into()), "9.9.9")]
#[case::suite(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["suite"]["digest"] = "00".into()), "other scenarios were selected")]
#[case::subject(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["subject"] = "the reference server".into()), "one judged a server, the other the reference server")]
#[case::strict(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["strict"] = true.into()), "--strict")]
#[case::whole(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["shard"] = Value::Null), "2.json is no shard")]
#[case::other_count(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["shard"]["count"] = 3.into()), "of 2 shards, the other of 3")]
#[case::endless(|it: &mut Vec<PathBuf>| edit(&it[1], |it| it["shard"]["index"] = 7.into()), "there is no shard 7/2")]
#[case::no_report(|it: &mut Vec<PathBuf>| fs::write(&it[1], "{").unwrap(), "2.json: it is no complete JSON")]
#[case::gone(|it: &mut Vec<PathBuf>| it[1].push("x"), "cannot read ")]
fn what_is_not_one_run_is_not_merged(#[case] change: Change, #[case] said: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut reports: Vec<PathBuf> = (1..=2)
        .map(|index| {
            let path = folder.path().join(format!("{index}.json"));
            let part = format!("{index}/2");
            let words = ["--shard", &part, "--json", path.to_str().unwrap()];
            let words = [
                &["server", "--reference", "--only", "server/close"],
                &words[..],
            ]
            .concat();
            assert_eq!(h1check(&words).without_panic().code, Some(0));
            path
        })
        .collect();
    // So that it is the subject which is told apart, and not its name.
    for path in &reports {
        edit(path, |it| {
            it["subject"] = "server at http://127.0.0.1:1/".into()
        });
    }
    change(&mut reports);
    let seen = merge(&reports, &folder.path().join("all"));
    assert_eq!(seen.code, Some(2), "{}", seen.err);
    assert!(seen.err.contains(said), "{}", seen.err);
    assert!(!folder.path().join("all").exists());
}

#[rstest]
#[case::gitlab(&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "3")], "shard 2 of 3 (CI_NODE_INDEX=2, CI_NODE_TOTAL=3): ")]
#[case::kubernetes(&[("JOB_COMPLETION_INDEX", "2"), ("H1CHECK_SHARDS", "3")], "shard 3 of 3 (JOB_")]
#[case::github(&[("H1CHECK_SHARD_INDEX", "0"), ("H1CHECK_SHARD_TOTAL", "3")], "shard 1 of 3 (H1CHECK")]
fn auto_asks_the_environment(#[case] variables: &[(&str, &str)], #[case] said: &str) {
    let seen = auto(&["--shard", "auto"], variables);
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    assert!(seen.err.contains(said), "{}", seen.err);
    // Nobody gets a part who did not ask for it.
    let seen = auto(&[], variables);
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    assert!(!seen.err.contains("shard"), "{}", seen.err);
}

#[rstest]
#[case::nothing(&["--shard", "auto"], &[], "found none of its variables")]
#[case::half(&["--shard", "auto"], &[("JOB_COMPLETION_INDEX", "2")], "set H1CHECK_SHARDS to its")]
#[case::beyond(&["--shard", "5/4"], &[], "the last is 4/4")]
#[case::zero(&["--shard", "0/4"], &[], "counted from 1")]
#[case::too_many(&["--shard", "1/9000"], &[], "9000 shards are too many")]
#[case::alone(&["--balance", "run.json"], &[], "--shard")]
#[case::no_balance(&["--shard", "1/2", "--balance", "nowhere.json"], &[], "cannot read nowhere.json")]
fn a_shard_that_is_not_there_is_refused(
    #[case] words: &[&str],
    #[case] variables: &[(&str, &str)],
    #[case] said: &str,
) {
    let seen = auto(words, variables);
    assert_eq!(seen.code, Some(2), "{}", seen.err);
    assert!(seen.err.contains(said), "{}", seen.err);
}

/// The reference server, in an environment with these variables and none of the others.
fn auto(words: &[&str], variables: &[(&str, &str)]) -> Ended {
    let words = [&["server", "--reference", "--only", "server/close"], words].concat();
    let mut command = command(&words);
    for name in [
        "CI_NODE_INDEX",
        "CI_NODE_TOTAL",
        "JOB_COMPLETION_INDEX",
        "H1CHECK_SHARDS",
        "H1CHECK_SHARD_INDEX",
        "H1CHECK_SHARD_TOTAL",
    ] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    ended(command.spawn().unwrap()).without_panic()
}
