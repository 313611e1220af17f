//! Where it was measured: the machine, and the versions of what takes part.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// A list of facts, as Markdown.
pub(crate) fn describe() -> String {
    let mut text = String::new();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let facts = [
        ("processor", format!("{cores} cores, {}", processor())),
        ("memory", memory()),
        ("kernel", read("/proc/sys/kernel/osrelease")),
        (
            "load of the last 1, 5 and 15 minutes",
            read("/proc/loadavg"),
        ),
        ("rustc", output("rustc", &["--version"])),
        ("crates", crates()),
        ("wrk", package("wrk")),
        ("varnishtest", package("varnish")),
    ];
    for (name, fact) in facts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "- {name}: {fact}");
    }
    text
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    field(&info, "model name")
}

fn memory() -> String {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    field(&info, "MemTotal")
}

/// The value behind `name:` in a file of `/proc`.
fn field(info: &str, name: &str) -> String {
    info.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == name)
        .map_or_else(
            || "not known".to_owned(),
            |(_, value)| value.trim().to_owned(),
        )
}

fn read(path: &str) -> String {
    fs::read_to_string(path).map_or_else(
        |_| "not known".to_owned(),
        |text| text.trim_end().to_owned(),
    )
}

fn output(program: &str, arguments: &[&str]) -> String {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => "not installed".to_owned(),
    }
}

fn package(name: &str) -> String {
    output(
        "dpkg-query",
        &["--show", "--showformat", "${Version}", name],
    )
}

/// The versions in the lock file of the crates that decide.
fn crates() -> String {
    let mut found = Vec::new();
    let mut name = "";
    for line in LOCK.lines() {
        if let Some(named) = line.strip_prefix("name = ") {
            name = named.trim_matches('"');
        }
        if let Some(version) = line.strip_prefix("version = ")
            && DECIDING.contains(&name)
        {
            found.push(format!("{name} {}", version.trim_matches('"')));
        }
    }
    found.join(", ")
}

const LOCK: &str = include_str!("../../../Cargo.lock");

const DECIDING: [&str; 4] = ["httparse", "hyper", "tokio", "toml"];
