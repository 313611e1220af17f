//! Procedures that are called by JSON-RPC 2.0: `/rpc`.
//!
//! The content of a POST in, the content of its response out. The procedures are those of the
//! examples in the specification. It keeps nothing but how often `update` was called with a name,
//! which `/counter/NAME` shows.

use serde_json::{Map, Number, Value, json};

use super::counter::LONGEST as LONGEST_NAME;
use super::resource::{Request, Response, allow_line};
use super::store::LONGEST;

/// Answers a request for `/rpc`; `None` if it is for something else.
pub(super) fn answer(request: &Request<'_>) -> Option<Response> {
    if request.target.path != PATH {
        return None;
    }
    Some(match request.method {
        b"POST" => refusal(request).unwrap_or_else(|| {
            let count = |name: &str| {
                // Before all of it has come nothing is done.
                if request.is_complete && name.len() <= LONGEST_NAME {
                    request
                        .store
                        .with(|shelf| shelf.counts.apply(name.as_bytes()));
                }
            };
            call(request.content, &count)
        }),
        b"OPTIONS" => Response::new(200, allow_line(METHODS)),
        _ => {
            // 9110-15.5.6-1
            let mut response = Response::text(405, "POST a JSON-RPC request here.\n");
            response.fields.to_mut().extend(allow_line(METHODS));
            response
        }
    })
}

/// Whether the content of such a request is wanted.
pub(super) fn takes_content(method: &[u8], path: &[u8]) -> bool {
    method == b"POST" && path == PATH
}

/// Why the content is not looked at.
fn refusal(request: &Request<'_>) -> Option<Response> {
    if request.fields.first("Content-Encoding").is_some() {
        // 9110-8.4-3: it tells which codings it would take.
        let mut response = Response::text(415, "Content comes here without content coding.\n");
        let line = b"Accept-Encoding: identity\r\n";
        response.fields.to_mut().extend(line);
        return Some(response);
    }
    let kind = request.fields.first("Content-Type");
    if kind.is_some_and(|kind| !is_json(kind)) {
        return Some(Response::text(415, "Send application/json.\n"));
    }
    if request.content.len() > LONGEST {
        return Some(Response::text(413, "That is too much for one call.\n"));
    }
    None
}

// 9110-8.3.1-p1: media types ignore case.
fn is_json(kind: &[u8]) -> bool {
    let essence = kind.split(|&octet| octet == b';').next();
    let essence = essence.unwrap_or_default().trim_ascii();
    JSON_TYPES
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}

/// Counts a name for `update`.
type Count<'a> = &'a dyn Fn(&str);

fn call(content: &[u8], count: Count<'_>) -> Response {
    let reply = |call| reply(call, count);
    let reply = match serde_json::from_slice(content) {
        Ok(Value::Array(calls)) if !calls.is_empty() => {
            let replies: Vec<Value> = calls.into_iter().filter_map(reply).collect();
            // jsonrpc-6-p5-2: rather nothing than an empty array.
            (!replies.is_empty()).then_some(Value::Array(replies))
        }
        // jsonrpc-6-p5-1: an empty array is answered by one object.
        Ok(one) => reply(one),
        Err(_) => Some(failure(PARSE_ERROR, Value::Null)),
    };
    match reply {
        Some(reply) => Response::octets(200, JSON, reply.to_string()),
        None => Response::new(204, &b""[..]),
    }
}

/// The Response object for a Request object; none for a notification.
fn reply(call: Value, count: Count<'_>) -> Option<Value> {
    let Value::Object(call) = call else {
        return Some(failure(INVALID_REQUEST, Value::Null));
    };
    let id = call.get("id");
    let is_id = |id: &&Value| matches!(id, Value::Null | Value::Number(_) | Value::String(_));
    let known = id.filter(is_id).cloned().unwrap_or_default();
    let valid = id.is_none_or(|id| is_id(&id)) && call.get("jsonrpc") == Some(&json!("2.0"));
    let params = call.get("params");
    let (true, Some(Value::String(method)), None | Some(Value::Array(_) | Value::Object(_))) =
        (valid, call.get("method"), params)
    else {
        return Some(failure(INVALID_REQUEST, known));
    };
    let result = perform(method, params, count);
    // jsonrpc-4.1-p1-1: not even of an error.
    id?;
    Some(match result {
        // jsonrpc-4-p4-4: the id is that of the request.
        Ok(result) => json!({ "jsonrpc": "2.0", "result": result, "id": known }),
        Err(error) => failure(error, known),
    })
}

fn failure((code, message): Failure, id: Value) -> Value {
    json!({ "jsonrpc": "2.0", "error": { "code": code, "message": message }, "id": id })
}

fn perform(method: &str, params: Option<&Value>, count: Count<'_>) -> Result<Value, Failure> {
    match method {
        "subtract" => {
            let (one, other) = match params {
                Some(Value::Array(params)) => match params.as_slice() {
                    [one, other] => (number(one)?, number(other)?),
                    _ => return Err(INVALID_PARAMS),
                },
                Some(Value::Object(params)) => by_name(params)?,
                _ => return Err(INVALID_PARAMS),
            };
            combine(one, other, i64::checked_sub, |one, other| one - other)
        }
        "sum" => {
            let Some(Value::Array(params)) = params else {
                return Err(INVALID_PARAMS);
            };
            let sum = params.iter().try_fold(json!(0), |sum, param| {
                let sum = number(&sum)?.clone();
                combine(&sum, number(param)?, i64::checked_add, |one, other| {
                    one + other
                })
            })?;
            Ok(sum)
        }
        "get_data" => Ok(json!(["hello", 5])),
        "update" => {
            if let Some([Value::String(name)]) = params.and_then(Value::as_array).map(Vec::as_slice)
            {
                count(name);
            }
            Ok(Value::Null)
        }
        "notify_hello" | "notify_sum" => Ok(Value::Null),
        _ => Err(METHOD_NOT_FOUND),
    }
}

/// The params of `subtract` by their names.
// jsonrpc-4.2-p3-1: they match exactly, and there are no others.
fn by_name(params: &Map<String, Value>) -> Result<(&Number, &Number), Failure> {
    match (params.get("minuend"), params.get("subtrahend")) {
        (Some(one), Some(other)) if params.len() == 2 => Ok((number(one)?, number(other)?)),
        _ => Err(INVALID_PARAMS),
    }
}

fn number(value: &Value) -> Result<&Number, Failure> {
    match value {
        Value::Number(number) => Ok(number),
        _ => Err(INVALID_PARAMS),
    }
}

/// Exact for integers as long as they are small enough.
fn combine(
    one: &Number,
    other: &Number,
    exact: fn(i64, i64) -> Option<i64>,
    rounded: fn(f64, f64) -> f64,
) -> Result<Value, Failure> {
    let integers = one.as_i64().zip(other.as_i64());
    if let Some(result) = integers.and_then(|(one, other)| exact(one, other)) {
        return Ok(json!(result));
    }
    let floats = one.as_f64().zip(other.as_f64());
    let result = floats.map(|(one, other)| rounded(one, other));
    // What is infinite is no JSON.
    let result = result.and_then(Number::from_f64);
    result.map(Value::Number).ok_or(INVALID_PARAMS)
}

/// Code and message of an error.
type Failure = (i32, &'static str);

// jsonrpc-5.1-p4: the codes that the specification defines.
const PARSE_ERROR: Failure = (-32700, "Parse error");
const INVALID_REQUEST: Failure = (-32600, "Invalid Request");
const METHOD_NOT_FOUND: Failure = (-32601, "Method not found");
const INVALID_PARAMS: Failure = (-32602, "Invalid params");

const PATH: &[u8] = b"/rpc";
const METHODS: &[&str] = &["POST", "OPTIONS"];
const JSON: &[u8] = b"Content-Type: application/json\r\n";
/// The media types that JSON-RPC is sent with.
const JSON_TYPES: [&[u8]; 3] = [
    b"application/json",
    b"application/json-rpc",
    b"application/jsonrequest",
];

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;
    use crate::peer::site::Body;

    #[rstest]
    #[case(r#"{"jsonrpc":"2.0","method":"sum","params":[],"id":null}"#, json!({"id": null, "result": 0}))]
    #[case(r#"{"jsonrpc":"2.0","method":"sum","params":[1,2.5],"id":1.5}"#, json!({"id": 1.5, "result": 3.5}))]
    #[case(
        r#"{"jsonrpc":"2.0","method":"sum","params":[9223372036854775807,1],"id":"a"}"#,
        json!({"id": "a", "result": 9_223_372_036_854_775_808_u64 as f64})
    )]
    #[case(
        r#"{"jsonrpc":"2.0","method":"sum","params":[1e308,1e308],"id":1}"#,
        json!({"id": 1, "error": {"code": -32602, "message": "Invalid params"}})
    )]
    #[case(
        r#"{"jsonrpc":"2.0","method":"subtract","params":{"minuend":1,"Subtrahend":1},"id":1}"#,
        json!({"id": 1, "error": {"code": -32602, "message": "Invalid params"}})
    )]
    #[case(
        r#"{"method":"sum","params":[],"id":1}"#,
        json!({"id": 1, "error": {"code": -32600, "message": "Invalid Request"}})
    )]
    #[case(
        r#"{"jsonrpc":"2.0","method":"sum","params":[],"id":{}}"#,
        json!({"id": null, "error": {"code": -32600, "message": "Invalid Request"}})
    )]
    fn a_call_is_answered(#[case] call: &str, #[case] mut wanted: Value) {
        wanted["jsonrpc"] = json!("2.0");
        assert_eq!(
            reply(serde_json::from_str(call).unwrap(), &|_| {}),
            Some(wanted)
        );
    }

    #[rstest]
    #[case(r#"{"jsonrpc":"2.0","method":"no such"}"#)]
    #[case(r#"{"jsonrpc":"2.0","method":"sum","params":["a"]}"#)]
    fn nothing_is_said_to_a_notification(#[case] call: &str) {
        assert_eq!(reply(serde_json::from_str(call).unwrap(), &|_| {}), None);
        assert_eq!(super::call(call.as_bytes(), &|_| {}).status, 204);
    }

    #[test]
    fn deep_nesting_is_no_json() {
        let content = "[".repeat(LONGEST);
        let Body::Octets(text) = call(content.as_bytes(), &|_| {}).body else {
            panic!("no octets");
        };
        assert!(text.starts_with(b"{\"error\":{\"code\":-32700"), "{text:?}");
    }

    #[rstest]
    #[case(r#"{"jsonrpc":"2.0","method":"update","params":["a"]}"#, 1)]
    #[case(r#"[{"jsonrpc":"2.0","method":"update","params":["a"]},{"jsonrpc":"2.0","method":"update","params":["b"],"id":1}]"#, 2)]
    #[case(r#"{"jsonrpc":"2.0","method":"update","params":["a","b"]}"#, 0)]
    #[case(r#"{"jsonrpc":"1.0","method":"update","params":["a"]}"#, 0)]
    fn an_update_of_a_name_is_counted(#[case] content: &str, #[case] wanted: usize) {
        let counted = std::cell::Cell::new(0);
        call(content.as_bytes(), &|_| counted.set(counted.get() + 1));
        assert_eq!(counted.get(), wanted);
    }
}
