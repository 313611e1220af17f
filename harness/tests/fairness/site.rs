//! What a server of these tests serves: the site of the reference server, asked in memory. Only
//! the content and the fields of its responses count; how a message is framed and what becomes of
//! the connection is the business of the server in front.

use std::sync::LazyLock;

use h1check::peer::server::{Config, Stop, serve_connection};
use h1check::wire::framing::Framing;
use h1check::wire::{Decoder, Event, Limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::head::{Head, is_token};

/// A response before it is framed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) fields: Vec<(String, Vec<u8>)>,
    pub(crate) content: Vec<u8>,
    /// The length that HEAD is told of.
    pub(crate) length: Option<usize>,
    pub(crate) chunked: bool,
    pub(crate) trailers: Vec<(String, Vec<u8>)>,
    /// Whether nothing is read behind it.
    pub(crate) closes: bool,
}

impl Response {
    /// A response that only says what it is about.
    pub(crate) fn plain(status: u16, reason: &str) -> Self {
        let date = httpdate::fmt_http_date(std::time::SystemTime::now());
        Self {
            status,
            reason: reason.into(),
            fields: vec![
                ("Date".into(), date.into_bytes()),
                ("Content-Type".into(), b"text/plain".to_vec()),
            ],
            content: format!("{reason}\n").into_bytes(),
            ..Self::default()
        }
    }

    /// A refusal, behind which nothing is read.
    pub(crate) fn refusal(status: u16) -> Self {
        let reason = match status {
            408 => "Request Timeout",
            411 => "Length Required",
            413 => "Content Too Large",
            414 => "URI Too Long",
            417 => "Expectation Failed",
            431 => "Request Header Fields Too Large",
            501 => "Not Implemented",
            505 => "HTTP Version Not Supported",
            _ => "Bad Request",
        };
        Self {
            closes: true,
            ..Self::plain(status, reason)
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.fields
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.into(), value.as_bytes().to_vec()));
    }
}

/// Asks the site.
pub(crate) async fn ask(head: &Head, content: &[u8]) -> Response {
    static CONFIG: LazyLock<Config> = LazyLock::new(Config::default);
    let (client, server) = tokio::io::duplex(64 << 10);
    let served = async { serve_connection(server, &CONFIG, &Stop::new()).await };
    let request = request(head, content);
    let (mut input, mut output) = tokio::io::split(client);
    let written = async {
        // A refusal may come before all is written.
        let _ = output.write_all(&request).await;
        let _ = output.shutdown().await;
    };
    let mut octets = Vec::new();
    let read = async { input.read_to_end(&mut octets).await };
    let ((), (), read) = tokio::join!(served, written, read);
    read.expect("it is in memory");
    response(head, &octets)
}

/// The request as the site is asked: framed by a length, without what is about the connection.
fn request(head: &Head, content: &[u8]) -> Vec<u8> {
    let mut octets = [&head.method, &b" "[..], &head.target, b" HTTP/1.1\r\n"].concat();
    let mut line = |name: &[u8], value: &[u8]| {
        octets.extend_from_slice(&[name, b": ", value, b"\r\n"].concat());
    };
    let mut has_host = false;
    for (name, value) in &head.fields {
        let name_is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        let hop = [
            "Connection",
            "Content-Length",
            "Transfer-Encoding",
            "TE",
            "Upgrade",
        ];
        let expects =
            name_is("Expect") && (head.minor == 0 || value.eq_ignore_ascii_case(b"100-continue"));
        if hop.iter().any(|hop| name_is(hop)) || expects || (name_is("Host") && has_host) {
            continue;
        }
        // What a fault lets pass is not for the site to refuse.
        let wrong = |octet: &u8| octet.is_ascii_control() && *octet != b'\t';
        if !is_token(name) || value.iter().any(wrong) {
            continue;
        }
        has_host |= name_is("Host");
        line(name, value);
    }
    if !has_host {
        line(b"Host", b"localhost");
    }
    if head.minor > 0 && head.lists("TE", "trailers") && head.lists("Connection", "TE") {
        line(b"TE", b"trailers");
        line(b"Connection", b"TE");
    }
    if !content.is_empty() {
        line(b"Content-Length", content.len().to_string().as_bytes());
    }
    [&octets[..], b"\r\n", content].concat()
}

fn response(request: &Head, octets: &[u8]) -> Response {
    let mut decoder = Decoder::responses(Limits::default());
    decoder.expect_answer(request.method.clone().into());
    decoder.push(octets);
    decoder.end();
    let mut response = Response::default();
    while let Some(event) = decoder.poll() {
        match event {
            Event::Head { head, framing, .. } => {
                let status = head.status().expect("the reference server answers");
                if status.code < 200 {
                    continue;
                }
                response.status = status.code;
                response.reason = String::from_utf8_lossy(&status.reason).into_owned();
                response.closes = head.closes();
                response.chunked =
                    framing == Framing::Chunked || head.fields.first("Transfer-Encoding").is_some();
                response.length = (head.fields.first("Content-Length"))
                    .and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
                let upgrades = head.fields.lists("Connection", "upgrade");
                response.fields = plain(head.fields);
                if upgrades {
                    response.add("Connection", "upgrade");
                }
            }
            Event::Content(octets) => response.content.extend_from_slice(&octets),
            Event::End(trailers, _) => {
                response.trailers = plain(trailers);
                if response.status != 0 {
                    break;
                }
            }
            other => panic!("the reference server sent {other:?}"),
        }
    }
    assert_ne!(response.status, 0, "the reference server answers");
    response
}

/// Field lines without those that frame.
fn plain(fields: h1check::wire::Fields) -> Vec<(String, Vec<u8>)> {
    let framing = ["Connection", "Content-Length", "Transfer-Encoding"];
    (fields.0.into_iter())
        .map(|field| {
            (
                String::from_utf8_lossy(&field.name).into_owned(),
                field.value.to_vec(),
            )
        })
        .filter(|(name, _)| {
            !framing
                .iter()
                .any(|framing| name.eq_ignore_ascii_case(framing))
        })
        .collect()
}
