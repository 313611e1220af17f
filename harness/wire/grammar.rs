//! Classes of octets and small rules of the grammar (RFC 9110 §5.6), as pure functions.
//!
//! It knows nothing of messages: whoever asks decides what a mismatch means.

/// `tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" /
/// "~" / DIGIT / ALPHA` (RFC 9110 §5.6.2).
#[must_use]
pub fn is_tchar(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet)
}

/// `token = 1*tchar` (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(octets: &[u8]) -> bool {
    !octets.is_empty() && octets.iter().all(|&octet| is_tchar(octet))
}

/// `VCHAR = %x21-7E` (RFC 5234, appendix B.1).
#[must_use]
pub fn is_vchar(octet: u8) -> bool {
    octet.is_ascii_graphic()
}

/// An octet that a field value may contain: `field-vchar / SP / HTAB`, where
/// `field-vchar = VCHAR / obs-text` (RFC 9110 §5.5).
#[must_use]
pub fn is_value_octet(octet: u8) -> bool {
    octet >= b' ' && octet != 0x7f || octet == b'\t'
}

/// SP or HTAB, of which `OWS`, `RWS` and `BWS` consist (RFC 9110 §5.6.3).
#[must_use]
pub fn is_blank(octet: u8) -> bool {
    octet == b' ' || octet == b'\t'
}

/// The octets without the SP and HTAB around them.
#[must_use]
pub fn trim_blanks(octets: &[u8]) -> &[u8] {
    let start = octets
        .iter()
        .position(|&octet| !is_blank(octet))
        .unwrap_or(octets.len());
    trim_blanks_end(&octets[start..])
}

/// The octets without the SP and HTAB behind them.
#[must_use]
pub fn trim_blanks_end(octets: &[u8]) -> &[u8] {
    let end = octets
        .iter()
        .rposition(|&octet| !is_blank(octet))
        .map_or(0, |last| last + 1);
    &octets[..end]
}

/// The length of the quoted-string at the start of `octets`, quotes included; `None` where there
/// is none. `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE` (RFC 9110 §5.6.4).
#[must_use]
pub fn quoted_string(octets: &[u8]) -> Option<usize> {
    let mut at = octets.first().filter(|&&octet| octet == b'"').map(|_| 1)?;
    loop {
        match *octets.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if !is_value_octet(*octets.get(at + 1)?) => return None,
            b'\\' => at += 2,
            octet if is_value_octet(octet) => at += 1,
            _ => return None,
        }
    }
}
