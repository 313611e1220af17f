//! A server that does not stop to talk.

use clap::ValueEnum;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Result;

/// What it is that does not end.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum What {
    /// The content of a response.
    Content,
    /// Chunks of one octet.
    Chunks,
    /// A field line.
    Line,
    /// Interim responses.
    Interim,
    /// Responses, to no request.
    Responses,
}

pub(super) async fn serve(listener: TcpListener, what: What) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // It ends where nobody reads any more.
            let _ = talk(stream, what).await;
        });
    }
}

async fn talk(mut stream: TcpStream, what: What) -> std::io::Result<()> {
    let (first, again): (&[u8], &[u8]) = match what {
        What::Content => (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        What::Chunks => (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\nx\r\n",
        ),
        What::Line => (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        What::Interim => (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        What::Responses => (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    };
    stream.read_u8().await?;
    stream.write_all(first).await?;
    let again = again.repeat(64 << 10);
    loop {
        stream.write_all(&again).await?;
    }
}
