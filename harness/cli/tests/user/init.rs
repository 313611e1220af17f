//! `h1check init`: what it writes, what it never overwrites, and that `h1check server` takes it.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use h1check::peer::server::{Config, Deadlines, Reference};
use pretty_assertions::assert_eq;

use crate::support::{Ended, command, ended};

fn run_in(folder: &Path, words: &[&str]) -> Ended {
    let mut command = command(words);
    command.current_dir(folder);
    ended(command.spawn().unwrap()).without_panic()
}

/// Runs with the URL of a reference server that is quick to end idle connections.
fn with_server(test: impl FnOnce(&str)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let deadlines = Deadlines {
        idle: std::time::Duration::from_millis(500),
        ..Deadlines::default()
    };
    let config = Config {
        deadlines,
        ..Config::default()
    };
    let server = runtime.block_on(Reference::start(config)).unwrap();
    test(&format!("http://{}/", server.address()));
}

#[test]
fn what_it_writes_is_what_the_server_is_judged_by() {
    with_server(|url| {
        let folder = tempfile::tempdir().unwrap();
        let seen = run_in(folder.path(), &["init", url, "--idle-bound", "3s"]);
        assert_eq!((seen.code, seen.err.as_str()), (Some(0), ""));
        assert!(seen.out.contains("echo: /echo"), "{}", seen.out);
        assert!(
            seen.out.ends_with("read it, and then run h1check server\n"),
            "{}",
            seen.out
        );
        let profile = fs::read_to_string(folder.path().join("h1check.toml")).unwrap();
        assert!(
            profile.contains(&format!("address = \"{url}\"\n")),
            "{profile}"
        );
        assert!(profile.contains("echo = \"/echo\""), "{profile}");
        assert!(profile.contains("# put = \"/…\""), "{profile}");

        let words = [
            "server",
            "--only",
            "server/basic",
            "--only",
            "server/content-length",
            "--verbose",
        ];
        let seen = run_in(folder.path(), &words);
        assert_eq!(seen.code, Some(0), "{}", seen.out);
        assert!(!seen.out.contains("echo not declared"), "{}", seen.out);
    });
}

#[test]
fn a_file_is_overwritten_only_by_force() {
    with_server(|url| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        fs::write(&path, "# mine\n").unwrap();
        let words = ["init", url, "-o", "mine.toml", "--idle-bound", "100ms"];
        let seen = run_in(folder.path(), &words);
        assert!(
            seen.err
                .starts_with("error: mine.toml is there already: --force"),
            "{}",
            seen.err
        );
        assert_eq!((seen.code, seen.out.as_str()), (Some(2), ""));
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");

        let seen = run_in(folder.path(), &[&words[..], &["--force"]].concat());
        assert_eq!((seen.code, seen.err.as_str()), (Some(0), ""));
        assert!(
            seen.out.contains("h1check server --profile mine.toml"),
            "{}",
            seen.out
        );
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "nothing else is left");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("# idle-timeout = \"75s\""), "{text}");
    });
}

#[test]
fn of_a_server_that_does_not_answer_nothing_is_written() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let held: Vec<_> = listener.incoming().collect();
        drop(held);
    });
    let folder = tempfile::tempdir().unwrap();
    let seen = run_in(folder.path(), &["init", &url, "--patience", "300ms"]);
    assert_eq!(
        seen.err,
        format!("error: {url}: GET /: no answer in time\n")
    );
    assert_eq!((seen.code, seen.out.as_str()), (Some(3), ""));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
