//! The server's side of a handshake, and certificates for it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::client::{ALPN, certificates, fault, unreadable};
use super::error::{HandshakeError, TlsError};
use super::keylog::KeyFile;
use super::stream::TlsStream;
use crate::peer::socket::Socket;

/// Agrees on TLS with clients: a certificate and its key. Cheap to clone.
#[derive(Clone)]
pub struct Acceptor {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

/// What a failed handshake says of a client.
fn clients_fault(error: io::Error) -> HandshakeError {
    let alert = |alert| format!("the client refuses the certificate, with the alert {alert}");
    match fault(error) {
        HandshakeError::NotTls => {
            HandshakeError::Failed("the client speaks something that is not TLS".into())
        }
        HandshakeError::Refused(name) => HandshakeError::Failed(alert(name)),
        error => error,
    }
}

/// A certificate that nobody else vouches for, ready to be used.
#[derive(Clone, Debug)]
pub struct SelfMade {
    /// What serves with it.
    pub acceptor: Acceptor,
    /// The certificate as PEM: the file that a client has to trust.
    pub pem: String,
}

impl Acceptor {
    /// With a new key, and a certificate for these names and IP addresses that it signs itself.
    ///
    /// # Errors
    /// A name is none.
    ///
    /// ```
    /// # #[cfg(feature = "tls")] {
    /// use h1check::peer::tls::Acceptor;
    ///
    /// let made = Acceptor::self_made(&["localhost", "127.0.0.1"]).unwrap();
    /// assert!(made.pem.starts_with("-----BEGIN CERTIFICATE-----"));
    /// # }
    /// ```
    pub fn self_made(names: &[&str]) -> Result<SelfMade, TlsError> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let refused = |error: rcgen::Error| TlsError::Refused(error.to_string());
        let made = rcgen::generate_simple_self_signed(names).map_err(refused)?;
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let pem = made.cert.pem();
        let acceptor = Self::new(vec![made.cert.der().clone()], key.into())?;
        Ok(SelfMade { acceptor, pem })
    }

    /// With the certificate (and those that vouch for it) and the key of two PEM files.
    ///
    /// # Errors
    /// They cannot be read, or do not belong together.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = certificates(certificate)?;
        let key = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| unreadable(key, "private key", error))?;
        Self::new(chain, key)
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let refused = |error: tokio_rustls::rustls::Error| TlsError::Refused(error.to_string());
        let certificate = chain.first().cloned().unwrap_or_else(|| Vec::new().into());
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(refused)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(refused)?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate,
        })
    }

    /// The same, which also appends the secrets of every session to this file, as `SSLKEYLOGFILE`
    /// has it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn with_key_log(self, path: &Path) -> Result<Self, TlsError> {
        let mut config = ServerConfig::clone(self.acceptor.config());
        config.key_log = KeyFile::open(path)?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ..self
        })
    }

    /// The SHA-256 of the certificate, as other tools write it: `AB:CD:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, &self.certificate);
        let pairs: Vec<String> = digest
            .as_ref()
            .iter()
            .map(|octet| format!("{octet:02X}"))
            .collect();
        pairs.join(":")
    }

    pub(in crate::peer) async fn accept(
        &self,
        socket: Socket,
    ) -> Result<TlsStream, HandshakeError> {
        let accepting = self.acceptor.accept(socket).await;
        accepting.map(TlsStream::new).map_err(clients_fault)
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acceptor")
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}
