//! Processes that a run starts: a server under test, or a client command.

use std::collections::VecDeque;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// A running process. It is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    output: Output,
    readers: Vec<JoinHandle<()>>,
}

/// What a process has printed, stdout and stderr together, the last part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output(Arc<Mutex<VecDeque<u8>>>);

impl Process {
    /// Starts a program with its arguments; `stdout` gets a copy of what it writes there.
    pub(crate) fn start(words: &[String], stdout: Option<Output>) -> io::Result<Self> {
        let [program, arguments @ ..] = words else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the command is empty",
            ));
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Its children end with it: they are one group.
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        let output = Output::default();
        let mut readers = Vec::new();
        if let Some(pipe) = child.stdout.take() {
            readers.push(tokio::spawn(collect(pipe, output.clone(), stdout)));
        }
        if let Some(pipe) = child.stderr.take() {
            readers.push(tokio::spawn(collect(pipe, output.clone(), None)));
        }
        Ok(Self {
            child,
            output,
            readers,
        })
    }

    /// What it has printed so far, as text.
    pub(crate) fn output(&self) -> String {
        self.output.text()
    }

    /// Whether it has ended by itself, and how.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end, and until all that it printed is read.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        for reader in self.readers.drain(..) {
            // A grandchild may hold the pipe open: what it prints is not worth waiting for.
            let _ = tokio::time::timeout(PIPE_AT_MOST, reader).await;
        }
        Ok(status)
    }

    /// Ends it: politely, and by force where that does not help.
    pub(crate) async fn end(&mut self) {
        self.signal("TERM").await;
        if tokio::time::timeout(POLITE_AT_MOST, self.child.wait())
            .await
            .is_err()
        {
            self.signal("KILL").await;
            let _ = self.child.kill().await;
        }
    }

    /// Sends a signal to the whole group. The standard library cannot, `kill` can.
    async fn signal(&self, name: &str) {
        if let Some(id) = self.child.id() {
            let sent = Command::new("kill")
                .args([&format!("-{name}"), "--", &format!("-{id}")])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            // It may have ended in the meantime.
            let _ = sent.await;
        }
    }
}

impl Output {
    /// The octets, without escaping.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().copied().collect()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.octets()).into_owned()
    }

    pub(crate) fn push(&self, octets: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(octets);
        let surplus = kept.len().saturating_sub(KEPT_AT_MOST);
        kept.drain(..surplus);
    }
}

async fn collect(mut pipe: impl AsyncRead + Unpin, output: Output, copy: Option<Output>) {
    let mut buffer = vec![0; 8 << 10];
    while let Ok(count) = pipe.read(&mut buffer).await {
        if count == 0 {
            break;
        }
        output.push(&buffer[..count]);
        if let Some(copy) = &copy {
            copy.push(&buffer[..count]);
        }
    }
}

/// Octets of output that are kept, the last ones: a process may flood it.
const KEPT_AT_MOST: usize = 256 << 10;

/// How long a process may take to end when asked to.
const POLITE_AT_MOST: Duration = Duration::from_secs(2);

/// How long the rest of the output is awaited once a process has ended.
const PIPE_AT_MOST: Duration = Duration::from_millis(200);
