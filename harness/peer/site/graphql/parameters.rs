//! What a client asks for: the parameters of a GraphQL-over-HTTP request, in the query of a URL or
//! as JSON.

use serde_json::{Map, Value};

use super::exchange::Refusal;
use crate::peer::site::resource::Request;

/// The parameters of a well-formed request.
#[derive(Debug)]
pub(super) struct Parameters {
    /// The document: one or several operations.
    pub(super) query: String,
    /// Which of them.
    pub(super) operation: Option<String>,
    /// The values of its variables.
    pub(super) variables: Map<String, Value>,
}

/// What can be said before the content has come.
pub(super) fn check(request: &Request<'_>) -> Result<(), Refusal> {
    if request.method != b"POST" {
        return Ok(());
    }
    if request.fields.first("Content-Encoding").is_some() {
        // 9110-8.4-3: it tells which codings it would take.
        return Err(Refusal {
            fields: "Accept-Encoding: identity\r\n",
            ..Refusal::new(415, "content comes here without content coding")
        });
    }
    // graphql-4.4-5
    let Some(kind) = request.fields.first("Content-Type") else {
        return Err(Refusal::new(415, "say Content-Type: application/json"));
    };
    // graphql-5.4-7
    if is_json(kind) {
        return Ok(());
    }
    Err(Refusal::new(
        415,
        "only application/json in UTF-8 is understood",
    ))
}

/// Reads the parameters.
pub(super) fn read(request: &Request<'_>) -> Result<Parameters, Refusal> {
    if request.method != b"POST" {
        return of_query(request.target.query.unwrap_or_default());
    }
    if request.content.len() > LONGEST {
        return Err(Refusal::new(413, "so long a request is not read"));
    }
    // graphql-5.4-8
    let content: Value = serde_json::from_slice(request.content)
        .map_err(|error| Refusal::new(400, format!("no JSON: {error}")))?;
    let Value::Object(members) = content else {
        return Err(Refusal::malformed("the content is no JSON object"));
    };
    // graphql-4.4.1-2: members of other names are ignored.
    of_members(members)
}

/// The parameters as `application/x-www-form-urlencoded`.
// graphql-4.3-1
fn of_query(query: &[u8]) -> Result<Parameters, Refusal> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(query) {
        // graphql-4.3-5: an empty one is none. Of several the first counts, as in URLSearchParams.
        if value.is_empty() || members.contains_key(&*name) {
            continue;
        }
        let value = match &*name {
            // graphql-4.3-4
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|error| Refusal::new(400, format!("{name} is no JSON: {error}")))?,
            "query" | "operationName" => Value::from(value.into_owned()),
            _ => continue,
        };
        members.insert(name.into_owned(), value);
    }
    of_members(members)
}

fn of_members(mut members: Map<String, Value>) -> Result<Parameters, Refusal> {
    // graphql-4.4.1-3: null is none.
    let mut take = |name: &str| members.remove(name).filter(|value| !value.is_null());
    let wrong = |name: &str, what: &str| Refusal::malformed(format!("`{name}` is no {what}"));
    let query = match take("query") {
        Some(Value::String(query)) => query,
        Some(_) => return Err(wrong("query", "string")),
        None => return Err(Refusal::malformed("there is no `query`")),
    };
    let operation = match take("operationName") {
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(wrong("operationName", "string")),
        None => None,
    };
    let mut map = |name: &str| match take(name) {
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(wrong(name, "object")),
        None => Ok(Map::new()),
    };
    map("extensions")?;
    Ok(Parameters {
        query,
        operation,
        variables: map("variables")?,
    })
}

/// Whether a media type is JSON in UTF-8.
// graphql-3.1-1: so it is without a charset. 9110-8.3.1-p1: media types ignore case.
fn is_json(kind: &[u8]) -> bool {
    let mut parts = kind.split(|&octet| octet == b';').map(<[u8]>::trim_ascii);
    let name = parts.next().unwrap_or_default();
    let charset = parts.find_map(|parameter| {
        let (name, value) = parameter.split_at_checked(CHARSET.len())?;
        name.eq_ignore_ascii_case(CHARSET).then_some(value)
    });
    let charset = charset.map_or(&b"utf-8"[..], |value| {
        let quoted = value
            .strip_prefix(b"\"")
            .and_then(|it| it.strip_suffix(b"\""));
        quoted.unwrap_or(value)
    });
    name.eq_ignore_ascii_case(b"application/json") && charset.eq_ignore_ascii_case(b"utf-8")
}

const CHARSET: &[u8] = b"charset=";
/// Octets of a request.
const LONGEST: usize = 1 << 20;
