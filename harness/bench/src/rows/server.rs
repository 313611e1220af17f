//! The reference server beside hyper, each on core 0, under load from `wrk` on core 1.

use std::time::Duration;

use crate::figure::{Figure, Goal, Line, median};
use crate::process::{Server, is_installed, pinned};
use crate::wrk::{Mode, load};
use crate::{Context, Result};

pub(crate) fn measure(context: &Context) -> Result<Vec<Line>> {
    for (program, package) in [("wrk", "wrk"), ("taskset", "util-linux")] {
        if !is_installed(program) {
            return Ok(vec![Line::Skipped(
                "the reference server / hyper",
                format!("install {program} (Debian: {package})"),
            )]);
        }
    }
    let mut lines = Vec::new();
    for mode in [Mode::KeepAlive, Mode::Close, Mode::Pipelined] {
        lines.push(Line::Figure(compare(context, mode)?));
    }
    Ok(lines)
}

fn compare(context: &Context, mode: Mode) -> Result<Figure> {
    let folder = tempfile::tempdir()?;
    let mut command = pinned(0, &context.h1check);
    command.args(["serve", "127.0.0.1:0", "--quiet", "--workers", "1"]);
    let ours = Server::start(&mut command)?;
    let mut command = pinned(0, std::env::current_exe()?);
    let hyper = Server::start(command.args(["role", "hyper"]))?;
    let (mut cpu, mut rate) = (Vec::new(), Vec::new());
    let (mut our_rate, mut our_cpu, mut its_cpu) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..context.rounds {
        let mut both = [(0.0, 0.0); 2];
        for (server, figures) in [&ours, &hyper].into_iter().zip(&mut both) {
            let before = server.cpu()?;
            let load = load(server.address, mode, folder.path())?;
            let spent: Duration = server.cpu()? - before;
            *figures = (spent.as_secs_f64() * 1e6 / load.requests, load.per_second);
        }
        let [ours, its] = both;
        cpu.push(ours.0 / its.0);
        rate.push(ours.1 / its.1);
        our_cpu.push(ours.0);
        its_cpu.push(its.0);
        our_rate.push(ours.1);
    }
    let note = format!(
        "{:.2} / {:.2} µs, {:.0} requests/s = {:.2} × hyper's",
        median(&our_cpu),
        median(&its_cpu),
        median(&our_rate),
        median(&rate)
    );
    let (what, goal, aim, samples) = match mode {
        Mode::KeepAlive => ("keep-alive: CPU", Goal::AtMost(1.1), Some(0.95), cpu),
        Mode::Close => ("`Connection: close`: CPU", Goal::AtMost(1.1), None, cpu),
        Mode::Pipelined => (
            "16 pipelined: requests/s",
            Goal::AtLeast(4.0),
            Some(7.0),
            rate,
        ),
    };
    Ok(Figure {
        what: format!("reference server, {what} of a request / hyper's")
            .replace("/s of a request", "/s"),
        goal,
        aim,
        unit: " ×",
        samples,
        note,
    })
}
