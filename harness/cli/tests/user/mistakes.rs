//! What is mistyped, missing or in the way: one clear message, and the exit code that says so.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{add, command, ended, h1check, scenario};

#[rstest]
#[case(&["list", "server/clos"], 2, "did you mean `server/close`?")]
#[case(&["list", "honours-clos"], 2, "did you mean `client/close/honours-close`?")]
#[case(&["list", "server/host/invalid[backslsh]"], 2, "did you mean `server/host/invalid[backslash]`?")]
#[case(&["prove", "server/host/invalid[nonsense]"], 2, "did you mean `server/host/invalid`?")]
#[case(&["list", "9112-9.6-p6-1"], 2, "did you mean `--requirement 9112-9.6-p6-1`?")]
#[case(&["server", "--reference", "--requirement", "9112-9.6-p6-9"], 2, "did you mean `9112-9.6-p6-1`?")]
#[case(&["list", "--requirement", "9112-9.66"], 2, "did you mean `9112-9.6`?")]
#[case(&["list", "--requirement", "rfc9112-9.6"], 2, "did you mean `9112-9.6`?")]
#[case(&["list", "--requirement", "9.6"], 2, "did you mean `9112-9.6`?")]
#[case(&["list", "server/close", "--requirement", "9110-14.1.2-1"], 2, "the pattern `server/close` with the requirement `9110-14.1.2-1` selects no scenario\n")]
#[case(&["server", "--reference", "--only", "nothing"], 2, "the pattern `nothing` selects no scenario")]
#[case(&["server", "--reference", "--only", "client"], 2, "none of the selected scenarios is for a server")]
#[case(&["server", "--reference", "--given", "echo"], 2, "write NAME=VALUE")]
#[case(&["server", "ftp://127.0.0.1/"], 2, "ftp://127.0.0.1/: ")]
#[case(&["server", "http://no-such-name.invalid/"], 3, "no-such-name.invalid:80: cannot find the address")]
#[case(&["init", "ftp://127.0.0.1/"], 2, "ftp://127.0.0.1/: ")]
#[case(&["init", "http://no-such-name.invalid/"], 3, "no-such-name.invalid:80: cannot find the address")]
#[case(&["init", "http://127.0.0.1/", "--field-env", "A=H1CHECK_NO_SUCH_VARIABLE"], 2, "H1CHECK_NO_SUCH_VARIABLE: is not set")]
#[case(&["init", "http://127.0.0.1/", "--field-env", "A"], 2, "write NAME=VARIABLE")]
#[case(&["init", "http://127.0.0.1/", "--try-echo", "echo"], 2, "a path begins with `/`")]
#[case(&["server", "--resolve", "h:80", "http://h/"], 2, "is not HOST:PORT:ADDRESS")]
#[case(&["server", "--spawn", "sleep 60"], 2, "{port}")]
#[case(&["server", "--spawn", "echo 'x {port}"], 2, "has no end")]
#[case(&["server", "--spawn", "no-such-program {port}"], 3, "there is no program `no-such-program` in the folders of PATH")]
#[case(&["server", "--spawn", "sh -c 'echo out of luck; exit 7' {port}"], 3, "out of luck")]
#[case(&["server", "--spawn", "sleep 60 {port}", "--ready-within", "300ms"], 3, "accepted no connection on port")]
#[case(&["client", "--", "no-such-program", "{url}"], 3, "there is no program `no-such-program` in the folders of PATH")]
#[case(&["client", "--", "/dev/null", "{url}"], 3, "there is no program `/dev/null`")]
#[case(&["client", "--", "/etc/passwd", "{url}"], 3, "cannot start `/etc/passwd`: permission denied")]
#[case(&["validate", "--scenarios", "no/such/folder"], 2, "no/such/folder")]
fn a_mistake_is_named(#[case] words: &[&str], #[case] code: i32, #[case] message: &str) {
    let seen = h1check(words).without_panic();
    assert!(seen.err.contains(message), "{}", seen.err);
    assert!(seen.err.starts_with("error: "), "{}", seen.err);
    assert!(seen.err.ends_with('\n'), "{}", seen.err);
    assert_eq!(seen.out, "");
    assert_eq!(seen.code, Some(code), "{}", seen.err);
}

#[test]
fn a_port_that_nobody_listens_on_cannot_be_tested() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let seen = h1check(&["server", &url]).without_panic();
    assert!(seen.err.starts_with("error: cannot connect to 127.0.0.1:"));
    assert_eq!(seen.code, Some(3));
}

#[test]
fn a_port_in_use_is_not_served() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = h1check(&["serve", &address]).without_panic();
    assert!(
        seen.err.contains("another program listens there"),
        "{}",
        seen.err
    );
    assert_eq!(seen.code, Some(3));
}

const RIGHT: &str = "title = 'x'\nsubject = 'server'\nhardening = 'x'\n[[step]]\n\
                     send = 'GET / HTTP/1.0\\r\\n\\r\\n'\nexpect.status = 200\n";

#[rstest]
#[case("titel = 'x'\n", "did you mean `title`?")]
#[case(
    "title = 1\nsubject = 'server'\n",
    "`title` must be a string, not an integer"
)]
#[case(
    "title = 'x'\nsubject = 'server'\nhardening = 'x'\n[[step]]\nsend = \"x\"\n",
    "octets are written in single quotes"
)]
#[case(
    "title = 'x'\nsubject = 'server'\nhardening = 'x'\n[[step]]\nsend = 'x'\nwait = '5'\n",
    "5"
)]
#[case(
    "title = 'x'\nsubject = 'server'\nrequirements = ['9112-9.6-p6-99']\n",
    "unknown requirement `9112-9.6-p6-99`"
)]
#[case(
    "title = 'x'\nsubject = 'server'\nneeds = ['server/basic/gt']\nhardening = 'x'\n[[step]]\nsend = 'x'\n",
    "server/basic/gt"
)]
fn a_wrong_scenario_file_is_shown_with_a_caret(
    #[case] text: &str,
    #[case] message: &str,
    #[values("validate", "server")] with: &str,
) {
    let folder = scenario("server/wrong", text);
    let scenarios = folder.path().to_str().unwrap();
    let mut words = vec![with, "--scenarios", scenarios];
    if with == "server" {
        words.push("--reference");
    }
    let seen = h1check(&words).without_panic();
    assert!(seen.err.contains(message), "{}", seen.err);
    assert!(seen.err.contains("wrong.toml:"), "{}", seen.err);
    assert!(seen.err.contains('^'), "{}", seen.err);
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}

const CASE: &str = "title = 'x'\nsubject = 'server'\nhardening = 'x'\n[[case]]\nname = 'b'\n\
                    path = '/'\n[[step]]\nsend = 'GET \\{path} HTTP/1.0\\r\\n\\r\\n'\n\
                    expect.status = 200\n";

#[rstest]
#[case::twice_in_a_folder("a", RIGHT, "scenarios/a", RIGHT, "the same id, `a`: ")]
#[case::of_a_case("a", CASE, "a[b]", RIGHT, "a[b].toml:1:1\n")]
#[case::of_another_case("server/other", RIGHT, "server/a", &format!("{CASE}[[case]]\nname = 'b'\npath = '/'\n"), "a case `b` already")]
fn an_id_that_is_there_twice_is_named(
    #[case] first: &str,
    #[case] text: &str,
    #[case] second: &str,
    #[case] other: &str,
    #[case] message: &str,
    #[values("validate", "list", "server")] with: &str,
) {
    let folder = scenario(first, text);
    add(folder.path(), second, other);
    let mut words = vec![with, "--scenarios", folder.path().to_str().unwrap()];
    if with == "server" {
        words.push("--reference");
    }
    let seen = h1check(&words).without_panic();
    assert!(seen.err.starts_with("error: "), "{}", seen.err);
    assert!(seen.err.contains(message), "{}", seen.err);
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(2)));
}

#[test]
fn reports_that_cannot_be_written_are_refused_before_the_run() {
    let folder = scenario("server/right", RIGHT);
    add(folder.path(), "taken", "title = 'a file, no folder'");
    let report = folder.path().join("taken.toml");
    let words = [
        "server",
        "--reference",
        "--only",
        "server/basic",
        "--report",
    ];
    let words = [&words[..], &[report.to_str().unwrap()]].concat();
    let seen = h1check(&words).without_panic();
    assert!(
        seen.err.starts_with("error: cannot create the folder "),
        "{}",
        seen.err
    );
    assert_eq!(seen.err.lines().count(), 1, "{}", seen.err);
    assert_eq!((seen.out.as_str(), seen.code), ("", Some(3)));
}

#[rstest]
#[case(&["list"])]
#[case(&["explain"])]
#[case(&["schema"])]
#[case(&["server", "--reference", "--only", "server/basic"])]
fn a_closed_pipe_is_no_error(#[case] words: &[&str]) {
    let mut child = command(words).spawn().unwrap();
    let out = child.stdout.take();
    if words == ["list"] {
        let mut line = String::new();
        BufReader::new(out.unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("client/"), "{line}");
    } else {
        drop(out);
    }
    let seen = ended(child).without_panic();
    assert_eq!((seen.err.as_str(), seen.code), ("", Some(0)));
}

#[rstest]
#[case("init")]
#[case("server")]
#[case("client")]
#[case("list")]
#[case("explain")]
#[case("validate")]
#[case("prove")]
#[case("schema")]
#[case("serve")]
#[case("send")]
fn every_command_helps_with_an_example(#[case] name: &str) {
    let seen = h1check(&[name, "--help"]).without_panic();
    assert_eq!(seen.code, Some(0));
    let (_, examples) = seen.out.split_once("Example").unwrap();
    assert!(
        examples.contains(&format!("h1check {name}")),
        "{}",
        seen.out
    );
}
