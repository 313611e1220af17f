//! Messages to the parts of a HAR file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::model::{Content, Pair, PostData, Request, Response};
use crate::evidence::messages::Message;
use crate::wire::{Fields, Head};

pub(super) fn request(message: &Message, scheme: &str, address: &str) -> Request {
    let head = &message.head;
    let (method, target) = head.request().map_or((&[][..], &[][..]), |line| {
        (&line.method[..], &line.target[..])
    });
    let target = text(target);
    let host = head.fields.first("Host").map(|value| text(value));
    let host = host.filter(|host| !host.is_empty());
    Request {
        method: text(method),
        url: url(scheme, host.as_deref().unwrap_or(address), &target),
        http_version: head.version().to_string(),
        cookies: cookies(&head.fields, "Cookie"),
        headers: headers(&head.fields),
        query_string: query(&target),
        post_data: post_data(message),
        headers_size: size(head.octets.len() as u64),
        body_size: size(message.coded),
    }
}

pub(super) fn response(message: &Message) -> Response {
    let head = &message.head;
    Response {
        status: head.status().map_or(0, |line| line.code),
        status_text: head
            .status()
            .map_or_else(String::new, |line| text(&line.reason)),
        http_version: head.version().to_string(),
        cookies: cookies(&head.fields, "Set-Cookie"),
        headers: headers(&head.fields),
        content: content(message),
        redirect_url: field(head, "Location"),
        headers_size: size(head.octets.len() as u64),
        body_size: size(message.coded),
    }
}

fn content(message: &Message) -> Content {
    let octets = &message.content;
    let (text, encoding) = match std::str::from_utf8(octets) {
        _ if octets.is_empty() => (None, None),
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (Some(STANDARD.encode(octets)), Some("base64")),
    };
    Content {
        size: octets.len() as u64,
        mime_type: media_type(&message.head),
        text,
        encoding,
    }
}

fn post_data(message: &Message) -> Option<PostData> {
    let octets = &message.content;
    let is_text = std::str::from_utf8(octets).is_ok();
    (!octets.is_empty()).then(|| PostData {
        mime_type: media_type(&message.head),
        text: text(octets),
        // The format has no encoding here, unlike for responses.
        comment: (!is_text).then_some("each octet is the character of its number"),
    })
}

/// Octets as text: UTF-8, or else ISO 8859-1, which takes everything.
fn text(octets: &[u8]) -> String {
    std::str::from_utf8(octets).map_or_else(
        |_| octets.iter().copied().map(char::from).collect(),
        str::to_owned,
    )
}

fn field(head: &Head, name: &str) -> String {
    head.fields
        .first(name)
        .map_or_else(String::new, |value| text(value))
}

fn media_type(head: &Head) -> String {
    let named = field(head, "Content-Type");
    if named.is_empty() {
        "application/octet-stream".into()
    } else {
        named
    }
}

fn headers(fields: &Fields) -> Vec<Pair> {
    let pair = |name: &[u8], value: &[u8]| Pair {
        name: text(name),
        value: text(value),
    };
    fields
        .0
        .iter()
        .map(|field| pair(&field.name, &field.value))
        .collect()
}

/// The pairs of `Cookie`, or the first pair of each `Set-Cookie`.
fn cookies(fields: &Fields, name: &str) -> Vec<Pair> {
    let pairs = if name == "Cookie" { usize::MAX } else { 1 };
    fields
        .all(name)
        .flat_map(|value| {
            text(value)
                .split(';')
                .take(pairs)
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| pair(name.trim(), value.trim()))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn query(target: &str) -> Vec<Pair> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| pair(name, value))
        .collect()
}

fn pair(name: &str, value: &str) -> Pair {
    Pair {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// The target URI (RFC 9112 section 3.3), with all escaped that may not stand in one.
fn url(scheme: &str, host: &str, target: &str) -> String {
    let whole = if target.starts_with('/') {
        format!("{scheme}://{host}{target}")
    } else if target.contains("://") {
        target.to_owned()
    } else {
        // `*` and the authority that CONNECT names have no path.
        format!("{scheme}://{host}")
    };
    let mut safe = String::with_capacity(whole.len());
    for octet in whole.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&octet) {
            safe.push(char::from(octet));
        } else {
            safe.push_str(&format!("%{octet:02X}"));
        }
    }
    safe
}

fn size(octets: u64) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX)
}
