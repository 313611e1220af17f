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
    for command in ["diff", "compare"] {
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

#[test]
fn subjects_stand_side_by_side_under_short_names() {
    let folder = runs();
    edit(folder.path().join("two/run.json"), |run| {
        run["scenarios"][0]["verdict"] = "fail".into();
    });
    let words = [
        "compare",
        "one",
        "two",
        "-o",
        "out/m.html",
        "-o",
        "m.md",
        "-o",
        "m.json",
    ];
    let made = in_folder(folder.path(), &words);
    assert_eq!((made.code, &made.out[..], &made.err[..]), (Some(0), "", ""));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let markdown = read("m.md");
    let row = "| pass | [**fail**](<two/index.html#open=server/closes>) |";
    assert!(markdown.contains(row), "{markdown}");
    assert!(read("out/m.html").contains(r#"<a href="../two/index.html">two</a>"#));
    let json: Value = serde_json::from_str(&read("m.json")).unwrap();
    assert_eq!(json["rows"][0]["disagreement"], 2);
    let named = ["compare", "one", "two", "--name", "old", "--name", "new"];
    let named = in_folder(folder.path(), &named);
    assert!(
        named.out.contains("| scenario | old | new |"),
        "{}",
        named.out
    );
}

#[rstest]
#[case::too_few(&["--name", "x"], "there are 1 --name for 2 runs")]
#[case::twice(&["--name", "x", "--name", "x"], "--name x is given twice")]
#[case::no_known_ending(&["-o", "m.doc"], "m.doc: name a file that ends in .html, .md or .json")]
fn a_command_line_that_makes_no_sense_is_refused(#[case] more: &[&str], #[case] message: &str) {
    let folder = tempfile::tempdir().unwrap();
    let bad = in_folder(folder.path(), &[&["compare", "one", "two"], more].concat());
    assert_eq!(bad.code, Some(2), "{}", bad.err);
    assert!(bad.err.contains(message), "{}", bad.err);
}

#[test]
fn runs_of_different_suites_are_put_together_only_by_force() {
    let folder = runs();
    edit(folder.path().join("two/run.json"), |run| {
        run["suite"]["digest"] = "00".into();
        run["scenarios"][0]["id"] = "server/stays".into();
    });
    let refused = in_folder(folder.path(), &["compare", "one", "two", "-o", "m.html"]);
    assert_eq!(refused.code, Some(2));
    assert_eq!(
        refused.err,
        "error: one (the first) and two (the second) were judged with different scenarios: only in \
         the first: server/closes; only in the second: server/stays; --force puts them together all \
         the same\n"
    );
    assert!(!folder.path().join("m.html").exists());
    let forced = in_folder(folder.path(), &["compare", "one", "two", "--force"]);
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    assert!(
        forced.out.contains("# 2 subjects, 2 scenarios"),
        "{}",
        forced.out
    );
}

#[test]
fn a_place_that_cannot_be_written_is_said_and_nothing_is_left() {
    let folder = runs();
    fs::write(folder.path().join("file"), "x").unwrap();
    let words = ["compare", "one", "two", "-o", "file/m.html"];
    let failed = in_folder(folder.path(), &words);
    assert_eq!(failed.code, Some(3), "{}", failed.err);
    assert!(
        failed.err.contains("cannot create the folder file"),
        "{}",
        failed.err
    );
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "x");
}
