//! What a user can say about TLS with a server. Plain data.

use std::path::PathBuf;

/// How TLS is spoken with a server. By default as a browser would.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tls {
    /// A PEM file with the certificates to trust, instead of those of the public authorities.
    pub roots: Option<PathBuf>,
    /// Trusts whatever certificate the server has.
    pub insecure: bool,
    /// The name that is asked for (SNI), and that the certificate must be for. By default the
    /// host of the URL; where that is an IP address, no name is asked for.
    pub server_name: Option<String>,
    /// A file to which the secrets of every session are appended, as `SSLKEYLOGFILE` has it.
    pub key_log: Option<PathBuf>,
}
