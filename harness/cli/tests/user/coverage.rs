//! What is covered and what is missing, through the built binary.

use pretty_assertions::assert_eq;

use crate::support::{h1check, scenario};

const SCENARIO: &str = r#"
title = "Asked to close, the server closes"
subject = "server"
requirements = ["9112-9.6-p6-1"]
[[step]]
send = 'GET / HTTP/1.1\r\nHost: \{authority}\r\nConnection: close\r\n\r\n'
expect.close = "any"
[[counterexample]]
fault = "stays"
at = 1
step = [{ expect.request = 'GET /', reply = 'HTTP/1.1 204 No Content\r\n\r\n' }]
"#;

#[test]
fn coverage_is_shown_by_section_and_listed_where_it_is_missing() {
    let folder = scenario("server/closes", SCENARIO);
    let scenarios = folder.path().to_str().unwrap();
    let coverage = |more: &[&str]| {
        let words = [&["coverage", "--scenarios", scenarios], more].concat();
        h1check(&words).without_panic()
    };
    let covered = coverage(&["--section", "9112-9.6-p6-1", "--role", "server"]);
    assert_eq!(
        covered.out,
        "server                       rules  covered  excused  missing  config\n\
         \x20 RFC 9112, 9.6                  1        1        0        0       0\n\
         \x20 all                            1        1        0        0       0\n\n"
    );
    assert_eq!((covered.code, &covered.err[..]), (Some(0), ""));
    let missing = coverage(&["--section", "9112-9.6-p7-1", "--missing"]);
    assert_eq!(
        missing.out,
        "9112-9.6-p7-1      server       wire   MUST       \
         After sending close in a response, the server initiates closing\n\
         9112-9.6-p7-1      intermediary wire   MUST       \
         After sending close in a response, the server initiates closing\n"
    );
    assert_eq!(missing.code, Some(1));
    assert!(
        missing
            .err
            .starts_with("error: of the rules for servers 1 "),
        "{}",
        missing.err
    );
    let of_clients = coverage(&["--section", "9112-9.6-p7-1", "--role", "client"]);
    assert_eq!((of_clients.code, &of_clients.out[..]), (Some(0), ""));
}

#[test]
fn coverage_as_json_names_what_covers() {
    let shown = h1check(&[
        "coverage",
        "--section",
        "9110-15.5.6-1",
        "--role",
        "server",
        "--json",
    ]);
    let shown = shown.without_panic();
    assert_eq!(shown.code, Some(0));
    assert!(
        shown.out.contains("\"lint allow-missing\""),
        "{}",
        shown.out
    );
    assert!(
        shown.out.contains("\"state\": \"covered\""),
        "{}",
        shown.out
    );
}

#[test]
fn what_is_no_section_is_told() {
    let wrong = h1check(&["coverage", "--section", "9113"]).without_panic();
    assert_eq!(wrong.code, Some(2));
    assert_eq!(
        wrong.err,
        "error: there is no rule of the section `9113` (e.g. 9112-6, 9110-8.6)\n"
    );
}

#[test]
fn lints_are_listed_with_their_rule() {
    let lints = h1check(&["list", "--lints", "--requirement", "9110-15.5.6"]).without_panic();
    assert_eq!(
        lints.out,
        "allow-missing  9110-15.5.6-1      A 405 response has Allow\n\
         \x20                                 server\n"
    );
    let wrong = h1check(&["list", "--lints", "--requirement", "9110-99"]).without_panic();
    assert_eq!(
        (wrong.code, &wrong.err[..]),
        (
            Some(2),
            "error: no lint checks `9110-99` (did you mean `9110-14`?)\n"
        )
    );
}
