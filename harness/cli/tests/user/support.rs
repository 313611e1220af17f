//! Runs the built binary as a user does: a command line in; exit code and both outputs out.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No command of a test takes longer: what does, hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a command.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code.
    pub(crate) code: Option<i32>,
    /// What it printed to stdout.
    pub(crate) out: String,
    /// What it printed to stderr.
    pub(crate) err: String,
}

/// h1check with these words, in a folder of its own or not, and without a terminal.
pub(crate) fn command(words: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_h1check"));
    command
        .args(words)
        // A test that runs on GitHub is no reason for annotations.
        .env_remove("GITHUB_ACTIONS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs h1check to its end.
pub(crate) fn h1check(words: &[impl AsRef<OsStr>]) -> Ended {
    ended(command(words).spawn().unwrap())
}

/// Waits for a command, and reads both outputs meanwhile.
pub(crate) fn ended(mut child: Child) -> Ended {
    let out = reader(child.stdout.take());
    let err = reader(child.stderr.take());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            panic!("still running after {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    Ended {
        code: status.code(),
        out: out.join().unwrap(),
        err: err.join().unwrap(),
    }
}

fn reader(pipe: Option<impl std::io::Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut octets = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut octets).unwrap();
        }
        String::from_utf8_lossy(&octets).into_owned()
    })
}

impl Ended {
    /// The same, once it is sure that nothing went wrong inside.
    #[track_caller]
    pub(crate) fn without_panic(self) -> Self {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_ne!(self.code, Some(101), "{}", self.err);
        self
    }
}

/// A folder with one scenario file.
pub(crate) fn scenario(id: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    add(folder.path(), id, text);
    folder
}

/// Adds a scenario file.
pub(crate) fn add(folder: &Path, id: &str, text: &str) {
    let path = folder.join(format!("{id}.toml"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A run.json without what differs between two runs that came to the same: times, ports, how
/// octets were cut into pieces, and the command line.
pub(crate) fn without_chance(mut report: serde_json::Value) -> serde_json::Value {
    normalise(&mut report);
    report
}

fn normalise(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            for key in [
                "took_us",
                "at_us",
                "started",
                "jitter_us",
                "command",
                "entries",
            ] {
                fields.remove(key);
            }
            for (key, value) in fields.iter_mut() {
                match value {
                    // Ports and durations; an id is what it is.
                    Value::String(text) if key != "id" => *text = without_numbers(text),
                    value => normalise(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(normalise),
        _ => {}
    }
}

fn without_numbers(text: &str) -> String {
    let mut kept = String::new();
    for character in text.chars() {
        match character {
            '0'..='9' if kept.ends_with('#') => {}
            '0'..='9' => kept.push('#'),
            other => kept.push(other),
        }
    }
    kept.replace("#.#", "#").replace(" µs", " ms")
}

/// Whether a program of somebody else is there, to read what was written. `make ci` installs them
/// all and says so in `H1CHECK_TOOLS`, and then none may be missing.
pub(crate) fn has_tool(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let wanted = std::env::var_os("H1CHECK_TOOLS").is_some_and(|value| value == "all");
    assert!(
        found || !wanted,
        "{name} is missing: run harness/tests/install.sh"
    );
    if !found {
        eprintln!("without {name}, which harness/tests/install.sh installs, this is not checked");
    }
    found
}

/// The commands of h1check in the scripts of a pipeline: every text of it is looked through, line
/// by line; the words behind `h1check`.
pub(crate) fn shell_commands(document: &serde_json::Value) -> Vec<Vec<String>> {
    use serde_json::Value;
    match document {
        Value::String(text) => text.lines().filter_map(shell_command).collect(),
        Value::Array(values) => values.iter().flat_map(shell_commands).collect(),
        Value::Object(fields) => fields.values().flat_map(shell_commands).collect(),
        _ => Vec::new(),
    }
}

/// The words behind `h1check`, where a line of a script runs it.
fn shell_command(line: &str) -> Option<Vec<String>> {
    let words = shlex::split(line)?;
    let mut words = words.into_iter().skip_while(|word| word.contains('='));
    if words.next()? != "h1check" {
        return None;
    }
    let ends = |word: &String| ["||", "&&", "|", ";", ">", ">>", "&"].contains(&word.as_str());
    let words: Vec<String> = words.take_while(|word| !ends(word)).collect();
    (!words.is_empty()).then_some(words)
}

/// Whether h1check knows such a command and its flags; nothing is run.
pub(crate) fn known_command(words: &[String]) -> Result<(), String> {
    // What stands before it is read first, and an error there comes before any help.
    let end = words
        .iter()
        .position(|word| word == "--")
        .unwrap_or(words.len());
    let mut words = words.to_vec();
    words.insert(end, "--help".into());
    let seen = h1check(&words).without_panic();
    if seen.code == Some(0) {
        Ok(())
    } else {
        Err(seen.err)
    }
}
