//! How long a message is: RFC 9112 §6.3 as one function, in the RFC's order.
//!
//! It decides what delimits the content and what is wrong with the framing fields. Reading the
//! content, and bounds on it, are left to the decoder.

use super::grammar::trim_blanks;
use super::{GarbageKind, Head, StartLine, Version, Violation, ViolationKind};

/// What delimits the content of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Framing {
    /// There is no content: the message ends at the empty line.
    None,
    /// So many octets.
    Length(u64),
    /// The chunked transfer coding.
    Chunked,
    /// Everything until the connection ends (responses only).
    UntilClose,
    /// No message follows: the connection is a tunnel (2xx to CONNECT), or has switched
    /// protocols (101).
    Tunnel,
}

/// Decides what delimits the content behind `head`, and finds what is wrong with the framing
/// fields. `answers` is the method of the request that a response answers; without one it is read
/// as if it answered GET.
///
/// # Errors
/// Where the length cannot be known, which is an unrecoverable error: `Framing`; for a request
/// whose content no integer can count `ContentTooLarge`.
pub fn framing(
    head: &Head,
    answers: Option<&[u8]>,
) -> (Result<Framing, GarbageKind>, Vec<Violation>) {
    let fields = FramingFields::of(head);
    let mut violations = Vec::new();
    if fields.coding.is_none() && fields.length.is_none() {
        return (Ok(without_fields(head, answers)), violations);
    }
    fields.check(head, &mut violations);
    (with_fields(head, answers, &fields), violations)
}

/// The list of RFC 9112 §6.3.
fn with_fields(
    head: &Head,
    answers: Option<&[u8]>,
    fields: &FramingFields,
) -> Result<Framing, GarbageKind> {
    // 1 and 2. 9112-6.3-p2.1.1-2, 9112-6.3-p2.2.1-1: whatever the fields say.
    if let Some(framing) = without_content(head, answers) {
        return Ok(framing);
    }
    let is_request = head.request().is_some();
    // 3. 9112-6.3-p2.3.1-1: Transfer-Encoding overrides Content-Length.
    match (fields.coding, fields.length) {
        // 4. The final coding is chunked; 9112-6.3-p2.4.2-1 where it is not and this is a
        // response; 9112-6.3-p2.4.3-1 where it is not and this is a request.
        (Some(coding), _) if coding.ends_in_chunked => Ok(Framing::Chunked),
        (Some(_), _) if is_request => Err(GarbageKind::Framing),
        (Some(_), _) => Ok(Framing::UntilClose),
        // 5. 9112-6.3-p2.5.1-1: an invalid Content-Length, unless it is a list of equal numbers.
        (None, Some(Length::Invalid)) => Err(GarbageKind::Framing),
        // 9110-8.6-10: a length that no integer holds is valid, but nobody takes as much.
        (None, Some(Length::TooLarge)) if is_request => Err(GarbageKind::ContentTooLarge),
        (None, Some(Length::TooLarge)) => Err(GarbageKind::Framing),
        // 6. 9112-6.3-p2.6.1-1: a valid one is the length.
        (None, Some(Length::Valid(length) | Length::List(length))) => Ok(Framing::Length(length)),
        (None, None) => Ok(without_fields(head, answers)),
    }
}

/// The cases of the list that apply without `Transfer-Encoding` and `Content-Length`: 1, 2, 7, 8.
fn without_fields(head: &Head, answers: Option<&[u8]>) -> Framing {
    match (without_content(head, answers), &head.start) {
        (Some(framing), _) => framing,
        // 7. 9112-6.3-p2.7.1-1: a request without either has no content.
        (None, StartLine::Request(_)) => Framing::None,
        // 8. 9112-6.3-p2.8.1-1: a response without either goes on until the connection ends.
        (None, StartLine::Status(_)) => Framing::UntilClose,
    }
}

/// Cases 1 and 2: responses that have no content, whatever their fields say.
fn without_content(head: &Head, answers: Option<&[u8]>) -> Option<Framing> {
    let method = answers.unwrap_or(b"GET");
    match head.status()?.code {
        101 => Some(Framing::Tunnel),
        100..=199 | 204 | 304 => Some(Framing::None),
        _ if method == b"HEAD" => Some(Framing::None),
        200..=299 if method == b"CONNECT" => Some(Framing::Tunnel),
        _ => None,
    }
}

/// What the framing fields of a head say.
struct FramingFields {
    coding: Option<Coding>,
    length: Option<Length>,
    /// Where their first lines are.
    coding_at: Option<usize>,
    length_at: Option<usize>,
}

/// What all `Transfer-Encoding` lines say together.
#[derive(Clone, Copy)]
struct Coding {
    ends_in_chunked: bool,
    only_chunked: bool,
}

/// What all `Content-Length` lines say together.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Length {
    Valid(u64),
    /// Several times the same.
    List(u64),
    /// Only digits, but more than an integer holds.
    TooLarge,
    Invalid,
}

impl FramingFields {
    fn of(head: &Head) -> Self {
        let mut found = Self {
            coding: None,
            length: None,
            coding_at: None,
            length_at: None,
        };
        for field in &head.fields.0 {
            if field.name.eq_ignore_ascii_case(b"Transfer-Encoding") {
                found.add_coding(&field.value);
                found.coding_at.get_or_insert(head.offset_of(&field.name));
            }
            if field.name.eq_ignore_ascii_case(b"Content-Length") {
                found.add_length(&field.value);
                found.length_at.get_or_insert(head.offset_of(&field.name));
            }
        }
        found
    }

    /// 9112-6.1-p2-1: one list over all lines, whose empty members are skipped.
    fn add_coding(&mut self, value: &[u8]) {
        let coding = self.coding.get_or_insert(Coding {
            ends_in_chunked: false,
            only_chunked: true,
        });
        for member in super::message::members(value) {
            let name = member.split(|&octet| octet == b';').next();
            let name = trim_blanks(name.unwrap_or_default());
            let is_chunked = name.eq_ignore_ascii_case(b"chunked");
            // A second chunked, or one with parameters, is out of order but leaves no doubt.
            coding.only_chunked &=
                is_chunked && name.len() == member.len() && !coding.ends_in_chunked;
            coding.ends_in_chunked = is_chunked;
        }
    }

    fn add_length(&mut self, value: &[u8]) {
        let mut any = false;
        let members = value.split(|&octet| octet == b',').map(trim_blanks);
        let mut members = members.peekable();
        let mut listed = self.length.is_some();
        while let Some(member) = members.next() {
            listed |= members.peek().is_some();
            if member.is_empty() {
                continue;
            }
            any = true;
            let one = number(member);
            self.length = Some(match (self.length, one) {
                (None, one) => one,
                (Some(Length::Valid(before) | Length::List(before)), Length::Valid(now))
                    if before == now =>
                {
                    Length::List(now)
                }
                (Some(Length::TooLarge), Length::TooLarge) => Length::TooLarge,
                _ => Length::Invalid,
            });
        }
        self.length = match self.length {
            Some(Length::Valid(length)) if listed => Some(Length::List(length)),
            Some(length) if any => Some(length),
            _ => Some(Length::Invalid),
        };
    }

    fn check(&self, head: &Head, violations: &mut Vec<Violation>) {
        let mut note = |kind, at: Option<usize>| {
            let offset = at.unwrap_or_default();
            violations.push(Violation { kind, offset });
        };
        let code = head.status().map(|line| line.code);
        if matches!(code, Some(100..=199 | 204)) {
            note(
                ViolationKind::FramingBanned,
                self.coding_at.or(self.length_at),
            );
        }
        match (self.coding, self.length) {
            (Some(_), Some(_)) => note(ViolationKind::LengthAndCoding, self.length_at),
            (None, Some(Length::Invalid)) => {
                note(ViolationKind::ContentLength, self.length_at);
            }
            (None, Some(Length::List(_))) => {
                note(ViolationKind::ContentLengthList, self.length_at);
            }
            _ => {}
        }
        if let Some(coding) = self.coding {
            if !(coding.only_chunked && coding.ends_in_chunked) {
                note(ViolationKind::TransferCoding, self.coding_at);
            }
            // 9112-6.1-p16-1: faulty framing; read all the same, but not to be reused.
            if head.version() < Version::HTTP_11 {
                note(ViolationKind::CodingIn10, self.coding_at);
            }
        }
    }
}

/// `Content-Length = 1*DIGIT` (RFC 9110 §8.6).
fn number(digits: &[u8]) -> Length {
    if !digits.iter().all(u8::is_ascii_digit) {
        return Length::Invalid;
    }
    let number = digits.iter().try_fold(0_u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    });
    number.map_or(Length::TooLarge, Length::Valid)
}
