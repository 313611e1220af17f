//! The target URI of a request, and which paths are the same.
//!
//! Pure: octets in, octets out.

use std::borrow::Cow;

use super::resource::Request;

/// The target URI, as the request-target, `Host` and the connection tell it.
// 9112-3.3-p2-1
pub(super) fn of(request: &Request<'_>) -> Vec<u8> {
    let target = request.target;
    let is_https = match target.authority {
        Some(_) => target.is_https,
        None => request.secured,
    };
    let scheme: &[u8] = if is_https { b"https://" } else { b"http://" };
    // 9112-3.2.2-p8-1: Host is ignored where the target names the authority.
    let host = request.fields.first("Host").map(|value| &value[..]);
    let authority = target.authority.or(host).unwrap_or_default();
    let mut uri = [scheme, authority, target.path].concat();
    if let Some(query) = target.query {
        uri.push(b'?');
        uri.extend_from_slice(query);
    }
    uri
}

/// The path with unreserved octets as they are, however they came.
// 9110-4.2.3-2: what is equal once normalised is one resource.
pub(super) fn normalised(path: &[u8]) -> Cow<'_, [u8]> {
    if !path.contains(&b'%') {
        return Cow::Borrowed(path);
    }
    let mut rest = path;
    let mut decoded = Vec::with_capacity(path.len());
    while let Some((&first, behind)) = rest.split_first() {
        let octet = encoded(rest).filter(|&octet| is_unreserved(octet));
        decoded.push(octet.unwrap_or(first));
        rest = if octet.is_some() { &rest[3..] } else { behind };
    }
    Cow::Owned(decoded)
}

/// The octet that `"%" HEXDIG HEXDIG` at the start stands for.
fn encoded(octets: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = octets else {
        return None;
    };
    let digit = |octet: u8| char::from(octet).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::plain("/other", "/other")]
    #[case::upper("/%6Fther", "/other")]
    #[case::lower("/%6fther", "/other")]
    #[case::all("/%6f%74%68%65%72", "/other")]
    #[case::reserved("/a%2Fb", "/a%2Fb")]
    #[case::percent("/%256f", "/%256f")]
    #[case::cut("/%6", "/%6")]
    #[case::not_ascii("/%C3%A9", "/%C3%A9")]
    fn only_unreserved_octets_are_decoded(#[case] path: &str, #[case] normal: &str) {
        assert_eq!(&*normalised(path.as_bytes()), normal.as_bytes());
    }
}
