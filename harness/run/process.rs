//! Processes that a run starts: a server under test, or a client command.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// A running process and its children, which are one group. They are ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Group,
    output: Output,
    readers: Vec<JoinHandle<()>>,
}

/// The process groups of a run, so that none outlives it, wherever its task is being dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups(Arc<Mutex<BTreeMap<u32, Pid>>>);

/// One group, known to the run until it is ended.
#[derive(Debug)]
struct Group {
    id: Option<u32>,
    all: Groups,
}

/// What a process has printed, stdout and stderr together, the last part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output(Arc<Mutex<VecDeque<u8>>>);

impl Process {
    /// Starts a program with its arguments; `stdout` gets a copy of what it writes there.
    pub(crate) fn start(
        words: &[String],
        stdout: Option<Output>,
        groups: &Groups,
    ) -> io::Result<Self> {
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
        let group = groups.add(child.id());
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
            group,
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
        let status = self.child.try_wait().ok().flatten()?;
        self.group.end();
        Some(status)
    }

    /// Waits for its end, and until all that it printed is read. What it left behind is ended.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.group.end();
        for reader in self.readers.drain(..) {
            // A grandchild may hold the pipe open: what it prints is not worth waiting for.
            let _ = tokio::time::timeout(PIPE_AT_MOST, reader).await;
        }
        Ok(status)
    }

    /// Ends it: politely, and by force where that does not help.
    pub(crate) async fn end(&mut self) {
        self.group.signal(Signal::TERM);
        // By force it goes for whatever is left when the leader has ended, too.
        let _ = tokio::time::timeout(POLITE_AT_MOST, self.child.wait()).await;
        self.group.end();
        let _ = self.child.wait().await;
    }
}

impl Groups {
    fn add(&self, id: Option<u32>) -> Group {
        let pid = id.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let (Some(id), Some(pid)) = (id, pid) {
            self.lock().insert(id, pid);
        }
        Group {
            id,
            all: self.clone(),
        }
    }

    /// Ends all that still runs.
    pub(crate) fn end(&self) {
        for (_, pid) in std::mem::take(&mut *self.lock()) {
            // It may have ended in the meantime.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Pid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn signal(&self, signal: Signal) {
        let pid = self.id.and_then(|id| self.all.lock().get(&id).copied());
        if let Some(pid) = pid {
            // It may have ended in the meantime.
            let _ = kill_process_group(pid, signal);
        }
    }

    /// Ends it by force, and forgets it: its number may soon be that of somebody else.
    fn end(&mut self) {
        self.signal(Signal::KILL);
        if let Some(id) = self.id.take() {
            self.all.lock().remove(&id);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
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
