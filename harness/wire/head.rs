//! Complete sections to [`Head`] and trailer [`Fields`].
//!
//! What is well-formed goes through httparse without a copy; what is odd goes line by line
//! through the lenient readers.

use std::mem::MaybeUninit;

use bytes::Bytes;
use httparse::Header;

use super::grammar::is_vchar;
use super::scan::Scan;
use super::{
    Field, Fields, GarbageKind, Head, RequestLine, StartLine, StatusLine, Version, Violation,
    ViolationKind,
};
use super::{field_lines, start_line};

/// Reads the head that `scan` has found to be complete.
pub(super) fn head(octets: &Bytes, scan: &Scan, responses: bool) -> Result<Head, GarbageKind> {
    let clean = match scan.start_end {
        Some(start_end) if !scan.odd => with_headers(scan.fields, |headers| {
            if responses {
                clean_response(octets, start_end, headers)
            } else {
                clean_request(octets, headers)
            }
        }),
        _ => None,
    };
    match clean {
        Some(head) => Ok(head),
        None => lenient(octets, scan, responses),
    }
}

/// Reads the trailer section that `scan` has found to be complete, and what is wrong with it.
pub(super) fn trailers(octets: &Bytes, scan: &Scan) -> (Fields, Vec<Violation>) {
    let mut violations = Vec::new();
    if scan.fields == 0 && !scan.odd {
        return (Fields::default(), violations);
    }
    let fields = field_lines::parse(octets, 0, &mut violations);
    for violation in &mut violations {
        violation.kind = match violation.kind {
            kind @ (ViolationKind::BareLf | ViolationKind::BareCr | ViolationKind::ObsFold) => kind,
            _ => ViolationKind::Trailer,
        };
    }
    (fields, violations)
}

type Headers<'h, 'o> = &'h mut [MaybeUninit<Header<'o>>];

/// Gives room for as many field lines as were counted, on the stack where they are few.
fn with_headers<'o, T>(count: usize, parse: impl FnOnce(Headers<'_, 'o>) -> T) -> T {
    const FEW: usize = 32;
    if count <= FEW {
        parse(&mut [MaybeUninit::uninit(); FEW])
    } else {
        parse(&mut vec![MaybeUninit::uninit(); count])
    }
}

fn clean_request<'o>(octets: &'o Bytes, headers: Headers<'_, 'o>) -> Option<Head> {
    let mut request = httparse::Request::new(&mut []);
    let status = request.parse_with_uninit_headers(octets, headers).ok()?;
    if !status.is_complete() {
        return None;
    }
    let target = request.path?.as_bytes();
    let mut violations = Vec::new();
    let target = octets.slice_ref(target);
    let method = octets.slice_ref(request.method?.as_bytes());
    if let Some(at) = target.iter().position(|&octet| !is_vchar(octet)) {
        violations.push(Violation {
            kind: ViolationKind::RequestTarget,
            offset: method.len() + 1 + at,
        });
    }
    Some(Head {
        start: StartLine::Request(RequestLine {
            method,
            target,
            version: version(request.version?),
        }),
        fields: fields(octets, request.headers),
        octets: octets.clone(),
        violations,
    })
}

fn clean_response<'o>(
    octets: &'o Bytes,
    start_end: usize,
    headers: Headers<'_, 'o>,
) -> Option<Head> {
    /// `HTTP/1.1 200 `, behind which the reason-phrase begins.
    const BEFORE_REASON: usize = 13;
    if start_end < BEFORE_REASON {
        return None;
    }
    let mut response = httparse::Response::new(&mut []);
    let status = httparse::ParserConfig::default()
        .parse_response_with_uninit_headers(&mut response, octets, headers)
        .ok()?;
    if !status.is_complete() {
        return None;
    }
    Some(Head {
        start: StartLine::Status(StatusLine {
            version: version(response.version?),
            code: response.code?,
            // httparse withholds a phrase with obs-text.
            reason: octets.slice(BEFORE_REASON..start_end),
        }),
        fields: fields(octets, response.headers),
        octets: octets.clone(),
        violations: Vec::new(),
    })
}

fn version(minor: u8) -> Version {
    Version { major: 1, minor }
}

fn fields(octets: &Bytes, headers: &[Header<'_>]) -> Fields {
    let field = |header: &Header<'_>| Field {
        name: octets.slice_ref(header.name.as_bytes()),
        value: octets.slice_ref(header.value),
    };
    Fields(headers.iter().map(field).collect())
}

fn lenient(octets: &Bytes, scan: &Scan, responses: bool) -> Result<Head, GarbageKind> {
    let mut violations = Vec::new();
    // 9112-2.2-p6-1: empty lines before the start-line are skipped.
    if scan.start > 0 {
        violations.push(Violation {
            kind: ViolationKind::EmptyLineBefore,
            offset: 0,
        });
    }
    let end = scan.start_end.ok_or(GarbageKind::StartLine)?;
    let start = start_line::parse(octets, (scan.start, end), responses, &mut violations)?;
    let line_end = match octets.get(end) {
        Some(b'\r') => end + 2,
        _ => end + 1,
    };
    // 9112-2.2-p3-1: a lone LF ends a line as well.
    if line_end == end + 1 {
        violations.push(Violation {
            kind: ViolationKind::BareLf,
            offset: end,
        });
    }
    let fields = field_lines::parse(octets, line_end, &mut violations);
    violations.sort_by_key(|violation| violation.offset);
    Ok(Head {
        start,
        fields,
        octets: octets.clone(),
        violations,
    })
}
