//! Resources that clients make: what is put below `/put` and `/typed`, and created at `/create`.

use bytes::Bytes;

use super::conditional::{self, Decision, Validators};
use super::resource::{Request, Response, allow_line};
use super::store::{LONGEST, Shelf, Stored};

/// Answers a request for such a resource; `None` if it is for another one.
pub(super) fn answer(request: &Request<'_>) -> Option<Response> {
    let path = request.target.path;
    if path == b"/create" {
        return Some(create(request));
    }
    let typed = is_below(path, b"/typed");
    if !typed && !is_below(path, b"/put") {
        return None;
    }
    Some(match request.method {
        b"GET" | b"HEAD" | b"DELETE" => request.store.with(|shelf| on_stored(request, shelf)),
        b"PUT" => refusal(request, typed)
            .unwrap_or_else(|| request.store.with(|shelf| put(request, shelf))),
        b"OPTIONS" => Response::new(200, allow_line(METHODS)),
        // 9110-15.5.6-1
        _ => not_allowed(METHODS),
    })
}

/// Whether the content of such a request is wanted.
pub(super) fn takes_content(method: &[u8], path: &[u8]) -> bool {
    let writable = is_below(path, b"/put") || is_below(path, b"/typed");
    (method == b"PUT" && writable) || (method == b"POST" && path == b"/create")
}

fn is_below(path: &[u8], space: &[u8]) -> bool {
    let rest = path.strip_prefix(space);
    rest.is_some_and(|rest| rest.first().is_none_or(|&octet| octet == b'/'))
}

/// GET, HEAD and DELETE.
fn on_stored(request: &Request<'_>, shelf: &mut Shelf) -> Response {
    let path = request.target.path;
    // 9110-13.2.1-2: where there is nothing no precondition counts.
    let Some(stored) = shelf.find(path) else {
        return Response::text(404, "Nothing has been put here.\n");
    };
    match conditional::evaluate(request.method, request.fields, validators(stored)) {
        Decision::Perform => {}
        Decision::Failed => return precondition_failed(),
        Decision::NotModified => return Response::new(304, lines(stored)),
    }
    if request.method == b"DELETE" {
        if request.is_complete {
            shelf.remove(path);
        }
        // 9110-9.3.5-1: done, and nothing to say.
        return Response::new(204, &b""[..]);
    }
    let mut fields = lines(stored);
    if let Some(kind) = &stored.kind {
        fields.extend_from_slice(b"Content-Type: ");
        fields.extend_from_slice(kind);
        fields.extend_from_slice(b"\r\n");
    }
    Response::octets(200, fields, stored.content.clone())
}

/// Why a PUT is refused before anything is looked at.
fn refusal(request: &Request<'_>, typed: bool) -> Option<Response> {
    let fields = request.fields;
    // 9110-14.5-1
    if fields.first("Content-Range").is_some() {
        return Some(Response::text(
            400,
            "A part of the content cannot be put.\n",
        ));
    }
    // 9110-8.4-3: it tells which codings it would take.
    if fields.first("Content-Encoding").is_some() {
        let mut response = Response::text(415, "Content comes here without content coding.\n");
        response
            .fields
            .to_mut()
            .extend(b"Accept-Encoding: identity\r\n");
        return Some(response);
    }
    // 9110-9.3.4-3, 9110-9.3.4-4, 9110-12.5.3-3: this is not about codings.
    if typed && !is_plain_text(fields.first("Content-Type")) {
        return Some(Response::text(415, "Only text/plain can be put here.\n"));
    }
    if request.content.len() > LONGEST {
        return Some(Response::text(413, "So much content cannot be kept.\n"));
    }
    None
}

// 9110-8.3.1-p1: media types ignore case.
fn is_plain_text(kind: Option<&Bytes>) -> bool {
    let kind = kind.and_then(|kind| kind.split(|&octet| octet == b';').next());
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"text/plain"))
}

// 9110-8.7-2, 9110-9.3.4-5: of the fields only Content-Type is kept.
fn put(request: &Request<'_>, shelf: &mut Shelf) -> Response {
    let (path, fields) = (request.target.path, request.fields);
    let status = match shelf.find(path) {
        Some(stored) => {
            let decision = conditional::evaluate(request.method, fields, validators(stored));
            if decision != Decision::Perform {
                return precondition_failed();
            }
            // 9110-9.3.4-2
            204
        }
        // 9110-13.1.1-3: nothing matches where there is nothing, not even `*`.
        None if fields.first("If-Match").is_some() => return precondition_failed(),
        // 9110-9.3.4-1
        None => 201,
    };
    if !request.is_complete {
        return Response::new(status, &b""[..]);
    }
    let kind = fields.first("Content-Type").cloned();
    // 9110-9.3.4-6: the content is kept as it came, so that the validators are its own.
    let stored = shelf.put(path, request.content.clone(), kind);
    Response::new(status, lines(stored))
}

/// POST of `/create`: makes a resource of the content.
// 9110-9.3.3-1
fn create(request: &Request<'_>) -> Response {
    match request.method {
        b"POST" if request.content.len() > LONGEST => {
            Response::text(413, "So much content cannot be kept.\n")
        }
        b"POST" => request.store.with(|shelf| {
            let path = shelf.fresh_path();
            let mut fields = b"Location: ".to_vec();
            fields.extend_from_slice(&path);
            fields.extend_from_slice(b"\r\nContent-Type: text/plain\r\n");
            if request.is_complete {
                let kind = request.fields.first("Content-Type").cloned();
                shelf.put(&path, request.content.clone(), kind);
            }
            Response::octets(201, fields, "This has been created.\n")
        }),
        b"OPTIONS" => Response::new(200, allow_line(&["POST", "OPTIONS"])),
        _ => not_allowed(&["POST", "OPTIONS"]),
    }
}

fn not_allowed(methods: &[&str]) -> Response {
    let mut response = Response::text(405, "This method is not allowed here.\n");
    response.fields.to_mut().extend(allow_line(methods));
    response
}

fn precondition_failed() -> Response {
    Response::text(412, "A precondition is false.\n")
}

fn validators(stored: &Stored) -> Validators<'_> {
    Validators {
        tag: Some(&stored.tag),
        modified: Some(stored.modified),
    }
}

/// The validators as field lines.
fn lines(stored: &Stored) -> Vec<u8> {
    let modified = httpdate::HttpDate::from(stored.modified);
    format!("ETag: {}\r\nLast-Modified: {modified}\r\n", stored.tag).into_bytes()
}

const METHODS: &[&str] = &["GET", "HEAD", "PUT", "DELETE", "OPTIONS"];
