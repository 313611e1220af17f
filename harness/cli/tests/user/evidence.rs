//! What was exchanged in a scenario, taken out of a run again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tempfile::TempDir;

use crate::support::{Ended, h1check};

/// Scenarios with all that a transcript can have: several connections, pipelines, refusals, waits,
/// resets, half-closes, HEAD, interim responses, garbage.
const IDS: [&str; 12] = [
    "server/basic/get",
    "server/close",
    "server/pipeline",
    "server/expect",
    "server/head",
    "server/host/invalid",
    "server/reuse",
    "server/segmentation",
    "server/chunked",
    "server/upgrade",
    "server/truncated",
    "server/transfer-encoding",
];

/// A run of these against the reference server.
static RUN: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let mut words = vec![
        "server",
        "--reference",
        "--quiet",
        "--json",
        path.to_str().unwrap(),
    ];
    for id in IDS {
        words.extend(["--only", id]);
    }
    let ended = h1check(&words).without_panic();
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    (folder, path)
});

fn run() -> &'static str {
    RUN.1.to_str().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_transcript_is_printed_with_every_octet() {
    let seen = h1check(&["export", run(), "server/basic/get"]).without_panic();
    assert_eq!((seen.code, &*seen.err), (Some(0), ""));
    assert!(
        seen.out.starts_with("server/basic/get: pass\n"),
        "{}",
        seen.out
    );
    assert!(
        seen.out.contains("> GET / HTTP/1.1\\r\\n\n"),
        "{}",
        seen.out
    );
    assert!(
        seen.out.contains("< HTTP/1.1 200 OK\\r\\n\n"),
        "{}",
        seen.out
    );
}

#[test]
fn a_capture_is_one_for_tshark() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/get.pcapng");
    let words = ["export", run(), "server/basic/get", "-o", text(&path)];
    let seen = h1check(&words).without_panic();
    assert_eq!((seen.code, &*seen.out, &*seen.err), (Some(0), "", ""));
    let mut tshark = Command::new("tshark");
    tshark.args([
        "-r",
        text(&path),
        "-T",
        "fields",
        "-e",
        "http.request.method",
    ]);
    match tshark.output() {
        Ok(output) => assert!(String::from_utf8_lossy(&output.stdout).contains("GET")),
        Err(error) => assert!(
            std::env::var_os("H1CHECK_TOOLS").is_none(),
            "no tshark: {error}"
        ),
    }
}

#[test]
fn an_archive_has_an_entry_for_each_exchange() {
    let words = [
        "export",
        run(),
        "server/close/honours-close",
        "--format",
        "har",
    ];
    let seen = h1check(&words).without_panic();
    let har: serde_json::Value = serde_json::from_str(&seen.out).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    assert!(entries.len() >= 2, "{har:#}");
    assert_eq!(entries[0]["response"]["status"], 200);
}

/// A file that is wrong in some way.
fn wrong(what: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let whole = fs::read_to_string(run()).unwrap();
    let text = match what {
        "cut" => whole[..whole.len() / 2].to_owned(),
        "foreign" => "{\"a\": 1}".to_owned(),
        _ => whole.replace("\"event\":\"opened\",\"connection\":0", "\"connection\":99"),
    };
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[rstest]
#[case::typo("server/basic/gte", "did you mean `server/basic/get`?")]
#[case::nothing_like_it("x", "the report of the run lists what was played")]
#[case::cases("server/host/invalid", "cases, name one: 'server/host/invalid[")]
fn an_unknown_id_is_answered_with_what_may_be_meant(#[case] id: &str, #[case] message: &str) {
    for command in ["export", "record"] {
        let seen = h1check(&[command, run(), id]).without_panic();
        assert!(seen.err.contains(message), "{}", seen.err);
        assert_eq!((&*seen.out, seen.code), ("", Some(2)));
    }
}

#[rstest]
#[case::cut("cut", "it is no complete JSON")]
#[case::foreign("foreign", "it is no run.json of h1check")]
fn a_file_that_is_no_run_is_refused(#[case] what: &str, #[case] message: &str) {
    let (_folder, path) = wrong(what);
    for command in ["export", "record"] {
        let seen = h1check(&[command, text(&path), "server/basic/get"]).without_panic();
        assert!(seen.err.contains(message), "{}", seen.err);
        assert_eq!((&*seen.out, seen.code), ("", Some(2)));
    }
}

#[test]
fn where_nothing_can_be_written_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let path = folder.path().join("file/x.har");
    let seen = h1check(&["export", run(), "server/basic/get", "-o", text(&path)]).without_panic();
    assert!(seen.err.contains("cannot "), "{}", seen.err);
    assert_eq!(seen.code, Some(3));
    let path = folder.path().join("x.html");
    let seen = h1check(&["export", run(), "server/basic/get", "-o", text(&path)]).without_panic();
    assert!(seen.err.contains(".pcapng, .har or .txt"), "{}", seen.err);
    assert_eq!(seen.code, Some(2));
}

/// The ids of the scenarios that passed.
fn passed() -> Vec<String> {
    let text = fs::read_to_string(run()).unwrap();
    let run: serde_json::Value = serde_json::from_str(&text).unwrap();
    let scenarios = run["scenarios"].as_array().unwrap().iter();
    let passed = scenarios.filter(|scenario| scenario["verdict"] == "pass");
    let ids = passed.map(|scenario| scenario["id"].as_str().unwrap().to_owned());
    ids.collect()
}

#[test]
fn what_is_recorded_is_valid_proven_and_true_again() {
    let folder = tempfile::tempdir().unwrap();
    let passed = passed();
    assert!(passed.len() > 50, "{passed:?}");
    // Each is a process of its own: some of each kind have to do.
    for id in passed.iter().step_by(7) {
        let name: String = id
            .replace(['[', ']'], "-")
            .split('/')
            .skip(1)
            .collect::<Vec<_>>()
            .join("/");
        let path = folder.path().join(format!("server/{name}.toml"));
        let seen = h1check(&["record", run(), id, "-o", text(&path)]).without_panic();
        if seen.code == Some(2) && seen.err.contains("the run kept not all of what was sent") {
            continue;
        }
        assert_eq!(seen.code, Some(0), "{id}: {}", seen.err);
    }
    let mine = text(folder.path());
    let all_is_well = |seen: Ended| assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    all_is_well(h1check(&["validate", "--scenarios", mine]).without_panic());
    all_is_well(h1check(&["prove", "--scenarios", mine]).without_panic());
    let again = ["server", "--reference", "--strict", "--scenarios", mine];
    all_is_well(h1check(&again).without_panic());
}
