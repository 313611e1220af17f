//! The octets of a former run, sent once more.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tempfile::TempDir;

use crate::support::{command, ended, h1check};
use crate::transport::Server;

/// A run against this server, with two connections, a pipeline and a refusal in it.
fn judged(url: &str, more: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let only = [
        "server/basic/get",
        "server/close/honours-close",
        "server/pipeline/answers-in-order",
    ];
    let mut words = vec!["server", url, "--quiet", "--json", path.to_str().unwrap()];
    words.extend(only.iter().flat_map(|id| ["--only", id]));
    words.extend(more);
    let ended = h1check(&words).without_panic();
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    (folder, path)
}

#[test]
fn the_same_server_does_the_same_again() {
    let server = Server::start(&["localhost:0"]);
    let (_folder, run) = judged(&server.url("http"), &[]);
    for id in ["server/basic/get", "server/close/honours-close"] {
        let seen = h1check(&["replay", run.to_str().unwrap(), id]).without_panic();
        assert_eq!((seen.code, &*seen.err), (Some(0), ""), "{id}: {}", seen.out);
        assert!(seen.out.ends_with("the same came\n"), "{}", seen.out);
        assert!(
            seen.out
                .contains("  = response 200, with its content by Content-Length\n"),
            "{}",
            seen.out
        );
    }
    let words = ["replay", run.to_str().unwrap(), "server/basic/get", "-v"];
    let seen = h1check(&words).without_panic();
    assert!(
        seen.out.contains("> GET / HTTP/1.1\\r\\n\n"),
        "{}",
        seen.out
    );
}

#[rstest]
#[case::tls(true)]
#[case::unix_socket(false)]
fn every_way_to_a_server_is_one_for_a_replay(#[case] tls: bool) {
    let folder = tempfile::tempdir().unwrap();
    let socket = format!("unix:{}", folder.path().join("s.sock").display());
    let words: &[&str] = if tls {
        &["localhost:0", "--tls"]
    } else {
        &[&*socket]
    };
    let server = Server::start(words);
    let url = if tls {
        server.url("https")
    } else {
        socket.clone()
    };
    let flags: &[&str] = if tls { &["--insecure"] } else { &[] };
    let (_folder, run) = judged(&url, flags);
    let words = [
        "replay",
        run.to_str().unwrap(),
        "server/close/honours-close",
    ];
    let seen = h1check(&[&words[..], flags].concat()).without_panic();
    assert_eq!((seen.code, &*seen.err), (Some(0), ""), "{}", seen.out);
}

#[test]
fn another_server_is_told_apart() {
    let server = Server::start(&["localhost:0"]);
    let (_folder, run) = judged(&server.url("http"), &[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream
                .write_all(b"HTTP/1.1 200 \x1b[2J\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        }
    });
    let words = [
        "replay",
        run.to_str().unwrap(),
        "server/basic/get",
        &url,
        "--patience",
        "300ms",
    ];
    let seen = h1check(&words).without_panic();
    let expected = "  - response 200, with its content by Content-Length\n  \
                    + response 200, with its content in chunks\n";
    assert!(seen.out.contains(expected), "{}", seen.out);
    assert!(seen.out.ends_with("something else came\n"), "{}", seen.out);
    assert_eq!(seen.code, Some(1));
}

#[test]
fn where_nobody_listens_nothing_is_compared() {
    let server = Server::start(&["localhost:0"]);
    let (_folder, run) = judged(&server.url("http"), &[]);
    let url = server.url("http");
    drop(server);
    let words = ["replay", run.to_str().unwrap(), "server/basic/get", &url];
    let seen = h1check(&words).without_panic();
    assert!(seen.err.contains("cannot connect to "), "{}", seen.err);
    assert_eq!((&*seen.out, seen.code), ("", Some(3)));
}

#[rstest]
#[case::cut("\"dropped\":0", "\"dropped\":7", "7 octets are missing")]
#[case::client("\"opened_by_us\":true", "\"opened_by_us\":false", "it is of a client")]
#[case::no_address("server at http://", "a server at ", "name a URL")]
fn what_cannot_be_sent_again_is_refused(
    #[case] from: &str,
    #[case] to: &str,
    #[case] message: &str,
) {
    let server = Server::start(&["localhost:0"]);
    let (_folder, run) = judged(&server.url("http"), &[]);
    let text = fs::read_to_string(&run).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&run, text.replace(from, to)).unwrap();
    let words = ["replay", run.to_str().unwrap(), "server/basic/get"];
    let seen = h1check(&words).without_panic();
    assert!(seen.err.contains(message), "{}", seen.err);
    assert_eq!((&*seen.out, seen.code), ("", Some(2)));
}

#[test]
fn a_secret_is_not_replaced_by_its_asterisks() {
    let server = Server::start(&["localhost:0"]);
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("h1check.toml");
    let text = format!(
        "address = \"{}\"\n[fields]\nAuthorization = {{ env = \"H1CHECK_SECRET\" }}\n",
        server.url("http")
    );
    fs::write(&profile, text).unwrap();
    let run = folder.path().join("run.json");
    let words = [
        "server",
        "--only",
        "server/basic/get",
        "-q",
        "--profile",
        profile.to_str().unwrap(),
    ];
    let words = [&words[..], &["--json", run.to_str().unwrap()]].concat();
    let judged = command(&words).env("H1CHECK_SECRET", "open sesame").spawn();
    assert_eq!(ended(judged.unwrap()).code, Some(0));
    let seen = h1check(&["replay", run.to_str().unwrap(), "server/basic/get"]).without_panic();
    assert!(seen.err.contains("a secret was sent in it"), "{}", seen.err);
    assert_eq!((&*seen.out, seen.code), ("", Some(2)));
}
