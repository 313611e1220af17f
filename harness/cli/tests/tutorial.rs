//! The session of the tutorial, through the built binary: three messages on one connection,
//! `Timeout` after the deadline, `Retry` when the server went away in between.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running h1check, ended when the test ends.
struct Program {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Receiver<String>,
}

impl Program {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_h1check"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: child.stdin.take(),
            lines: lines(child.stdout.take().unwrap()),
            errors: lines(child.stderr.take().unwrap()),
            child,
        }
    }

    /// A server on a free port, and its address.
    fn serve(args: &[&str]) -> (Self, String) {
        let server = Self::start(&[&["serve", "127.0.0.1:0"], args].concat());
        let first = server.line();
        let address = first.strip_prefix("Server is running at ").unwrap();
        let address = address.to_owned();
        (server, address)
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// Skips lines until this one.
    fn wait_for(&self, wanted: &str) {
        while self.line() != wanted {}
    }

    fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The lines that are left, the errors, and how it ended.
    fn finish(mut self) -> (Vec<String>, Vec<String>, Option<i32>) {
        self.input = None;
        let status = wait(&mut self.child);
        let left = self.lines.iter().collect();
        (left, self.errors.iter().collect(), status.code())
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status,
            None if start.elapsed() > PATIENCE => panic!("still running"),
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// The contents, `Access` and `Retry` lines of a session, without the heads.
fn story(lines: &[String]) -> Vec<&str> {
    let told = |line: &&String| {
        ["Hello World", "Access:", "Retry"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    lines.iter().filter(told).map(String::as_str).collect()
}

#[test]
fn three_messages_go_over_one_connection() {
    let (server, address) = Program::serve(&[]);
    let (lines, errors, code) = Program::start(&["send", &address]).finish();
    assert_eq!(errors, [""; 0]);
    assert_eq!(code, Some(0));
    assert_eq!(
        story(&lines),
        ["Access: 1", "Hello World", "Hello World", "Hello World"]
    );
    assert!(server.line().starts_with("Accept 127.0.0.1:"));
    for message in ["ASCII", "PROGRAMMING", "PLUS"] {
        let expected = [
            "POST / HTTP/1.1",
            &format!("Host: {address}"),
            "Content-Type: text/plain",
            &format!("Content-Length: {}", message.len()),
            "",
            message,
        ];
        for line in expected {
            assert_eq!(server.line(), line);
        }
    }
}

#[test]
fn the_server_says_timeout_and_the_client_goes_on_with_retry() {
    let (server, address) = Program::serve(&["--timeout", "300ms"]);
    let mut client = Program::start(&["send", &address, "-"]);
    client.say("ASCII");
    client.wait_for("Hello World");
    server.wait_for("Timeout");
    client.say("PROGRAMMING");
    client.wait_for("Retry");
    client.wait_for("Access: 2");
    client.wait_for("Hello World");
    server.wait_for("PROGRAMMING");
    let (_, errors, code) = client.finish();
    assert_eq!((errors, code), (vec![], Some(0)));
}

#[test]
fn the_client_goes_on_when_the_server_went_away_in_between() {
    let (server, address) = Program::serve(&[]);
    let mut client = Program::start(&["send", &address, "-"]);
    client.say("ASCII");
    client.wait_for("Hello World");
    drop(server);
    let server = Program::start(&["serve", &address]);
    server.wait_for(&format!("Server is running at {address}"));
    client.say("PROGRAMMING");
    client.wait_for("Retry");
    client.wait_for("Access: 2");
    client.wait_for("Hello World");
    server.wait_for("PROGRAMMING");
}

#[test]
fn http_10_makes_a_connection_for_each_message() {
    let (server, address) = Program::serve(&["--http", "1.0"]);
    let (lines, _, code) =
        Program::start(&["send", &address, "--http", "1.0", "one", "two"]).finish();
    assert_eq!(code, Some(0));
    assert_eq!(
        story(&lines),
        ["Access: 1", "Hello World", "Access: 2", "Hello World"]
    );
    assert!(lines.contains(&"HTTP/1.0 200 OK".to_owned()), "{lines:?}");
    server.wait_for("POST / HTTP/1.0");
}

/// A server that reads the head of a request, answers so many and closes under the next.
fn dying_server(answers: usize) -> (String, thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = thread::spawn(move || {
        let mut requests = 0;
        for _ in 0..2 {
            let (stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            for answer in 0..=answers {
                if !read_request(&stream) {
                    return requests;
                }
                requests += 1;
                if answer < answers {
                    let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello World\n";
                    (&stream).write_all(ok).unwrap();
                }
            }
        }
        requests
    });
    (address, served)
}

/// Reads a request whose content is one octet.
fn read_request(stream: &TcpStream) -> bool {
    let mut octets = Vec::new();
    for octet in BufReader::new(stream).bytes() {
        let Ok(octet) = octet else { return false };
        octets.push(octet);
        if octets.len() > 5 && octets[..octets.len() - 1].ends_with(b"\r\n\r\n") {
            return true;
        }
    }
    false
}

#[test]
fn a_post_that_was_sent_and_not_answered_is_not_sent_again() {
    let (address, served) = dying_server(1);
    let (lines, errors, code) = Program::start(&["send", &address, "1", "2", "3"]).finish();
    assert_eq!(code, Some(1));
    assert_eq!(story(&lines), ["Access: 1", "Hello World"]);
    assert!(
        errors[0].starts_with("error: the connection was closed"),
        "{errors:?}"
    );
    assert!(errors[1].contains("--idempotent"), "{errors:?}");
    // The second connection of the server, which the client has not made.
    drop(TcpStream::connect(&address).unwrap());
    assert_eq!(served.join().unwrap(), 2);
}

#[test]
fn a_message_that_is_declared_idempotent_is_sent_once_more() {
    let (address, served) = dying_server(1);
    let (lines, _, code) = Program::start(&["send", &address, "1", "2", "--idempotent"]).finish();
    assert_eq!(code, Some(0));
    assert_eq!(
        story(&lines),
        [
            "Access: 1",
            "Hello World",
            "Retry",
            "Access: 2",
            "Hello World"
        ]
    );
    assert_eq!(served.join().unwrap(), 3);
}

#[test]
fn raw_octets_are_sent_as_they_are() {
    let (_server, address) = Program::serve(&[]);
    let raw = ["send", &address, "--raw", "GET / HTTP/1.0\\r\\n\\r\\n"];
    let (lines, _, code) = Program::start(&raw).finish();
    assert_eq!(code, Some(0));
    assert_eq!(lines.first().unwrap(), "HTTP/1.1 200 OK");
    assert_eq!(lines.last().unwrap(), "Hello World");
    let mut piped = Program::start(&["send", &address, "--raw"]);
    piped.say("nonsense\r\n\r");
    let (lines, _, code) = piped.finish();
    assert_eq!(
        (lines[0].as_str(), code),
        ("HTTP/1.1 400 Bad Request", Some(0))
    );
}

#[rstest]
#[case::no_address(&["serve", "localhost:http"], 2)]
#[case::no_time(&["serve", "--timeout", "soon"], 2)]
#[case::no_version(&["serve", "--http", "2"], 2)]
#[case::no_room(&["serve", "--max-connections", "0"], 2)]
#[case::other_scheme(&["send", "ftp://localhost/"], 2)]
#[case::no_escape(&["send", "localhost", "--raw", "\\q"], 2)]
#[case::no_name(&["send", "nowhere.invalid"], 3)]
#[case::no_name_to_serve_on(&["serve", "nowhere.invalid:1"], 3)]
#[case::no_method(&["send", "127.0.0.1:1", "--method", "G T", "x"], 2)]
fn says_what_is_wrong(#[case] args: &[&str], #[case] expected: i32) {
    let (_, errors, code) = Program::start(args).finish();
    assert_eq!(code, Some(expected), "{errors:?}");
    assert!(errors[0].starts_with("error: "), "{errors:?}");
}

#[test]
fn says_that_the_port_is_in_use() {
    let (_server, address) = Program::serve(&[]);
    let (_, errors, code) = Program::start(&["serve", &address]).finish();
    assert_eq!(code, Some(3));
    let expected = format!("error: cannot listen on {address}: Address already in use");
    assert!(errors[0].starts_with(&expected), "{errors:?}");
    assert!(errors[1].contains("localhost:0"), "{errors:?}");
}

#[test]
fn says_that_nobody_is_there() {
    let (server, address) = Program::serve(&[]);
    drop(server);
    let (_, errors, code) = Program::start(&["send", &address]).finish();
    assert_eq!(code, Some(3));
    assert!(
        errors[0].starts_with("error: cannot connect: "),
        "{errors:?}"
    );
    assert_eq!(errors[1], format!("  is a server running at {address}?"));
}

#[cfg(unix)]
#[rstest]
#[case::interrupt("-INT")]
#[case::terminate("-TERM")]
fn ends_on_a_signal_once_the_response_in_flight_is_finished(#[case] signal: &str) {
    let (server, address) = Program::serve(&["--quiet"]);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = "PUT /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    server.signal(signal);
    // It has stopped listening before it waits for this one.
    let start = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(start.elapsed() < PATIENCE);
        thread::yield_now();
    }
    stream.write_all(b"ok").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.ends_with("ok"), "{response}");
    drop(stream);
    assert_eq!(server.finish().2, Some(0));
}

#[test]
fn a_closed_stdout_is_no_panic() {
    let (mut server, address) = Program::serve(&[]);
    // The thread that reads the server's stdout ends, and the pipe with it, at the next line.
    let (_, closed) = channel();
    drop(std::mem::replace(&mut server.lines, closed));
    for _ in 0..3 {
        let (lines, _, code) = Program::start(&["send", &address]).finish();
        assert_eq!(code, Some(0), "{lines:?}");
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_h1check"))
        .args(["send", &address])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let errors = lines(child.stderr.take().unwrap());
    assert!(wait(&mut child).success());
    assert_eq!(errors.iter().collect::<Vec<_>>(), [""; 0]);
}

/// Runs a server that may have only so many open files.
#[cfg(unix)]
#[test]
fn the_server_survives_having_no_files_left() {
    let program = env!("CARGO_BIN_EXE_h1check");
    let command = format!("ulimit -n 24; exec {program} serve 127.0.0.1:0");
    let mut child = Command::new("sh")
        .args(["-c", &command])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let server = Program {
        input: None,
        lines: lines(child.stdout.take().unwrap()),
        errors: lines(child.stderr.take().unwrap()),
        child,
    };
    let first = server.line();
    let address = first.strip_prefix("Server is running at ").unwrap();
    let held: Vec<TcpStream> = (0..40)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let warning = server.errors.recv_timeout(PATIENCE).unwrap();
    assert!(warning.starts_with("warning: cannot accept: "), "{warning}");
    drop(held);
    let (lines, _, code) = Program::start(&["send", address]).finish();
    assert_eq!(code, Some(0), "{lines:?}");
}
