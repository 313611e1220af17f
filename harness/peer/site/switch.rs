//! `/upgrade`, where the server switches to a protocol of its own (RFC 9110 §7.8), and `/auth`,
//! which is for those with credentials (RFC 9110 §11).

use super::resource::{Request, Response};

/// The protocol of `/upgrade`: the server first answers the request that it switched at, then
/// says back whatever it is sent.
const PROTOCOL: &str = "h1check-echo";

/// What is said first in that protocol.
pub(in crate::peer) const GREETING: &[u8] = b"Hello, and now back to you\n";

/// Answers GET and HEAD of `/upgrade`.
pub(super) fn upgrade(request: &Request<'_>) -> Response {
    if wants_switch(request) {
        // 9110-7.8-4
        return Response::new(101, UPGRADE.as_bytes());
    }
    // 9110-7.8-8
    let mut response = Response::text(426, "Upgrade to h1check-echo to be served here.\n");
    response
        .fields
        .to_mut()
        .extend_from_slice(UPGRADE.as_bytes());
    response
}

fn wants_switch(request: &Request<'_>) -> bool {
    let offers = |member: &[u8]| member.eq_ignore_ascii_case(PROTOCOL.as_bytes());
    // 9110-7.8-12: never in HTTP/1.0. 9110-7.6.1-p2: without the option it was for somebody else.
    // 9110-7.8-10: this protocol answers GET, and has no place for content.
    request.method == b"GET"
        && request.may_switch
        && request.fields.lists("Connection", "upgrade")
        // 9110-7.8-3
        && request.fields.list("Upgrade").any(offers)
}

/// Answers GET and HEAD of `/auth`.
// 9110-11.4-1, 9110-11.6.1-1
pub(super) fn auth(request: &Request<'_>) -> Response {
    let mut given = request.fields.all("Authorization");
    let credentials = given.next().filter(|_| given.next().is_none());
    let known = credentials.and_then(|value| {
        let (scheme, rest) = value.split_at_checked(SCHEME.len())?;
        // 9110-11.1-p1: schemes ignore case.
        Some(scheme.eq_ignore_ascii_case(SCHEME) && rest.trim_ascii() == CREDENTIALS)
    });
    if known == Some(true) {
        return Response::text(200, "Open sesame\n");
    }
    let mut response = Response::text(401, "Who are you?\n");
    let challenge = b"WWW-Authenticate: Basic realm=\"h1check\", charset=\"UTF-8\"\r\n";
    response.fields.to_mut().extend_from_slice(challenge);
    response
}

const UPGRADE: &str = "Connection: upgrade\r\nUpgrade: h1check-echo\r\n";
const SCHEME: &[u8] = b"Basic ";
/// `Aladdin:open sesame`, the example of RFC 7617.
const CREDENTIALS: &[u8] = b"QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
