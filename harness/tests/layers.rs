//! Who may use whom, and other rules of the house that the compiler does not know. They are
//! checked on the text of the sources; each rule is shown to be able to fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use rstest::rstest;

/// A module of the crate root, and those that it may use besides itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("scenario", &["wire"]),
    // Siblings: the reference peers do not know that they are in a test.
    ("peer", &["wire"]),
    ("profile", &["scenario", "peer"]),
    ("survey", &["wire", "peer", "profile"]),
    ("outcome", &["wire", "scenario"]),
    ("run", &["wire", "scenario", "profile", "peer", "outcome"]),
    ("report", &["outcome", "scenario"]),
    ("shard", &["outcome", "scenario"]),
    ("evidence", &["wire", "scenario", "outcome", "report"]),
    ("baseline", &["wire", "scenario", "outcome", "report"]),
    (
        "conformance",
        &["outcome", "scenario", "profile", "run", "report"],
    ),
];

/// Where time is an argument.
const TIMELESS: &[&str] = &[
    "wire/",
    "scenario/",
    "report/",
    "shard/",
    "evidence/",
    "outcome.rs",
    "outcome/",
    "baseline/",
    "run/check.rs",
    "run/check/",
    "run/compare.rs",
    "run/json.rs",
];

/// What reads a clock.
const CLOCKS: &[&str] = &[
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    ".elapsed()",
];

/// What opens a socket. Only `peer` does; the command line may ask whether an address answers.
const SOCKETS: &[&str] = &[
    "TcpStream",
    "TcpListener",
    "TcpSocket",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "socket2",
    "tokio::net",
];

/// What a library leaves to its user.
const PRINTS: &[&str] = &[
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "process::exit",
];

/// Lines of a file, without its tests.
const LONGEST_FILE: usize = 400;

#[test]
fn the_sources_keep_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness");
    let mut files = Vec::new();
    read(&folder, "", &mut files);
    assert!(files.len() > 100, "the sources are in {}", folder.display());
    let broken = violations(&files);
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// A source file: its path below `harness/`, and its text.
type File = (String, String);

fn read(folder: &Path, below: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else if name.ends_with(".rs") {
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
}

/// Everything that breaks a rule, as `path: what`.
fn violations(files: &[File]) -> Vec<String> {
    let tests = test_files(files);
    let mut broken = Vec::new();
    for (path, text) in files {
        if tests.contains(path) {
            continue;
        }
        let kept = without_tests(text);
        let mut add = |what: String| broken.push(format!("{path}: {what}"));
        if !text.starts_with("//!") {
            add("does not open with `//!`".into());
        }
        let lines = kept.lines().count();
        if lines > LONGEST_FILE {
            add(format!("has {lines} lines without its tests"));
        }
        let code = without_comments(&kept);
        if ["browser/", "bench/", "cli/", "cost/", "peers/"]
            .iter()
            .any(|binary| path.starts_with(binary))
        {
            // Packages of their own: the compiler shows them the crate root only, unless …
            for word in ["#[path", "include!("]
                .iter()
                .filter(|word| code.contains(**word))
            {
                add(format!("reaches into the library with `{word}`"));
            }
            continue;
        }
        if path == "build.rs" {
            continue;
        }
        layer(path, &code, &mut add);
        words(path, &code, &mut add);
    }
    broken
}

/// The rule of the table.
fn layer(path: &str, code: &str, add: &mut impl FnMut(String)) {
    let module = modules(path);
    let Some(own) = module.first() else {
        return; // The crate root sees all.
    };
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| name == own) else {
        add(format!("`{own}` is in no layer: add it to the table"));
        return;
    };
    for used in used(code, module.len()) {
        if used != *own && !allowed.contains(&used.as_str()) {
            add(format!("`{own}` may not use `{used}`"));
        }
    }
}

/// The rules about words.
fn words(path: &str, code: &str, add: &mut impl FnMut(String)) {
    let mut ban = |words: &[&str], why: &str| {
        for word in words.iter().filter(|word| has_word(code, word)) {
            add(format!("`{word}`: {why}"));
        }
    };
    if !path.starts_with("peer/") {
        ban(SOCKETS, "only `peer` opens sockets");
    }
    if TIMELESS.iter().any(|place| path.starts_with(place)) {
        ban(CLOCKS, "time is an argument here");
    }
    ban(PRINTS, "a library leaves that to its user");
}

/// The modules of a file, from the crate root: `wire/lint/tests.rs` is `wire`, `lint`, `tests`.
fn modules(path: &str) -> Vec<&str> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" {
        return Vec::new();
    }
    path.split('/').collect()
}

/// The names in the crate root that some code uses, by `crate::` or by as many `super::` as the
/// module is deep.
fn used(code: &str, depth: usize) -> BTreeSet<String> {
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = code.replace(":: ", "::");
    let mut names = BTreeSet::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in code.match_indices(&root) {
            let before = &code[..at];
            if !before.ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c)) {
                names.extend(heads(&code[at + root.len()..]));
            }
        }
    }
    names
}

/// The first names of a path or of a group of paths.
fn heads(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
        let head = &path[..end.unwrap_or(path.len())];
        return vec![if head.is_empty() {
            "*".into()
        } else {
            head.to_owned()
        }];
    };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let part = group[start..at].trim();
                if !part.is_empty() {
                    found.extend(heads(part));
                }
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// Files of tests: `tests.rs`, what is in a folder `tests`, and modules behind `#[cfg(test)]`.
fn test_files(files: &[File]) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for (path, text) in files {
        if path
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs")
        {
            tests.insert(path.clone());
        }
        let folder = path.strip_suffix("mod.rs").map_or_else(
            || format!("{}/", path.trim_end_matches(".rs")),
            str::to_owned,
        );
        for part in text.split("#[cfg(test)]\nmod ").skip(1) {
            if let Some((name, _)) = part.split_once(';') {
                tests.insert(format!("{folder}{name}.rs"));
            }
        }
    }
    tests
}

/// The text up to its module of tests, which is the last thing of a file.
fn without_tests(text: &str) -> String {
    let ends = |at: &usize| {
        text[*at..]
            .lines()
            .nth(1)
            .is_some_and(|line| line.ends_with('{'))
    };
    let mut starts = text.match_indices("#[cfg(test)]\nmod ").map(|(at, _)| at);
    starts.find(ends).map_or(text, |at| &text[..at]).to_owned()
}

/// The text without comments, of which those for rustdoc name other modules rightly.
fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| line.trim_start())
        .filter(|line| !line.starts_with("//"))
        .map(|line| line.split(" // ").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether a word occurs that is not the end of a longer one (`print!` in `eprint!`).
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        word.starts_with('.') || !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

#[rstest]
#[case::wire_uses_nobody(
    "wire/head.rs",
    "use crate::scenario::Place;",
    "`wire` may not use `scenario`"
)]
#[case::scenario_is_a_sibling(
    "scenario/load.rs",
    "use crate::peer;",
    "`scenario` may not use `peer`"
)]
#[case::peers_know_no_test(
    "peer/date.rs",
    "fn f() { crate::outcome::f() }",
    "`peer` may not use `outcome`"
)]
#[case::report_sees_no_run(
    "report/json.rs",
    "use crate::{outcome, run::Suite};",
    "`report` may not use `run`"
)]
#[case::groups_in_groups(
    "report/json.rs",
    "use crate::{outcome::{A, B}, wire};",
    "`report` may not use `wire`"
)]
#[case::over_lines(
    "outcome.rs",
    "use crate::{\n    run,\n};",
    "`outcome` may not use `run`"
)]
#[case::by_super(
    "wire/lint/values.rs",
    "use super::super::super::run::X;",
    "`wire` may not use `run`"
)]
#[case::by_super_in_mod("wire/mod.rs", "use super::run;", "`wire` may not use `run`")]
#[case::everything("wire/head.rs", "use crate::*;", "`wire` may not use `*`")]
#[case::the_front(
    "run/suite.rs",
    "use crate::check_server;",
    "`run` may not use `check_server`"
)]
#[case::no_layer("extra.rs", "", "`extra` is in no layer: add it to the table")]
#[case::socket(
    "run/target.rs",
    "std::net::TcpListener::bind(x)",
    "`TcpListener`: only `peer` opens sockets"
)]
#[case::clock(
    "wire/head.rs",
    "let now = Instant::now();",
    "`Instant::now`: time is an argument here"
)]
#[case::clock_of_the_wall(
    "report/json.rs",
    "SystemTime::now()",
    "`SystemTime::now`: time is an argument here"
)]
#[case::clock_in_check(
    "run/check.rs",
    "x.elapsed()",
    "`.elapsed()`: time is an argument here"
)]
#[case::print(
    "run/suite.rs",
    "eprint!(\"x\")",
    "`eprint!`: a library leaves that to its user"
)]
#[case::cli(
    "cli/src/main.rs",
    "#[path = \"../../run/mod.rs\"] mod run;",
    "reaches into the library with `#[path`"
)]
fn a_rule_can_fail(#[case] path: &str, #[case] code: &str, #[case] what: &str) {
    let file = (path.to_owned(), format!("//! A file.\n\n{code}\n"));
    assert_eq!(violations(&[file]), [format!("{path}: {what}")]);
}

#[rstest]
#[case::below(
    "run/suite.rs",
    "use crate::{outcome::Run, peer, run::x, scenario, wire};"
)]
#[case::own_by_super("wire/lint/values.rs", "use super::super::run;")]
#[case::comment(
    "wire/head.rs",
    "/// See [`Run`](crate::run::Run).\nlet x = 1; // crate::run"
)]
#[case::test_module("wire/head.rs", "#[cfg(test)]\nmod tests {\n    use crate::run;\n}")]
#[case::root("lib.rs", "pub use crate::run::Suite;")]
#[case::socket_of_a_peer("peer/connection.rs", "use tokio::net::TcpStream; Instant::now()")]
#[case::clock_of_the_player("run/player.rs", "Instant::now()")]
#[case::address("run/target.rs", "use std::net::SocketAddr;")]
fn what_is_allowed_is_not_accused(#[case] path: &str, #[case] code: &str) {
    let file = (path.to_owned(), format!("//! A file.\n\n{code}\n"));
    assert_eq!(violations(&[file]), Vec::<String>::new());
}

#[test]
fn a_file_opens_with_its_purpose_and_stays_short() {
    let silent = ("wire/head.rs".to_owned(), "use std::fmt;\n".to_owned());
    assert_eq!(
        violations(&[silent]),
        ["wire/head.rs: does not open with `//!`"]
    );

    let lines = "//! A file.\n".repeat(LONGEST_FILE);
    let tests = format!("{lines}#[cfg(test)]\nmod tests {{\n{lines}}}\n");
    assert_eq!(
        violations(&[("lib.rs".into(), tests)]),
        Vec::<String>::new()
    );
    let long = format!("{lines}//! One more.\n");
    let expected = "lib.rs: has 401 lines without its tests";
    assert_eq!(violations(&[("lib.rs".into(), long)]), [expected]);
}

#[test]
fn modules_for_tests_are_left_out_wherever_they_lie() {
    let module = "//! A module.\n#[cfg(test)]\nmod sample;\nmod json;\n".to_owned();
    let files = [
        ("report/mod.rs".to_owned(), module),
        (
            "report/sample.rs".to_owned(),
            "use crate::run;\n".to_owned(),
        ),
        (
            "report/json/tests.rs".to_owned(),
            "use crate::run;\n".to_owned(),
        ),
    ];
    assert_eq!(violations(&files), Vec::<String>::new());
}
