//! The reference client against scripted servers, on in-memory pipes and over TCP.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::{Client, ClientError, Connect, Driver, Notice, Options, Request, Response};
use crate::wire::Version;

const PATIENCE: Duration = Duration::from_secs(10);
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The server's ends of the connections that the client makes.
struct Server(mpsc::UnboundedReceiver<DuplexStream>);

impl Server {
    async fn accept(&mut self) -> DuplexStream {
        timeout(PATIENCE, self.0.recv()).await.unwrap().unwrap()
    }

    /// No further connection has been made.
    fn assert_unused(&mut self) {
        assert!(self.0.try_recv().is_err());
    }
}

fn client(options: Options) -> (Client<impl Connect<Io = DuplexStream>>, Server) {
    let (ends, received) = mpsc::unbounded_channel();
    let connect = move || {
        let (ours, theirs) = duplex(4096);
        let _ = ends.send(theirs);
        async { Ok(ours) }
    };
    (Client::new(connect, "h", options), Server(received))
}

fn driver(options: Options) -> (Driver, Server) {
    let (client, server) = client(options);
    (Driver::start(client), server)
}

fn get(target: &'static str) -> Request {
    Request::new("GET", target)
}

/// Reads the head of a request.
async fn head(io: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut octets = Vec::new();
    while !octets.ends_with(b"\r\n\r\n") {
        octets.push(timeout(PATIENCE, io.read_u8()).await.unwrap().unwrap());
    }
    String::from_utf8(octets).unwrap()
}

async fn read_to_end(io: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut octets = Vec::new();
    let read = timeout(PATIENCE, io.read_to_end(&mut octets)).await;
    read.unwrap().unwrap();
    String::from_utf8_lossy(&octets).into_owned()
}

/// Sends one GET and answers it with these octets and a close.
async fn answer(octets: &str) -> Result<Response, ClientError> {
    let (client, mut server) = driver(Options::default());
    let asked = tokio::spawn(async move { client.request(get("/")).await });
    let mut io = server.accept().await;
    head(&mut io).await;
    io.write_all(octets.as_bytes()).await.unwrap();
    drop(io);
    asked.await.unwrap()
}

#[rstest]
#[case::length("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok")]
#[case::chunked(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "ok"
)]
#[case::until_close("HTTP/1.1 200 OK\r\n\r\nok", "ok")]
#[case::http_10("HTTP/1.0 200 OK\r\n\r\nok", "ok")]
#[case::no_content("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "")]
#[case::behind_interim("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok", "ok")]
#[case::no_reason("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok")]
#[tokio::test]
async fn delivers_whole_responses(#[case] octets: &str, #[case] content: &str) {
    let response = answer(octets).await.unwrap();
    assert_eq!(response.content, content.as_bytes());
}

#[tokio::test]
async fn replaces_folds_by_spaces() {
    let octets = "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n";
    let response = answer(octets).await.unwrap();
    assert_eq!(response.field("a"), Some("b c"));
}

#[rstest]
#[case::nothing("", "Closed(None)")]
#[case::cut_head("HTTP/1.1 200 OK\r\nContent-", "Truncated(None)")]
#[case::cut_content("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", "Truncated(None)")]
#[case::cut_chunk(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
    "Truncated(None)"
)]
#[case::no_last_chunk(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
    "Truncated(None)"
)]
#[case::only_interim("HTTP/1.1 103 Early Hints\r\n\r\n", "Closed(None)")]
#[case::bad_length(
    "HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok",
    "Violation(ContentLength)"
)]
#[case::both_lengths(
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Violation(LengthAndCoding)"
)]
#[case::coding_in_10(
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Violation(CodingIn10)"
)]
#[case::unknown_coding(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
    "Violation(TransferCoding)"
)]
#[case::switched("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "Switched")]
#[case::garbage("SSH-2.0-OpenSSH_9.2\r\n", "Garbage(StartLine)")]
#[case::nul(
    "HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 0\r\n\r\n",
    "Violation(FieldValue)"
)]
#[tokio::test]
async fn delivers_nothing_that_is_not_a_whole_response(#[case] octets: &str, #[case] error: &str) {
    let found = answer(octets).await.unwrap_err();
    assert_eq!(format!("{found:?}"), error);
}

#[tokio::test]
async fn bounds_the_number_of_interim_responses() {
    let octets = "HTTP/1.1 102 Processing\r\n\r\n".repeat(17);
    let error = answer(&octets).await.unwrap_err();
    assert!(matches!(error, ClientError::TooManyInterim), "{error:?}");
}

#[tokio::test]
async fn reuses_its_connection() {
    let (client, mut server) = driver(Options::default());
    let asked = tokio::spawn(async move {
        for target in ["/1", "/2"] {
            client.request(get(target)).await.unwrap();
        }
        let head = Request::new("HEAD", "/3");
        client.request(head).await.unwrap();
        client.request(get("/4")).await.unwrap()
    });
    let mut io = server.accept().await;
    for target in ["/1", "/2"] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");
        assert_eq!(head(&mut io).await, request);
        io.write_all(OK.as_bytes()).await.unwrap();
    }
    head(&mut io).await;
    let length_only = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    io.write_all(length_only.as_bytes()).await.unwrap();
    head(&mut io).await;
    io.write_all(OK.as_bytes()).await.unwrap();
    assert_eq!(asked.await.unwrap().status(), 200);
    server.assert_unused();
}

#[rstest]
#[case::close("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
#[case::http_10("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
#[case::surplus(
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
)]
#[tokio::test]
async fn closes_and_makes_a_new_connection(#[case] response: &str) {
    let (client, mut server) = driver(Options::default());
    let asked = tokio::spawn(async move {
        client.request(get("/1")).await.unwrap();
        client.request(get("/2")).await.unwrap()
    });
    let mut first = server.accept().await;
    head(&mut first).await;
    first.write_all(response.as_bytes()).await.unwrap();
    assert_eq!(
        read_to_end(&mut first).await,
        "",
        "a request on a connection that closes"
    );
    let mut second = server.accept().await;
    head(&mut second).await;
    second.write_all(OK.as_bytes()).await.unwrap();
    assert_eq!(&asked.await.unwrap().content[..], b"ok");
}

#[rstest]
#[case::option(Options { close: true, ..Options::default() }, "Connection: close\r\n")]
#[case::http_10(Options { version: Version::HTTP_10, ..Options::default() }, "GET / HTTP/1.0\r\n")]
#[tokio::test]
async fn closes_where_it_said_so(#[case] options: Options, #[case] says: &str) {
    let (client, mut server) = driver(options);
    let asked = tokio::spawn(async move { (client.request(get("/")).await.unwrap(), client) });
    let mut io = server.accept().await;
    let request = head(&mut io).await;
    assert!(request.contains(says), "{request}");
    io.write_all(OK.as_bytes()).await.unwrap();
    let (_response, _client) = asked.await.unwrap();
    assert_eq!(read_to_end(&mut io).await, "");
}

/// A client whose connection has served one request, and the notices since.
async fn warm() -> (Driver, Server, DuplexStream, Arc<Mutex<Vec<String>>>) {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&notices);
    let (client, mut server) = driver(Options {
        observer: Some(Arc::new(move |notice: Notice<'_>| {
            if let Notice::Dialling(_) | Notice::Reconnecting(_) = notice {
                told.lock().unwrap().push(format!("{notice:?}"));
            }
        })),
        ..Options::default()
    });
    let other = client.clone();
    let asked = tokio::spawn(async move { other.request(get("/warm-up")).await });
    let mut io = server.accept().await;
    head(&mut io).await;
    io.write_all(OK.as_bytes()).await.unwrap();
    asked.await.unwrap().unwrap();
    notices.lock().unwrap().clear();
    (client, server, io, notices)
}

/// Sends the request on a warm connection that dies as soon as it has come.
async fn lose(
    request: Request,
) -> (
    tokio::task::JoinHandle<Result<Response, ClientError>>,
    Server,
    Arc<Mutex<Vec<String>>>,
) {
    let (client, server, mut io, notices) = warm().await;
    let asked = tokio::spawn(async move { client.request(request).await });
    head(&mut io).await;
    drop(io);
    (asked, server, notices)
}

#[rstest]
#[case::get(get("/again"))]
#[case::put(Request::new("PUT", "/again").content("x"))]
#[case::declared(Request::new("POST", "/again").content("x").idempotent())]
#[tokio::test]
async fn retries_an_idempotent_request_once_on_a_new_connection(#[case] request: Request) {
    let (asked, mut server, notices) = lose(request).await;
    let mut second = server.accept().await;
    head(&mut second).await;
    second.write_all(OK.as_bytes()).await.unwrap();
    asked.await.unwrap().unwrap();
    assert_eq!(
        *notices.lock().unwrap(),
        ["Reconnecting(Retry)", "Dialling(2)"]
    );
}

#[tokio::test]
async fn gives_up_when_the_retry_is_lost_too() {
    let (asked, mut server, _) = lose(get("/again")).await;
    let mut second = server.accept().await;
    head(&mut second).await;
    drop(second);
    let error = asked.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Closed(_)), "{error:?}");
    server.assert_unused();
}

#[tokio::test]
async fn does_not_retry_a_post() {
    let (asked, mut server, _) = lose(Request::new("POST", "/").content("x")).await;
    let error = asked.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Closed(_)), "{error:?}");
    server.assert_unused();
}

#[tokio::test]
async fn does_not_retry_on_a_fresh_connection() {
    let error = answer("").await.unwrap_err();
    assert!(matches!(error, ClientError::Closed(_)), "{error:?}");
}

#[rstest]
#[case::one_octet("H")]
#[case::half_a_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok")]
#[case::interim("HTTP/1.1 102 Processing\r\n\r\n")]
#[tokio::test]
async fn does_not_retry_once_a_response_has_begun(#[case] octets: &str) {
    let (client, mut server, mut io, _) = warm().await;
    let asked = tokio::spawn(async move { client.request(get("/")).await });
    head(&mut io).await;
    io.write_all(octets.as_bytes()).await.unwrap();
    drop(io);
    asked.await.unwrap().unwrap_err();
    server.assert_unused();
}

#[rstest]
#[case::closed("")]
#[case::unasked_response(OK)]
#[case::farewell("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
#[tokio::test]
async fn a_stale_connection_is_noticed_before_anything_is_sent(#[case] octets: &str) {
    let (client, mut server, mut io, notices) = warm().await;
    io.write_all(octets.as_bytes()).await.unwrap();
    if octets.is_empty() {
        io.shutdown().await.unwrap();
    }
    let post = Request::new("POST", "/").content("x");
    let asked = tokio::spawn(async move { client.request(post).await });
    let mut second = server.accept().await;
    head(&mut second).await;
    second.write_all(OK.as_bytes()).await.unwrap();
    assert_eq!(&asked.await.unwrap().unwrap().content[..], b"ok");
    assert_eq!(read_to_end(&mut io).await, "");
    assert_eq!(
        *notices.lock().unwrap(),
        ["Reconnecting(Stale)", "Dialling(2)"]
    );
}

#[rstest]
#[case::closed("")]
#[case::unasked(OK)]
#[tokio::test]
async fn an_idle_driver_closes_a_dead_connection_at_once(#[case] octets: &str) {
    let (_client, _server, mut io, _) = warm().await;
    io.write_all(octets.as_bytes()).await.unwrap();
    if octets.is_empty() {
        io.shutdown().await.unwrap();
    }
    assert_eq!(read_to_end(&mut io).await, "");
}

#[tokio::test]
async fn pipelines_and_sends_again_what_was_left_unanswered_one_by_one() {
    let (client, mut server) = driver(Options::default());
    let asked = tokio::spawn(async move {
        let requests = vec![get("/1"), get("/2"), get("/3")];
        client.together(requests).await
    });
    let mut first = server.accept().await;
    for target in ["/1", "/2", "/3"] {
        assert!(
            head(&mut first)
                .await
                .starts_with(&format!("GET {target} "))
        );
    }
    let closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1";
    first.write_all(closing.as_bytes()).await.unwrap();
    let mut second = server.accept().await;
    for target in ["/2", "/3"] {
        assert!(
            head(&mut second)
                .await
                .starts_with(&format!("GET {target} "))
        );
        // The next one must not have been sent yet.
        let mut octet = [0];
        let early = timeout(Duration::from_millis(100), second.read(&mut octet)).await;
        assert!(early.is_err());
        second.write_all(OK.as_bytes()).await.unwrap();
    }
    let contents: Vec<_> = asked
        .await
        .unwrap()
        .into_iter()
        .map(|response| response.unwrap().content)
        .collect();
    assert_eq!(contents, ["1", "ok", "ok"]);
}

#[tokio::test]
async fn does_not_pipeline_behind_a_post() {
    let (client, mut server) = driver(Options::default());
    let asked = tokio::spawn(async move {
        let requests = vec![Request::new("POST", "/1"), get("/2")];
        client.together(requests).await
    });
    let mut io = server.accept().await;
    head(&mut io).await;
    let mut octet = [0];
    let early = timeout(Duration::from_millis(100), io.read(&mut octet)).await;
    assert!(early.is_err());
    io.write_all(OK.as_bytes()).await.unwrap();
    head(&mut io).await;
    io.write_all(OK.as_bytes()).await.unwrap();
    assert!(asked.await.unwrap().iter().all(Result::is_ok));
}

#[tokio::test]
async fn stops_sending_when_the_response_refuses_and_closes() {
    let (client, mut server) = driver(Options::default());
    let content = vec![b'x'; 1 << 20];
    let asked = tokio::spawn(async move {
        let request = Request::new("PUT", "/").content(content);
        (client.request(request).await, client)
    });
    let mut io = server.accept().await;
    head(&mut io).await;
    let refusal =
        "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    io.write_all(refusal.as_bytes()).await.unwrap();
    let (response, _client) = asked.await.unwrap();
    assert_eq!(response.unwrap().status(), 413);
    assert!(read_to_end(&mut io).await.len() < 1 << 16);
}

#[tokio::test]
async fn goes_on_sending_when_an_early_response_keeps_the_connection() {
    let (client, mut server) = driver(Options::default());
    let content = vec![b'x'; 1 << 20];
    let asked = tokio::spawn(async move {
        let request = Request::new("PUT", "/1").content(content);
        client.request(request).await.unwrap();
        client.request(get("/2")).await.unwrap()
    });
    let mut io = server.accept().await;
    head(&mut io).await;
    io.write_all(OK.as_bytes()).await.unwrap();
    let mut content = vec![0; 1 << 20];
    io.read_exact(&mut content).await.unwrap();
    assert!(head(&mut io).await.starts_with("GET /2 "));
    io.write_all(OK.as_bytes()).await.unwrap();
    assert_eq!(asked.await.unwrap().status(), 200);
    server.assert_unused();
}

#[tokio::test]
async fn reads_the_refusal_of_a_server_that_has_stopped_reading() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move {
        let (mut io, _) = listener.accept().await.unwrap();
        head(&mut io).await;
        let refusal = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\nno";
        io.write_all(refusal.as_bytes()).await.unwrap();
        io.shutdown().await.unwrap();
        // Reads on for a while, as RFC 9112 section 9.6 asks it to.
        read_to_end(&mut io).await;
    });
    let mut client = Client::tcp(address, Options::default());
    let request = Request::new("PUT", "/").content(vec![b'x'; 16 << 20]);
    let response = client.request(&request).await.unwrap();
    assert_eq!(response.status(), 413);
    server.await.unwrap();
}

#[rstest]
#[case::method(Request::new("G T", "/"))]
#[case::no_method(Request::new("", "/"))]
#[case::target(Request::new("GET", "/ HTTP/1.1\r\nEvil: x"))]
#[case::no_target(Request::new("GET", ""))]
#[case::name(get("/").field("a:b", "c"))]
#[case::value(get("/").field("a", "b\r\nEvil: x"))]
#[tokio::test]
async fn sends_nothing_that_could_be_taken_for_something_else(#[case] request: Request) {
    let (client, mut server) = driver(Options::default());
    let error = client.request(request).await.unwrap_err();
    assert!(matches!(error, ClientError::Request(_)), "{error:?}");
    server.assert_unused();
}

const SECOND: Duration = Duration::from_secs(1);

/// Answers a request with these octets and then with nothing more, and returns the error and how
/// many seconds it took.
async fn stall(request: Request, octets: &str) -> (String, u64) {
    let (mut client, mut server) = client(Options {
        deadlines: super::Deadlines {
            connect: 2 * SECOND,
            write: 3 * SECOND,
            head: 5 * SECOND,
            content: 7 * SECOND,
        },
        ..Options::default()
    });
    let start = Instant::now();
    let stalled = async {
        let mut io = server.accept().await;
        io.write_all(octets.as_bytes()).await.unwrap();
        sleep(100 * SECOND).await;
    };
    let error = tokio::select! {
        response = client.request(&request) => response.unwrap_err(),
        () = stalled => panic!("still waiting"),
    };
    (format!("{error:?}"), start.elapsed().as_secs())
}

#[rstest]
#[case::head(get("/"), "", "HeadTimeout", 5)]
#[case::half_a_head(get("/"), "HTTP/1.1 200 OK\r\n", "HeadTimeout", 5)]
#[case::content(
    get("/"),
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok",
    "ContentTimeout",
    7
)]
#[case::write(Request::new("PUT", "/").content(vec![b'x'; 1 << 16]), "", "WriteTimeout", 3)]
#[tokio::test(start_paused = true)]
async fn waits_for_nothing_for_ever(
    #[case] request: Request,
    #[case] octets: &str,
    #[case] error: &str,
    #[case] seconds: u64,
) {
    assert_eq!(stall(request, octets).await, (error.to_owned(), seconds));
}

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_ever_for_a_connection() {
    let connect = || std::future::pending::<std::io::Result<DuplexStream>>();
    let mut client = Client::new(connect, "h", Options::default());
    let start = Instant::now();
    let error = client.request(&get("/")).await.unwrap_err();
    assert!(matches!(error, ClientError::ConnectTimeout), "{error:?}");
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn slow_content_is_not_given_up() {
    let (mut client, mut server) = client(Options {
        deadlines: super::Deadlines::all(5 * SECOND),
        ..Options::default()
    });
    let serving = async {
        let mut io = server.accept().await;
        io.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            .await
            .unwrap();
        for _ in 0..5 {
            sleep(4 * SECOND).await;
            io.write_all(b"x").await.unwrap();
        }
        io
    };
    let request = get("/");
    let (response, _io) = tokio::join!(client.request(&request), serving);
    assert_eq!(&response.unwrap().content[..], b"xxxxx");
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_given_up() {
    let (client, mut server) = driver(Options::default());
    let asked = tokio::spawn({
        let client = client.clone();
        async move { client.request(get("/")).await }
    });
    let mut io = server.accept().await;
    head(&mut io).await;
    asked.abort();
    assert_eq!(read_to_end(&mut io).await, "");
}
