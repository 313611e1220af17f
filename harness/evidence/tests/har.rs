//! HTTP Archives, held against the schema of the format.
//!
//! `har-schema/` is the package `har-schema` 2.0.0 of npm, by Ahmad Nassri, under the ISC licence
//! (see `LICENSE` there).

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{GET, OK, connection, outcome, received, run, sent};
use crate::evidence::har::render;
use crate::outcome::{Happening, Outcome};

/// The files of the schema, by the name under which they refer to each other.
const SCHEMA: [(&str, &str); 13] = [
    ("afterRequest", include_str!("har-schema/afterRequest.json")),
    (
        "beforeRequest",
        include_str!("har-schema/beforeRequest.json"),
    ),
    ("cache", include_str!("har-schema/cache.json")),
    ("content", include_str!("har-schema/content.json")),
    ("cookie", include_str!("har-schema/cookie.json")),
    ("creator", include_str!("har-schema/creator.json")),
    ("entry", include_str!("har-schema/entry.json")),
    ("header", include_str!("har-schema/header.json")),
    ("postData", include_str!("har-schema/postData.json")),
    ("query", include_str!("har-schema/query.json")),
    ("request", include_str!("har-schema/request.json")),
    ("response", include_str!("har-schema/response.json")),
    ("timings", include_str!("har-schema/timings.json")),
];

/// One schema of all files: each becomes a definition.
fn schema() -> Value {
    let mut all = json!({ "$schema": "http://json-schema.org/draft-06/schema#" });
    let mut add = |name: &str, text: &str| {
        let mut text = text
            .replace("\"$id\"", "\"was\"")
            .replace("\"$schema\"", "\"draft\"");
        for (other, _) in SCHEMA {
            text = text.replace(
                &format!("\"{other}.json#\""),
                &format!("\"#/definitions/{other}\""),
            );
        }
        // We write neither pages nor a browser.
        text = text
            .replace("browser.json#", "#")
            .replace("page.json#", "#");
        all["definitions"][name] = serde_json::from_str(&text).unwrap();
    };
    for (name, text) in SCHEMA {
        add(name, text);
    }
    add("log", include_str!("har-schema/log.json"));
    all["required"] = json!(["log"]);
    all["properties"]["log"]["$ref"] = json!("#/definitions/log");
    all
}

/// The archive, once it is known to be one.
fn har(outcome: Outcome) -> Value {
    let run = run(outcome);
    let har: Value = serde_json::from_str(&render(&run, &run.outcomes[0])).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&har)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{har:#}");
    har
}

#[test]
fn a_schema_that_is_broken_would_be_noticed() {
    let validator = jsonschema::options().build(&schema()).unwrap();
    let wrong = json!({ "log": { "version": "1.2", "creator": {}, "entries": [{}] } });
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn exchanges_become_entries_with_their_times() {
    let post = b"POST /a?b=c&d HTTP/1.1\r\nHost: [::1]:80\r\nCookie: e=f; g=h\r\n\
        Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    let answer = b"HTTP/1.1 303 See Other\r\nLocation: /x\r\nSet-Cookie: i=j; Path=/\r\n\
        Content-Length: 2\r\n\r\n\xff\xfe";
    let happenings = vec![
        (0, Happening::Opened),
        (0, sent(&GET[..10])),
        (0, sent(&GET[10..])),
        (0, sent(post)),
        (0, received(b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        (0, received(&[OK, answer].concat())),
    ];
    let har = har(outcome(
        vec![connection("one", "[::1]:9", "[::1]:80")],
        happenings,
    ));
    let [first, second] = &har["log"]["entries"].as_array().unwrap()[..] else {
        panic!("two entries: {har:#}");
    };
    assert_eq!(first["startedDateTime"], "2026-09-21T14:13:20.124000Z");
    assert_eq!(
        first["timings"],
        json!({ "send": 1.0, "wait": 3.0, "receive": 0.0 })
    );
    assert_eq!(first["request"]["url"], "http://a.example/");
    assert_eq!(first["response"]["content"]["text"], "ok");
    assert_eq!(first["comment"], "interim responses: 103");
    assert_eq!(first["serverIPAddress"], "::1");
    let request = &second["request"];
    assert_eq!(request["url"], "http://[::1]:80/a?b=c&d");
    assert_eq!(
        request["postData"],
        json!({ "mimeType": "text/plain", "text": "hi" })
    );
    assert_eq!(request["bodySize"], 12);
    assert_eq!(request["cookies"][1], json!({ "name": "g", "value": "h" }));
    assert_eq!(
        request["queryString"][1],
        json!({ "name": "d", "value": "" })
    );
    let response = &second["response"];
    assert_eq!(response["redirectURL"], "/x");
    assert_eq!(response["cookies"], json!([{ "name": "i", "value": "j" }]));
    assert_eq!(response["content"]["text"], "//4=");
    assert_eq!(response["content"]["encoding"], "base64");
}

#[test]
fn what_is_no_valid_message_is_left_out_and_named() {
    let connections = ["one", "two", "three", "four"];
    let connections = connections.map(|name| connection(name, "unix:", "unix:/a b"));
    let happenings = vec![
        (0, sent(b"GET / HTTP/1.1\nHost: a\r\n\r\n")),
        (0, received(OK)),
        (1, sent(b"GET /<script> HTTP/1.1\r\nHost: a\r\n\r\n")),
        (1, received(b"\x1b[2J<html>\r\n\r\n")),
        (2, received(OK)),
        (3, sent(GET)),
        (3, received(&OK[..20])),
        (3, Happening::ReceivedRst),
    ];
    let har = har(outcome(connections.to_vec(), happenings));
    let entries = har["log"]["entries"].as_array().unwrap();
    let comments: Vec<&str> = entries
        .iter()
        .map(|it| it["comment"].as_str().unwrap())
        .collect();
    assert_eq!(
        comments,
        [
            "its response is left out: the start-line cannot be read",
            "its response is left out: the transcript ends before it is complete"
        ]
    );
    assert!(entries.iter().all(|entry| entry["response"]["status"] == 0));
    assert_eq!(entries[0]["request"]["url"], "http://a/%3Cscript%3E");
    let comment = har["log"]["comment"].as_str().unwrap();
    let left_out: Vec<&str> = comment.lines().skip(1).collect();
    assert_eq!(left_out.len(), 3, "{comment}");
    assert!(left_out[0].starts_with("left out: the request on connection one at 0.00 ms: "));
    assert!(left_out[1].ends_with(": so was its request"), "{comment}");
    assert!(
        left_out[2].ends_with(": there is no request for it"),
        "{comment}"
    );
}
