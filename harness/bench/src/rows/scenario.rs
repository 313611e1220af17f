//! What a scenario costs: against a bare loop that does the same on the wire, and against
//! `varnishtest`. Server and client are in one process, eight at once.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use h1check::run::{Timing, prove};
use h1check::scenario::Scenario;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::figure::{Figure, Goal, Line};
use crate::files::{TWO_REQUESTS, TWO_REQUESTS_VTC, copies, parse};
use crate::process::{cost, is_installed, own_cpu};
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let (_, scenarios) = parse(copies(TWO_REQUESTS, "two", 1))?;
    let scenario = scenarios.first().ok_or("no scenario")?;
    let vtc = Vtc::new()?;
    let (mut bare, mut against_bare, mut against_vtc) = (Vec::new(), Vec::new(), Vec::new());
    let mut notes = [0.0; 3];
    // The first round warms up.
    for round in 0..=context.rounds {
        let floor = each(&runtime, &|| {
            runtime.spawn(async { bare_loop().await.is_ok() })
        })?;
        let ours = each(&runtime, &|| runtime.spawn(play(Arc::clone(scenario))))?;
        let theirs = match &vtc {
            Some(vtc) => vtc.run()?,
            None => f64::NAN,
        };
        if round > 0 {
            bare.push(floor);
            against_bare.push(ours / floor);
            against_vtc.push(ours / theirs);
            notes = [ours, floor, theirs];
        }
    }
    let [ours, floor, theirs] = notes.map(|micros| format!("{micros:.0} µs"));
    let mut lines = vec![Line::Figure(Figure {
        what: "CPU of a scenario / of a bare tokio loop".into(),
        goal: Goal::AtMost(4.0),
        aim: Some(2.5),
        unit: " ×",
        samples: against_bare,
        note: format!("{ours} / {floor}"),
    })];
    lines.push(match vtc {
        Some(_) => Line::Figure(Figure {
            what: "CPU of a scenario / of `varnishtest -j2`".into(),
            goal: Goal::AtMost(0.1),
            aim: Some(1.0 / 15.0),
            unit: " ×",
            samples: against_vtc,
            note: format!("{ours} / {theirs}"),
        }),
        None => Line::Skipped(
            "CPU of a scenario / of `varnishtest -j2`",
            "install varnishtest (Debian: varnish)".into(),
        ),
    });
    Ok(lines)
}

/// Microseconds of CPU for each of [`COUNT`] things.
fn each(runtime: &Runtime, start: &dyn Fn() -> tokio::task::JoinHandle<bool>) -> Result<f64> {
    let before = own_cpu()?;
    let tasks: Vec<_> = (0..AT_ONCE).map(|_| start()).collect();
    for task in tasks {
        if !runtime.block_on(task)? {
            return Err("a scenario did not pass".into());
        }
    }
    Ok((own_cpu()? - before).as_secs_f64() * 1e6 / COUNT as f64)
}

/// A share of the scenarios.
async fn play(scenario: Arc<Scenario>) -> bool {
    let timing = Timing {
        patience: Duration::from_secs(10),
        slack: 1.0,
        longest: Duration::from_secs(10),
        grace: Duration::from_millis(2),
        start: Duration::ZERO,
    };
    let Some(example) = scenario.permitted.first() else {
        return false;
    };
    for _ in 0..COUNT / AT_ONCE {
        if prove(&scenario, example, timing).await.is_err() {
            return false;
        }
    }
    true
}

/// The same on the wire, without a scenario.
async fn bare_loop() -> std::io::Result<()> {
    for _ in 0..COUNT / AT_ONCE {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let client = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            for _ in 0..2 {
                stream.write_all(REQUEST).await?;
                read_whole(&mut stream, RESPONSE.len()).await?;
            }
            stream.shutdown().await
        };
        let server = async {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            for _ in 0..2 {
                read_whole(&mut stream, REQUEST.len()).await?;
                stream.write_all(RESPONSE).await?;
            }
            // Whoever closes first has its port in TIME_WAIT. With the listeners' ports there,
            // the kernel would soon spend its time on the search for a free one.
            stream.read(&mut [0]).await.map(drop)
        };
        tokio::try_join!(client, server)?;
    }
    Ok(())
}

async fn read_whole(stream: &mut TcpStream, length: usize) -> std::io::Result<()> {
    let mut buffer = [0; 1024];
    let mut got = 0;
    while got < length {
        match stream.read(&mut buffer).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => got += count,
        }
    }
    Ok(())
}

/// Copies of a test for `varnishtest`.
struct Vtc {
    folder: tempfile::TempDir,
}

impl Vtc {
    fn new() -> Result<Option<Self>> {
        if !is_installed("varnishtest") {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        for number in 0..VTC_COUNT {
            let path = folder.path().join(format!("{number:03}.vtc"));
            std::fs::write(path, TWO_REQUESTS_VTC)?;
        }
        Ok(Some(Self { folder }))
    }

    /// Microseconds of CPU for each.
    fn run(&self) -> Result<f64> {
        let mut command = Command::new("varnishtest");
        command.arg("-j2");
        for number in 0..VTC_COUNT {
            command.arg(self.folder.path().join(format!("{number:03}.vtc")));
        }
        let cost = cost(&mut command)?;
        Ok(cost.cpu.as_secs_f64() * 1e6 / f64::from(VTC_COUNT))
    }
}

/// A round of ours.
const COUNT: usize = 2000;
const AT_ONCE: usize = 8;

/// A round of `varnishtest`, which takes longer.
const VTC_COUNT: u32 = 500;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:12345\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello World\n";
