//! `http` and `https` URLs, as far as a client of one origin needs them.

use std::fmt;
use std::path::PathBuf;

use crate::peer::address::UNIX;
use crate::peer::target;

/// An `http` or `https` URL taken apart, or `unix:PATH[:TARGET]`: a server on a Unix socket, which
/// is asked for that target (`/` by default) with `localhost` as its authority.
///
/// ```
/// use h1check::peer::client::Url;
///
/// let url = Url::parse("http://localhost/a?b#c").unwrap();
/// assert_eq!(url.authority, "localhost");
/// assert_eq!(url.address(), "localhost:80");
/// assert_eq!(url.target, "/a?b");
///
/// let url = Url::parse("unix:/run/server.sock:/a").unwrap();
/// assert_eq!(url.socket.as_deref(), Some("/run/server.sock".as_ref()));
/// assert_eq!((&*url.authority, &*url.target), ("localhost", "/a"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Url {
    /// Whether TLS is spoken: `https`.
    pub tls: bool,
    /// The path of the Unix socket, where it is no URL of the network.
    pub socket: Option<PathBuf>,
    /// Host and port as they were written.
    pub authority: String,
    /// Path and query: what an origin server is asked for.
    pub target: String,
}

impl Url {
    /// Parses a URL. Without `http://` in front, it is taken to be there.
    ///
    /// # Errors
    ///
    /// If it is of another scheme, or no URL.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if let Some(rest) = text.strip_prefix(UNIX) {
            return Self::unix(rest);
        }
        let (tls, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, _)) => return Err(UrlError::Scheme(scheme.to_owned())),
            None => (false, text),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let named = !authority.is_empty() && !authority.starts_with(':');
        if !named || !target::is_authority(authority.as_bytes()) {
            return Err(UrlError::Authority(authority.to_owned()));
        }
        Ok(Self {
            tls,
            socket: None,
            authority: authority.to_owned(),
            target: checked(target)?,
        })
    }

    /// A path, and perhaps a target behind a colon.
    fn unix(text: &str) -> Result<Self, UrlError> {
        let (path, target) = match text.find(":/") {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, "/"),
        };
        if path.is_empty() {
            return Err(UrlError::Socket);
        }
        Ok(Self {
            tls: false,
            socket: Some(path.into()),
            authority: "localhost".into(),
            target: checked(target.split('#').next().unwrap_or_default())?,
        })
    }

    /// Where to connect to: the authority, with the port of the scheme if it has none.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}:{}", self.split().0, self.port())
    }

    /// The host, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.split().0;
        let literal = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        literal.unwrap_or(host)
    }

    /// The port, that of the scheme if none is named.
    #[must_use]
    pub fn port(&self) -> u16 {
        let usual = if self.tls { 443 } else { 80 };
        // What is no port was refused before.
        self.split().1.parse().unwrap_or(usual)
    }

    /// Host and port as they were written.
    fn split(&self) -> (&str, &str) {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (&self.authority, ""),
        }
    }
}

/// Path and query as they are sent.
fn checked(target: &str) -> Result<String, UrlError> {
    // 9112-3.2.1-p3-2: an empty path is sent as `/`.
    let target = match target.starts_with('/') {
        true => target.to_owned(),
        false => format!("/{target}"),
    };
    match target::Target::parse(b"GET", target.as_bytes()) {
        Some(_) => Ok(target),
        None => Err(UrlError::Target(target)),
    }
}

/// Why a text is no URL that a client can use.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UrlError {
    /// Only `http` and `https` are spoken.
    Scheme(String),
    /// Host and port are missing or misspelt.
    Authority(String),
    /// There is nothing behind `unix:`.
    Socket,
    /// Path and query have octets that must be encoded.
    Target(String),
}

impl std::error::Error for UrlError {}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(scheme) => {
                write!(f, "only http:// and https:// are spoken, not {scheme}://")
            }
            Self::Authority(text) if text.is_empty() => f.write_str("there is no host"),
            Self::Authority(text) => write!(f, "`{text}` is not a host with an optional port"),
            Self::Socket => f.write_str("the path of a socket is missing behind unix:"),
            Self::Target(text) => {
                write!(f, "`{text}` has characters that must be percent-encoded")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::plain("http://localhost:8888", "localhost:8888", "localhost:8888", "/")]
    #[case::no_scheme("localhost:8888/echo", "localhost:8888", "localhost:8888", "/echo")]
    #[case::no_port("http://h/a", "h", "h:80", "/a")]
    #[case::empty_port("http://h:/a", "h:", "h:80", "/a")]
    #[case::query_only("http://h?q=1", "h", "h:80", "/?q=1")]
    #[case::ipv6("http://[::1]", "[::1]", "[::1]:80", "/")]
    #[case::ipv6_port("http://[::1]:81/", "[::1]:81", "[::1]:81", "/")]
    #[case::tls("https://h/a", "h", "h:443", "/a")]
    #[case::tls_port("HTTPS://[::1]:8443", "[::1]:8443", "[::1]:8443", "/")]
    #[case::socket("unix:/run/a.sock", "localhost", "localhost:80", "/")]
    #[case::socket_and_target("unix:a:b.sock:/x?y#z", "localhost", "localhost:80", "/x?y")]
    #[case::fragment("http://h/a#b", "h", "h:80", "/a")]
    fn takes_urls_apart(
        #[case] text: &str,
        #[case] authority: &str,
        #[case] address: &str,
        #[case] target: &str,
    ) {
        let url = Url::parse(text).unwrap();
        assert_eq!(
            (&*url.authority, &*url.address(), &*url.target),
            (authority, address, target)
        );
    }

    #[rstest]
    #[case::scheme("ftp://h/", UrlError::Scheme("ftp".to_owned()))]
    #[case::no_socket("unix:", UrlError::Socket)]
    #[case::no_socket_but_a_target("unix::/a", UrlError::Socket)]
    #[case::space_behind_a_socket("unix:a:/ b", UrlError::Target("/ b".to_owned()))]
    #[case::no_host("http:///a", UrlError::Authority(String::new()))]
    #[case::user("http://u@h/", UrlError::Authority("u@h".to_owned()))]
    #[case::port("http://h:x/", UrlError::Authority("h:x".to_owned()))]
    #[case::space("http://h/a b", UrlError::Target("/a b".to_owned()))]
    fn refuses_what_it_cannot_use(#[case] text: &str, #[case] error: UrlError) {
        assert_eq!(Url::parse(text), Err(error));
    }
}
