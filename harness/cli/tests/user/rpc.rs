//! JSON-RPC through the built binary: judged where a profile names the path, and explained.

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::h1check;

/// The built binary as a server that `h1check server --spawn` starts.
fn serve() -> String {
    format!("{} serve 127.0.0.1:{{port}}", env!("CARGO_BIN_EXE_h1check"))
}

#[test]
fn a_server_is_judged_where_the_path_is_given() {
    let only = "--only=server/rpc/json/**";
    let spawn = serve();
    let mut given = vec!["server", "--spawn", &spawn, only, "--given", "rpc=/rpc"];
    given.extend(["--given", "rpc-counter=/counter"]);
    let judged = h1check(&given).without_panic();
    assert_eq!(judged.code, Some(0), "{}{}", judged.out, judged.err);
    assert!(
        judged
            .out
            .contains(" pass  0 warn  0 fail  0 skip  0 error"),
        "{}",
        judged.out
    );
    let skipped = h1check(&["server", "--spawn", &spawn, only]).without_panic();
    assert_eq!(skipped.code, Some(3), "{}", skipped.err);
    assert!(
        skipped.out.contains("rpc not declared: say [paths] rpc ="),
        "{}",
        skipped.out
    );
}

#[rstest]
#[case::by_folder(&["list", "server/rpc/json"])]
#[case::by_rule(&["list", "--requirement", "jsonrpc-6"])]
fn the_pack_is_listed(#[case] words: &[&str]) {
    let listed = h1check(words).without_panic();
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    assert!(
        listed.out.contains("server/rpc/json/batch/empty"),
        "{}",
        listed.out
    );
}

#[test]
fn a_rule_is_explained_with_the_place_where_it_stands() {
    let words = ["explain", "server/rpc/json/notification/gets-no-reply"];
    let explained = h1check(&words).without_panic();
    assert_eq!(explained.code, Some(0), "{}", explained.err);
    assert!(
        explained
            .out
            .contains("https://www.jsonrpc.org/specification#notification"),
        "{}",
        explained.out
    );
}
