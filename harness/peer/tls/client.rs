//! The client's side of a handshake.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    AlertDescription, CertificateError, ClientConfig, Error, InvalidMessage, RootCertStore,
};

use super::error::{HandshakeError, TlsError};
use super::keylog::KeyFile;
use super::options::Tls;
use super::stream::TlsStream;
use super::verify::Verifier;
use crate::peer::socket::Socket;

/// Agrees on TLS with one server.
#[derive(Clone)]
pub(in crate::peer) struct Connector {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Connector {
    pub(in crate::peer) fn new(tls: &Tls, host: &str) -> Result<Self, TlsError> {
        let name = tls.server_name.as_deref().unwrap_or(host);
        let name =
            ServerName::try_from(name.to_owned()).map_err(|_| TlsError::Name(name.to_owned()))?;
        let given = match &tls.roots {
            Some(path) => certificates(path)?,
            None => Vec::new(),
        };
        let roots = match &tls.roots {
            Some(path) => trusted(&given, path)?,
            None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
        };
        let provider = Arc::new(default_provider());
        let refused = |error: &dyn std::error::Error| TlsError::Refused(error.to_string());
        let verifier = Verifier::new(roots, given, tls.insecure, &provider)
            .map_err(|error| refused(&error))?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![ALPN.to_vec()];
        if let Some(path) = &tls.key_log {
            config.key_log = KeyFile::open(path)?;
        }
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }

    pub(in crate::peer) async fn connect(
        &self,
        socket: Socket,
    ) -> Result<TlsStream, HandshakeError> {
        let connecting = self.connector.connect(self.name.clone(), socket).await;
        connecting.map(TlsStream::new).map_err(fault)
    }
}

/// The certificates of a PEM file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).and_then(|found| found.collect());
    match read {
        Ok(found) if found.is_empty() => Err(TlsError::Empty {
            what: "certificate",
            path: path.to_owned(),
        }),
        Ok(found) => Ok(found),
        Err(error) => Err(unreadable(path, "certificate", error)),
    }
}

pub(super) fn unreadable(path: &Path, what: &'static str, error: pem::Error) -> TlsError {
    let path = path.to_owned();
    match error {
        pem::Error::Io(source) => TlsError::Unreadable { path, source },
        pem::Error::NoItemsFound => TlsError::Empty { what, path },
        error => TlsError::Unreadable {
            path,
            source: io::Error::other(error.to_string()),
        },
    }
}

fn trusted(given: &[CertificateDer<'static>], path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in given {
        roots
            .add(certificate.clone())
            .map_err(|error| TlsError::Unreadable {
                path: path.to_owned(),
                source: io::Error::other(error.to_string()),
            })?;
    }
    Ok(roots)
}

/// What a failed handshake means to a user.
pub(super) fn fault(error: io::Error) -> HandshakeError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return HandshakeError::Closed;
    }
    let spoken = error.get_ref().and_then(|error| error.downcast_ref());
    match spoken {
        None => HandshakeError::Broken(error),
        Some(Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge
            | InvalidMessage::InvalidEmptyPayload,
        )) => HandshakeError::NotTls,
        Some(Error::InvalidCertificate(error)) => wrong(error),
        Some(Error::AlertReceived(alert)) => refused(*alert),
        Some(error) => HandshakeError::Failed(error.to_string()),
    }
}

fn refused(alert: AlertDescription) -> HandshakeError {
    let hint = match alert {
        AlertDescription::NoApplicationProtocol => ": it does not speak http/1.1 over TLS",
        AlertDescription::UnrecognisedName => ": it does not know the name (see --sni NAME)",
        AlertDescription::CertificateRequired => ": it wants a certificate of the client",
        _ => "",
    };
    HandshakeError::Refused(format!("{alert:?}{hint}"))
}

fn wrong(error: &CertificateError) -> HandshakeError {
    use CertificateError as E;
    match error {
        E::Expired => HandshakeError::Expired(String::new()),
        E::ExpiredContext { time, not_after } => {
            let ago = time.as_secs().saturating_sub(not_after.as_secs()) / DAY;
            HandshakeError::Expired(format!(" {ago} days ago"))
        }
        E::NotValidYet => HandshakeError::NotYetValid(String::new()),
        E::NotValidYetContext { time, not_before } => {
            let days = not_before.as_secs().saturating_sub(time.as_secs()) / DAY;
            HandshakeError::NotYetValid(format!(", but in {days} days"))
        }
        E::NotValidForName => HandshakeError::WrongName {
            wanted: "this name".into(),
            offered: String::new(),
        },
        E::NotValidForNameContext {
            expected,
            presented,
        } => HandshakeError::WrongName {
            wanted: expected.to_str().into_owned(),
            offered: match presented.as_slice() {
                [] => String::new(),
                names => {
                    let names: Vec<&str> = names.iter().map(|name| bare(name)).collect();
                    format!(", but for {}", names.join(", "))
                }
            },
        },
        E::UnknownIssuer | E::BadSignature => HandshakeError::Untrusted,
        error => HandshakeError::Certificate(error.to_string()),
    }
}

/// A name as a user knows it; the library writes `DnsName("localhost")`.
fn bare(name: &str) -> &str {
    let quoted = name.strip_prefix("DnsName(\"");
    quoted
        .and_then(|rest| rest.strip_suffix("\")"))
        .unwrap_or(name)
}

/// The protocol that is negotiated: no other is spoken here.
pub(super) const ALPN: &[u8] = b"http/1.1";

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;
