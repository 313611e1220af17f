//! Looks at the reference server, and at servers that are none, or bad ones.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::peer::server::{Config, Deadlines, Reference};
use crate::peer::{Address, Endpoint};
use crate::profile::{Profile, declarations, parse};
use crate::scenario::{GivenValue, Library};

const PATIENCE: Duration = Duration::from_millis(500);

fn options(authority: &str) -> Options {
    Options {
        authority: authority.to_owned(),
        path: "/".into(),
        fields: crate::profile::ExtraFields::default(),
        echo: Vec::new(),
        idle: Duration::from_millis(300),
        patience: PATIENCE,
    }
}

async fn look(options: &Options) -> (Result<Survey, SurveyError>, Vec<String>) {
    let address = Address::Tcp(options.authority.parse().unwrap());
    let told = Mutex::new(Vec::new());
    let tell = |what: &str| told.lock().unwrap().push(what.to_owned());
    let survey = Look::new(&Endpoint::from(address), options, &tell)
        .run()
        .await;
    (survey, told.into_inner().unwrap())
}

/// The profile that comes of a survey, read again.
fn profile(survey: &Survey, authority: &str) -> Profile {
    let library = Library::bundled();
    let taken = Taken {
        address: format!("http://{authority}/"),
        declarations: declarations(&library),
        ..Taken::default()
    };
    let text = survey.to_profile(&taken);
    let nothing = |_: &str| Err("is not set".into());
    parse("p", &text, &library, &nothing)
        .unwrap_or_else(|error| panic!("{text}\n{}", error.render(false)))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_the_reference_server_offers_is_found() {
    let deadlines = Deadlines {
        idle: Duration::from_millis(400),
        ..Deadlines::default()
    };
    let config = Config {
        deadlines,
        ..Config::default()
    };
    let server = Reference::start(config).await.unwrap();
    let authority = server.address().to_string();
    let options = Options {
        idle: Duration::from_secs(5),
        patience: Duration::from_secs(5),
        ..options(&authority)
    };
    let (survey, told) = look(&options).await;
    let survey = survey.unwrap();
    assert!(survey.keeps_alive && !survey.one_at_a_time && !survey.echo_has);
    assert!(matches!(survey.idle, Idle::For(time) if time >= Duration::from_millis(350)));
    let profile = profile(&survey, &authority);
    assert_eq!(profile.path(), "/");
    let path = |name: &str| profile.given.get(name).map(ToString::to_string);
    for (name, wanted) in [
        ("other", "/other"),
        ("echo", "/echo"),
        ("chunked", "/chunked"),
        ("large", "/large"),
        ("slow", "/slow?ms=200"),
        ("no-content", "/no-content"),
        ("range", "/range"),
        ("redirect", "/redirect"),
        ("auth", "/auth"),
        ("weak", "/weak"),
        ("uri", "/uri"),
        ("trailers", "/chunked"),
        ("other-encoded", "/%6Fther"),
        ("negotiated", "/negotiated"),
    ] {
        assert_eq!(path(name).as_deref(), Some(wanted), "{name}: {told:#?}");
    }
    assert!(
        matches!(profile.given["idle-timeout"], GivenValue::Time(time) if time >= Duration::from_millis(400))
    );
}

/// A server that does this with each connection, and its authority.
async fn server<F>(each: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    authority
}

/// Answers the first octets with these, and holds the connection.
async fn says(mut stream: TcpStream, octets: &'static [u8]) {
    let _ = stream.read(&mut [0; 4096]).await;
    let _ = stream.write_all(octets).await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[rstest]
#[case::silent(b"", "GET /: no answer in time")]
#[case::another_protocol(
    b"SSH-2.0-x\r\n",
    "GET /: what came is no HTTP/1.x response: 'SSH-2.0-x\\r\\n'"
)]
#[case::alert(
    b"\x15\x03\x01\0\x02\x02\x46",
    "GET /: what came is no HTTP/1.x response: '\\x15\\x03\\x01\\x00\\x02\\x02F'"
)]
#[case::no_status(b"HTTP/1.1 hello\r\n\r\n", "GET /: the response cannot be read")]
#[case::half_a_head(b"HTTP/1.1 200 OK\r\nA: b", "GET /: no answer in time")]
#[case::half_a_content(
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
    "GET /: no answer in time"
)]
#[case::only_interim(b"HTTP/1.1 100 Continue\r\n\r\n", "GET /: no answer in time")]
#[tokio::test]
async fn a_server_that_does_not_answer_is_told_of(
    #[case] octets: &'static [u8],
    #[case] wanted: &str,
) {
    let authority = server(move |stream| says(stream, octets)).await;
    let start = Instant::now();
    let (survey, _) = look(&options(&authority)).await;
    assert_eq!(survey.unwrap_err().to_string(), wanted);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_closes_is_told_of() {
    let authority = server(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await;
    let (survey, _) = look(&options(&authority)).await;
    let wanted = "GET /: the connection was closed without an answer";
    assert_eq!(survey.unwrap_err().to_string(), wanted);
}

#[tokio::test]
async fn where_nobody_listens_that_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (survey, _) = look(&options(&authority)).await;
    let text = survey.unwrap_err().to_string();
    assert!(text.starts_with("GET /: no connection: "), "{text}");
}

#[tokio::test]
async fn a_flood_is_bounded_in_time() {
    let authority = server(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
            .await;
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let start = Instant::now();
    let (survey, _) = look(&options(&authority)).await;
    assert!(survey.is_err());
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// Serves one connection after the other, with HTTP/1.0 and nothing but one document.
#[tokio::test]
async fn a_server_that_serves_one_at_a_time_and_offers_nothing_gets_a_profile() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut octets = [0; 4096];
            let count = stream.read(&mut octets).await.unwrap_or_default();
            let answer: &[u8] = match &octets[..count] {
                request if request.starts_with(b"GET / ") => {
                    b"HTTP/1.0 200 OK\r\nServer: one\x01at a time\r\n\r\n<a href='/logout'>hello"
                }
                request if request.starts_with(b"GET /logout ") => panic!("was logged out"),
                _ => b"HTTP/1.0 404 Not Found\r\n\r\n",
            };
            let _ = stream.write_all(answer).await;
        }
    });
    let options = Options {
        patience: Duration::from_secs(5),
        ..options(&authority)
    };
    let (survey, told) = look(&options).await;
    let survey = survey.unwrap();
    assert!(survey.one_at_a_time && !survey.keeps_alive, "{told:#?}");
    assert_eq!(survey.idle, Idle::Never);
    let profile = profile(&survey, &authority);
    assert_eq!(profile.connections, Some(1));
    let names: Vec<&String> = profile.given.keys().collect();
    assert_eq!(names, [""; 0]);
}

/// What a server says about itself is written into comments and strings, not into the file.
#[test]
fn nothing_that_a_server_says_gets_out_of_its_comment() {
    let finding = |path: &str, seen: &str| Finding {
        path: Some(path.to_owned()),
        seen: seen.to_owned(),
    };
    let survey = Survey {
        get: finding("/\"\\", "x\n[tls]\ninsecure = true"),
        server: Some("a\r\nconnections = 7".into()),
        paths: vec![("other".into(), finding("/o", &"long ".repeat(100)))],
        ..Survey::default()
    };
    let text = survey.to_profile(&Taken::default());
    let profile = profile(&survey, "h");
    assert!(!profile.tls.insecure, "{text}");
    assert_eq!((profile.connections, profile.path()), (None, "/\"\\"));
    assert!(
        text.lines().all(|line| line.chars().count() < 250),
        "{text}"
    );
}

#[rstest]
#[case("/a", "/", Some("/a"))]
#[case("a.css", "/docs/index.html", Some("/docs/a.css"))]
#[case("./a", "/?q=/x", Some("/a"))]
#[case("../a", "/docs/", None)]
#[case("//other.example/", "/", None)]
#[case("https://other.example/", "/", None)]
#[case("mailto:a@b", "/", None)]
#[case("/delete?id=1", "/", None)]
#[case("/account/Logout", "/", None)]
#[case("#top", "/", None)]
#[case("/a b", "/", None)]
fn only_harmless_paths_of_the_site_are_followed(
    #[case] link: &str,
    #[case] base: &str,
    #[case] wanted: Option<&str>,
) {
    assert_eq!(candidate::path(link, base).as_deref(), wanted);
}
