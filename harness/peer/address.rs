//! Where somebody listens: an address of the network, or a path in the file system.
//!
//! Plain data; nothing is opened here.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

/// An address of the network, or the path of a Unix socket.
///
/// ```
/// use h1check::peer::Address;
///
/// let address: Address = "unix:/run/server.sock".parse().unwrap();
/// assert_eq!(address, Address::unix("/run/server.sock"));
/// assert_eq!(Address::from(([127, 0, 0, 1], 80)).to_string(), "127.0.0.1:80");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Address {
    /// TCP, over IPv4 or IPv6.
    Tcp(SocketAddr),
    /// A Unix socket; the path is empty where a client has none.
    Unix(Arc<Path>),
}

impl Address {
    /// The Unix socket with this path.
    pub fn unix(path: impl AsRef<Path>) -> Self {
        Self::Unix(path.as_ref().into())
    }

    /// The address of the network, if it is one.
    #[must_use]
    pub fn tcp(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) => Some(*address),
            Self::Unix(_) => None,
        }
    }
}

impl<T: Into<SocketAddr>> From<T> for Address {
    fn from(address: T) -> Self {
        Self::Tcp(address.into())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.strip_prefix(UNIX) {
            Some("") => Err(AddressError(text.to_owned())),
            Some(path) => Ok(Self::unix(path)),
            None => match text.parse() {
                Ok(address) => Ok(Self::Tcp(address)),
                Err(_) => Err(AddressError(text.to_owned())),
            },
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

/// A text that is no address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is neither an IP address with a port nor unix: with a path")]
pub struct AddressError(String);

/// What stands in front of a path.
pub(super) const UNIX: &str = "unix:";

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::v4("127.0.0.1:80")]
    #[case::v6("[::1]:80")]
    #[case::absolute("unix:/run/a b.sock")]
    #[case::relative("unix:server.sock")]
    fn reads_what_it_writes(#[case] text: &str) {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case::no_port("127.0.0.1")]
    #[case::name("localhost:80")]
    #[case::no_path("unix:")]
    #[case::nothing("")]
    fn refuses_what_is_no_address(#[case] text: &str) {
        let error = text.parse::<Address>().unwrap_err();
        assert!(error.to_string().contains("neither"), "{error}");
    }
}
