//! What HTTP has to say: methods, media types, status codes.

use serde_json::{Value, json};

use super::operation::{self, Answer};
use super::parameters;
use crate::peer::site::negotiated;
use crate::peer::site::resource::{Request, Response, allow_line};

/// Answers a request for the service; `None` if it is for another resource.
pub(in crate::peer::site) fn answer(request: &Request<'_>) -> Option<Response> {
    if request.target.path != PATH {
        return None;
    }
    Some(match request.method {
        b"OPTIONS" => Response::new(200, allow_line(METHODS)),
        b"GET" | b"HEAD" | b"POST" => exchange(request),
        // graphql-5.4-6, 9110-15.5.6-1
        _ => refuse(
            &Refusal::new(405, "GraphQL is served by GET and POST"),
            METHODS,
        ),
    })
}

/// Whether the content of such a request is wanted.
pub(in crate::peer::site) fn takes_content(method: &[u8], path: &[u8]) -> bool {
    method == b"POST" && path == PATH
}

/// Why a request is not performed.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The status code.
    pub(super) status: u16,
    /// In words, for the list of errors.
    pub(super) message: String,
    /// What the header section says beside that.
    pub(super) fields: &'static str,
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            fields: "",
        }
    }

    /// A request that is not well-formed.
    // graphql-5.4-9
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(422, message)
    }
}

fn exchange(request: &Request<'_>) -> Response {
    // graphql-5.1-6, graphql-5.1-7: what has no weight is not wanted.
    let weight = |kind: &str| negotiated::weight_of(request.fields, kind);
    let (own, plain) = (weight(OWN), weight(PLAIN));
    if own == 0 && plain == 0 {
        let text = "There are application/graphql-response+json and application/json.\n";
        let mut response = Response::text(406, text);
        response
            .fields
            .to_mut()
            .extend_from_slice(b"Vary: Accept\r\n");
        return response;
    }
    // graphql-5.1-5: of equal ones ours.
    let kind = if plain > own { PLAIN } else { OWN };
    if let Err(refusal) = parameters::check(request) {
        return refuse(&refusal, METHODS);
    }
    if !request.is_complete {
        return Response::new(200, &b""[..]);
    }
    // graphql-4.3-6: GET is safe.
    let may_mutate = request.method == b"POST";
    match parameters::read(request) {
        Ok(asked) => match operation::perform(&asked, may_mutate, request.store) {
            Ok(answer) => respond(answer, kind),
            // 9110-15.5.6-1: of the resource with that query.
            Err(refusal) => refuse(&refusal, &["POST", "OPTIONS"]),
        },
        Err(refusal) => refuse(&refusal, METHODS),
    }
}

/// The result of an operation that was performed, or at least understood.
fn respond(answer: Answer, kind: &str) -> Response {
    let Answer { status, result } = answer;
    // graphql-5.1-8: errors come as what they are. 294 is nothing for those who know only JSON.
    match (kind == PLAIN, status) {
        (true, 200..=299) => content(200, PLAIN, &result),
        _ => content(status, OWN, &result),
    }
}

/// A result without data.
// graphql-5.4-5
fn refuse(refusal: &Refusal, allow: &[&str]) -> Response {
    let result = json!({ "errors": [{ "message": refusal.message }] });
    let mut response = content(refusal.status, OWN, &result);
    response.fields.to_mut().extend(refusal.fields.bytes());
    if refusal.status == 405 {
        response.fields.to_mut().extend(allow_line(allow));
    }
    response
}

// graphql-5.1-2, graphql-5.1-3
fn content(status: u16, kind: &str, result: &Value) -> Response {
    let fields = format!("Content-Type: {kind}; charset=utf-8\r\nVary: Accept\r\n");
    Response::octets(status, fields.into_bytes(), result.to_string())
}

const PATH: &[u8] = b"/graphql";
const METHODS: &[&str] = &["GET", "HEAD", "POST", "OPTIONS"];
/// The media type of GraphQL …
const OWN: &str = "application/graphql-response+json";
/// … and that for clients which do not know it.
const PLAIN: &str = "application/json";

#[cfg(test)]
mod tests;
