//! From the parameters of a request to the result of an operation.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{PathSegment, Positioned, Response, ServerError, Value, Variables, parser};
use serde_json::json;

use super::exchange::Refusal;
use super::parameters::Parameters;
use super::{coercion, schema};
use crate::peer::site::Store;

/// What is answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status code, where it can be seen what it belongs to.
    pub(super) status: u16,
    /// The result: `data`, `errors` or both.
    pub(super) result: serde_json::Value,
}

/// Performs an operation, if it can be found and allowed.
pub(super) fn perform(
    asked: &Parameters,
    may_mutate: bool,
    store: &Store,
) -> Result<Answer, Refusal> {
    if nesting(&asked.query) > DEEPEST {
        return Err(Refusal::malformed("the document has too many parts"));
    }
    let document = match parser::parse_query(&asked.query) {
        Ok(document) => document,
        // graphql-5.4-10
        Err(error) => return Ok(request_error(400, &[error.into()])),
    };
    let operation = choose(&document, asked.operation.as_deref())?;
    if operation.node.ty == OperationType::Mutation && !may_mutate {
        // graphql-4.3-6, graphql-4.3-7
        return Err(Refusal::new(405, "GET is safe, and this is a mutation"));
    }
    // graphql-5.4-13
    coercion::check(&operation.node.variable_definitions, &asked.variables)
        .map_err(|why| Refusal::new(422, why))?;
    let mut request = async_graphql::Request::new("")
        .variables(Variables::from_json(asked.variables.clone().into()))
        .data(store.clone());
    request.operation_name.clone_from(&asked.operation);
    request.set_parsed_query(document);
    let response = at_once(schema::service().execute(request))
        .ok_or_else(|| Refusal::new(500, "this took too long"))?;
    Ok(result(response))
}

/// The operation with that name, or the only one.
// graphql-5.4-12
fn choose<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d Positioned<OperationDefinition>, Refusal> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
        (DocumentOperations::Multiple(_), None) => None,
    };
    found.ok_or_else(|| Refusal::new(422, "which operation is meant cannot be told"))
}

fn result(response: Response) -> Answer {
    let Response { data, errors, .. } = response;
    // Where nothing was executed no error has a place.
    if data == Value::Null && errors.iter().all(|error| error.path.is_empty()) {
        // graphql-5.4-11
        return request_error(422, &errors);
    }
    if errors.is_empty() {
        // graphql-5.4-3
        return Answer {
            status: 200,
            result: json!({ "data": data }),
        };
    }
    let mut data = json!(data);
    for error in &errors {
        place_null(&mut data, &error.path);
    }
    // graphql-5.4-2, graphql-5.4-4
    Answer {
        status: 294,
        result: json!({ "data": data, "errors": errors }),
    }
}

/// A field that failed is null; async-graphql leaves it out.
fn place_null(data: &mut serde_json::Value, path: &[PathSegment]) {
    let mut place = data;
    for segment in path {
        let inner = match segment {
            PathSegment::Field(name) => place
                .as_object_mut()
                .map(|object| object.entry(name).or_insert(serde_json::Value::Null)),
            PathSegment::Index(index) => place.get_mut(*index),
        };
        // What stands around it has become null with it.
        let Some(inner) = inner else { return };
        place = inner;
    }
}

fn request_error(status: u16, errors: &[ServerError]) -> Answer {
    Answer {
        status,
        result: json!({ "errors": errors }),
    }
}

/// The output of a future that waits for nobody.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    // It may pause between many fields, and goes on when it is asked again.
    (0..MOST_PAUSES).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// How deep the parts of a document can stand in each other at most: the parser uses the stack.
fn nesting(document: &str) -> usize {
    let opening = |octet: &u8| matches!(octet, b'{' | b'[' | b'(');
    document.bytes().filter(|octet| opening(octet)).count()
}

/// The query for the whole schema that tools send has about fifty such parts.
const DEEPEST: usize = 200;
const MOST_PAUSES: usize = 10_000;
