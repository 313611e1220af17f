//! Relative references (RFC 3986 §5): from where one stands to where it leads.

/// The request-target in origin-form that a reference leads to from a resource, of which the
/// authority and the request-target are known. `None`: it leads to another authority or scheme, or
/// to nothing that HTTP asks for. A fragment is left out, as it is of every target.
///
/// # Examples
///
/// ```
/// use h1check::wire::link::resolve;
///
/// let from = |reference: &[u8]| resolve("h:80", b"/a/b?page=1", reference);
/// assert_eq!(from(b"?page=2").as_deref(), Some(&b"/a/b?page=2"[..]));
/// assert_eq!(from(b"../c").as_deref(), Some(&b"/c"[..]));
/// assert_eq!(from(b"http://elsewhere/"), None);
/// ```
#[must_use]
pub fn resolve(authority: &str, base: &[u8], reference: &[u8]) -> Option<Vec<u8>> {
    let reference = before(reference, b'#').0;
    let reference = match scheme(reference) {
        Some((scheme, rest)) => {
            let is_http = [&b"http"[..], b"https"]
                .iter()
                .any(|own| scheme.eq_ignore_ascii_case(own));
            // `http:path` is for those who wrote before RFC 3986.
            (is_http && rest.starts_with(b"//")).then_some(rest)?
        }
        None => reference,
    };
    if let Some(rest) = reference.strip_prefix(b"//") {
        let end = rest.iter().position(|octet| b"/?".contains(octet));
        let (own, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let path = if rest.starts_with(b"/") {
            &b""[..]
        } else {
            b"/"
        };
        return own
            .eq_ignore_ascii_case(authority.as_bytes())
            .then(|| normal(&[path, rest].concat()));
    }
    let base = before(base, b'#').0;
    let path = before(base, b'?').0;
    Some(match reference.first() {
        None => base.to_vec(),
        Some(b'/') => normal(reference),
        Some(b'?') => [path, reference].concat(),
        Some(_) => {
            let folder = path.iter().rposition(|&octet| octet == b'/');
            let folder = &path[..folder.map_or(0, |last| last + 1)];
            let root: &[u8] = if folder.is_empty() { b"/" } else { b"" };
            normal(&[root, folder, reference].concat())
        }
    })
}

/// `scheme ":"`, and what stands behind it.
///
/// ```abnf
/// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
/// ```
fn scheme(reference: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_part = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    let end = reference.iter().position(|&octet| !is_part(octet))?;
    let (scheme, rest) = reference.split_at(end);
    let rest = rest.strip_prefix(b":")?;
    scheme
        .first()?
        .is_ascii_alphabetic()
        .then_some((scheme, rest))
}

/// What stands before an octet, and the rest with it.
fn before(octets: &[u8], limit: u8) -> (&[u8], &[u8]) {
    let end = octets.iter().position(|&octet| octet == limit);
    octets.split_at(end.unwrap_or(octets.len()))
}

/// A path and query without `.` and `..` among the segments of the path (RFC 3986 §5.2.4).
fn normal(target: &[u8]) -> Vec<u8> {
    let (path, query) = before(target, b'?');
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut segments = path
        .strip_prefix(b"/")
        .unwrap_or(path)
        .split(|&o| o == b'/')
        .peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            b"." | b".." => {
                if segment == b".." {
                    kept.pop();
                }
                if is_last {
                    kept.push(b"");
                }
            }
            _ => kept.push(segment),
        }
    }
    [b"/", &kept.join(&b"/"[..])[..], query].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    // The examples of RFC 3986 section 5.4, with the base http://a/b/c/d;p?q.
    #[rstest]
    #[case("g:h", None)]
    #[case("g", Some("/b/c/g"))]
    #[case("./g", Some("/b/c/g"))]
    #[case("g/", Some("/b/c/g/"))]
    #[case("/g", Some("/g"))]
    #[case("//g", None)]
    #[case("?y", Some("/b/c/d;p?y"))]
    #[case("g?y", Some("/b/c/g?y"))]
    #[case("#s", Some("/b/c/d;p?q"))]
    #[case("g#s", Some("/b/c/g"))]
    #[case("g?y#s", Some("/b/c/g?y"))]
    #[case(";x", Some("/b/c/;x"))]
    #[case("g;x?y#s", Some("/b/c/g;x?y"))]
    #[case("", Some("/b/c/d;p?q"))]
    #[case(".", Some("/b/c/"))]
    #[case("./", Some("/b/c/"))]
    #[case("..", Some("/b/"))]
    #[case("../g", Some("/b/g"))]
    #[case("../..", Some("/"))]
    #[case("../../g", Some("/g"))]
    #[case("../../../g", Some("/g"))]
    #[case("/./g", Some("/g"))]
    #[case("/../g", Some("/g"))]
    #[case("g.", Some("/b/c/g."))]
    #[case("..g", Some("/b/c/..g"))]
    #[case("./g/.", Some("/b/c/g/"))]
    #[case("g/../h", Some("/b/c/h"))]
    #[case("g;x=1/../y", Some("/b/c/y"))]
    #[case("g?y/../x", Some("/b/c/g?y/../x"))]
    #[case("http:g", None)]
    #[case("http://A/x", Some("/x"))]
    #[case("HTTP://a?y", Some("/?y"))]
    #[case("//a", Some("/"))]
    fn a_reference_leads_where_rfc_3986_says(
        #[case] reference: &str,
        #[case] target: Option<&str>,
    ) {
        let found = resolve("a", b"/b/c/d;p?q", reference.as_bytes());
        assert_eq!(
            found.as_deref().map(String::from_utf8_lossy).as_deref(),
            target
        );
    }
}
