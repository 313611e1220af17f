//! The ways in which a TLS connection ends, told apart.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

use crate::outcome::{Happening, Outcome, Verdict};
use crate::run::{Options, ServerTarget, Suite, Target, Tls};
use crate::scenario::{Library, Selection};

/// How the server of a test ends its connections.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// With close_notify and FIN.
    InOrder,
    /// With FIN only.
    Cut,
    /// With RST.
    Reset,
}

#[rstest]
#[case::fin(Ends::InOrder, "fin", Happening::ReceivedFin)]
#[case::cut(Ends::Cut, "cut", Happening::ReceivedCut)]
#[case::rst(Ends::Reset, "rst", Happening::ReceivedRst)]
#[tokio::test]
async fn an_end_is_what_it_is_called_and_nothing_else(
    #[case] ends: Ends,
    #[case] called: &str,
    #[case] happening: Happening,
) {
    for word in ["fin", "cut", "rst", "any"] {
        let outcome = judge(ends, word).await;
        let passes = word == called || word == "any";
        assert_eq!(
            outcome.verdict == Verdict::Pass,
            passes,
            "{ends:?} as {word}"
        );
        assert_eq!(outcome.transcript.connections[0].transport, "TLS 1.3");
        let mut happenings = outcome.transcript.entries.iter().map(|entry| &entry.what);
        assert!(happenings.any(|what| *what == happening), "{ends:?}");
    }
}

#[tokio::test]
async fn an_end_without_close_notify_is_said_to_be_one() {
    let seen = judge(Ends::Cut, "fin").await.mismatch.unwrap().seen;
    let cut = "the end of the connection by FIN without close_notify";
    assert!(seen.starts_with(cut), "{seen}");
}

async fn judge(ends: Ends, word: &str) -> Outcome {
    let text = SCENARIO.replace("WORD", word);
    let library = Library::from_texts([("server/end.toml".to_owned(), &*text)]).unwrap();
    let insecure = Tls {
        insecure: true,
        ..Tls::default()
    };
    let target = ServerTarget {
        tls: Some(insecure),
        ..ServerTarget::at(serve(ends).await)
    };
    let suite = Suite::new(
        Arc::new(library.catalogue().unwrap().clone()),
        library.select(&Selection::all()).unwrap().scenarios,
        Target::Server(target),
        Options::default(),
    );
    let run = suite.run(std::future::pending(), &mut |_| {}).await;
    run.unwrap().outcomes.remove(0)
}

async fn serve(ends: Ends) -> std::net::SocketAddr {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let accepting = acceptor.accept(socket);
            tokio::spawn(async move {
                if let Ok(stream) = accepting.await {
                    answer(stream, ends).await;
                }
            });
        }
    });
    address
}

async fn answer(mut stream: TlsStream<TcpStream>, ends: Ends) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(octet) => head.push(octet),
            Err(_) => return,
        }
    }
    let _ = stream.write_all(RESPONSE.as_bytes()).await;
    let _ = stream.flush().await;
    // What follows says that the response was read, which a reset could wipe out.
    let _ = stream.read(&mut [0]).await;
    match ends {
        Ends::InOrder => drop(stream.shutdown().await),
        Ends::Cut => drop(stream.get_mut().0.shutdown().await),
        Ends::Reset => {
            let _ = stream.get_ref().0.set_zero_linger();
            return;
        }
    }
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

const RESPONSE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

const SCENARIO: &str = r"
title     = 'A connection ends in this way'
subject   = 'server'
hardening = 'not a judgement'

[[step]]
send = '''
GET \{path} HTTP/1.1
Host: \{authority}

'''
expect.status = 200

[[step]]
send = 'x'
expect.close = 'WORD'
within = '2s'

[[counterexample]]
fault = 'stays'
at    = 2
[[counterexample.step]]
expect.request = 'GET \{path}'
reply = '''
HTTP/1.1 200 OK
Content-Length: 2

ok'''
";
