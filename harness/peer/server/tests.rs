//! The reference server over TCP, and on in-memory pipes where time matters.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::{Config, Deadlines, Notice, Observer, Reference, Stop, serve_connection};
use crate::wire::Version;

const PATIENCE: Duration = Duration::from_secs(10);
const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Writes all of it, half-closes and reads until the server closes.
async fn talk(config: Config, octets: &[u8]) -> String {
    let (mut client, io) = duplex(1 << 20);
    let server = tokio::spawn(async move { serve_connection(io, &config, &Stop::new()).await });
    client.write_all(octets).await.unwrap();
    client.shutdown().await.unwrap();
    let text = read_all(&mut client).await;
    drop(client);
    timeout(PATIENCE, server).await.unwrap().unwrap();
    text
}

async fn read_all(io: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut octets = Vec::new();
    let read = io.read_to_end(&mut octets);
    timeout(PATIENCE, read).await.unwrap().unwrap();
    String::from_utf8_lossy(&octets).into_owned()
}

async fn read_until(io: &mut (impl AsyncReadExt + Unpin), end: &str) -> String {
    let mut octets = Vec::new();
    while !octets.ends_with(end.as_bytes()) {
        let octet = timeout(PATIENCE, io.read_u8()).await.unwrap();
        octets.push(octet.unwrap_or_else(|error| {
            panic!("{error} behind {:?}", String::from_utf8_lossy(&octets))
        }));
    }
    String::from_utf8(octets).unwrap()
}

fn status_lines(text: &str) -> Vec<u16> {
    text.split("HTTP/1.")
        .skip(1)
        .filter_map(|rest| rest.get(2..5)?.parse().ok())
        .collect()
}

/// The head and the content of the only response.
fn parts(text: &str) -> (&str, &str) {
    text.split_once("\r\n\r\n").unwrap()
}

#[rstest]
#[case::no_host("GET / HTTP/1.1\r\n\r\n", 400)]
#[case::two_hosts("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400)]
#[case::bad_host("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400)]
#[case::bare_lf("GET / HTTP/1.1\nHost: h\n\n", 400)]
#[case::space_before_colon("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400)]
#[case::fold("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400)]
#[case::no_colon("GET / HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n", 400)]
#[case::nul("GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n", 400)]
#[case::two_spaces("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
#[case::fragment("GET /#a HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
#[case::https_in_the_clear("GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 421)]
#[case::two_empty_lines("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
#[case::misspelt_version("GET / http/1.1\r\nHost: h\r\n\r\n", 400)]
#[case::nonsense("nonsense\r\n\r\n", 400)]
#[case::tls("\x16\x03\x01\x02\0\x01\0\x01\x03\x03", 400)]
#[case::cut_head("GET / HT", 400)]
#[case::cut_content("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab", 400)]
#[case::both_lengths(
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400
)]
#[case::coding_in_10("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
#[case::chunked_not_last(
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    400
)]
#[case::unknown_coding(
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: foo, chunked\r\n\r\n0\r\n\r\n",
    501
)]
#[case::bad_length("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello", 400)]
#[case::huge_length(
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
    413
)]
#[case::too_long_content("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n", 413)]
#[case::bad_chunk_size(
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
    400
)]
#[case::bare_lf_in_chunks(
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    400
)]
#[case::expectation("GET / HTTP/1.1\r\nHost: h\r\nExpect: something\r\n\r\n", 417)]
#[case::next_major_version("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505)]
#[case::connect("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", 501)]
#[tokio::test]
async fn refuses_and_closes(#[case] octets: &str, #[case] status: u16) {
    let pipelined = format!("{octets}{GET}");
    // Where the octets are cut short on purpose nothing can follow them.
    let cut = octets.ends_with("HT") || octets.ends_with("\r\n\r\nab");
    let text = talk(
        Config::default(),
        if cut { octets } else { &pipelined }.as_bytes(),
    )
    .await;
    assert_eq!(status_lines(&text), [status], "{text}");
    assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
    assert!(text.contains("\r\nDate: "), "{text}");
}

#[rstest]
#[case::method_too_long(format!("{} / HTTP/1.1\r\nHost: h\r\n\r\n", "M".repeat(2000)), 501)]
#[case::endless_method("M".repeat(40_000), 501)]
#[case::target_too_long(format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "a".repeat(40_000)), 414)]
#[case::field_too_long(format!("GET / HTTP/1.1\r\nHost: h\r\nA: {}\r\n\r\n", "a".repeat(99_000)), 431)]
#[case::too_many_fields(format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "A: b\r\n".repeat(999)), 431)]
#[tokio::test]
async fn refuses_what_is_too_long(#[case] octets: String, #[case] status: u16) {
    let text = talk(Config::default(), octets.as_bytes()).await;
    assert_eq!(status_lines(&text), [status], "{text}");
}

#[rstest]
#[case::empty_line_before("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 200)]
#[case::later_minor_version("GET / HTTP/1.2\r\nHost: h\r\n\r\n", 200)]
#[case::absolute_form("GET http://h/other HTTP/1.1\r\nHost: wrong\r\n\r\n", 200)]
#[case::not_ascii_in_a_value("GET / HTTP/1.1\r\nHost: h\r\nA: ä\r\n\r\n", 200)]
#[case::asterisk("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 200)]
#[case::unknown_method("FROB / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 501)]
#[case::method_in_lower_case("get / HTTP/1.1\r\nHost: h\r\n\r\n", 501)]
#[case::not_allowed("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n", 405)]
#[case::not_there("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n", 404)]
#[case::content_not_wanted("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 200)]
#[case::long_target("GET /nowhere?aaaa HTTP/1.1\r\nHost: h\r\n\r\n", 404)]
#[case::precondition("GET / HTTP/1.1\r\nHost: h\r\nIf-Match: \"x\"\r\n\r\n", 412)]
#[case::no_content("GET /no-content HTTP/1.1\r\nHost: h\r\n\r\n", 204)]
#[tokio::test]
async fn answers_and_keeps_the_connection(#[case] octets: &str, #[case] status: u16) {
    let text = talk(Config::default(), format!("{octets}{GET}").as_bytes()).await;
    assert_eq!(status_lines(&text), [status, 200], "{text}");
    assert!(!text.contains("Connection:"), "{text}");
}

#[rstest]
#[case::asked("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")]
#[case::in_a_list("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n")]
#[case::in_a_second_line("GET / HTTP/1.1\r\nHost: h\r\nConnection: x\r\nConnection: CLOSE\r\n\r\n")]
#[case::http_10("GET / HTTP/1.0\r\n\r\n")]
#[case::http_10_with_both("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n")]
#[tokio::test]
async fn answers_nothing_behind_a_close(#[case] octets: &str) {
    let text = talk(Config::default(), format!("{octets}{GET}").as_bytes()).await;
    assert_eq!(status_lines(&text), [200], "{text}");
    assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
}

#[tokio::test]
async fn keeps_a_connection_of_http_10_where_asked() {
    let request = "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
    let text = talk(Config::default(), request.repeat(2).as_bytes()).await;
    assert_eq!(status_lines(&text), [200, 200], "{text}");
    assert_eq!(text.matches("Connection: keep-alive\r\n").count(), 2);
}

#[rstest]
#[case::put_and_get(&["PUT /put/a|text/x|abc", "GET /put/a||"], &[201, 200], "text/x")]
#[case::put_twice(&["PUT /put/a||abc", "PUT /put/a||def", "GET /put/a||"], &[201, 204, 200], "def")]
#[case::delete(&["PUT /put/a||abc", "DELETE /put/a||", "GET /put/a||"], &[201, 204, 404], "")]
#[case::nothing_there(&["GET /put/a||", "DELETE /put/a||"], &[404, 404], "")]
#[case::typed(&["PUT /typed/a|image/png|abc", "PUT /typed/a|Text/Plain; x=y|abc"], &[415, 201], "ETag")]
#[case::create(&["POST /create||abc", "GET /put/created-1||"], &[201, 200], "abc")]
#[case::post(&["POST /put/a||abc"], &[405], "Allow: GET, HEAD, PUT, DELETE, OPTIONS")]
#[tokio::test]
async fn keeps_what_is_put(
    #[case] requests: &[&str],
    #[case] statuses: &[u16],
    #[case] last_has: &str,
) {
    let mut octets = String::new();
    for request in requests {
        let mut parts = request.split('|');
        let mut part = || parts.next().unwrap();
        let (line, kind, content) = (part(), part(), part());
        octets += &format!(
            "{line} HTTP/1.1\r\nHost: h\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{content}",
            content.len()
        );
    }
    let text = talk(Config::default(), octets.as_bytes()).await;
    assert_eq!(status_lines(&text), statuses, "{text}");
    let last = text.rsplit("HTTP/1.1 ").next().unwrap();
    assert!(last.contains(last_has), "{text}");
}

#[tokio::test]
async fn changes_nothing_before_the_content_has_come() {
    let octets =
        "PUT /put/a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    let config = Config::default();
    let text = talk(config.clone(), octets.as_bytes()).await;
    assert_eq!(status_lines(&text), [100, 400], "{text}");
    let text = talk(config, b"GET /put/a HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert_eq!(status_lines(&text), [404], "{text}");
}

#[rstest]
#[case::offered(
    "GET",
    "1.1",
    "Connection: upgrade\r\nUpgrade: x, H1CHECK-echo\r\n",
    101
)]
#[case::not_offered("GET", "1.1", "Connection: upgrade\r\nUpgrade: x\r\n", 426)]
#[case::without_the_option("GET", "1.1", "Upgrade: h1check-echo\r\n", 426)]
#[case::http_10("GET", "1.0", "Connection: upgrade\r\nUpgrade: h1check-echo\r\n", 426)]
#[case::content(
    "GET",
    "1.1",
    "Connection: upgrade\r\nUpgrade: h1check-echo\r\nContent-Length: 3\r\n",
    426
)]
#[case::another_method("POST", "1.1", "Connection: upgrade\r\nUpgrade: h1check-echo\r\n", 405)]
#[tokio::test]
async fn switches_only_where_it_may(
    #[case] method: &str,
    #[case] version: &str,
    #[case] lines: &str,
    #[case] status: u16,
) {
    let octets = format!("{method} /upgrade HTTP/{version}\r\nHost: h\r\n{lines}\r\nabc");
    let text = talk(Config::default(), octets.as_bytes()).await;
    assert_eq!(status_lines(&text)[0], status, "{text}");
    assert_eq!(
        text.ends_with("Hello, and now back to you\nabc"),
        status == 101,
        "{text}"
    );
}

#[rstest]
#[case::nobody("GET /auth", "", 401, "WWW-Authenticate: Basic realm=\"h1check\"")]
#[case::wrong(
    "GET /auth",
    "Authorization: Basic eDp5\r\n",
    401,
    "WWW-Authenticate: "
)]
#[case::known(
    "GET /auth",
    "Authorization: bAsIc QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n",
    200,
    "Open"
)]
#[case::redirect("GET /redirect?a%0d%0ab", "", 302, "Location: /?a%0d%0ab\r\n")]
#[case::redirect_condition("GET /redirect", "If-Match: \"x\"\r\n", 302, "Location: /\r\n")]
#[case::conflict("PUT /status/409", "", 409, "fetch it")]
#[case::no_such_status("GET /status/200", "", 404, "")]
#[case::reflect("GET /reflect", "X_a: b\r\n", 200, "\nX_a: b\n")]
#[case::coded(
    "GET /negotiated",
    "Accept-Encoding: gzip\r\n",
    200,
    "Content-Encoding: gzip\r\n"
)]
#[tokio::test]
async fn offers_what_scenarios_ask_for(
    #[case] line: &str,
    #[case] lines: &str,
    #[case] status: u16,
    #[case] has: &str,
) {
    let octets = format!("{line} HTTP/1.1\r\nHost: h\r\n{lines}\r\n");
    let text = talk(Config::default(), octets.as_bytes()).await;
    assert_eq!(status_lines(&text), [status], "{text}");
    assert!(text.contains(has), "{text}");
}

#[tokio::test]
async fn speaks_http_10_where_told() {
    let config = Config {
        version: Version::HTTP_10,
        ..Config::default()
    };
    let request = "GET /chunked HTTP/1.1\r\nHost: h\r\n\r\n";
    let text = talk(config, request.repeat(2).as_bytes()).await;
    assert_eq!(status_lines(&text), [200]);
    let (head, content) = parts(&text);
    assert!(head.starts_with("HTTP/1.0 200 OK\r\n"), "{head}");
    assert!(head.contains("Content-Length: 20"), "{head}");
    assert_eq!(content, "Hello chunked World\n");
}

#[tokio::test]
async fn answers_pipelined_requests_in_order() {
    let requests = [
        "GET /other HTTP/1.1\r\nHost: h\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "GET /large HTTP/1.1\r\nHost: h\r\nRange: bytes=0-9\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    ];
    let text = talk(Config::default(), requests.concat().as_bytes()).await;
    assert_eq!(status_lines(&text), [200, 200, 200, 206, 404], "{text}");
    let contents: Vec<&str> = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|response| parts(response).1)
        .collect();
    let expected = [
        "Something else\n",
        "",
        "abc",
        "0123456789",
        "There is nothing here.\n",
    ];
    assert_eq!(contents, expected);
}

#[tokio::test]
async fn sends_chunks_and_trailers_to_those_who_take_them() {
    let request =
        "GET /chunked HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n";
    let text = talk(Config::default(), request.as_bytes()).await;
    let (head, content) = parts(&text);
    assert!(
        head.contains("Transfer-Encoding: chunked\r\nTrailer: X-Pieces"),
        "{head}"
    );
    assert_eq!(
        content,
        "6\r\nHello \r\n8\r\nchunked \r\n6\r\nWorld\n\r\n0\r\nX-Pieces: 3\r\n\r\n"
    );
}

#[tokio::test]
async fn sends_a_large_content_whole() {
    let request = "GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let text = talk(Config::default(), request.as_bytes()).await;
    assert_eq!(parts(&text).1.len(), 1 << 20);
}

#[tokio::test]
async fn says_continue_before_it_waits_for_content() {
    let server = Reference::start(Config::default()).await.unwrap();
    let mut client = TcpStream::connect(server.address()).await.unwrap();
    let head = "PUT /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(
        read_until(&mut client, "\r\n\r\n").await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    client.write_all(b"ok").await.unwrap();
    let head = read_until(&mut client, "\r\n\r\n").await;
    assert_eq!(status_lines(&head), [200]);
    assert_eq!(read_until(&mut client, "ok").await, "ok");
    drop(client);
    server.shutdown().await;
}

#[tokio::test]
async fn says_at_once_that_content_is_not_wanted() {
    let head =
        "PUT /nowhere HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    let (mut client, io) = duplex(4096);
    let config = Config::default();
    tokio::spawn(async move { serve_connection(io, &config, &Stop::new()).await });
    client.write_all(head.as_bytes()).await.unwrap();
    let text = read_all(&mut client).await;
    assert_eq!(status_lines(&text), [404]);
    assert!(text.contains("Connection: close\r\n"), "{text}");
}

#[tokio::test]
async fn a_client_that_sends_on_still_reads_its_refusal() {
    let server = Reference::start(Config::default()).await.unwrap();
    let mut client = TcpStream::connect(server.address()).await.unwrap();
    let head = "PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 33554432\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![b'x'; 1 << 16];
    for _ in 0..512 {
        timeout(PATIENCE, client.write_all(&piece))
            .await
            .unwrap()
            .unwrap();
    }
    let text = read_all(&mut client).await;
    assert_eq!(status_lines(&text), [413], "{text}");
    drop(client);
    server.shutdown().await;
}

#[tokio::test]
async fn a_half_closed_client_still_gets_its_answers() {
    let server = Reference::start(Config::default()).await.unwrap();
    let mut client = TcpStream::connect(server.address()).await.unwrap();
    client.write_all(GET.repeat(3).as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    let text = read_all(&mut client).await;
    assert_eq!(status_lines(&text), [200, 200, 200]);
    server.shutdown().await;
}

/// A connection on a pipe with paused time, and the notices of the server.
fn paused(deadlines: Deadlines) -> (DuplexStream, Arc<Mutex<Vec<String>>>) {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&notices);
    let observer: Observer = Arc::new(move |notice: Notice<'_>| {
        told.lock().unwrap().push(match notice {
            Notice::Timeout => "timeout".to_owned(),
            Notice::Request { length, .. } => format!("request {length}"),
            Notice::Refused { status, .. } => format!("refused {status}"),
            other => format!("{other:?}"),
        });
    });
    let config = Config {
        deadlines,
        observer: Some(observer),
        ..Config::default()
    };
    let (client, io) = duplex(4096);
    tokio::spawn(async move { serve_connection(io, &config, &Stop::new()).await });
    (client, notices)
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn closes_an_idle_connection_without_a_word() {
    let (mut client, notices) = paused(Deadlines::all(5 * SECOND));
    let start = Instant::now();
    assert_eq!(read_all(&mut client).await, "");
    assert_eq!(start.elapsed().as_secs(), 5);
    assert_eq!(*notices.lock().unwrap(), ["timeout"]);
}

#[tokio::test(start_paused = true)]
async fn each_request_starts_the_idle_deadline_anew() {
    let (mut client, _) = paused(Deadlines::all(5 * SECOND));
    for _ in 0..3 {
        sleep(4 * SECOND).await;
        client.write_all(GET.as_bytes()).await.unwrap();
        read_until(&mut client, "World\n").await;
    }
    let start = Instant::now();
    assert_eq!(read_all(&mut client).await, "");
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_slow_head_is_not_idle() {
    let (mut client, notices) = paused(Deadlines {
        idle: SECOND,
        head: 10 * SECOND,
        ..Deadlines::default()
    });
    for octet in GET.as_bytes() {
        client.write_all(&[*octet]).await.unwrap();
        sleep(SECOND / 10).await;
    }
    read_until(&mut client, "World\n").await;
    assert_eq!(*notices.lock().unwrap(), ["request 0"]);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_head_is_answered_with_408() {
    let (mut client, notices) = paused(Deadlines::all(5 * SECOND));
    sleep(4 * SECOND).await;
    client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let start = Instant::now();
    let text = read_all(&mut client).await;
    assert_eq!(status_lines(&text), [408]);
    assert_eq!(start.elapsed().as_secs(), 5);
    assert_eq!(*notices.lock().unwrap(), ["refused 408", "timeout"]);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_for_ever_is_answered_with_408() {
    let (mut client, _) = paused(Deadlines::all(5 * SECOND));
    client.write_all(b"GET / HTTP/1.1\r\nA: ").await.unwrap();
    let start = Instant::now();
    let (mut reader, mut writer) = tokio::io::split(client);
    let trickle = async {
        while writer.write_all(b"a").await.is_ok() {
            sleep(SECOND).await;
        }
    };
    let text = tokio::select! {
        text = read_all(&mut reader) => text,
        () = trickle => panic!("closed while trickling"),
    };
    assert_eq!(status_lines(&text), [408]);
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn content_may_be_slow_but_must_not_stall() {
    let (mut client, _) = paused(Deadlines::all(5 * SECOND));
    let head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..5 {
        sleep(4 * SECOND).await;
        client.write_all(b"x").await.unwrap();
    }
    let start = Instant::now();
    let text = read_all(&mut client).await;
    assert_eq!(status_lines(&text), [408]);
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_given_up() {
    let (mut client, _) = paused(Deadlines::all(5 * SECOND));
    let request = "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    sleep(20 * SECOND).await;
    let text = read_all(&mut client).await;
    assert!(text.len() <= 4096, "{}", text.len());
}

#[tokio::test(start_paused = true)]
async fn a_slow_resource_takes_as_long_as_asked() {
    let (mut client, _) = paused(Deadlines::all(5 * SECOND));
    let start = Instant::now();
    let request = "GET /slow?ms=7000 HTTP/1.1\r\nHost: h\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut client, "last\n").await;
    assert_eq!(start.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_ever_for_a_client_to_close() {
    let (mut client, io) = duplex(4096);
    let config = Config::default();
    let server = tokio::spawn(async move { serve_connection(io, &config, &Stop::new()).await });
    let request = "GET / HTTP/1.0\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let start = Instant::now();
    server.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test]
async fn finishes_responses_in_flight_when_it_shuts_down() {
    let server = Reference::start(Config::default()).await.unwrap();
    let mut idle = TcpStream::connect(server.address()).await.unwrap();
    let mut busy = TcpStream::connect(server.address()).await.unwrap();
    idle.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut idle, "World\n").await;
    let head =
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    busy.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut busy, "Continue\r\n\r\n").await;
    let address = server.address();
    let ended = tokio::spawn(server.shutdown());
    assert_eq!(read_all(&mut idle).await, "");
    busy.write_all(b"ok").await.unwrap();
    let text = read_all(&mut busy).await;
    assert_eq!(status_lines(&text), [200]);
    assert!(text.contains("Connection: close\r\n"), "{text}");
    drop((idle, busy));
    timeout(PATIENCE, ended).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn accepts_no_more_than_its_limit_until_one_ends() {
    let server = Reference::start(Config {
        connections: 1,
        ..Config::default()
    })
    .await
    .unwrap();
    let mut first = TcpStream::connect(server.address()).await.unwrap();
    first.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut first, "World\n").await;
    let mut second = TcpStream::connect(server.address()).await.unwrap();
    second.write_all(GET.as_bytes()).await.unwrap();
    let mut octet = [0];
    let early = timeout(Duration::from_millis(150), second.read(&mut octet)).await;
    assert!(early.is_err(), "answered beyond the limit");
    drop(first);
    read_until(&mut second, "World\n").await;
}

#[tokio::test]
async fn tells_who_came_and_what_was_asked() {
    let (sender, mut notices) = tokio::sync::mpsc::unbounded_channel();
    let observer: Observer = Arc::new(move |notice: Notice<'_>| {
        let _ = sender.send(match notice {
            Notice::Accepted(from) => format!("accepted {}", from.tcp().unwrap().ip()),
            Notice::Request { content, .. } => String::from_utf8_lossy(content).into_owned(),
            other => format!("{other:?}"),
        });
    });
    let server = Reference::start(Config {
        observer: Some(observer),
        ..Config::default()
    })
    .await
    .unwrap();
    let mut client = TcpStream::connect(server.address()).await.unwrap();
    let request = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nASCII";
    client.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut client, "World\n").await;
    assert_eq!(notices.recv().await.unwrap(), "accepted 127.0.0.1");
    assert_eq!(notices.recv().await.unwrap(), "ASCII");
}

#[tokio::test]
async fn says_why_it_cannot_listen() {
    let server = Reference::start(Config::default()).await.unwrap();
    let address = server.address().to_string();
    let error = super::Server::bind(&address, Config::default())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    let error = super::Server::bind("nowhere.invalid:1", Config::default())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "cannot resolve nowhere.invalid:1");
}

#[test]
fn a_connection_is_small() {
    let config = Config::default();
    let stop = Stop::new();
    let (_client, io) = duplex(1);
    let connection = serve_connection(io, &config, &stop);
    // Ten thousand idle ones are to stay within 1.5 KiB each, all that belongs to a socket included.
    let size = size_of_val(&connection);
    assert!(size <= 1024, "{size}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn accepted_sockets_do_not_gather_what_is_written() {
    let listener = super::listener::tcp("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (accepted, _client) = tokio::join!(listener.accept(), TcpStream::connect(address));
    assert!(accepted.unwrap().0.nodelay().unwrap());
}
