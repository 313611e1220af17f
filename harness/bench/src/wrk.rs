//! Load from `wrk`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use crate::Result;
use crate::process::pinned;

/// How requests come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    /// One after the other on each connection.
    KeepAlive,
    /// Each on a connection of its own.
    Close,
    /// Sixteen at once on each connection.
    Pipelined,
}

/// What `wrk` counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Requests that were answered.
    pub(crate) requests: f64,
    /// The same for each second.
    pub(crate) per_second: f64,
}

/// 64 connections, from one thread on core 1, for one second.
pub(crate) fn load(address: SocketAddr, mode: Mode, folder: &Path) -> Result<Load> {
    let mut command = pinned(1, "wrk");
    command.args(["-t1", "-c64", "-d1s"]);
    match mode {
        Mode::KeepAlive => {}
        Mode::Close => {
            command.args(["-H", "Connection: close"]);
        }
        Mode::Pipelined => {
            let script = folder.join("pipelined.lua");
            std::fs::write(&script, PIPELINED)?;
            command.arg("-s").arg(script);
        }
    }
    let output = command
        .arg(format!("http://{address}/"))
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("Non-2xx") {
        return Err(format!("wrk saw refusals: {text}").into());
    }
    let requests = text
        .lines()
        .find_map(|line| line.trim().split_once(" requests in "))
        .and_then(|(number, _)| number.parse().ok());
    let per_second = text
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"))
        .and_then(|number| number.trim().parse().ok());
    match (requests, per_second) {
        (Some(requests), Some(per_second)) => Ok(Load {
            requests,
            per_second,
        }),
        _ => Err(format!("wrk says something else: {text}").into()),
    }
}

const PIPELINED: &str = "
local sixteen
init = function(args)
  sixteen = string.rep(wrk.format(nil, '/'), 16)
end
request = function()
  return sixteen
end
";
