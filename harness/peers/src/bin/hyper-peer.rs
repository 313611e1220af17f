//! A server on hyper with a few resources; listens on the address that is its only argument.

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

const PAGE: &str = "A page that never changes while it is judged, and is longer than a hundred octets, so that parts can be asked for.\n";
static LARGE: [u8; 1 << 20] = [b'x'; 1 << 20];

type Body = BoxBody<Bytes, hyper::Error>;

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("usage: hyper-peer ADDRESS")?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(serve(&address))
}

async fn serve(address: &str) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(5))
                .serve_connection(TokioIo::new(stream), service_fn(answer));
            // What a peer did wrong ends its connection, and nothing else.
            let _ = connection.await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match request.uri().path() {
        "/echo" => Response::new(request.into_body().boxed()),
        _ if !safe => status(StatusCode::METHOD_NOT_ALLOWED, "Not allowed.\n"),
        "/" => Response::new(full(PAGE)),
        "/other" => Response::new(full("another page\n")),
        "/empty" => Response::new(full("")),
        "/large" => Response::new(full(&LARGE[..])),
        "/no-content" => status(StatusCode::NO_CONTENT, ""),
        "/redirect" => status(StatusCode::MOVED_PERMANENTLY, ""),
        "/chunked" => Response::new(pieces()),
        "/slow" => {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Response::new(full("slow\n"))
        }
        _ => status(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    };
    let code = response.status();
    let fields = response.headers_mut();
    match code {
        StatusCode::METHOD_NOT_ALLOWED => fields.insert(ALLOW, "GET, HEAD".parse().expect("valid")),
        StatusCode::MOVED_PERMANENTLY => fields.insert(LOCATION, "/other".parse().expect("valid")),
        _ => None,
    };
    if code != StatusCode::NO_CONTENT {
        fields.insert(CONTENT_TYPE, "text/plain".parse().expect("valid"));
    }
    Ok(response)
}

fn status(status: StatusCode, content: &'static str) -> Response<Body> {
    let mut response = Response::new(full(content));
    *response.status_mut() = status;
    response
}

fn full(content: impl Into<Bytes>) -> Body {
    Full::new(content.into()).map_err(never).boxed()
}

/// Content whose length hyper does not know.
fn pieces() -> Body {
    let frames = ["one ", "two\n"]
        .map(|piece| Ok::<_, hyper::Error>(Frame::data(Bytes::from_static(piece.as_bytes()))));
    StreamBody::new(futures_util::stream::iter(frames)).boxed()
}

fn never(never: Infallible) -> hyper::Error {
    match never {}
}
