//! Reads the head of a request, strictly but for the habits. No socket; nothing of `wire`, so that
//! the judge's own parser does not judge itself.

use crate::Manners;
use crate::broken::Fault;
use crate::permissive::Freedom;

/// A request, without its content.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) method: Vec<u8>,
    pub(crate) target: Vec<u8>,
    /// The digit behind `HTTP/1.`.
    pub(crate) minor: u8,
    pub(crate) fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) framing: Framing,
    /// Whether both framing fields were there, which ends the connection.
    pub(crate) ambiguous: bool,
}

/// What delimits the content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
}

impl Default for Framing {
    fn default() -> Self {
        Self::Length(0)
    }
}

/// A status code, behind which nothing is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Refused(pub(crate) u16);

type Parsed<T> = Result<T, Refused>;

const BAD: Refused = Refused(400);

impl Head {
    /// The first head in these octets, and where it ends; `None` if there is more to come.
    pub(crate) fn parse(octets: &[u8], manners: &Manners) -> Parsed<Option<(Self, usize)>> {
        let Some((lines, end)) = lines(octets, manners)? else {
            return too_long(octets).map(|()| None);
        };
        let Some((start, rest)) = lines.split_first() else {
            return Err(BAD);
        };
        let mut head = Self::default();
        head.request_line(start, manners)?;
        head.field_lines(rest, manners)?;
        head.check_host(manners)?;
        head.framing = head.find_framing(manners)?;
        Ok(Some((head, end)))
    }

    fn request_line(&mut self, line: &[u8], manners: &Manners) -> Parsed<()> {
        let is_blank = |octet: &u8| b" \t\x0b\x0c\r".contains(octet);
        let words: Vec<&[u8]> = if manners.takes(Freedom::SplitsAtAnyBlank) {
            (line.split(is_blank))
                .filter(|word| !word.is_empty())
                .collect()
        } else {
            line.split(|&octet| octet == b' ').collect()
        };
        let [method, target, version] = words[..] else {
            return Err(BAD);
        };
        let is_target = |octet: &u8| octet.is_ascii_graphic();
        if !is_token(method) || target.is_empty() || !target.iter().all(is_target) {
            return Err(BAD);
        }
        self.minor = match version {
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor] if minor.is_ascii_digit() => {
                minor - b'0'
            }
            [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
                if major.is_ascii_digit() && minor.is_ascii_digit() =>
            {
                if !manners.takes(Freedom::TakesAnyMajor) {
                    return Err(Refused(505));
                }
                1
            }
            _ => return Err(BAD),
        };
        self.method = method.to_vec();
        if manners.errs(Fault::FoldsMethods) {
            self.method.make_ascii_uppercase();
        }
        self.target = target.to_vec();
        Ok(())
    }

    fn field_lines(&mut self, lines: &[Vec<u8>], manners: &Manners) -> Parsed<()> {
        for line in lines {
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                self.folded(line, manners)?;
                continue;
            }
            let Some(colon) = line.iter().position(|&octet| octet == b':') else {
                if manners.errs(Fault::SkipsLinesWithoutColon) {
                    continue;
                }
                return Err(BAD);
            };
            let (mut name, value) = (&line[..colon], &line[colon + 1..]);
            if manners.errs(Fault::TakesSpaceBeforeColon) {
                name = name.trim_ascii_end();
            }
            if !is_token(name) && !manners.errs(Fault::TakesAnyName) {
                return Err(BAD);
            }
            let value = valid(value, manners)?;
            self.fields.push((name.to_vec(), value));
        }
        Ok(())
    }

    /// A line that goes on with the one before.
    fn folded(&mut self, line: &[u8], manners: &Manners) -> Parsed<()> {
        match self.fields.last_mut() {
            // 9112-5.2-p4-1 leaves this to a server; 9112-2.2-p8-1 the other one.
            Some((_, value)) if manners.takes(Freedom::UnfoldsLines) => {
                value.push(b' ');
                value.extend(valid(line, manners)?);
                Ok(())
            }
            Some(_) if manners.errs(Fault::DropsFoldedLines) => Ok(()),
            None if manners.takes(Freedom::SkipsBlankLedLines) => Ok(()),
            None if manners.errs(Fault::TakesBlankLedField) => {
                self.field_lines(&[line.trim_ascii().to_vec()], manners)
            }
            _ => Err(BAD),
        }
    }

    fn check_host(&self, manners: &Manners) -> Parsed<()> {
        let hosts = self.all("Host").count();
        let missing = hosts == 0 && self.minor > 0;
        let wrong = (missing && !manners.errs(Fault::TakesNoHost))
            || (hosts > 1 && !manners.errs(Fault::TakesTwoHosts));
        if wrong { Err(BAD) } else { Ok(()) }
    }

    // RFC 9112 §6.3
    fn find_framing(&mut self, manners: &Manners) -> Parsed<Framing> {
        let codings = self.members("Transfer-Encoding");
        let lengths: Vec<Vec<u8>> = self.all("Content-Length").map(<[u8]>::to_vec).collect();
        let coded = self.all("Transfer-Encoding").next().is_some();
        if coded && !lengths.is_empty() {
            self.ambiguous = !manners.errs(Fault::KeepsAfterBoth);
            let decides = manners.takes(Freedom::PrefersCoding)
                || manners.errs(Fault::KeepsAfterBoth)
                || manners.errs(Fault::PrefersLength);
            if !decides {
                return Err(BAD);
            }
        }
        let by_coding = lengths.is_empty() || !manners.errs(Fault::PrefersLength);
        if coded && by_coding {
            return self.coding(&codings, manners);
        }
        length(&lengths, manners).map(Framing::Length)
    }

    fn coding(&self, codings: &[Vec<u8>], manners: &Manners) -> Parsed<Framing> {
        if self.minor == 0 && !manners.errs(Fault::TakesCodingIn10) {
            return Err(BAD);
        }
        let is_chunked = |coding: &Vec<u8>| {
            if manners.errs(Fault::KnowsChunkedInOneCase) {
                coding == b"chunked"
            } else {
                coding.eq_ignore_ascii_case(b"chunked")
            }
        };
        if manners.errs(Fault::FindsChunkedAnywhere) {
            let whole = codings.concat().to_ascii_lowercase();
            let found = whole.windows(7).any(|part| part == b"chunked");
            return Ok(if found {
                Framing::Chunked
            } else {
                Framing::Length(0)
            });
        }
        match codings {
            [only] if is_chunked(only) && manners.takes(Freedom::WantsLength) => Err(Refused(411)),
            [only] if is_chunked(only) => Ok(Framing::Chunked),
            _ if manners.errs(Fault::KnowsChunkedInOneCase) => Ok(Framing::Length(0)),
            _ if manners.errs(Fault::IgnoresUnknownCodings) => {
                let last = codings.last().is_some_and(is_chunked);
                Ok(if last {
                    Framing::Chunked
                } else {
                    Framing::Length(0)
                })
            }
            [before @ .., last] if is_chunked(last) && !before.iter().any(is_chunked) => {
                Err(Refused(501))
            }
            _ => Err(BAD),
        }
    }

    /// What can be told of a request that is refused: its method, and whether it may be of 1.0.
    pub(crate) fn guess(octets: &[u8]) -> Self {
        let line = octets
            .split(|&octet| octet == b'\n')
            .find(|line| line.len() > 1);
        let line = line.unwrap_or_default().trim_ascii_end();
        Self {
            method: line
                .split(|&octet| octet == b' ')
                .next()
                .unwrap_or_default()
                .to_vec(),
            minor: u8::from(line.ends_with(b"HTTP/1.1")),
            ..Self::default()
        }
    }

    /// The values of the field lines of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        (self.fields.iter())
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| &value[..])
    }

    /// The members of a list field, in lower case where `lists` compares them.
    fn members(&self, name: &str) -> Vec<Vec<u8>> {
        self.all(name)
            .flat_map(|value| value.split(|&octet| octet == b','))
            .map(|member| member.trim_ascii().to_vec())
            .filter(|member| !member.is_empty())
            .collect()
    }

    /// Whether a list field has that member.
    pub(crate) fn lists(&self, name: &str, wanted: &str) -> bool {
        let wanted = wanted.as_bytes();
        (self.members(name).iter()).any(|member| member.eq_ignore_ascii_case(wanted))
    }
}

/// The lines of the first head, and where it ends.
fn lines(octets: &[u8], manners: &Manners) -> Parsed<Option<(Vec<Vec<u8>>, usize)>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    while let Some(length) = octets[at..].iter().position(|&octet| octet == b'\n') {
        let mut line = octets[at..at + length].to_vec();
        at += length + 1;
        let lenient = manners.takes(Freedom::TakesBareLf);
        match line.pop() {
            Some(b'\r') => {}
            Some(other) if lenient => line.push(other),
            None if lenient => {}
            _ => return Err(BAD),
        }
        bare_cr(&mut line, manners)?;
        match (line.is_empty(), lines.is_empty()) {
            (true, true) if manners.takes(Freedom::RefusesEmptyLineFirst) => return Err(BAD),
            (true, true) => {}
            (true, false) => return Ok(Some((lines, at))),
            _ => lines.push(line),
        }
    }
    Ok(None)
}

fn bare_cr(line: &mut [u8], manners: &Manners) -> Parsed<()> {
    for octet in line.iter_mut().filter(|octet| **octet == b'\r') {
        // 9112-2.2-p4-2: invalid, or replaced.
        if manners.takes(Freedom::ReplacesBareCr) {
            *octet = b' ';
        } else if !manners.takes(Freedom::SplitsAtAnyBlank) && !manners.errs(Fault::TakesBareCr) {
            return Err(BAD);
        }
    }
    Ok(())
}

/// A field value without the blanks around it.
fn valid(value: &[u8], manners: &Manners) -> Parsed<Vec<u8>> {
    let mut value = trim(value).to_vec();
    for octet in &mut value {
        let wrong = octet.is_ascii_control() && *octet != b'\t';
        // 9110-5.5-8: invalid, or replaced.
        if wrong && manners.takes(Freedom::ReplacesControls) {
            *octet = b' ';
        } else if wrong && !manners.errs(Fault::TakesControls) && !manners.errs(Fault::TakesBareCr)
        {
            return Err(BAD);
        }
    }
    Ok(value)
}

fn length(values: &[Vec<u8>], manners: &Manners) -> Parsed<u64> {
    let [value] = values else {
        return match values.split_first() {
            None => Ok(0),
            Some((first, rest)) => {
                let equal = rest.iter().all(|value| value == first);
                let decides = (equal && manners.takes(Freedom::TakesEqualLengths))
                    || manners.errs(Fault::TakesFirstLength);
                if decides {
                    length(std::slice::from_ref(first), manners)
                } else {
                    Err(BAD)
                }
            }
        };
    };
    if value.contains(&b',') {
        let members: Vec<Vec<u8>> = (value.split(|&octet| octet == b','))
            .map(|member| member.trim_ascii().to_vec())
            .collect();
        let lists =
            manners.takes(Freedom::TakesEqualLengths) || manners.errs(Fault::TakesFirstLength);
        return if lists {
            length(&members, manners)
        } else {
            Err(BAD)
        };
    }
    let mut digits = &value[..];
    if let ([b'+', rest @ ..], true) = (digits, manners.errs(Fault::TakesSignedLength)) {
        digits = rest;
    }
    if manners.errs(Fault::TakesHexLength) && digits.starts_with(b"0x") {
        let text = String::from_utf8_lossy(&digits[2..]);
        return u64::from_str_radix(&text, 16).map_err(|_| BAD);
    }
    if manners.errs(Fault::TakesBrokenLength) {
        let end = digits.iter().position(|octet| !octet.is_ascii_digit());
        digits = &digits[..end.unwrap_or(digits.len())];
        if digits.is_empty() {
            return Ok(0);
        }
    }
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(BAD);
    }
    let bits = if manners.errs(Fault::WrapsLength) {
        32
    } else {
        128
    };
    number(digits, 10, bits)
        .filter(|&length| length <= MOST)
        .ok_or(Refused(413))
}

/// A number of so many bits; one of 32 wraps.
pub(crate) fn number(digits: &[u8], radix: u32, bits: u32) -> Option<u64> {
    let mut number: u64 = 0;
    for &digit in digits {
        let digit = char::from(digit).to_digit(radix)?;
        if bits == 32 {
            let next = (number as u32).wrapping_mul(radix).wrapping_add(digit);
            number = u64::from(next);
        } else {
            let scaled = number.checked_mul(u64::from(radix))?;
            number = scaled.checked_add(u64::from(digit))?;
        }
    }
    Some(number)
}

/// Whether there is too much of a head that is not yet complete.
fn too_long(octets: &[u8]) -> Parsed<()> {
    let line = octets.iter().position(|&octet| octet == b'\n');
    match line {
        None if octets.len() > 16 << 10 && !octets.contains(&b' ') => Err(Refused(501)),
        None if octets.len() > 16 << 10 => Err(Refused(414)),
        _ if octets.len() > 64 << 10 => Err(Refused(431)),
        _ => Ok(()),
    }
}

pub(crate) fn is_token(octets: &[u8]) -> bool {
    let is_tchar = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    !octets.is_empty() && octets.iter().all(is_tchar)
}

pub(crate) fn trim(octets: &[u8]) -> &[u8] {
    let is_blank = |octet: &u8| b" \t".contains(octet);
    let start = octets.iter().position(|octet| !is_blank(octet));
    let end = octets.iter().rposition(|octet| !is_blank(octet));
    match (start, end) {
        (Some(start), Some(end)) => &octets[start..=end],
        _ => &[],
    }
}

/// Octets of content that are taken.
pub(crate) const MOST: u64 = 8 << 20;
