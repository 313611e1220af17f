//! The secrets of TLS sessions, written for tools that look into recorded traffic.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{command, ended, h1check};
use crate::transport::Server;

const GET: &str = "GET / HTTP/1.0\\r\\n\\r\\n";

/// The labels of the lines that were written for one TLS 1.3 session.
const LABELS: [&str; 5] = [
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "CLIENT_TRAFFIC_SECRET_0",
    "EXPORTER_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_TRAFFIC_SECRET_0",
];

/// The lines of a key log, sorted, and each checked to be one.
fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in &lines {
        let [_, random, secret] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("no line of a key log: {line}");
        };
        assert_eq!(random.len(), 64, "{line}");
        let is_hex = |text: &str| text.bytes().all(|octet| octet.is_ascii_hexdigit());
        assert!(is_hex(random) && is_hex(secret), "{line}");
    }
    lines.sort();
    lines
}

#[test]
fn client_and_server_write_the_same_secrets_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
    let keylog = theirs.to_str().unwrap();
    let server = Server::start(&["localhost:0", "--tls", "--keylog", keylog]);
    let url = server.url("https");
    let words = ["send", &url, "-k", "--raw", GET, "--keylog"];
    let sent = h1check(&[&words[..], &[ours.to_str().unwrap()]].concat()).without_panic();
    assert_eq!(sent.code, Some(0), "{}", sent.err);
    let written = lines(&ours);
    assert_eq!(written, lines(&theirs));
    let labels: Vec<&str> = written
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(labels, LABELS);
    for path in [&ours, &theirs] {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_run_appends_to_the_file_that_the_environment_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    fs::write(&path, "# before\n").unwrap();
    let server = Server::start(&["localhost:0", "--tls"]);
    let url = server.url("https");
    let words = ["server", &url, "--only", "server/basic/get", "-k"];
    let judged = ended(command(&words).env("SSLKEYLOGFILE", &path).spawn().unwrap());
    assert_eq!(judged.code, Some(0), "{}{}", judged.out, judged.err);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once('\n').unwrap();
    assert_eq!(before, "# before");
    assert!(rest.lines().count() >= LABELS.len(), "{text}");
}

#[rstest]
#[case::no_tls("http", "keys", "--keylog is for a server that speaks TLS")]
#[case::no_folder("https", "nowhere/keys", "cannot write ")]
fn what_cannot_be_written_is_said_before_anything_is_sent(
    #[case] scheme: &str,
    #[case] name: &str,
    #[case] message: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let path = path.to_str().unwrap();
    let url = format!("{scheme}://localhost:1/");
    let seen = h1check(&["server", &url, "--keylog", path]).without_panic();
    assert!(
        seen.err.starts_with(&format!("error: {message}")),
        "{}",
        seen.err
    );
    assert_eq!((&*seen.out, seen.code), ("", Some(2)));
}

#[test]
fn a_server_without_tls_has_no_secrets() {
    let seen = h1check(&["serve", "localhost:0", "--keylog", "keys"]).without_panic();
    assert!(seen.err.contains("add --tls"), "{}", seen.err);
    assert_eq!(seen.code, Some(2));
}
