//! Scenarios that follow links and look into XML, through the built binary.

use pretty_assertions::assert_eq;

use crate::support::{h1check, scenario};
use crate::transport::Server;

#[test]
fn the_packs_are_skipped_where_no_path_is_named_and_played_where_one_is() {
    let server = Server::start(&["127.0.0.1:0"]);
    let url = server.url("http");
    let words = [
        "server",
        &url,
        "--only",
        "server/links/**",
        "--only",
        "server/rpc/xml/**",
    ];
    let skipped = h1check(&words).without_panic();
    assert_eq!(skipped.code, Some(3), "{}", skipped.err);
    let said = [skipped.out, skipped.err].concat();
    for name in ["items", "xmlrpc"] {
        let wanted = format!("{name} not declared: say [paths] {name} = \"/…\" in the profile");
        assert!(said.contains(&wanted), "{said}");
    }
    let given = ["--given", "items=/items", "--given", "xmlrpc=/xmlrpc"];
    let played = h1check(&[&words[..], &given].concat()).without_panic();
    let said = [played.out, played.err].concat();
    assert_eq!(played.code, Some(0), "{said}");
    assert!(said.contains(" 0 warn  0 fail  0 skip  0 error"), "{said}");
}

#[test]
fn a_walk_in_a_circle_is_told_with_the_request_that_comes_again() {
    let folder = scenario(
        "server/own",
        r#"
title = "There is a way out"
subject = "server"
hardening = "an example"
[[step]]
send = 'GET /items?page=2 HTTP/1.1\r\nHost: \{authority}\r\n\r\n'
expect = { status = 200, as = "page" }
[[step]]
times = 100
until = "end"
send = 'GET \{page.follow.prev} HTTP/1.1\r\nHost: \{authority}\r\nX: \{page.follow.next}\r\n\r\n'
expect.any = [{ status = 404, as = "end" }, { status = 200, links.next = '/items?page=2', as = "first" }]
[[counterexample]]
fault = "answers nothing"
at = 1
step = [{ expect.request = 'GET /items?page=2' }]
"#,
    );
    let server = Server::start(&["127.0.0.1:0"]);
    let url = server.url("http");
    let scenarios = folder.path().to_str().unwrap();
    let played = h1check(&["server", &url, "--scenarios", scenarios]).without_panic();
    let said = [played.out, played.err].concat();
    let circle = "a circle: what comes next is 'GET /items?page=1 HTTP/1.1' once more";
    assert!(said.contains(circle), "{said}");
    assert!(said.contains("0 pass  1 warn"), "{said}");
}
