//! Links in fields (RFC 8288): the values of `Link`, and where a target leads.
//!
//! Octets in, links out. It knows nothing of requests: whoever follows a link says from where.

mod resolve;

use bytes::Bytes;

use super::grammar::{is_blank, is_tchar, quoted_string};

pub use resolve::resolve;

/// One link of a `Link` field value.
///
/// ```abnf
/// link-value = "<" URI-Reference ">" *( OWS ";" OWS link-param )
/// link-param = token BWS [ "=" BWS ( token / quoted-string ) ]
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// The target as sent, which may be relative.
    pub target: Bytes,
    /// The parameters in order: names in lower case, values without quotes and escapes.
    pub params: Vec<(Bytes, Option<Bytes>)>,
}

/// What no `Link` field value has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Malformed {
    /// Octets from the start of the value.
    pub offset: usize,
    /// What is missing there, as a fragment.
    pub what: &'static str,
}

/// Reads the value of one field line: the links up to what is malformed, and what that is.
///
/// # Examples
///
/// ```
/// use h1check::wire::link;
///
/// let (links, malformed) = link::parse(b"</items?page=2>; rel=\"next last\", </>; rel=first");
/// assert_eq!(malformed, None);
/// assert!(links[0].is_a(b"Next") && links[0].is_a(b"last") && !links[1].is_a(b"next"));
/// assert_eq!(links[0].target, "/items?page=2");
/// ```
#[must_use]
pub fn parse(value: &[u8]) -> (Vec<Link>, Option<Malformed>) {
    let mut reader = Reader { value, at: 0 };
    let mut links = Vec::new();
    loop {
        // 9110-5.6.1.2-1: empty members of a list are looked past.
        reader.skip(|octet| is_blank(octet) || octet == b',');
        if reader.peek().is_none() {
            return (links, None);
        }
        match reader.link() {
            Ok(link) => links.push(link),
            Err(malformed) => return (links, Some(malformed)),
        }
        if !matches!(reader.peek(), None | Some(b',')) {
            return (links, Some(reader.missing("a comma or a semicolon")));
        }
    }
}

impl Link {
    /// The relation types, of which nothing but the first `rel` counts.
    // 8288-3.3-3: later ones are ignored.
    pub fn relations(&self) -> impl Iterator<Item = &[u8]> {
        let rel = self.param("rel").unwrap_or_default();
        rel.split(|&octet| is_blank(octet))
            .filter(|word| !word.is_empty())
    }

    /// Whether it has that relation type.
    // 8288-2.1.1-1: relation types ignore case.
    #[must_use]
    pub fn is_a(&self, relation: &[u8]) -> bool {
        self.relations()
            .any(|word| word.eq_ignore_ascii_case(relation))
    }

    /// Whether it says of another resource than the one that was asked for where it leads.
    #[must_use]
    pub fn is_of_another(&self) -> bool {
        self.param("anchor")
            .is_some_and(|anchor| !anchor.is_empty())
    }

    /// The value of the first parameter of that name, which is in lower case.
    fn param(&self, name: &str) -> Option<&[u8]> {
        let (_, value) = self.params.iter().find(|(own, _)| own == name)?;
        Some(value.as_deref().unwrap_or_default())
    }

    /// How many parameters have that name, which is in lower case.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.params.iter().filter(|(own, _)| own == name).count()
    }
}

struct Reader<'v> {
    value: &'v [u8],
    at: usize,
}

impl<'v> Reader<'v> {
    fn link(&mut self) -> Result<Link, Malformed> {
        if self.peek() != Some(b'<') {
            return Err(self.missing("a target in angle brackets"));
        }
        let rest = &self.value[self.at + 1..];
        let Some(length) = rest.iter().position(|&octet| octet == b'>') else {
            return Err(self.missing("the end of a target"));
        };
        let target = &rest[..length];
        let is_wrong = |octet: &u8| !octet.is_ascii_graphic() || b"<\"".contains(octet);
        if let Some(at) = target.iter().position(is_wrong) {
            self.at += 1 + at;
            return Err(self.missing("an octet that a URI reference can have"));
        }
        self.at += length + 2;
        let mut link = Link {
            target: Bytes::copy_from_slice(target),
            params: Vec::new(),
        };
        loop {
            self.skip(is_blank);
            if self.peek() != Some(b';') {
                return Ok(link);
            }
            self.at += 1;
            self.skip(is_blank);
            link.params.push(self.param()?);
        }
    }

    fn param(&mut self) -> Result<(Bytes, Option<Bytes>), Malformed> {
        let name = self.token("the name of a parameter")?.to_ascii_lowercase();
        let behind = self.at;
        self.skip(is_blank);
        if self.peek() != Some(b'=') {
            self.at = behind;
            return Ok((name.into(), None));
        }
        self.at += 1;
        self.skip(is_blank);
        let value = match quoted_string(&self.value[self.at..]) {
            Some(length) => {
                let quoted = &self.value[self.at + 1..self.at + length - 1];
                self.at += length;
                unescaped(quoted)
            }
            None if self.peek() == Some(b'"') => {
                return Err(self.missing("the end of a quoted-string"));
            }
            None => Bytes::copy_from_slice(self.token("the value of a parameter")?),
        };
        Ok((name.into(), Some(value)))
    }

    fn token(&mut self, what: &'static str) -> Result<&'v [u8], Malformed> {
        let start = self.at;
        self.skip(is_tchar);
        match &self.value[start..self.at] {
            [] => Err(self.missing(what)),
            token => Ok(token),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.value.get(self.at).copied()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        let rest = &self.value[self.at..];
        let length = rest.iter().position(|&octet| !is_skipped(octet));
        self.at += length.unwrap_or(rest.len());
    }

    fn missing(&self, what: &'static str) -> Malformed {
        Malformed {
            offset: self.at,
            what,
        }
    }
}

/// The text of a quoted-string, whose quotes are taken away.
fn unescaped(quoted: &[u8]) -> Bytes {
    let mut octets = quoted.iter();
    let mut text = Vec::with_capacity(quoted.len());
    while let Some(&octet) = octets.next() {
        match octet {
            b'\\' => text.extend(octets.next()),
            _ => text.push(octet),
        }
    }
    text.into()
}

#[cfg(test)]
mod tests;
