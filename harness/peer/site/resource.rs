//! Which resource answers what.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;

use super::conditional::{self, Decision, Validators};
use super::document::{self, Document, Source};
use super::status::Canned;
use super::store::Store;
use super::{counter, items, negotiated, rpc, serving, switch, uri, writable, xmlrpc};
use crate::peer::target::Target;
use crate::wire::{Fields, Head};

/// A request whose head is known to be in order.
#[derive(Clone, Copy, Debug)]
pub(in crate::peer) struct Request<'a> {
    /// The method.
    pub(in crate::peer) method: &'a [u8],
    /// The target, taken apart.
    pub(in crate::peer) target: Target<'a>,
    /// The header section.
    pub(in crate::peer) fields: &'a Fields,
    /// The content; empty where only the head has been read yet.
    pub(in crate::peer) content: &'a Bytes,
    /// Whether all of it has been read: only then anything is changed.
    pub(in crate::peer) is_complete: bool,
    /// Whether the connection may go on in another protocol: it is HTTP/1.1, and there is no
    /// content.
    pub(in crate::peer) may_switch: bool,
    /// Whether it came through TLS.
    pub(in crate::peer) secured: bool,
    /// What has been put.
    pub(in crate::peer) store: &'a Store,
}

/// A response before it is framed.
#[derive(Debug)]
pub(in crate::peer) struct Response {
    /// The status code.
    pub(in crate::peer) status: u16,
    /// Field lines, each with its CR LF: all but `Date`, `Connection` and those of the framing.
    pub(in crate::peer) fields: Cow<'static, [u8]>,
    /// The content.
    pub(in crate::peer) body: Body,
    /// Whether `Last-Modified` is to say what `Date` says.
    pub(in crate::peer) is_new: bool,
    /// How long to wait before it is sent.
    pub(in crate::peer) delay: Option<Duration>,
}

/// The content of a response.
#[derive(Debug)]
pub(in crate::peer) enum Body {
    /// These octets, which may be none.
    Octets(Bytes),
    /// `count` octets of a source, from `first` on.
    Part {
        /// Where the octets come from.
        source: Source,
        /// The first.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Pieces of unknown number: chunks, where the version has them.
    Pieces(&'static [&'static str]),
}

impl Response {
    pub(in crate::peer) fn new(status: u16, fields: impl Into<Cow<'static, [u8]>>) -> Self {
        Self {
            status,
            fields: fields.into(),
            body: Body::Octets(Bytes::new()),
            is_new: false,
            delay: None,
        }
    }

    /// A response with these octets for content.
    pub(super) fn octets(
        status: u16,
        fields: impl Into<Cow<'static, [u8]>>,
        content: impl Into<Bytes>,
    ) -> Self {
        Self {
            body: Body::Octets(content.into()),
            ..Self::new(status, fields)
        }
    }

    /// A response whose content is a line of text.
    pub(in crate::peer) fn text(status: u16, text: impl Into<Bytes>) -> Self {
        Self::octets(status, TEXT, text)
    }
}

/// Answers a request.
pub(in crate::peer) fn answer(request: &Request<'_>) -> Response {
    match request.method {
        b"GET" | b"HEAD" | b"POST" | b"PUT" | b"DELETE" | b"PATCH" | b"OPTIONS" => {}
        // 9112-3.1-p1-1: methods are case-sensitive. 9110-9.3.6-3, 9110-9.3.8: CONNECT and TRACE
        // are offered nowhere.
        _ => return Response::text(501, "This method is not implemented here.\n"),
    }
    let of_their_own = writable::answer(request)
        .or_else(|| counter::answer(request))
        .or_else(|| rpc::answer(request));
    if let Some(response) = of_their_own {
        return response;
    }
    #[cfg(feature = "graphql")]
    if let Some(response) = super::graphql::answer(request) {
        return response;
    }
    let Some(resource) = Resource::find(request.target.path) else {
        return Response::text(404, "There is nothing here.\n");
    };
    if request.method == b"OPTIONS" {
        // 9110-9.3.7-1
        return Response::new(200, allow_line(resource.allow()));
    }
    let allow = resource.allow();
    if !allow
        .iter()
        .any(|method| method.as_bytes() == request.method)
    {
        // 9110-15.5.6-1
        let mut response = Response::text(405, "This method is not allowed here.\n");
        response.fields.to_mut().extend(allow_line(allow));
        return response;
    }
    if request.method == b"PUT" && request.fields.first("Content-Range").is_some() {
        // 9110-14.5-1
        return Response::text(400, "A part of the content cannot be put.\n");
    }
    // 9110-13.2.1-2: where the answer is none of a representation no precondition counts.
    if !resource.has_representation() {
        return resource.perform(request);
    }
    // 9110-13.2.1-1: the ordinary checks come first.
    match conditional::evaluate(request.method, request.fields, resource.validators()) {
        Decision::Perform => resource.perform(request),
        Decision::Failed => Response::text(412, "A precondition is false.\n"),
        Decision::NotModified => match resource {
            Resource::Document(document) => serving::not_modified(document),
            _ => Response::new(304, &b""[..]),
        },
    }
}

/// Whether the answer to such a request depends on its content.
pub(in crate::peer) fn takes_content(head: &Head, target: Target<'_>) -> bool {
    let method = head.request().map_or(&b""[..], |line| &line.method);
    #[cfg(feature = "graphql")]
    if super::graphql::takes_content(method, target.path) {
        return true;
    }
    (target.path == b"/echo" && matches!(method, b"POST" | b"PUT"))
        || (target.path == b"/xmlrpc" && method == b"POST")
        || writable::takes_content(method, target.path)
        || rpc::takes_content(method, target.path)
}

#[derive(Clone, Copy, Debug)]
enum Resource {
    Server,
    Document(&'static Document),
    Echo,
    Chunked,
    Slow,
    /// It claims to be modified in time to come, as a file can.
    Future,
    NoContent,
    Redirect,
    Reflect,
    Negotiated,
    Auth,
    Upgrade,
    Uri,
    Items,
    XmlRpc,
    Canned(&'static Canned),
}

impl Resource {
    fn find(path: &[u8]) -> Option<Self> {
        let path = &*uri::normalised(path);
        Some(match path {
            b"*" => Self::Server,
            b"/echo" => Self::Echo,
            b"/chunked" => Self::Chunked,
            b"/slow" => Self::Slow,
            b"/future" => Self::Future,
            b"/no-content" => Self::NoContent,
            b"/redirect" => Self::Redirect,
            b"/reflect" => Self::Reflect,
            b"/negotiated" => Self::Negotiated,
            b"/auth" => Self::Auth,
            b"/upgrade" => Self::Upgrade,
            b"/uri" => Self::Uri,
            b"/items" => Self::Items,
            b"/xmlrpc" => Self::XmlRpc,
            _ => match document::find(path) {
                Some(document) => Self::Document(document),
                None => Self::Canned(Canned::find(path)?),
            },
        })
    }

    /// The methods that it has.
    fn allow(self) -> &'static [&'static str] {
        match self {
            Self::Server | Self::Echo => &["GET", "HEAD", "POST", "PUT", "OPTIONS"],
            Self::Document(document) if !document.takes_post => &["GET", "HEAD", "OPTIONS"],
            Self::Document(_) | Self::NoContent => &["GET", "HEAD", "POST", "OPTIONS"],
            Self::XmlRpc => &["POST", "OPTIONS"],
            Self::Canned(_) => &["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"],
            _ => &["GET", "HEAD", "OPTIONS"],
        }
    }

    /// Whether GET is answered with 2xx.
    fn has_representation(self) -> bool {
        !matches!(
            self,
            Self::Redirect | Self::Auth | Self::Upgrade | Self::XmlRpc | Self::Canned(_)
        )
    }

    fn validators(self) -> Validators<'static> {
        match self {
            Self::Document(document) => document.validators(),
            _ => Validators {
                tag: None,
                modified: None,
            },
        }
    }

    /// Answers a method that is allowed and whose preconditions hold.
    fn perform(self, request: &Request<'_>) -> Response {
        match self {
            // Only OPTIONS can have `*` for its target.
            Self::Server => Response::new(200, &b""[..]),
            Self::Document(document) => serving::serve(document, request),
            Self::Echo if matches!(request.method, b"POST" | b"PUT") => echo(request),
            Self::Echo => Response::text(200, "POST or PUT content here to have it back.\n"),
            Self::Chunked => Response {
                body: Body::Pieces(&["Hello ", "chunked ", "World\n"]),
                ..Response::new(200, TEXT)
            },
            // 9110-8.8.2.1-4: what lies ahead of the response becomes the date of the response.
            Self::Future => Response {
                is_new: true,
                ..Response::text(200, "Hello from tomorrow\n")
            },
            Self::Slow => Response {
                delay: Some(delay(request.target.query)),
                ..Response::text(200, "Hello at last\n")
            },
            Self::NoContent => Response::new(204, &b""[..]),
            Self::Redirect => redirect(request.target.query),
            Self::Reflect => reflect(request.fields),
            Self::Negotiated => negotiated::answer(request.fields),
            Self::Auth => switch::auth(request),
            Self::Upgrade => switch::upgrade(request),
            Self::Uri => Response::text(200, uri::of(request)),
            Self::Items => items::answer(request.target.query),
            Self::XmlRpc => xmlrpc::answer(request),
            Self::Canned(canned) => canned.response(),
        }
    }
}

/// To the front page, with the query that came.
// 9112-11.1-p4-1: it came in a request-line, and is not decoded, so that no line can end in it.
fn redirect(query: Option<&[u8]>) -> Response {
    let mut lines = b"Content-Type: text/plain\r\nLocation: /".to_vec();
    if let Some(query) = query {
        lines.push(b'?');
        lines.extend_from_slice(query);
    }
    lines.extend_from_slice(b"\r\n");
    Response::octets(302, lines, "See / instead.\n")
}

/// The field lines of the request as text.
// 9110-17.10-p1: each under the name that it came with.
fn reflect(fields: &Fields) -> Response {
    let mut text = Vec::new();
    for field in &fields.0 {
        text.extend_from_slice(&field.name);
        text.extend_from_slice(b": ");
        text.extend_from_slice(&field.value);
        text.push(b'\n');
    }
    Response::text(200, text)
}

/// Exactly the content of the request, with its `Content-Type`.
fn echo(request: &Request<'_>) -> Response {
    let kind = request.fields.first("Content-Type");
    let kind = kind.map_or(&b"application/octet-stream"[..], |value| value);
    let mut line = b"Content-Type: ".to_vec();
    line.extend_from_slice(kind);
    line.extend_from_slice(b"\r\n");
    Response {
        body: Body::Octets(request.content.clone()),
        ..Response::new(200, line)
    }
}

/// The `Allow` field line.
pub(super) fn allow_line(methods: &[&str]) -> Vec<u8> {
    format!("Allow: {}\r\n", methods.join(", ")).into_bytes()
}

/// What `?ms=` asks for, within bounds.
fn delay(query: Option<&[u8]>) -> Duration {
    let asked = query
        .and_then(|query| std::str::from_utf8(query).ok())
        .and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("ms=")))
        .and_then(|number| number.parse().ok());
    Duration::from_millis(asked.unwrap_or(USUAL_DELAY).min(LONGEST_DELAY))
}

/// The text of a response that only says what went wrong.
pub(in crate::peer) fn refusal(status: u16, why: &str) -> Response {
    let mut text = String::with_capacity(why.len() + 2);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{why}");
    Response::text(status, text)
}

pub(super) const TEXT: &[u8] = b"Content-Type: text/plain\r\n";
/// Milliseconds.
const USUAL_DELAY: u64 = 500;
/// Milliseconds.
const LONGEST_DELAY: u64 = 30_000;
