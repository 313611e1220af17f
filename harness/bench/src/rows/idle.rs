//! What a connection costs the reference server that is kept and not used.

use std::net::SocketAddr;
use std::process::Command;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::figure::{Figure, Goal, Line};
use crate::process::Server;
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let runtime = Runtime::new()?;
    let mut samples = Vec::new();
    let mut note = String::new();
    for _ in 0..ROUNDS.min(context.rounds) {
        let mut command = Command::new(&context.h1check);
        command.args(["serve", "127.0.0.1:0", "--quiet", "--workers", "1"]);
        let server = Server::start(command.args(["--timeout", "120s"]))?;
        let before = server.resident()?;
        let connections = runtime.block_on(open(server.address))?;
        let after = server.resident()?;
        samples.push(after.saturating_sub(before) as f64 / CONNECTIONS as f64 / 1024.0);
        note = format!(
            "{} MiB without a connection, {} MiB with all; at most 3 rounds",
            before >> 20,
            after >> 20
        );
        drop(connections);
    }
    Ok(vec![Line::Figure(Figure {
        what: "reference server, memory of an idle connection among 10,000".into(),
        goal: Goal::AtMost(4.0),
        aim: Some(1.5),
        unit: " KiB",
        samples,
        note,
    })])
}

/// Connections that have had one request each.
async fn open(address: SocketAddr) -> Result<Vec<TcpStream>> {
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS / AT_ONCE {
        let together: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(one(address))).collect();
        for one in together {
            connections.push(one.await??);
        }
    }
    Ok(connections)
}

async fn one(address: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await?;
    let mut response = [0; 1024];
    let mut got = 0;
    while !response[..got].ends_with(b"Hello World\n") {
        match stream.read(&mut response[got..]).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => got += count,
        }
    }
    // A reset spares the port once it is over.
    stream.set_zero_linger()?;
    Ok(stream)
}

const CONNECTIONS: usize = 10_000;
const AT_ONCE: usize = 50;

/// It hardly varies, and it is slow.
const ROUNDS: usize = 3;
