//! Servers over TLS, Unix sockets and IPv6, as they are reached from the command line: what works,
//! and what is in the way, each with its message, its exit code and in time.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rstest::rstest;
use tempfile::TempDir;

use crate::support::{Ended, command, h1check};

/// A running `h1check serve`, ended with the test.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    address: String,
    /// What it said before.
    said: Vec<String>,
}

impl Server {
    pub(crate) fn start(words: &[&str]) -> Self {
        let words = [&["serve", "--quiet"], words].concat();
        let mut child = command(&words).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        loop {
            let line = lines.next().expect("it runs").unwrap();
            match line.strip_prefix("Server is running at ") {
                Some(address) => {
                    let address = address.to_owned();
                    return Self {
                        child,
                        address,
                        said,
                    };
                }
                None => said.push(line),
            }
        }
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}/", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate and its key in files.
struct Files {
    _folder: TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (certificate, path) = (
            folder.path().join("cert.pem"),
            folder.path().join("key.pem"),
        );
        fs::write(&certificate, made.pem()).unwrap();
        fs::write(&path, key.serialize_pem()).unwrap();
        Self {
            _folder: folder,
            certificate,
            key: path,
        }
    }

    fn serve(&self) -> Server {
        let (certificate, key) = (text(&self.certificate), text(&self.key));
        Server::start(&["localhost:0", "--cert", certificate, "--key", key])
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Judges by one scenario.
fn judge(url: &str, more: &[&str]) -> Ended {
    let words = ["server", url, "--only", "server/basic/get"];
    h1check(&[&words, more].concat()).without_panic()
}

#[track_caller]
fn assert_refused(seen: &Ended, code: i32, message: &str) {
    assert!(seen.err.contains(message), "{}{}", seen.err, seen.out);
    assert!(seen.err.starts_with("error: "), "{}", seen.err);
    assert_eq!((&*seen.out, seen.code), ("", Some(code)), "{}", seen.err);
}

#[test]
fn a_self_made_certificate_is_trusted_by_the_file_that_it_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cert.pem");
    let server = Server::start(&["localhost:0", "--tls", "--cert-out", text(&file)]);
    let fingerprint = server.said[0].strip_prefix("Certificate with SHA-256 ");
    assert_eq!(fingerprint.map(|it| it.split(':').count()), Some(32));
    let seen = judge(&server.url("https"), &["--cacert", text(&file)]);
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    let said = format!("server at {}", server.url("https"));
    assert!(seen.out.contains(&said), "{}", seen.out);
    for more in [&["--cacert", text(&file)][..], &["--insecure"]] {
        let url = server.url("https");
        let sent = h1check(&[&["send", &url, "one"], more].concat()).without_panic();
        assert_eq!(sent.code, Some(0), "{}", sent.err);
        assert!(
            sent.out.starts_with("Access: 1\nHTTP/1.1 200 OK\n"),
            "{}",
            sent.out
        );
    }
    let url = server.url("https");
    let raw = ["send", &url, "-k", "--raw", "GET / HTTP/1.0\\r\\n\\r\\n"];
    assert!(h1check(&raw).out.ends_with("\r\n\r\nHello World\n"));
}

#[test]
fn a_certificate_that_is_its_own_authority_is_trusted_where_it_is_named() {
    let files = Files::new(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    let server = files.serve();
    let more = ["--cacert", text(&files.certificate)];
    let seen = judge(&server.url("https"), &more);
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    let other = server.url("https").replace("localhost", "127.0.0.1");
    let seen = judge(&other, &more);
    assert_refused(&seen, 3, "certificate is not for 127.0.0.1, but for");
}

#[rstest]
#[case::untrusted(|_: &mut CertificateParams| {}, false, "nobody who is trusted has signed")]
#[case::expired(
    |params: &mut CertificateParams| params.not_after = date_time_ymd(2001, 2, 3),
    true,
    "certificate has expired"
)]
#[case::from_the_future(
    |params: &mut CertificateParams| params.not_before = date_time_ymd(3000, 1, 1),
    true,
    "certificate is not valid yet"
)]
#[case::wrong_name(
    |params: &mut CertificateParams| {
        params.subject_alt_names = CertificateParams::new(["other.example".to_owned()])
            .unwrap()
            .subject_alt_names;
    },
    true,
    "certificate is not for localhost, but for other.example;"
)]
fn a_certificate_that_proves_nothing_is_refused(
    #[case] change: fn(&mut CertificateParams),
    #[case] named: bool,
    #[case] message: &str,
) {
    let files = Files::new(change);
    let server = files.serve();
    let url = server.url("https");
    let more = ["--cacert", text(&files.certificate)];
    let seen = judge(&url, if named { &more } else { &[] });
    assert_refused(&seen, 3, message);
    assert!(seen.err.contains("cannot speak TLS with 127.0.0.1:") || seen.err.contains("[::1]:"));
    assert!(seen.err.contains("--insecure"), "{}", seen.err);
    assert_eq!(judge(&url, &["--insecure"]).code, Some(0));
}

#[test]
fn another_name_can_be_asked_for_and_another_address_connected_to() {
    let files = Files::new(|_| {});
    let server = files.serve();
    let port = server.address.rsplit_once(':').unwrap().1;
    let (url, to) = (
        format!("https://example.com:{port}/"),
        format!("example.com:{port}:127.0.0.1"),
    );
    let more = ["--cacert", text(&files.certificate), "--resolve", &to];
    let seen = judge(&url, &more);
    assert_refused(&seen, 3, "certificate is not for example.com, but for");
    assert!(seen.err.contains("--sni NAME"), "{}", seen.err);
    let seen = judge(&url, &[&more[..], &["--sni", "localhost"]].concat());
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
}

#[test]
fn tls_with_a_plain_server_is_told_to_try_http() {
    let server = Server::start(&["127.0.0.1:0"]);
    assert_refused(&judge(&server.url("https"), &[]), 3, "not TLS; try http://");
}

/// A server that does this with each connection, and its address.
fn listen(each: fn(TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || each(stream));
        }
    });
    address
}

/// What a TLS server says to those who do not speak TLS.
fn alerts(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 64]);
    let _ = stream.write_all(b"\x15\x03\x01\0\x02\x02\x46");
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.read_to_end(&mut Vec::new());
}

fn explains(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 4096]);
    let _ = stream.write_all(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 48\r\n\r\n\
          Client sent an HTTP request to an HTTPS server.\n",
    );
}

#[rstest]
#[case::alert(alerts)]
#[case::explanation(explains)]
fn plain_http_with_a_tls_server_is_told_to_try_https(#[case] each: fn(TcpStream)) {
    let seen = judge(&format!("http://{}/", listen(each)), &[]);
    assert_refused(&seen, 3, "this looks like TLS; try https://");
}

#[test]
fn plain_http_with_our_own_tls_server_is_told_to_try_https() {
    let server = Server::start(&["localhost:0", "--tls"]);
    let seen = judge(&server.url("http"), &[]);
    assert_refused(&seen, 3, "this looks like TLS; try https://");
}

#[rstest]
#[case::never_finished(
    |mut stream: TcpStream| drop(stream.read_to_end(&mut Vec::new())),
    "the handshake was not finished within 400ms"
)]
#[case::closed(
    |mut stream: TcpStream| drop(stream.read(&mut [0; 4096])),
    "the connection was closed in the middle of the handshake"
)]
fn a_handshake_without_an_end_is_bounded_by_patience(
    #[case] each: fn(TcpStream),
    #[case] message: &str,
) {
    let url = format!("https://{}/", listen(each));
    let start = Instant::now();
    let seen = judge(&url, &["--patience", "400ms"]);
    assert_refused(&seen, 3, message);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[rstest]
#[case::no_file("nothing.sock", "there is no such file")]
#[case::no_socket("file", "this is no socket")]
#[case::nobody_there("left.sock", "nobody listens on this socket")]
fn a_path_that_is_no_server_is_said_to_be_none(#[case] name: &str, #[case] message: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    drop(std::os::unix::net::UnixListener::bind(folder.path().join("left.sock")).unwrap());
    let url = format!("unix:{}", folder.path().join(name).display());
    let seen = judge(&url, &[]);
    assert_refused(&seen, 3, &format!("cannot connect to {url}: {message}"));
}

#[test]
fn a_unix_socket_is_served_and_removed_and_judged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.sock");
    // One that a server has left behind is replaced.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let address = format!("unix:{}", path.display());
    let mut server = Server::start(&[&address]);
    assert_eq!(server.address, address);
    let by_path = format!("{address}:/other");
    for (url, more) in [
        (&*address, &[][..]),
        (&*by_path, &[]),
        ("http://example.com/", &["--unix-socket", text(&path)]),
    ] {
        let seen = judge(url, more);
        assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
    }
    let sent = h1check(&["send", &format!("{address}:/echo"), "one"]);
    assert!(sent.out.ends_with("\none\n"), "{}", sent.out);
    let second = h1check(&["serve", &address]);
    assert_eq!(second.code, Some(3));
    assert!(
        second.err.contains("another program listens there"),
        "{}",
        second.err
    );
    let id = server.child.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    assert!(server.child.wait().unwrap().success());
    assert!(!path.exists());
}

#[test]
fn an_ipv6_address_is_served_and_judged() {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("skipped: this host has no IPv6");
        return;
    }
    let server = Server::start(&["[::1]:0"]);
    let seen = judge(&server.url("http"), &[]);
    assert_eq!(seen.code, Some(0), "{}{}", seen.out, seen.err);
}

#[rstest]
#[case(&["server", "https://127.0.0.1/", "--cacert", "no-such.pem"], "cannot read no-such.pem: No such file")]
#[case(&["server", "https://127.0.0.1/", "--cacert", "Cargo.toml"], "there is no certificate in Cargo.toml")]
#[case(&["server", "https://127.0.0.1/", "--sni", "no name"], "`no name` is no name of a host")]
#[case(&["server", "http://127.0.0.1/", "--insecure"], "--insecure is for a server that speaks TLS")]
#[case(&["server", "unix:"], "the path of a socket is missing")]
#[case(&["server", "unix:/a:/b c"], "must be percent-encoded")]
#[case(&["send", "http://127.0.0.1/", "--cacert", "x"], "--cacert is for a server that speaks TLS")]
#[case(&["serve", "--cert", "Cargo.toml", "--key", "Cargo.toml"], "there is no certificate in Cargo.toml")]
#[case(&["serve", "--cert", "no-such.pem", "--key", "x"], "cannot read no-such.pem")]
#[case(&["serve", "--cert", "x"], "--key <FILE>")]
#[case(&["serve", "--cert-out", "x"], "--tls")]
#[case(&["serve", "here"], "this is neither HOST:PORT, nor a port, nor unix:PATH")]
fn what_cannot_be_meant_is_refused(#[case] words: &[&str], #[case] message: &str) {
    assert_refused(&h1check(words).without_panic(), 2, message);
}

#[test]
fn a_scenario_is_run_again_with_the_same_flags() {
    let files = Files::new(|_| {});
    let server = files.serve();
    let url = format!("{}no-such-resource", server.url("https"));
    let seen = judge(&url, &["--cacert", text(&files.certificate), "-k"]);
    assert_eq!(seen.code, Some(1));
    let again = format!(
        "h1check server {url} --cacert {} --insecure --only server/basic/get",
        files.certificate.display()
    );
    // A long line is broken.
    let out: Vec<&str> = seen.out.split_whitespace().collect();
    assert!(out.join(" ").contains(&again), "{}", seen.out);
    assert!(
        seen.out.contains("we connected over TLS 1.3, "),
        "{}",
        seen.out
    );
}
