//! Other processes, and what they cost.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, Usage, UsageWho, getrlimit, getrusage, setrlimit};

use crate::Result;

/// What a command cost from its start to its exit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// By the clock.
    pub(crate) wall: Duration,
    /// Of all cores, its children included.
    pub(crate) cpu: Duration,
}

/// Runs a command to its end, with nothing to read or to write.
pub(crate) fn cost(command: &mut Command) -> Result<Cost> {
    let before = cpu_of(UsageWho::RUSAGE_CHILDREN)?;
    let start = Instant::now();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(Cost {
        wall: start.elapsed(),
        cpu: cpu_of(UsageWho::RUSAGE_CHILDREN)? - before,
    })
}

/// The most memory that a command had resident, in bytes. A process in between starts it, because
/// the system keeps one maximum for all children.
pub(crate) fn peak(program: &OsStr, arguments: &[&OsStr]) -> Result<u64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["role", "peak"])
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// The largest peak of all children so far, in bytes.
pub(crate) fn peak_of_children() -> Result<u64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(u64::try_from(usage.max_rss())? * 1024)
}

/// The CPU time that this process has taken.
pub(crate) fn own_cpu() -> Result<Duration> {
    cpu_of(UsageWho::RUSAGE_SELF)
}

fn cpu_of(who: UsageWho) -> Result<Duration> {
    let usage: Usage = getrusage(who)?;
    let micros = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
    Ok(Duration::from_micros(u64::try_from(
        micros.iter().sum::<i64>(),
    )?))
}

/// As many descriptors as the system lets us have; children inherit it.
pub(crate) fn raise_descriptor_limit() -> Result<()> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?)
}

/// A server in a process of its own, which ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts one that says in its first line where it listens.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.split_whitespace().last().unwrap_or_default();
        let address = address
            .parse()
            .map_err(|_| format!("{command:?} does not say where it listens: {line}"))?;
        Ok(Self { child, address })
    }

    /// Starts one of our own roles.
    pub(crate) fn role(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Self::start(command.arg("role").args(arguments))
    }

    /// The CPU time that it has taken.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let mut nanos = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            nanos += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// The memory that it has resident, in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("no VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The `h1check` beside this binary. Cargo makes it anew if need be, so that nothing old is
/// measured.
pub(crate) fn built_h1check() -> Result<PathBuf> {
    if let Some(cargo) = std::env::var_os("CARGO") {
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--release", "--package", "h1check-cli"])
            .status()?;
        if !built.success() {
            return Err("h1check does not compile".into());
        }
    }
    let binary = std::env::current_exe()?.with_file_name("h1check");
    match binary.is_file() {
        true => Ok(binary),
        false => Err("there is no h1check beside this binary: cargo build --release".into()),
    }
}

/// A command on one core, where `taskset` is there.
pub(crate) fn pinned(core: usize, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program);
    command
}

/// Whether a program is installed.
pub(crate) fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}
