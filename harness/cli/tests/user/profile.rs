//! Profiles as users have them: where they are read from, what wins, what they add to requests,
//! and what is kept out of every report.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{Ended, command, ended, h1check};

const SECRET: &str = "Bearer s3cr3t-t0ken/of-Somebody";

/// A server that answers each request with the octets that it got: as they are, in base64's place
/// percent-encoded, and in a field; and that keeps what it got.
fn reflecting() -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = Arc::clone(&kept);
            thread::spawn(move || reflect(stream, &kept));
        }
    });
    (address, seen)
}

fn reflect(mut stream: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut octets = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        octets.extend_from_slice(&buffer[..count]);
        kept.lock().unwrap().extend_from_slice(&buffer[..count]);
        while let Some(end) = octets.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = octets.drain(..end + 4).collect();
            let text = String::from_utf8_lossy(&head).into_owned();
            let value = text
                .lines()
                .find_map(|line| line.strip_prefix("Authorization: "));
            let value = value.unwrap_or_default();
            let content = format!("{text}{}", value.replace('/', "%2F").replace(' ', "%20"));
            let length = content.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nX-You: {value}\r\n\r\n{content}"
            );
            // In two pieces, with the secret in both.
            let (first, second) = answer.as_bytes().split_at(answer.len() / 2);
            if stream.write_all(first).is_err() || stream.write_all(second).is_err() {
                return;
            }
        }
    }
}

fn run_in(folder: &Path, words: &[&str]) -> Ended {
    let mut command = command(words);
    command
        .current_dir(folder)
        .env("H1CHECK_TEST_TOKEN", SECRET);
    ended(command.spawn().unwrap()).without_panic()
}

#[test]
fn a_secret_is_sent_and_stands_in_no_report() {
    let (address, seen) = reflecting();
    let folder = tempfile::tempdir().unwrap();
    let profile = format!(
        "address = 'http://{address}/'\n[fields]\nAuthorization = {{ env = 'H1CHECK_TEST_TOKEN' }}\n\
         X-Plain = 'told'\n"
    );
    fs::write(folder.path().join("h1check.toml"), profile).unwrap();
    // It fails nearly everything: all that can be told is told.
    let words = [
        "server",
        "--verbose",
        "--report",
        "out",
        "--patience",
        "300ms",
        "--only",
        "server/basic",
        "--only",
        "server/close",
        "--only",
        "server/reuse",
    ];
    let ended = run_in(folder.path(), &words);
    assert!(matches!(ended.code, Some(0 | 1)), "{}", ended.err);
    let sent = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    assert!(sent.contains("\r\nX-Plain: told\r\n"), "{sent}");
    assert!(
        sent.contains(&format!("\r\nAuthorization: {SECRET}\r\n")),
        "{sent}"
    );

    let mut shown = vec![ended.out, ended.err];
    for name in ["run.json", "junit.xml", "index.html"] {
        shown.push(fs::read_to_string(folder.path().join("out").join(name)).unwrap());
    }
    shown.push(decoded(&shown[2]));
    assert!(
        shown[5].contains("X-Plain: told"),
        "the octets of run.json are decoded"
    );
    assert!(
        shown[5].contains("Authorization: Bearer ****"),
        "what is hidden is marked"
    );
    for text in &shown {
        for part in ["s3cr3t", "t0ken", "of-Somebody", "czNjcjN0"] {
            assert!(!text.contains(part), "{part} is in {text}");
        }
    }
}

/// All base64 octets of a run.json, one after another.
fn decoded(json: &str) -> String {
    let mut all = Vec::new();
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    collect(&value, &mut all);
    String::from_utf8_lossy(&all).into_owned()
}

fn collect(value: &serde_json::Value, all: &mut Vec<u8>) {
    match value {
        serde_json::Value::String(text) => all.extend(base64(text).unwrap_or_default()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, all)),
        serde_json::Value::Object(values) => values.values().for_each(|value| collect(value, all)),
        _ => {}
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0_u32;
    let mut octets = Vec::new();
    for (index, octet) in text.trim_end_matches('=').bytes().enumerate() {
        let value = ALPHABET.iter().position(|known| *known == octet)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        if index % 4 != 0 {
            octets.push((bits >> (6 - 2 * (index % 4))) as u8);
        }
    }
    Some(octets)
}

#[test]
fn the_profile_of_the_folder_is_read_and_the_command_line_wins() {
    let (address, seen) = reflecting();
    let folder = tempfile::tempdir().unwrap();
    let profile = "address = 'http://127.0.0.1:1/unused'\npatience = '300ms'\n\
                   [paths]\nget = '/of-the-profile'\n";
    fs::write(folder.path().join("h1check.toml"), profile).unwrap();
    let other =
        format!("address = 'http://{address}/'\npaths.get = '/other'\npatience = '300ms'\n");
    fs::write(folder.path().join("other.toml"), other).unwrap();

    let ended = run_in(folder.path(), &["server", "--only", "server/basic/get"]);
    assert!(
        ended.err.contains("cannot connect to 127.0.0.1:1"),
        "{}",
        ended.err
    );
    assert_eq!(ended.code, Some(3));

    let words = [
        "server",
        "--only",
        "server/basic/get",
        "--profile",
        "other.toml",
    ];
    let ended = run_in(folder.path(), &words);
    assert!(
        ended
            .out
            .contains(&format!("server at http://{address}/other")),
        "{}",
        ended.out
    );

    let url = format!("http://{address}/of-the-url");
    let words = [
        "server",
        &url,
        "--profile",
        "h1check.toml",
        "--only",
        "server/basic/get",
    ];
    let ended = run_in(folder.path(), &words);
    assert!(
        ended.out.contains(&format!("server at {url}")),
        "{}",
        ended.out
    );
    let sent = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    assert!(
        sent.contains("GET /other ") && sent.contains("GET /of-the-url "),
        "{sent}"
    );
    assert!(!sent.contains("/of-the-profile"), "{sent}");
}

#[test]
fn a_host_is_resolved_as_it_is_told() {
    let (address, seen) = reflecting();
    let port = address.port();
    let url = format!("http://no-such-name.invalid:{port}/");
    let resolve = format!("no-such-name.invalid:{port}:127.0.0.1");
    let words = [
        "server",
        &url,
        "--resolve",
        &resolve,
        "--only",
        "server/basic/get",
    ];
    let ended = run_in(Path::new("."), &words);
    assert!(
        ended.out.contains(&format!("server at {url}")),
        "{}",
        ended.out
    );
    let sent = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    assert!(
        sent.contains(&format!("Host: no-such-name.invalid:{port}\r\n")),
        "{sent}"
    );
}

#[rstest]
#[case("address = 'http://h/'\nadress = 1\n[paths]\necho = 'x'\n", &["unknown key `adress`", "did you mean `address`?", "does not begin with `/`", "h1check.toml:4:8", "^"])]
#[case("[fields]\nX = { env = 'H1CHECK_NO_SUCH_VARIABLE' }\n", &["the variable `H1CHECK_NO_SUCH_VARIABLE` is not set"])]
#[case("[given]\nidle-timeout = '5s'\n", &["error: the profile has no address"])]
fn a_wrong_profile_ends_before_anything_is_sent(#[case] text: &str, #[case] messages: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("h1check.toml"), text).unwrap();
    let seen = run_in(folder.path(), &["server"]);
    for message in messages {
        assert!(seen.err.contains(message), "{}", seen.err);
    }
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}

#[test]
fn without_a_url_and_a_profile_there_is_nobody_to_judge() {
    let folder = tempfile::tempdir().unwrap();
    let seen = run_in(folder.path(), &["server"]);
    assert!(
        seen.err.contains("error: nobody to judge: give a URL"),
        "{}",
        seen.err
    );
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
    let seen = run_in(folder.path(), &["server", "--profile", "no/such.toml"]);
    assert!(
        seen.err.starts_with("error: cannot read no/such.toml: "),
        "{}",
        seen.err
    );
    assert_eq!(seen.code, Some(2));
}

#[test]
fn what_is_skipped_says_how_to_declare_it() {
    let (address, _) = reflecting();
    let url = format!("http://{address}/");
    let seen = h1check(&[
        "server",
        &url,
        "--only",
        "server/timeout/idle-ends-with-fin",
        "--patience",
        "300ms",
    ]);
    let wanted = "idle-timeout not declared: say [given] idle-timeout = \"5s\" in the profile, or";
    assert!(seen.out.contains(wanted), "{}", seen.out);
}
