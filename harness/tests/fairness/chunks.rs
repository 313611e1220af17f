//! Reads chunked content, strictly but for the habits. No socket.

use crate::Manners;
use crate::broken::Fault;
use crate::head::{MOST, Refused, is_token, number, trim};
use crate::permissive::Freedom;

const BAD: Refused = Refused(400);

/// The content of the chunks at the beginning of these octets, and where they end; `None` if
/// there is more to come.
pub(crate) fn decode(
    octets: &[u8],
    manners: &Manners,
) -> Result<Option<(Vec<u8>, usize)>, Refused> {
    let mut content = Vec::new();
    let mut at = 0;
    loop {
        let Some(line) = line(octets, &mut at, manners)? else {
            return Ok(None);
        };
        let length = size(line, manners)?;
        if length == 0 {
            break;
        }
        if content.len() as u64 + length > MOST {
            return Err(Refused(413));
        }
        let length = usize::try_from(length).map_err(|_| BAD)?;
        let Some(data) = octets.get(at..at + length) else {
            return Ok(None);
        };
        content.extend_from_slice(data);
        at += length;
        match octets.get(at..at + 2) {
            Some(b"\r\n") => at += 2,
            Some([b'\n', _]) if manners.takes(Freedom::TakesBareLf) => at += 1,
            Some(_) if manners.errs(Fault::SkipsTwoBehindChunks) => at += 2,
            Some(_) => return Err(BAD),
            None => return wrong_start(&octets[at..], manners).map(|()| None),
        }
    }
    loop {
        match line(octets, &mut at, manners)? {
            None => return Ok(None),
            Some([]) => return Ok(Some((content, at))),
            Some(line) => {
                let name = line
                    .split(|&octet| octet == b':')
                    .next()
                    .unwrap_or_default();
                let right = line.contains(&b':') && is_token(name);
                if !right {
                    return Err(BAD);
                }
            }
        }
    }
}

/// One octet of the line end behind chunk data.
fn wrong_start(octets: &[u8], manners: &Manners) -> Result<(), Refused> {
    match octets {
        [] | [b'\r'] => Ok(()),
        [b'\n'] if manners.takes(Freedom::TakesBareLf) => Ok(()),
        _ if manners.errs(Fault::SkipsTwoBehindChunks) => Ok(()),
        _ => Err(BAD),
    }
}

fn line<'o>(
    octets: &'o [u8],
    at: &mut usize,
    manners: &Manners,
) -> Result<Option<&'o [u8]>, Refused> {
    let rest = &octets[*at..];
    let Some(end) = rest.iter().position(|&octet| octet == b'\n') else {
        return if rest.len() > 16 << 10 {
            Err(BAD)
        } else {
            Ok(None)
        };
    };
    *at += end + 1;
    let lenient = manners.takes(Freedom::TakesBareLf);
    match &rest[..end] {
        [line @ .., b'\r'] if !line.contains(&b'\r') => Ok(Some(line)),
        line if lenient && !line.contains(&b'\r') => Ok(Some(line)),
        _ => Err(BAD),
    }
}

fn size(line: &[u8], manners: &Manners) -> Result<u64, Refused> {
    let end = line.iter().position(|&octet| octet == b';');
    let mut digits = &line[..end.unwrap_or(line.len())];
    if end.is_some() {
        // `BWS` before an extension.
        let is_blank = |octet: &u8| b" \t".contains(octet);
        let end = digits.iter().rposition(|octet| !is_blank(octet));
        digits = end.map_or(&[], |end| &digits[..=end]);
    }
    let is_control = |octet: &u8| octet.is_ascii_control() && *octet != b'\t';
    if line.iter().any(is_control) {
        return Err(BAD);
    }
    if manners.errs(Fault::TakesBrokenChunkSize) {
        digits = trim(digits);
        digits = digits.strip_prefix(b"0x").unwrap_or(digits);
        digits = digits.strip_prefix(b"+").unwrap_or(digits);
    }
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(BAD);
    }
    let bits = if manners.errs(Fault::WrapsChunkSize) {
        32
    } else {
        64
    };
    // 9112-7.1-p2-3: what cannot be represented is no content of any length.
    number(digits, 16, bits).ok_or(BAD)
}
