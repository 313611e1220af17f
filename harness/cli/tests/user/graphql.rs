//! GraphQL over HTTP, as users judge it: the reference server, servers that say where it is, and
//! servers that do not.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use pretty_assertions::assert_eq;

use crate::support::h1check;

#[test]
fn the_reference_server_passes_the_pack_that_is_listed() {
    let listed = h1check(&["list", "server/graphql"]).without_panic();
    let ids = listed
        .out
        .lines()
        .filter(|line| line.contains("server/graphql/"));
    let count = ids.count();
    assert!(count > 200, "{}", listed.out);
    let words = [
        "server",
        "--reference",
        "--strict",
        "--only",
        "server/graphql/**",
    ];
    let run = h1check(&words).without_panic();
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let text = format!("{}{}", run.out, run.err);
    let tally = format!("{count} pass  0 warn  0 fail  0 skip  0 error");
    assert!(text.contains(&tally), "{text}");
}

#[test]
fn a_server_that_names_its_path_is_judged_there() {
    let spawn = format!("{} serve 127.0.0.1:{{port}}", env!("CARGO_BIN_EXE_h1check"));
    let words = [
        "server",
        "--spawn",
        &spawn,
        "--given",
        "graphql=/graphql",
        "--only",
        "server/graphql/errors/*",
        "--only",
        "server/graphql/users/*",
    ];
    let run = h1check(&words).without_panic();
    let text = format!("{}{}", run.out, run.err);
    assert_eq!(run.code, Some(0), "{text}");
    // The schema is another thing to declare.
    assert!(
        text.contains("graphql-users = true in the profile"),
        "{text}"
    );
    assert!(text.contains("0 warn  0 fail"), "{text}");
}

#[test]
fn without_a_path_nothing_is_judged_and_it_is_told_how() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    let words = ["server", &address, "--only", "server/graphql/media/*"];
    let run = h1check(&words).without_panic();
    let text = format!("{}{}", run.out, run.err);
    assert_eq!(run.code, Some(3), "{text}");
    assert!(
        text.contains("graphql not declared: say [paths] graphql = \"/…\" in the profile"),
        "{text}"
    );
}
