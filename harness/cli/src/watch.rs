//! `--watch`: runs again when a file has changed, or when a server that went away is back.
//!
//! It knows files and addresses, and nothing of what a run does.

use std::collections::BTreeSet;
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use clap::Args;
use h1check::run::Address;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::exit;
use crate::terminal::{fail, note, runtime, told_to_end};

/// Whether to go on.
#[derive(Args, Debug)]
pub(crate) struct WatchArguments {
    /// Run again when a file of --scenarios, the profile or the program of --spawn changes, or when
    /// a server that went away is back
    ///
    /// Ctrl-C ends it, with the exit code of the last run.
    #[arg(long, help_heading = "The run")]
    watch: bool,
}

/// What a run depends on.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// A folder of scenario files.
    pub(crate) folder: Option<PathBuf>,
    /// Other files, which need not be there.
    pub(crate) files: Vec<PathBuf>,
    /// Whether the run tells of a server that may come and go.
    pub(crate) server: bool,
}

impl WatchArguments {
    /// Runs once, or again and again. A run tells where the server is that it judges.
    pub(crate) fn repeat(
        &self,
        watched: &Watched,
        mut run: impl FnMut(&mut Option<Address>) -> ExitCode,
    ) -> ExitCode {
        let mut address = None;
        if !self.watch {
            return run(&mut address);
        }
        if watched.folder.is_none() && watched.files.is_empty() && !watched.server {
            note(format_args!(
                "error: there is nothing to watch: say --scenarios DIR, whose files you edit"
            ));
            return ExitCode::from(exit::BAD_INPUT);
        }
        let (sender, events) = channel();
        listen_for_the_end(sender.clone());
        let _watcher = match watched.watch(sender) {
            Ok(watcher) => watcher,
            Err(error) => {
                fail(&error);
                return ExitCode::from(exit::BAD_INPUT);
            }
        };
        loop {
            let code = run(&mut address);
            note(format_args!("\nwatching {watched}; Ctrl-C ends"));
            let why = match wait(&events, address.as_ref()) {
                Wake::End => return code,
                Wake::Changed(names) => {
                    format!("{} changed", Vec::from_iter(names).join(", "))
                }
                Wake::Back(address) => format!("{address} is back"),
            };
            note(format_args!("\n──── {why} ────\n"));
        }
    }
}

impl Watched {
    /// Events about these files from now on.
    fn watch(&self, sender: Sender<Event>) -> io::Result<RecommendedWatcher> {
        let folder = self.folder.as_deref().map(absolute).transpose()?;
        let files = self.files.iter().map(absolute);
        let files = files.collect::<io::Result<BTreeSet<PathBuf>>>()?;
        let (own_folder, own_files) = (folder.clone(), files.clone());
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<_>| {
            let Ok(notify::Event { kind, paths, .. }) = event else {
                return;
            };
            // Our own run opens and reads them all.
            if kind.is_access() {
                return;
            }
            for path in paths {
                let is_scenario = own_folder.as_ref().is_some_and(|folder| {
                    path.starts_with(folder) && path.extension().is_some_and(|it| it == "toml")
                });
                if is_scenario || own_files.contains(&path) {
                    // Nobody listens any more at the end.
                    let _ = sender.send(Event::Changed(path));
                }
            }
        })
        .map_err(io::Error::other)?;
        // Editors write a new file and rename it: it is the folder that tells of that.
        let parents: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        for parent in parents.into_iter().filter(|parent| parent.is_dir()) {
            let watched = watcher.watch(parent, RecursiveMode::NonRecursive);
            watched.map_err(|error| cannot_watch(parent, &error))?;
        }
        if let Some(folder) = &folder {
            let watched = watcher.watch(folder, RecursiveMode::Recursive);
            watched.map_err(|error| cannot_watch(folder, &error))?;
        }
        Ok(watcher)
    }
}

impl std::fmt::Display for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths = self.folder.iter().chain(&self.files);
        let mut names: Vec<String> = paths.map(|path| path.display().to_string()).collect();
        if self.server {
            names.push("the server".into());
        }
        f.write_str(&names.join(", "))
    }
}

fn cannot_watch(path: &Path, error: &notify::Error) -> io::Error {
    let why = match &error.kind {
        notify::ErrorKind::Io(error) => error.to_string(),
        notify::ErrorKind::PathNotFound => "there is no such folder".into(),
        _ => error.to_string(),
    };
    io::Error::other(format!("cannot watch {}: {why}", path.display()))
}

/// What comes in while nothing is played.
#[derive(Debug)]
enum Event {
    Changed(PathBuf),
    /// Ctrl-C, or SIGTERM.
    End,
}

/// Why the wait is over.
#[derive(Debug)]
enum Wake {
    Changed(BTreeSet<String>),
    Back(String),
    End,
}

/// A run that is under way hears of the end itself, and ends; this is for the time between two.
fn listen_for_the_end(sender: Sender<Event>) {
    thread::spawn(move || {
        if let Ok(runtime) = runtime(Some(1)) {
            runtime.block_on(told_to_end());
            let _ = sender.send(Event::End);
        }
    });
}

fn wait(events: &Receiver<Event>, address: Option<&Address>) -> Wake {
    let mut was_there = true;
    loop {
        match events.recv_timeout(BETWEEN_LOOKS) {
            Ok(Event::Changed(path)) => return settled(events, &path),
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return Wake::End,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let Some(address) = address else { continue };
        let is_there = listens(address);
        if was_there && !is_there {
            note(format_args!("nobody listens at {address}: waiting for it"));
        } else if is_there && !was_there {
            return Wake::Back(address.to_string());
        }
        was_there = is_there;
    }
}

/// Takes what belongs together: an editor, or a checkout, writes several files, or one in pieces.
fn settled(events: &Receiver<Event>, first: &Path) -> Wake {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let mut names = BTreeSet::from([name(first)]);
    loop {
        match events.recv_timeout(QUIET) {
            Ok(Event::Changed(path)) => {
                names.insert(name(&path));
            }
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return Wake::End,
            Err(RecvTimeoutError::Timeout) => return Wake::Changed(names),
        }
    }
}

/// Whether somebody accepts connections there.
fn listens(address: &Address) -> bool {
    match address {
        Address::Tcp(address) => TcpStream::connect_timeout(address, CONNECT).is_ok(),
        #[cfg(unix)]
        Address::Unix(path) => std::os::unix::net::UnixStream::connect(path).is_ok(),
        #[cfg(not(unix))]
        Address::Unix(_) => true,
    }
}

/// How often the server is looked for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// How long nothing may change before a change counts as complete.
const QUIET: Duration = Duration::from_millis(150);

const CONNECT: Duration = Duration::from_millis(500);
