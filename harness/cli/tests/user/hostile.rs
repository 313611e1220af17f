//! Servers that are none, or that never come to an end: each is named in one sentence, in bounded
//! time and with bounded reports.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{Ended, add, h1check, scenario};

/// A server on a free port that does this with each connection, and its URL.
fn server(each: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let each = each.clone();
            thread::spawn(move || each(stream));
        }
    });
    url
}

fn is_silent(mut stream: TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

fn closes_at_once(stream: TcpStream) {
    drop(stream);
}

fn closes_when_asked(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 4096]);
}

/// Says this to everybody, and waits.
fn greets(mut stream: TcpStream, octets: &[u8]) {
    let _ = stream.write_all(octets);
    is_silent(stream);
}

fn talks_ssh(stream: TcpStream) {
    greets(stream, b"SSH-2.0-OpenSSH_9.2\r\n");
}

/// As above, but it does not wait.
fn talks_ssh_and_leaves(mut stream: TcpStream) {
    let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
    let _ = stream.shutdown(Shutdown::Write);
    is_silent(stream);
}

fn talks_http2(stream: TcpStream) {
    greets(stream, b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64");
}

fn talks_smtp(stream: TcpStream) {
    greets(stream, b"220 mail.example ESMTP\r\n");
}

fn talks_nonsense(stream: TcpStream) {
    greets(stream, b"I speak \x07no HTTP\r\n");
}

fn repeats_what_it_hears(mut stream: TcpStream) {
    let mut octets = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut octets) {
        if stream.write_all(&octets[..count]).is_err() {
            return;
        }
    }
}

/// Reads something, and then sends one text, and another one for ever.
fn floods(mut stream: TcpStream, first: &str, again: &str) {
    let _ = stream.read(&mut [0; 4096]);
    let again = again.repeat(1000);
    let mut sent = stream.write_all(first.as_bytes());
    while sent.is_ok() {
        sent = stream.write_all(again.as_bytes());
    }
}

fn sends_an_endless_head(stream: TcpStream) {
    floods(stream, "HTTP/1.1 200 OK\r\n", "X-Field: value\r\n");
}

fn sends_an_endless_status_line(stream: TcpStream) {
    floods(stream, "HTTP/1.1 200 ", "OK ");
}

fn sends_endless_interim_responses(stream: TcpStream) {
    floods(stream, "", "HTTP/1.1 103 Early Hints\r\n\r\n");
}

/// One octet each second, as far as this test is concerned.
fn drips(mut stream: TcpStream) {
    for octet in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" {
        if stream.write_all(&[*octet]).is_err() {
            return;
        }
        thread::sleep(Duration::from_secs(1));
    }
}

/// Judges with little patience, by a good part of the suite.
fn judge(words: &[&str]) -> (Ended, Duration) {
    let start = Instant::now();
    let more = ["--only", "server/basic", "--only", "server/close"];
    let words = [&["server", "--patience", "300ms"], words, &more].concat();
    let seen = h1check(&words).without_panic();
    (seen, start.elapsed())
}

#[rstest]
#[case::silent(
    is_silent,
    "accepts connections and answers nothing: no response to GET / within 300ms; is it an HTTP server? (--patience waits longer)"
)]
#[case::closed(closes_at_once, "closes every connection without an answer to GET /;")]
#[case::closed_later(
    closes_when_asked,
    "closes every connection without an answer to GET /;"
)]
#[case::ssh(
    talks_ssh,
    "does not speak HTTP/1.x: this looks like SSH: it says `SSH-2.0-OpenSSH_9.2`"
)]
#[case::ssh_closed(
    talks_ssh_and_leaves,
    "this looks like SSH: it says `SSH-2.0-OpenSSH_9.2`"
)]
#[case::http2(
    talks_http2,
    "does not speak HTTP/1.x: it begins with a frame of HTTP/2"
)]
#[case::smtp(
    talks_smtp,
    "this looks like SMTP or FTP: it says `220 mail.example ESMTP`"
)]
#[case::nonsense(talks_nonsense, "its answer begins with `I speak \\u{7}no HTTP`")]
#[case::echo(repeats_what_it_hears, "it sends back what it is sent")]
#[case::head(
    sends_an_endless_head,
    "answers GET / with a head that has no end: none within "
)]
#[case::status_line(
    sends_an_endless_status_line,
    "with a head that has no end: none within "
)]
#[case::interim(
    sends_endless_interim_responses,
    " interim responses came for GET / within 300ms, and no whole head"
)]
#[case::drip(
    drips,
    "does not finish its answer: 1 octets came for GET / within 300ms"
)]
fn what_is_no_server_is_named_before_anything_is_played(
    #[case] each: fn(TcpStream),
    #[case] message: &str,
) {
    let url = server(each);
    let (seen, took) = judge(&[&url]);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let start = format!("error: {address} ");
    assert!(seen.err.starts_with(&start), "{}", seen.err);
    assert!(seen.err.contains(message), "{}", seen.err);
    assert_eq!(seen.err.lines().count(), 1, "{}", seen.err);
    assert_eq!((&*seen.out, seen.code), ("", Some(3)), "{}", seen.err);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_server_that_was_started_and_never_answers_is_named_and_ended() {
    let script = "import socket, sys, time\n\
                  listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
                  kept = []\n\
                  while True: kept.append(listener.accept())\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("silent.py");
    fs::write(&path, script).unwrap();
    let spawn = format!("python3 {} {{port}}", path.display());
    let (seen, took) = judge(&["--spawn", &spawn]);
    assert!(
        seen.err.contains("accepts connections and answers nothing"),
        "{}",
        seen.err
    );
    assert_eq!((&*seen.out, seen.code), ("", Some(3)));
    assert!(took < Duration::from_secs(20), "{took:?}");
    let found = std::process::Command::new("pgrep")
        .args(["-f", path.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}

#[test]
fn a_resource_that_is_not_there_is_judged_with_a_hint() {
    let url = server(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.shutdown(Shutdown::Write);
        is_silent(stream);
    });
    let (seen, _) = judge(&[&url]);
    let hint = "hint: GET / is answered with 404: name a resource that answers 200 in the URL";
    assert!(seen.err.starts_with(hint), "{}", seen.err);
    assert!(seen.out.contains("server/basic/get"), "{}", seen.out);
    assert_eq!(seen.code, Some(1));
}

/// Odd, and HTTP: 1.0, the content ends with the connection, late but in time.
#[test]
fn a_server_that_is_odd_but_speaks_http_is_judged() {
    let url = server(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        thread::sleep(Duration::from_millis(100));
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nhello");
        let _ = stream.shutdown(Shutdown::Write);
        is_silent(stream);
    });
    let (seen, _) = judge(&[&url, "--slack", "10"]);
    let all: String = seen
        .out
        .lines()
        .filter(|line| line.contains(" pass  "))
        .collect();
    assert!(
        !all.starts_with("0 pass") && all.contains("0 error"),
        "{}",
        seen.out
    );
    assert!(!seen.err.contains("error: "), "{}", seen.err);
}

const ENDLESS: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n";

#[test]
fn endless_content_of_the_resource_ends_the_run_at_once() {
    let url = server(|stream| floods(stream, ENDLESS, &"x".repeat(1 << 16)));
    let seen = h1check(&["server", &url, "--patience", "60s"]).without_panic();
    assert!(
        seen.err.contains("with content that has no end"),
        "{}",
        seen.err
    );
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(3)));
}

#[test]
fn endless_content_later_on_is_judged_in_time_and_reported_in_part() {
    let count = Arc::new(AtomicUsize::new(0));
    let url = server(move |mut stream| {
        if count.fetch_add(1, Ordering::Relaxed) > 0 {
            return floods(stream, ENDLESS, "x");
        }
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        is_silent(stream);
    });
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    let (seen, took) = judge(&[&url, "--json", json.to_str().unwrap()]);
    assert!(matches!(seen.code, Some(1 | 3)), "{}", seen.err);
    assert!(seen.out.len() < 1 << 20, "{}", seen.out.len());
    assert!(took < Duration::from_secs(40), "{took:?}");
    let size = fs::metadata(&json).unwrap().len();
    assert!(size < 64 << 20, "{size}");
}

#[test]
fn a_server_that_stops_to_answer_ends_the_run_early() {
    let count = Arc::new(AtomicUsize::new(0));
    let url = server(move |mut stream| {
        if count.fetch_add(1, Ordering::Relaxed) >= 20 {
            return is_silent(stream);
        }
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n\
              Connection: close\r\nContent-Length: 2\r\n\r\nok",
        );
        let _ = stream.shutdown(Shutdown::Write);
        is_silent(stream);
    });
    let folder = scenario("server/get-00", PLAIN);
    for number in 1..60 {
        add(folder.path(), &format!("server/get-{number:02}"), PLAIN);
    }
    let json = folder.path().join("run.json");
    let scenarios = folder.path().to_str().unwrap();
    let words = [
        "server",
        &url,
        "--patience",
        "300ms",
        "--scenarios",
        scenarios,
    ];
    let start = Instant::now();
    let words = [&words[..], &["--json", json.to_str().unwrap()]].concat();
    let seen = h1check(&words).without_panic();
    let end = "ended early: the subject no longer answers since server/get-";
    assert!(seen.out.contains(end), "{}", seen.out);
    assert!(
        seen.out
            .contains("not played: the subject no longer answers")
    );
    assert!(seen.out.contains(" 0 fail "), "{}", seen.out);
    assert_eq!(seen.code, Some(3), "{}", seen.out);
    assert!(start.elapsed() < Duration::from_secs(20));
    let text = fs::read_to_string(json).unwrap();
    assert!(text.contains("\"interrupted\":\"the subject no longer answers"));
}

const PLAIN: &str = "
title     = 'A GET is answered'
subject   = 'server'
hardening = 'x'

[[step]]
send          = 'GET / HTTP/1.1\\r\\nHost: \\{authority}\\r\\n\\r\\n'
expect.status = 200

[[counterexample]]
fault = 'refuses'
at    = 1
step  = [{ expect.request = 'GET', reply = 'HTTP/1.1 500 X\\r\\nContent-Length: 0\\r\\n\\r\\n' }]
";
