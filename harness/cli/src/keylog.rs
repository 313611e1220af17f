//! Where the secrets of TLS sessions are written, for tools that look into recorded traffic.

use std::path::PathBuf;

use clap::Args;

/// The option for it, the same for every command that speaks TLS.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct KeyLogArguments {
    /// Append the secrets of every TLS session to this file, for Wireshark
    ///
    /// Whoever reads it can read the traffic: a new file is for its owner only. The variable
    /// SSLKEYLOGFILE says the same.
    #[arg(long, value_name = "FILE")]
    keylog: Option<PathBuf>,
}

impl KeyLogArguments {
    /// Whether the command line asks for it.
    pub(crate) fn is_given(&self) -> bool {
        self.keylog.is_some()
    }

    /// The file of the command line, or else that of the environment.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        let named = || std::env::var_os("SSLKEYLOGFILE").filter(|name| !name.is_empty());
        self.keylog.clone().or_else(|| named().map(PathBuf::from))
    }
}
