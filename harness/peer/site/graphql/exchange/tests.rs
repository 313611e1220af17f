use bytes::Bytes;
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::peer::site::Store;
use crate::peer::site::graphql::answer;
use crate::peer::site::resource::{Body, Request, Response};
use crate::peer::target::Target;
use crate::wire::{Field, Fields};

const NOTHING: Bytes = Bytes::new();

/// A request with those fields, which stand as `Name: value` in lines.
fn ask(store: &Store, method: &[u8], target: &[u8], fields: &str, content: &str) -> Response {
    let field = |(name, value): (&str, &str)| Field {
        name: Bytes::copy_from_slice(name.as_bytes()),
        value: Bytes::copy_from_slice(value.as_bytes()),
    };
    let lines = fields.lines().filter_map(|line| line.split_once(": "));
    let request = Request {
        method,
        target: Target::parse(method, target).unwrap(),
        fields: &Fields(lines.map(field).collect()),
        content: &Bytes::copy_from_slice(content.as_bytes()),
        is_complete: true,
        may_switch: false,
        secured: false,
        store,
    };
    answer(&request).unwrap()
}

fn post(content: &str) -> Response {
    let fields = "Content-Type: application/json";
    ask(&Store::default(), b"POST", b"/graphql", fields, content)
}

fn content(response: &Response) -> Value {
    match &response.body {
        Body::Octets(octets) => serde_json::from_slice(octets).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn asking(document: &str) -> String {
    serde_json::json!({ "query": document }).to_string()
}

#[rstest]
#[case::data("{ user(id: 3) { name } }", 200, r#"{"data":{"user":{"name":"Zoë"}}}"#)]
#[case::nobody("{ user(id: 99) { name } }", 200, r#"{"data":{"user":null}}"#)]
#[case::both_ways(
    "{ group(id: 2) { users { groups { id } } } }",
    200,
    r#"{"data":{"group":{"users":[{"groups":[{"id":"1"},{"id":"2"}]},{"groups":[{"id":"2"}]}]}}}"#
)]
fn a_query_is_performed(#[case] document: &str, #[case] status: u16, #[case] wanted: &str) {
    let response = post(&asking(document));
    assert_eq!(response.status, status);
    assert_eq!(
        content(&response),
        serde_json::from_str::<Value>(wanted).unwrap()
    );
}

#[rstest]
#[case::parsed("{", 400)]
#[case::valid("{ nobody }", 422)]
#[case::told("query A { __typename } query B { __typename }", 422)]
#[case::coerced("query A($id: ID!) { user(id: $id) { id } }", 422)]
#[case::subscription("subscription { nothing }", 422)]
fn what_cannot_be_performed_has_no_data(#[case] document: &str, #[case] status: u16) {
    let response = post(&asking(document));
    assert_eq!(response.status, status);
    let result = content(&response);
    assert!(result["errors"][0]["message"].is_string(), "{result}");
    assert!(result.get("data").is_none(), "{result}");
}

#[test]
fn a_field_that_fails_is_null_and_the_rest_is_there() {
    let response = post(&asking("{ fails group(id: 1) { id } }"));
    assert_eq!(response.status, 294);
    let result = content(&response);
    let data = serde_json::json!({ "fails": null, "group": { "id": "1" } });
    assert_eq!(result["data"], data);
    assert_eq!(result["errors"][0]["path"], serde_json::json!(["fails"]));
    let response = post(&asking("{ failsAltogether }"));
    assert_eq!(
        (response.status, &content(&response)["data"]),
        (294, &Value::Null)
    );
}

#[rstest]
#[case::own(
    "application/graphql-response+json",
    200,
    "application/graphql-response+json"
)]
#[case::json("application/json", 200, "application/json")]
#[case::weights(
    "application/graphql-response+json;q=0.1, application/json",
    200,
    "application/json"
)]
#[case::charset("application/json; charset=utf-8", 200, "application/json")]
#[case::any("*/*", 200, "application/graphql-response+json")]
#[case::none("text/html", 406, "text/plain")]
fn the_media_type_is_negotiated(#[case] accept: &str, #[case] status: u16, #[case] kind: &str) {
    let fields = format!("Content-Type: application/json\nAccept: {accept}");
    let store = Store::default();
    let response = ask(
        &store,
        b"POST",
        b"/graphql",
        &fields,
        &asking("{ __typename }"),
    );
    assert_eq!(response.status, status);
    let lines = String::from_utf8_lossy(&response.fields).into_owned();
    assert!(
        lines.starts_with(&format!("Content-Type: {kind}")),
        "{lines}"
    );
}

#[test]
fn what_is_added_by_post_is_kept_and_by_get_refused() {
    let store = Store::default();
    let json = "Content-Type: application/json";
    let add = r#"mutation { addUser(name: "Alan") { id } }"#;
    let by_get = b"/graphql?query=mutation+%7B+addUser(name%3A+%22Alan%22)+%7B+id+%7D+%7D";
    let refused = ask(&store, b"GET", by_get, "", "");
    assert_eq!(refused.status, 405);
    assert!(String::from_utf8_lossy(&refused.fields).contains("Allow: POST, OPTIONS\r\n"));
    let find = asking(r#"{ users(name: "Alan") { id } }"#);
    let found =
        |store: &Store| content(&ask(store, b"POST", b"/graphql", json, &find))["data"].clone();
    assert_eq!(found(&store), serde_json::json!({ "users": [] }));
    let added = ask(&store, b"POST", b"/graphql", json, &asking(add));
    assert_eq!(content(&added)["data"]["addUser"]["id"], "4");
    assert_eq!(
        found(&store),
        serde_json::json!({ "users": [{ "id": "4" }] })
    );
    for _ in 0..100 {
        ask(&store, b"POST", b"/graphql", json, &asking(add));
    }
    let kept = found(&store)["users"].as_array().map(Vec::len);
    assert_eq!(kept, Some(64), "the oldest give way");
}

#[rstest]
#[case::deep(&"{ a ".repeat(100_000))]
#[case::deep_values(&format!("{{ a(b: {}) }}", "[".repeat(100_000)))]
#[case::deepest_that_is_read(&"{ a ".repeat(200))]
#[case::deepest_value(&format!("{{ user(id: {}", "[".repeat(190)))]
#[case::many(&format!("{{ {} }}", (0..2000).map(|it| format!("a{it}: users {{ groups {{ users {{ id }} }} }} ")).collect::<String>()))]
#[case::growing(&format!("{{ users {} }}", "{ groups { users ".repeat(9) + "{ id }" + &"} }".repeat(9)))]
#[case::cycle("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }")]
fn a_hostile_document_is_refused(#[case] document: &str) {
    let response = post(&asking(document));
    assert!((400..500).contains(&response.status), "{}", response.status);
}

#[test]
fn many_fields_are_performed_at_once() {
    let fields = (0..500).map(|it| format!("a{it}: __typename "));
    let response = post(&asking(&format!("{{ {} }}", fields.collect::<String>())));
    assert_eq!(response.status, 200);
    assert_eq!(content(&response)["data"]["a499"], "Query");
}

#[test]
fn before_the_content_has_come_only_the_head_counts() {
    let expecting = |fields: &str| {
        let lines = fields.lines().filter_map(|line| line.split_once(": "));
        let lines = lines.map(|(name, value)| Field {
            name: Bytes::copy_from_slice(name.as_bytes()),
            value: Bytes::copy_from_slice(value.as_bytes()),
        });
        let request = Request {
            method: b"POST",
            target: Target::parse(b"POST", b"/graphql").unwrap(),
            fields: &Fields(lines.collect()),
            content: &NOTHING,
            is_complete: false,
            may_switch: false,
            secured: false,
            store: &Store::default(),
        };
        answer(&request).unwrap().status
    };
    assert_eq!(expecting("Content-Type: application/json"), 200);
    assert_eq!(expecting("Content-Type: text/plain"), 415);
    assert_eq!(expecting(""), 415);
}
