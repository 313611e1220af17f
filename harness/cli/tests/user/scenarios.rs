//! Scenario files of one's own, through the built binary.

use pretty_assertions::assert_eq;

use crate::support::{h1check, scenario};

#[test]
fn a_scripted_client_can_tell_its_caller_status_and_content() {
    let folder = scenario(
        "client/told",
        r#"
title = "The caller gets the content"
subject = "client"
hardening = "an example"
[[step]]
ask = 'GET /a'
accept = "first"
expect.request = 'GET /a'
reply = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
[[step]]
expect = { outcome = "success", status = 200, body = 'ok' }
[[counterexample]]
fault = "hands over half of the content"
at = 2
step = [{ send = 'GET /a HTTP/1.1\r\nHost: \{authority}\r\n\r\n', expect.status = 200, outcome = { word = "success", status = 200, body = 'o' } }]
[[counterexample]]
fault = "hands over another status"
at = 2
step = [{ send = 'GET /a HTTP/1.1\r\nHost: \{authority}\r\n\r\n', expect.status = 200, outcome = { word = "success", status = 404, body = 'ok' } }]
[[permitted]]
choice = "hands over what came"
step = [{ send = 'GET /a HTTP/1.1\r\nHost: \{authority}\r\n\r\n', expect = { status = 200, as = "got" }, outcome = { word = "success", status = 200, body = '\{got.body}' } }]
"#,
    );
    let scenarios = folder.path().to_str().unwrap();
    let proven = h1check(&["prove", "--scenarios", scenarios]).without_panic();
    assert_eq!(proven.out, "3 examples proven, 0 not\n", "{}", proven.err);
    assert_eq!(proven.code, Some(0));
}
