//! `http` URLs, as far as a client of one origin needs them.

use std::fmt;

use crate::peer::target;

/// An `http` URL taken apart.
///
/// ```
/// use h1check::peer::client::Url;
///
/// let url = Url::parse("http://localhost/a?b#c").unwrap();
/// assert_eq!(url.authority, "localhost");
/// assert_eq!(url.address(), "localhost:80");
/// assert_eq!(url.target, "/a?b");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Url {
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
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some((scheme, _)) => return Err(UrlError::Scheme(scheme.to_owned())),
            None => text,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let named = !authority.is_empty() && !authority.starts_with(':');
        if !named || !target::is_authority(authority.as_bytes()) {
            return Err(UrlError::Authority(authority.to_owned()));
        }
        // 9112-3.2.1-p3-2: an empty path is sent as `/`.
        let target = match target.starts_with('/') {
            true => target.to_owned(),
            false => format!("/{target}"),
        };
        match target::Target::parse(b"GET", target.as_bytes()) {
            Some(_) => Ok(Self {
                authority: authority.to_owned(),
                target,
            }),
            None => Err(UrlError::Target(target)),
        }
    }

    /// Where to connect to: the authority, with the port of the scheme if it has none.
    #[must_use]
    pub fn address(&self) -> String {
        match self.authority.rsplit_once(':') {
            Some((_, port)) if !port.is_empty() && !port.ends_with(']') => self.authority.clone(),
            Some((host, "")) => format!("{host}:80"),
            _ => format!("{}:80", self.authority),
        }
    }
}

/// Why a text is no URL that a client can use.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UrlError {
    /// Only `http` is spoken.
    Scheme(String),
    /// Host and port are missing or misspelt.
    Authority(String),
    /// Path and query have octets that must be encoded.
    Target(String),
}

impl std::error::Error for UrlError {}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(scheme) => write!(f, "only http:// is spoken, not {scheme}://"),
            Self::Authority(text) if text.is_empty() => f.write_str("there is no host"),
            Self::Authority(text) => write!(f, "`{text}` is not a host with an optional port"),
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
    #[case::scheme("https://h/", UrlError::Scheme("https".to_owned()))]
    #[case::no_host("http:///a", UrlError::Authority(String::new()))]
    #[case::user("http://u@h/", UrlError::Authority("u@h".to_owned()))]
    #[case::port("http://h:x/", UrlError::Authority("h:x".to_owned()))]
    #[case::space("http://h/a b", UrlError::Target("/a b".to_owned()))]
    fn refuses_what_it_cannot_use(#[case] text: &str, #[case] error: UrlError) {
        assert_eq!(Url::parse(text), Err(error));
    }
}
