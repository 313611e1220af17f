//! Where a server listens, as it is written: a URL, or the path of a socket.

use std::path::PathBuf;

/// Where a server listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Address {
    /// `http://…` or `https://…`.
    Tcp(Origin),
    /// `unix:/…`: the path of a socket.
    Unix(PathBuf),
}

/// A URL taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// Whether it is `https`.
    pub tls: bool,
    /// Host and port as they are written.
    pub authority: String,
    /// Path and query.
    pub target: String,
}

impl Address {
    /// Reads an address; the error is a fragment.
    ///
    /// # Errors
    /// What is wrong with it.
    ///
    /// ```
    /// use h1check::profile::Address;
    ///
    /// assert!(Address::parse("http://localhost:8080/").is_ok());
    /// assert!(Address::parse("unix:/run/server.sock").is_ok());
    /// assert!(Address::parse("localhost:8080").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            if !path.starts_with('/') || path.ends_with('/') || path.contains('\0') {
                return Err(format!("`{path}` is no absolute path of a socket"));
            }
            if path.contains(":/") {
                return Err(format!(
                    "`{path}` has a path behind the socket: that is `paths.get`"
                ));
            }
            return Ok(Self::Unix(path.into()));
        }
        let (tls, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, _)) => return Err(format!("`{scheme}` is not spoken here")),
            None => return Err(format!("`{text}` is no address")),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        check_authority(authority)?;
        let target = if target.starts_with('/') {
            target.to_owned()
        } else {
            format!("/{target}")
        };
        check_path(&target)?;
        Ok(Self::Tcp(Origin {
            tls,
            authority: authority.to_owned(),
            target,
        }))
    }
}

/// As it is written in a profile.
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(origin) => {
                let scheme = if origin.tls { "https" } else { "http" };
                write!(f, "{scheme}://{}{}", origin.authority, origin.target)
            }
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Origin {
    /// Host and port to connect to; the host is without brackets.
    #[must_use]
    pub fn host_and_port(&self) -> (&str, u16) {
        let usual = if self.tls { 443 } else { 80 };
        split(&self.authority, usual)
    }
}

/// Host and port of an authority that is known to be one.
fn split(authority: &str, usual: u16) -> (&str, u16) {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(usual)),
        _ => (authority, usual),
    };
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    (bare.unwrap_or(host), port)
}

/// `host [ ":" port ]`, without user information.
pub(super) fn check_authority(text: &str) -> Result<(), String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (text, ""),
    };
    if !port.is_empty() && !port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Err(format!("`{port}` is no port"));
    }
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(literal) = literal {
        let address = literal.parse::<std::net::Ipv6Addr>();
        return address
            .map(|_| ())
            .map_err(|_| format!("`{literal}` is no IPv6 address"));
    }
    let is_name = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&octet);
    if host.is_empty() {
        return Err("there is no host".into());
    }
    if !host.bytes().all(is_name) {
        return Err(format!("`{text}` is no host with an optional port"));
    }
    Ok(())
}

/// A path, perhaps with a query, as it stands in a request-line.
pub(super) fn check_path(text: &str) -> Result<(), String> {
    if !text.starts_with('/') {
        return Err(format!("`{text}` does not begin with `/`"));
    }
    if text.contains('#') {
        return Err(format!("`{text}` has a fragment, which is never sent"));
    }
    if !text.bytes().all(|octet| octet.is_ascii_graphic()) {
        return Err(format!(
            "`{}` has characters that must be percent-encoded",
            text.escape_debug()
        ));
    }
    Ok(())
}
