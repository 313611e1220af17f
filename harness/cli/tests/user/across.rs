//! Several runs against each other, through the built binary.

use std::fs;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::support::{Ended, add, command, ended};

const CLOSES: &str = r#"
title = "Asked to close, the server answers"
subject = "server"
requirements = ["9112-9.6-p6-1"]
[[step]]
send = 'GET \{path} HTTP/1.1\r\nHost: \{authority}\r\nConnection: close\r\n\r\n'
expect.status = 200
[[counterexample]]
fault = "stays"
at = 1
step = [{ expect.request = 'GET \{path}', reply = 'HTTP/1.1 204 No Content\r\n\r\n' }]
"#;

/// A folder with the reports of the reference server as `one` and `two`.
fn runs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    add(folder.path(), "scenarios/server/closes", CLOSES);
    for name in ["one", "two"] {
        let words = [
            "server",
            "--reference",
            "--scenarios",
            "scenarios",
            "--report",
            name,
        ];
        let ended = in_folder(folder.path(), &words);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
    }
    folder
}

fn in_folder(folder: &Path, words: &[&str]) -> Ended {
    let child = command(words).current_dir(folder).spawn().unwrap();
    ended(child).without_panic()
}

/// Rewrites a run.json.
fn edit(path: PathBuf, change: impl FnOnce(&mut Value)) {
    let mut run: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut run);
    fs::write(path, run.to_string()).unwrap();
}

#[test]
fn a_run_that_got_worse_is_seen_in_every_format() {
    let folder = runs();
    let same = in_folder(folder.path(), &["diff", "one", "two/run.json"]);
    assert_eq!(same.code, Some(0));
    assert!(
        same.out
            .ends_with("0 worse  0 better  0 changed  0 new  0 gone  1 the same\n"),
        "{}",
        same.out
    );
    edit(folder.path().join("two/run.json"), |run| {
        run["scenarios"][0]["verdict"] = "skip".into();
        run["scenarios"][0]["why"] = "echo is \u{1b}[31mnot declared".into();
    });
    let words = ["diff", "one", "two", "-o", "out/d.md", "-o", "out/d.json"];
    let worse = in_folder(folder.path(), &words);
    assert_eq!((worse.code, &worse.err[..]), (Some(1), ""));
    assert!(
        worse
            .out
            .starts_with("worse    server/closes  pass → skip\n"),
        "{}",
        worse.out
    );
    assert!(!worse.out.contains('\u{1b}'), "{}", worse.out);
    let markdown = fs::read_to_string(folder.path().join("out/d.md")).unwrap();
    assert!(markdown.contains("## Worse (1)"), "{markdown}");
    let json = fs::read_to_string(folder.path().join("out/d.json")).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["changes"][0]["id"], "server/closes");
    let back = in_folder(folder.path(), &["diff", "two", "one", "--format", "json"]);
    let json: Value = serde_json::from_str(&back.out).unwrap();
    assert_eq!(
        (back.code, &json["changes"][0]["class"]),
        (Some(0), &"better".into())
    );
}

#[rstest]
#[case::missing(None, "cannot read bad.json: ")]
#[case::empty(Some(""), "bad.json: it is no complete JSON")]
#[case::cut_off(Some(r#"{"format": "h1check-run", "form"#), "was it cut off?")]
#[case::foreign(Some(r#"{"a": 1}"#), "bad.json: it is no run.json of h1check")]
#[case::newer(
    Some(r#"{"format": "h1check-run", "format_version": 99}"#),
    "bad.json: it has format version 99"
)]
#[case::no_shape(
    Some(r#"{"format": "h1check-run", "format_version": 1, "scenarios": 3}"#),
    "bad.json: it does not have the shape of format version"
)]
fn a_file_that_is_no_run_is_refused_by_name(#[case] text: Option<&str>, #[case] message: &str) {
    let folder = runs();
    if let Some(text) = text {
        fs::write(folder.path().join("bad.json"), text).unwrap();
    }
    for command in ["diff"] {
        let bad = in_folder(folder.path(), &[command, "one", "bad.json"]);
        assert_eq!((bad.code, &bad.out[..]), (Some(2), ""), "{}", bad.err);
        assert!(
            bad.err.starts_with("error: ") && bad.err.contains(message),
            "{}",
            bad.err
        );
    }
}

#[test]
fn an_output_of_no_known_kind_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bad = in_folder(folder.path(), &["diff", "one", "two", "-o", "out.doc"]);
    assert_eq!(bad.code, Some(2));
    assert!(
        bad.err.contains("out.doc: name a file that ends in .md"),
        "{}",
        bad.err
    );
}
