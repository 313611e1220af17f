//! `--suite` and `freeze`: judging by the scenarios of a former release.

use std::fs;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::h1check;

#[rstest]
#[case::a_server(&["server", "--reference", "--only", "server/basic"])]
#[case::a_client(&["client", "--reference", "--only", "client/close"])]
#[case::both(&["reference", "--only", "server/basic", "--only", "client/close"])]
fn a_run_is_judged_by_a_frozen_set(#[case] words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    let more = ["--suite", "1.0", "--json", json.to_str().unwrap()];
    let seen = h1check(&[words, &more].concat()).without_panic();
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    let run = fs::read_to_string(json).unwrap();
    assert!(run.contains(r#""name":"1.0""#));
    // Which files were played, and how one of them is played again.
    assert!(run.contains(r#""file":"scenarios@1.0/"#));
    assert!(run.contains("--suite 1.0 --only {id}"));
}

#[rstest]
#[case(&["list", "server/close"], "server/close/honours-close ")]
#[case(&["explain", "server/close/honours-close"], "What is played (scenarios@1.0/server/close/honours-close.toml)")]
#[case(&["list", "scenarios@1.0/server/close/honours-close.toml"], "server/close/honours-close ")]
#[case(&["validate"], " scenarios are valid")]
fn a_frozen_set_can_be_looked_at(#[case] words: &[&str], #[case] shown: &str) {
    let seen = h1check(&[words, &["--suite", "1.0"]].concat()).without_panic();
    assert!(seen.out.contains(shown), "{}{}", seen.out, seen.err);
    assert_eq!((seen.err.as_str(), seen.code), ("", Some(0)));
}

#[rstest]
#[case(&["server", "--reference"])]
#[case(&["client", "--reference"])]
#[case(&["reference"])]
#[case(&["list"])]
#[case(&["explain"])]
fn an_unknown_suite_is_refused_with_those_that_there_are(#[case] words: &[&str]) {
    let seen = h1check(&[words, &["--suite", "0.3"]].concat()).without_panic();
    let message = "error: there is no suite `0.3`: this h1check has 1.0";
    assert!(seen.err.starts_with(message), "{}", seen.err);
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}

#[test]
fn scenarios_come_from_one_place() {
    let words = ["list", "--suite", "1.0", "--scenarios", "mine"];
    let seen = h1check(&words).without_panic();
    assert!(seen.err.contains("cannot be used with"), "{}", seen.err);
    assert_eq!(seen.code, Some(2));
}

#[test]
fn a_set_is_frozen_once() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["freeze", "3.1", "--into", folder.path().to_str().unwrap()];
    let archive = folder.path().join("3.1.tar.gz");
    for _ in 0..2 {
        let seen = h1check(&words).without_panic();
        assert!(seen.out.starts_with("froze "), "{}", seen.err);
        assert_eq!(seen.code, Some(0));
    }
    let sums = fs::read_to_string(folder.path().join("SUMS")).unwrap();
    assert!(sums.ends_with("  3.1.tar.gz\n"), "{sums}");
    assert_eq!(sums.lines().count(), 1);

    fs::write(&archive, "older").unwrap();
    let seen = h1check(&words).without_panic();
    assert!(
        seen.err.contains("a frozen set stays as it is"),
        "{}",
        seen.err
    );
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
    assert_eq!(fs::read_to_string(&archive).unwrap(), "older");

    let seen = h1check(&[&words[..], &["--replace"]].concat()).without_panic();
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    assert_eq!(
        fs::read_to_string(folder.path().join("SUMS")).unwrap(),
        sums
    );
}

#[test]
fn the_name_of_a_set_is_a_number() {
    let seen = h1check(&["freeze", "../1"]).without_panic();
    assert!(
        seen.err.contains("numbers with dots, e.g. 1.0"),
        "{}",
        seen.err
    );
    assert_eq!(seen.code, Some(2));
}
