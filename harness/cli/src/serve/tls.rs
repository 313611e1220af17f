//! The certificate of the reference server: of the user, or made for this time.

use std::path::PathBuf;
use std::process::ExitCode;

use h1check::peer::tls::{Acceptor, SelfMade, TlsError};

use crate::exit;
use crate::keylog::KeyLogArguments;
use crate::output::write_atomically;
use crate::terminal::{complain, fail, note, say};

/// Options for TLS.
#[derive(Debug, clap::Args)]
pub(super) struct TlsArguments {
    /// Speak TLS, with a new certificate for localhost and the host of ADDR unless --cert names one
    #[arg(long)]
    tls: bool,

    /// Write the new certificate into this file, which a client has to trust
    #[arg(long, value_name = "FILE", requires = "tls", conflicts_with = "cert")]
    cert_out: Option<PathBuf>,

    /// Speak TLS with the certificate of this PEM file, and those that vouch for it
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,

    /// The private key of --cert, a PEM file
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    #[command(flatten)]
    keys: KeyLogArguments,
}

impl TlsArguments {
    /// What to speak TLS with, if at all; where that is new, how to know and trust it is printed.
    pub(super) fn acceptor(&self, host: &str) -> Result<Option<Acceptor>, ExitCode> {
        let acceptor = self.without_key_log(host)?;
        match (acceptor, self.keys.path()) {
            (Some(acceptor), Some(path)) => acceptor.with_key_log(&path).map(Some).map_err(refuse),
            (None, _) if self.keys.is_given() => {
                note(format_args!(
                    "error: --keylog is for TLS: add --tls, or --cert and --key"
                ));
                Err(ExitCode::from(exit::BAD_INPUT))
            }
            (acceptor, _) => Ok(acceptor),
        }
    }

    fn without_key_log(&self, host: &str) -> Result<Option<Acceptor>, ExitCode> {
        if let (Some(certificate), Some(key)) = (&self.cert, &self.key) {
            let acceptor = Acceptor::from_files(certificate, key).map_err(refuse)?;
            return Ok(Some(acceptor));
        }
        if !self.tls {
            return Ok(None);
        }
        let mut names = vec!["localhost", "127.0.0.1", "::1"];
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if !host.is_empty() && !names.contains(&host) {
            names.push(host);
        }
        let SelfMade { acceptor, pem } = Acceptor::self_made(&names).map_err(refuse)?;
        if let Some(path) = &self.cert_out {
            write_atomically(path, pem.as_bytes()).map_err(|error| fail(&error))?;
        }
        say(format_args!(
            "Certificate with SHA-256 {}\n",
            acceptor.fingerprint()
        ));
        match &self.cert_out {
            Some(path) => say(format_args!("Trust it with --cacert {}\n", path.display())),
            None => say(format_args!(
                "Trust it with --insecure, or ask for a file: --cert-out\n"
            )),
        }
        Ok(Some(acceptor))
    }
}

fn refuse(error: TlsError) -> ExitCode {
    complain(&error);
    ExitCode::from(exit::BAD_INPUT)
}
