//! The secrets of TLS sessions in a file, for tools that look into recorded traffic.
//!
//! The format is that of `SSLKEYLOGFILE`, which browsers and curl write and Wireshark reads.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::rustls::KeyLog;

use super::error::TlsError;

/// A file to which secrets are appended.
#[derive(Debug)]
pub(super) struct KeyFile(Mutex<File>);

impl KeyFile {
    /// Opens the file; a new one is for its owner only, who reads along with what it holds.
    pub(super) fn open(path: &Path) -> Result<Arc<dyn KeyLog>, TlsError> {
        match open(path) {
            Ok(file) => Ok(Arc::new(Self(Mutex::new(file)))),
            Err(source) => Err(TlsError::Unwritable {
                path: path.to_owned(),
                source,
            }),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl KeyLog for KeyFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One write for each line: other processes may append to the same file. A full disk costs
        // this session its line; the traffic itself has to go on.
        let _ = file.write_all(line.as_bytes());
    }
}

fn hex(octets: &[u8]) -> String {
    let mut text = String::with_capacity(2 * octets.len());
    for octet in octets {
        write!(text, "{octet:02x}").expect("a String takes everything");
    }
    text
}
