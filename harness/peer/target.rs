//! The four forms of a request-target (RFC 9112 §3.2) and the `Host` field.
//!
//! Pure: octets in, parts out.

use std::net::Ipv6Addr;

/// A request-target taken apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Target<'a> {
    /// The path, `*` for the server as a whole.
    pub(super) path: &'a [u8],
    /// What is behind the `?`.
    pub(super) query: Option<&'a [u8]>,
    /// Where the target is in absolute-form or authority-form.
    pub(super) authority: Option<&'a [u8]>,
    /// Whether it is in absolute-form, with the scheme `https`.
    pub(super) is_https: bool,
}

impl<'a> Target<'a> {
    /// Parses the target of a request with this method; `None` where it is in no form that fits.
    // 9112-3.2-p2-2: one of the four forms, each only where its method allows.
    pub(super) fn parse(method: &[u8], target: &'a [u8]) -> Option<Self> {
        if method == b"CONNECT" {
            return authority_form(target);
        }
        match target.first()? {
            b'/' => path_and_query(target, None),
            // 9112-3.2.4-p2-1
            b'*' => (target == b"*" && method == b"OPTIONS").then_some(Self {
                path: target,
                query: None,
                authority: None,
                is_https: false,
            }),
            _ => absolute_form(method, target),
        }
    }
}

/// `authority-form = uri-host ":" port`
fn authority_form(target: &[u8]) -> Option<Target<'_>> {
    // 9112-3.2.3-p2-1: the port must be there.
    let port = target.rsplit(|&octet| octet == b':').next()?;
    let named = !port.is_empty() && port.len() < target.len() - 1 && port != b"0";
    (named && is_authority(target)).then_some(Target {
        path: b"",
        query: None,
        authority: Some(target),
        is_https: false,
    })
}

/// `absolute-form = absolute-URI`, of the schemes `http` and `https`.
// 9112-3.2.2-p9-1
fn absolute_form<'a>(method: &[u8], target: &'a [u8]) -> Option<Target<'a>> {
    let secured = strip_scheme(target, b"https://");
    let is_https = secured.is_some();
    let rest = secured.or_else(|| strip_scheme(target, b"http://"))?;
    let end = rest
        .iter()
        .position(|octet| matches!(octet, b'/' | b'?'))
        .unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    // RFC 9110 §4.2.4 advises to take user information for an error; §4.2.1 forbids an empty host.
    if authority.is_empty() || authority.starts_with(b":") || !is_authority(authority) {
        return None;
    }
    match rest {
        // 9112-3.2.4-p5-1: this is how a proxy would have been asked for `*`.
        b"" if method == b"OPTIONS" => Some(Target {
            path: b"*",
            query: None,
            authority: Some(authority),
            is_https,
        }),
        _ => Some(Target {
            is_https,
            ..path_and_query(rest, Some(authority))?
        }),
    }
}

fn strip_scheme<'a>(target: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = target.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn path_and_query<'a>(target: &'a [u8], authority: Option<&'a [u8]>) -> Option<Target<'a>> {
    if !is_encoded(target, |octet| {
        is_pchar(octet) || matches!(octet, b'/' | b'?')
    }) {
        return None;
    }
    let (path, query) = match target.iter().position(|&octet| octet == b'?') {
        Some(at) => (&target[..at], Some(&target[at + 1..])),
        None => (target, None),
    };
    Some(Target {
        path: if path.is_empty() { b"/" } else { path },
        query,
        authority,
        is_https: false,
    })
}

/// `Host = uri-host [ ":" port ]`
///
/// The same as an authority without user information. The empty value is valid.
pub(super) fn is_authority(value: &[u8]) -> bool {
    let (host, port) = if value.starts_with(b"[") {
        let Some(end) = value.iter().position(|&octet| octet == b']') else {
            return false;
        };
        if !is_ip_literal(&value[1..end]) {
            return false;
        }
        (&b""[..], &value[end + 1..])
    } else {
        let end = value.iter().position(|&octet| octet == b':');
        value.split_at(end.unwrap_or(value.len()))
    };
    is_encoded(host, is_reg_name) && is_port(port)
}

/// Nothing, or `":" port`, where the port is none or a number that can be one.
fn is_port(octets: &[u8]) -> bool {
    match octets {
        [] | [b':'] => true,
        [b':', digits @ ..] => {
            let number = std::str::from_utf8(digits).ok();
            digits.iter().all(u8::is_ascii_digit)
                && number.is_some_and(|text| text.parse::<u16>().is_ok())
        }
        _ => false,
    }
}

/// `IP-literal = "[" ( IPv6address / IPvFuture ) "]"`, what is inside of the brackets.
fn is_ip_literal(octets: &[u8]) -> bool {
    if let [b'v' | b'V', rest @ ..] = octets {
        let Some(dot) = rest.iter().position(|&octet| octet == b'.') else {
            return false;
        };
        let (version, address) = (&rest[..dot], &rest[dot + 1..]);
        return !version.is_empty()
            && version.iter().all(u8::is_ascii_hexdigit)
            && !address.is_empty()
            && address
                .iter()
                .all(|&octet| octet == b':' || is_reg_name(octet));
    }
    std::str::from_utf8(octets).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// Whether every octet is allowed, or part of `"%" HEXDIG HEXDIG`.
fn is_encoded(octets: &[u8], allowed: impl Fn(u8) -> bool) -> bool {
    let mut rest = octets;
    loop {
        match rest {
            [] => return true,
            [b'%', a, b, tail @ ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                rest = tail;
            }
            [octet, tail @ ..] if allowed(*octet) => rest = tail,
            _ => return false,
        }
    }
}

/// `pchar = unreserved / pct-encoded / sub-delims / ":" / "@"`
fn is_pchar(octet: u8) -> bool {
    is_reg_name(octet) || matches!(octet, b':' | b'@')
}

/// `reg-name = *( unreserved / pct-encoded / sub-delims )`
fn is_reg_name(octet: u8) -> bool {
    matches!(octet, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9')
        || matches!(
            octet,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\''
        )
        || matches!(octet, b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::root("GET", "/", Some(("/", None)))]
    #[case::query("GET", "/a?b=c?d", Some(("/a", Some("b=c?d"))))]
    #[case::double_slash_is_a_path("GET", "//other.example/x", Some(("//other.example/x", None)))]
    #[case::absolute("GET", "http://h:80/a?b", Some(("/a", Some("b"))))]
    #[case::absolute_scheme_ignores_case("GET", "HTTP://h", Some(("/", None)))]
    #[case::absolute_query_without_path("GET", "http://h?b", Some(("/", Some("b"))))]
    #[case::absolute_options_without_path("OPTIONS", "http://h", Some(("*", None)))]
    #[case::absolute_user_information("GET", "http://u@h/", None)]
    #[case::absolute_without_host("GET", "http:///a", None)]
    #[case::absolute_with_port_only("GET", "http://:80/a", None)]
    #[case::another_scheme("GET", "ftp://h/a", None)]
    #[case::asterisk("OPTIONS", "*", Some(("*", None)))]
    #[case::asterisk_for_get("GET", "*", None)]
    #[case::asterisk_and_more("OPTIONS", "*a", None)]
    #[case::no_slash("GET", "a", None)]
    #[case::fragment("GET", "/a#b", None)]
    #[case::backslash("GET", "/a\\b", None)]
    #[case::bad_percent("GET", "/a%g0", None)]
    #[case::cut_percent("GET", "/a%4", None)]
    #[case::not_ascii("GET", "/ä", None)]
    #[case::authority("CONNECT", "h:443", Some(("", None)))]
    #[case::authority_ipv6("CONNECT", "[::1]:443", Some(("", None)))]
    #[case::authority_without_port("CONNECT", "h", None)]
    #[case::authority_with_empty_port("CONNECT", "h:", None)]
    #[case::authority_with_large_port("CONNECT", "h:99999", None)]
    #[case::authority_for_get("GET", "h:443", None)]
    fn takes_targets_apart(
        #[case] method: &str,
        #[case] target: &str,
        #[case] parts: Option<(&str, Option<&str>)>,
    ) {
        let found = Target::parse(method.as_bytes(), target.as_bytes());
        let parts = parts.map(|(path, query)| (path.as_bytes(), query.map(str::as_bytes)));
        assert_eq!(found.map(|target| (target.path, target.query)), parts);
    }

    #[rstest]
    #[case::name("example.com", true)]
    #[case::port("example.com:8080", true)]
    #[case::empty("", true)]
    #[case::empty_port("h:", true)]
    #[case::ipv6("[::1]:80", true)]
    #[case::future("[v1.a:b]", true)]
    #[case::open_bracket("[::1", false)]
    #[case::bare_ipv6("::1", false)]
    #[case::space("a b", false)]
    #[case::two("a, b", false)]
    #[case::path("a/b", false)]
    #[case::user("u@h", false)]
    #[case::port_of_letters("h:http", false)]
    #[case::port_with_sign("h:+80", false)]
    #[case::port_too_large("h:65536", false)]
    #[case::percent("%41", true)]
    #[case::bad_percent("%4", false)]
    fn knows_valid_hosts(#[case] value: &str, #[case] valid: bool) {
        assert_eq!(is_authority(value.as_bytes()), valid);
    }
}
