//! `/xmlrpc`: procedure calls in XML. `subtract` takes an integer from another one, `echo` gives
//! its parameter back, whatever it is; all else is a fault.
//!
//! What a call can do is bounded: no entities are declared, and values go only so deep.

mod value;

use roxmltree::{Document, Node, ParsingOptions};

use self::value::Value;
use super::resource::{Request, Response};
use crate::wire::grammar::trim_blanks;

/// Answers POST.
pub(super) fn answer(request: &Request<'_>) -> Response {
    let is_xml = request.fields.first("Content-Type").is_none_or(|kind| {
        let kind = kind.split(|&octet| octet == b';').next();
        let kind = trim_blanks(kind.unwrap_or_default());
        let mut known = ["text/xml", "application/xml"].iter();
        known.any(|own| kind.eq_ignore_ascii_case(own.as_bytes()))
    });
    if !is_xml {
        return Response::text(415, "A call is text/xml.\n");
    }
    let result = called(request.content).and_then(|(name, params)| call(&name, params));
    // xmlrpc-7-1: a fault is an answer like any other.
    Response::octets(200, XML, rendered(&result))
}

/// A code and a text: those of the interoperable fault codes that XML-RPC servers agreed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Fault(i32, &'static str);

const NOT_WELL_FORMED: Fault = Fault(-32700, "parse error: not well formed");
const INVALID_CALL: Fault = Fault(-32600, "server error: invalid XML-RPC");
const NO_METHOD: Fault = Fault(-32601, "server error: requested method not found");
const INVALID_PARAMS: Fault = Fault(-32602, "server error: invalid method parameters");

/// The name and the parameters of a call.
fn called(content: &[u8]) -> Result<(String, Vec<Value>), Fault> {
    let text = std::str::from_utf8(content).map_err(|_| NOT_WELL_FORMED)?;
    let options = ParsingOptions {
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|_| NOT_WELL_FORMED)?;
    let root = document.root_element();
    if !root.has_tag_name("methodCall") {
        return Err(INVALID_CALL);
    }
    let mut parts = elements(root);
    let name = parts.next().filter(|name| name.has_tag_name("methodName"));
    let name = name.and_then(|name| name.text()).ok_or(INVALID_CALL)?;
    let params = match (parts.next(), parts.next()) {
        (None, _) => Vec::new(),
        (Some(params), None) if params.has_tag_name("params") => {
            elements(params).map(param).collect::<Result<_, _>>()?
        }
        _ => return Err(INVALID_CALL),
    };
    Ok((name.trim().to_owned(), params))
}

fn param(param: Node<'_, '_>) -> Result<Value, Fault> {
    let mut values = elements(param);
    match (values.next(), values.next()) {
        (Some(value), None) if param.has_tag_name("param") => {
            Value::read(value).ok_or(INVALID_PARAMS)
        }
        _ => Err(INVALID_CALL),
    }
}

fn call(name: &str, params: Vec<Value>) -> Result<Value, Fault> {
    match (name, &params[..]) {
        ("subtract", [Value::Int(from), Value::Int(what)]) => from
            .checked_sub(*what)
            .map(Value::Int)
            .ok_or(INVALID_PARAMS),
        ("echo", [value]) => Ok(value.clone()),
        ("subtract" | "echo", _) => Err(INVALID_PARAMS),
        _ => Err(NO_METHOD),
    }
}

// xmlrpc-7-3, xmlrpc-8-1
fn rendered(result: &Result<Value, Fault>) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?>\n<methodResponse>");
    match result {
        Ok(value) => {
            text.push_str("<params><param>");
            value.write(&mut text);
            text.push_str("</param></params>");
        }
        Err(Fault(code, what)) => {
            text.push_str("<fault>");
            let members = vec![
                ("faultCode".to_owned(), Value::Int(*code)),
                ("faultString".to_owned(), Value::Text((*what).to_owned())),
            ];
            Value::Struct(members).write(&mut text);
            text.push_str("</fault>");
        }
    }
    text.push_str("</methodResponse>\n");
    text
}

/// The elements right inside of one.
fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(|child| child.is_element())
}

/// Elements, texts and comments of a call.
const MOST_NODES: u32 = 100_000;

// xmlrpc-7-2
const XML: &[u8] = b"Content-Type: text/xml\r\n";

#[cfg(test)]
mod tests;
