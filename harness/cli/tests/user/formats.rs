//! All formats of one run, each given to a reader that others wrote.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use jsonschema::Validator;
use pretty_assertions::assert_eq;
use pulldown_cmark::{Event, Options, Parser, Tag};
use rstest::rstest;
use serde_json::Value;

use crate::support::{Ended, add, command, ended, h1check, has_tool, scenario};

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/schemas");

/// A scenario that the reference server passes, misses by a MUST or a SHOULD, or cannot play.
fn play(title: &str, status: u16, more: &str, rule: &str) -> String {
    format!(
        "title = '{title}'\nsubject = 'server'\n{rule}\n{more}\n[[step]]\nsend = 'GET / HTTP/1.1\\r\\n\
         Host: \\{{authority}}\\r\\n\\r\\n'\nexpect.status = {status}\n[[counterexample]]\n\
         fault = 'x'\nat = 1\nstep = [{{ expect.request = 'GET', reply = 'HTTP/1.1 599 X\\r\\n\
         Content-Length: 0\\r\\n\\r\\n' }}]\n"
    )
}

/// A folder with a scenario for every verdict but error.
fn scenarios() -> tempfile::TempDir {
    let must = "requirements = ['9112-9.6-p6-1']";
    let folder = scenario("server/pass", &play("It answers", 200, "", must));
    let put = |id: &str, text: &str| add(folder.path(), id, text);
    put("server/fail", &play("A # <b>bold</b> claim", 500, "", must));
    let given = "[given.nothing]\n";
    put(
        "server/skip",
        &play("It has nothing", 200, given, "hardening = 'x'"),
    );
    folder
}

/// Runs the reference server through those scenarios.
fn run(folder: &Path, words: &[&str]) -> Ended {
    let scenarios = folder.to_str().unwrap();
    let first = ["server", "--reference", "--scenarios", scenarios];
    h1check(&[&first, words].concat()).without_panic()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

/// What a schema has against a document.
fn errors(schema: &Value, document: &Value) -> Vec<String> {
    let validator: Validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(document);
    errors.map(|error| error.to_string()).collect()
}

#[test]
fn one_run_is_written_in_all_formats_and_read_by_others() {
    let folder = scenarios();
    let place = |name: &str| folder.path().join(name);
    let names = [
        "json=a.json",
        "junit=b.xml",
        "html=c.html",
        "sarif=d.sarif",
        "markdown=e.md",
        "badge=f.json",
        "github=g.txt",
    ];
    let words: Vec<String> = names
        .iter()
        .flat_map(|name| {
            let (format, file) = name.split_once('=').unwrap();
            [
                String::from("--format"),
                format!("{format}={}", place(file).display()),
            ]
        })
        .chain(["--format", "tap"].map(String::from))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let seen = run(folder.path(), &words);
    assert_eq!(seen.code, Some(1), "{}", seen.err);
    assert!(
        seen.err.contains("exit 1: does not conform"),
        "{}",
        seen.err
    );
    reads_tap(&seen.out);
    reads_run(&json(&place("a.json")));
    reads_junit(&place("b.xml"));
    assert!(read(&place("c.html")).starts_with("<!DOCTYPE html>"));
    reads_sarif(&json(&place("d.sarif")));
    reads_markdown(&read(&place("e.md")));
    let badge = json(&place("f.json"));
    assert_eq!(
        (&badge["message"], &badge["isError"]),
        (&"1 of 2 fail".into(), &false.into())
    );
    let lines = read(&place("g.txt"));
    assert!(lines.lines().all(|line| line.starts_with("::")), "{lines}");
    assert!(
        lines.contains("title=server/fail::A # <b>bold</b> claim%0A"),
        "{lines}"
    );
}

/// Perl's own, which `prove` is made of.
fn reads_tap(stream: &str) {
    assert!(stream.starts_with("TAP version 13\n"), "{stream}");
    if !has_tool("prove") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.tap");
    fs::write(&file, stream).unwrap();
    let script = "my $p = TAP::Parser->new({ source => shift }); $p->run; printf '%s passed, %s \
                  failed, %s skipped, %s errors', scalar $p->passed, scalar $p->failed, scalar \
                  $p->skipped, scalar $p->parse_errors";
    let perl = Command::new("perl")
        .args(["-MTAP::Parser", "-e", script])
        .arg(&file)
        .output();
    let said = String::from_utf8(perl.unwrap().stdout).unwrap();
    assert_eq!(said, "2 passed, 1 failed, 1 skipped, 0 errors");
}

fn reads_run(report: &Value) {
    let schema = h1check(&["schema", "run"]);
    let schema: Value = serde_json::from_str(&schema.out).unwrap();
    assert_eq!(errors(&schema, report), Vec::<String>::new());
    assert_eq!(report["tally"]["fail"], 1);
}

fn reads_junit(path: &Path) {
    if !has_tool("xmllint") {
        return;
    }
    let schema = Path::new(SCHEMAS).join("junit-10.xsd");
    let read = Command::new("xmllint")
        .args(["--noout", "--schema"])
        .args([&schema, path])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}");
}

fn reads_sarif(report: &Value) {
    let schema = read(&Path::new(SCHEMAS).join("sarif-2.1.0.json"));
    // One pattern of the official schema, for a property that is not written, has a bracket that
    // no strict reader of regular expressions takes.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).unwrap();
    assert_eq!(errors(&schema, report), Vec::<String>::new());
    let results = report["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<_> = results.iter().map(|it| it["level"].as_str()).collect();
    assert_eq!(levels, [Some("error")]);
}

fn reads_markdown(text: &str) {
    let (mut cells, mut raw) = (Vec::new(), 0);
    let mut in_table = false;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Table(_)) => in_table = true,
            Event::Start(Tag::List(_)) => in_table = false,
            Event::Text(text) if in_table => cells.push(text.to_string()),
            Event::Html(_) | Event::InlineHtml(_) => raw += 1,
            _ => {}
        }
    }
    let expected = [
        "pass", "warn", "fail", "skip", "error", "1", "0", "1", "1", "0",
    ];
    assert_eq!((&cells[..10], raw), (&expected.map(String::from)[..], 0));
}

#[rstest]
#[case::two_on_stdout(&["--format", "tap", "--format", "json=-"], "only one format can go to stdout")]
#[case::mistyped(&["--format", "jnuit=x.xml"], "did you mean `junit`?")]
#[case::no_file(&["--format", "tap="], "no file behind the `=`")]
#[case::same_file(&["--format", "tap=x", "--format", "json=x"], "two formats cannot go to one file")]
fn wrong_formats_are_told_before_anything_is_played(#[case] words: &[&str], #[case] said: &str) {
    let folder = scenarios();
    let seen = run(folder.path(), words);
    assert!(seen.err.contains(said), "{}", seen.err);
    assert_eq!((seen.code, seen.out.as_str()), (Some(2), ""));
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_played() {
    let folder = scenarios();
    fs::write(folder.path().join("file"), "x").unwrap();
    let format = format!("sarif={}/file/x.sarif", folder.path().display());
    let seen = run(folder.path(), &["--format", &format]);
    assert!(
        seen.err.contains("cannot create the folder"),
        "{}",
        seen.err
    );
    assert_eq!((seen.code, seen.out.as_str()), (Some(3), ""));
}

#[rstest]
#[case::as_it_is(&[], true)]
#[case::told_not_to(&["--no-github"], false)]
fn github_gets_annotations_and_a_summary(#[case] words: &[&str], #[case] expected: bool) {
    let folder = scenarios();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let scenarios = folder.path().to_str().unwrap();
    let first = ["server", "--reference", "--scenarios", scenarios];
    let mut command = command(&[&first, words].concat());
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", &summary)
        .stdin(Stdio::null());
    let seen = ended(command.spawn().unwrap()).without_panic();
    let annotated = seen.out.contains("\n::error file=");
    assert_eq!(annotated, expected, "{}", seen.out);
    let written = read(&summary);
    assert!(written.starts_with("before\n"), "{written}");
    assert_eq!(written.contains("## h1check: does not conform"), expected);
    if expected {
        // What the report shows of a subject is no command: they begin where it ends.
        let (stop, rest) = seen.out.split_once('\n').unwrap();
        let token = stop.strip_prefix("::stop-commands::").unwrap();
        let (report, commands) = rest.split_once(&format!("::{token}::\n")).unwrap();
        assert!(report.contains("exit 1"), "{report}");
        assert!(
            commands.lines().all(|line| line.starts_with("::")),
            "{commands}"
        );
    }
}

/// Renders the run.json of a folder.
fn report(folder: &Path, words: &[&str]) -> Ended {
    let file = folder.join("run.json");
    h1check(&[&["report", file.to_str().unwrap()], words].concat()).without_panic()
}

/// The text with all numbers alike: a file holds whole microseconds, and a run more.
fn words_of(text: &str) -> String {
    let mut words = String::new();
    for character in text.chars() {
        let shown = match character {
            '0'..='9' | '.' => '0',
            other => other,
        };
        if shown != '0' || !words.ends_with('0') {
            words.push(shown);
        }
    }
    words
}

#[test]
fn a_former_run_is_rendered_again_in_the_same_words() {
    let folder = scenarios();
    let name = |format: &str| format!("{format}={}", folder.path().join(format).display());
    let formats = [
        "tap", "sarif", "junit", "markdown", "badge", "github", "html",
    ];
    let mut words = vec![String::from("--json")];
    words.push(folder.path().join("run.json").display().to_string());
    words.extend(
        formats
            .iter()
            .flat_map(|it| [String::from("--format"), name(it)]),
    );
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let before = run(folder.path(), &words);
    assert_eq!(before.code, Some(1), "{}", before.err);
    for format in formats {
        let after = report(folder.path(), &["--format", format]);
        let before = words_of(&read(&folder.path().join(format)));
        assert_eq!(words_of(&after.out), before, "{format}");
        assert_eq!(after.code, Some(1), "{}", after.err);
    }
    let told = report(folder.path(), &[]);
    assert_eq!(words_of(&told.out), words_of(&before.out));
    assert_eq!(told.code, Some(1));
}

#[rstest]
#[case::none(None, "cannot read ")]
#[case::truncated(Some("{\"format\": \"h1check-run\", \"format_ver"), "was it cut off?")]
#[case::foreign(Some("{\"format\": \"other\"}"), "it is no run.json of h1check")]
#[case::newer(
    Some("{\"format\": \"h1check-run\", \"format_version\": 99}"),
    "it has format version 99"
)]
fn a_file_that_is_no_run_is_refused(#[case] text: Option<&str>, #[case] said: &str) {
    let folder = tempfile::tempdir().unwrap();
    if let Some(text) = text {
        fs::write(folder.path().join("run.json"), text).unwrap();
    }
    let tap = folder.path().join("x.tap");
    let format = format!("tap={}", tap.display());
    let seen = report(folder.path(), &["--format", &format]);
    assert!(seen.err.contains(said), "{}", seen.err);
    assert_eq!((seen.code, tap.exists()), (Some(2), false));
}
