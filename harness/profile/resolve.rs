//! Where to connect to instead of what a name resolves to.

use std::net::IpAddr;

/// One `HOST:PORT:ADDRESS`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resolve {
    /// The host of the URL, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Where to connect to, on the same port.
    pub address: IpAddr,
}

impl Resolve {
    /// Reads `HOST:PORT:ADDRESS`; the error is a fragment.
    ///
    /// # Errors
    /// What is wrong with it.
    ///
    /// ```
    /// use h1check::profile::Resolve;
    ///
    /// let local = Resolve::parse("example.com:443:127.0.0.1").unwrap();
    /// assert_eq!(local.port, 443);
    /// assert!(local.is_for("Example.com", 443));
    /// assert!(Resolve::parse("example.com:443").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not HOST:PORT:ADDRESS");
        let host_end = match text.strip_prefix('[') {
            Some(rest) => rest.find(']').map(|at| at + 2),
            None => text.find(':'),
        };
        let (host, rest) = text.split_at(host_end.ok_or_else(wrong)?);
        let (port, address) = rest
            .strip_prefix(':')
            .and_then(|rest| rest.split_once(':'))
            .ok_or_else(wrong)?;
        super::address::check_authority(host)?;
        let port = port.parse().ok().filter(|port| *port > 0);
        let bare = |text: &str| text.trim_matches(['[', ']']).to_owned();
        let address = bare(address);
        Ok(Self {
            host: bare(host),
            port: port.ok_or_else(wrong)?,
            address: address
                .parse()
                .map_err(|_| format!("`{address}` is no IP address"))?,
        })
    }

    /// Whether it is about that host and port.
    #[must_use]
    pub fn is_for(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

/// As it is written.
impl std::fmt::Display for Resolve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            host,
            port,
            address,
        } = self;
        if host.contains(':') {
            write!(f, "[{host}]:{port}:{address}")
        } else {
            write!(f, "{host}:{port}:{address}")
        }
    }
}
