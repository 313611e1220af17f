//! What the commands share: lines for people, the runtime, signals.

use std::error::Error;
use std::fmt::{Arguments, Write as _};
use std::io::{self, Write as _};
use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

use crate::exit;

/// Writes to stdout. Whoever has closed it is not interested, which is no error.
pub(crate) fn say(text: Arguments<'_>) {
    let mut out = io::stdout().lock();
    let _ = out.write_fmt(text).and_then(|()| out.flush());
}

/// Writes an error with its causes to stderr.
pub(crate) fn complain(error: &dyn Error) {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    note(format_args!("{text}"));
}

/// Writes a line to stderr.
pub(crate) fn note(text: Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why nothing could be done.
pub(crate) fn fail(error: &dyn Error) -> ExitCode {
    complain(error);
    ExitCode::from(exit::COULD_NOT_TEST)
}

/// A runtime with so many workers, or as many as there are cores.
pub(crate) fn runtime(workers: Option<usize>) -> io::Result<Runtime> {
    let mut builder = match workers {
        Some(1) => Builder::new_current_thread(),
        Some(workers) => {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(workers);
            builder
        }
        None => Builder::new_multi_thread(),
    };
    builder.enable_all().build()
}

/// Ends when the process is told to end: Ctrl-C or SIGTERM.
pub(crate) async fn told_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the signal ends the process in its own way.
            std::future::pending().await
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
