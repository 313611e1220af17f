//! What the keys become, and one message for each impossible value.

use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::read;
use crate::profile::{Address, Profile};
use crate::scenario::{GivenValue, Library, LoadError};

#[test]
fn a_full_profile_is_read() {
    let profile = read(
        "h1check.toml",
        r#"
address     = "https://example.com:8443/start"
authority   = "www.example.com"
resolve     = "example.com:8443:127.0.0.1"
connections = 1
patience    = "2s"
slack       = 1.5

[tls]
cacert      = "roots.pem"
server-name = "inner.example.com"

[paths]
get      = "/index.html"
echo     = "/post"
echo-has = true
slow     = "/delay?ms=1"

[given]
idle-timeout = "1.5s"

[fields]
X-Trace       = "a b"
Authorization = { env = "TOKEN" }
"#,
    )
    .unwrap();
    let Some(Address::Tcp(origin)) = &profile.address else {
        panic!("{:?}", profile.address);
    };
    assert_eq!(
        (origin.tls, origin.host_and_port()),
        (true, ("example.com", 8443))
    );
    assert_eq!(profile.path(), "/index.html");
    assert_eq!(profile.authority.as_deref(), Some("www.example.com"));
    assert_eq!(profile.resolve[0].address.to_string(), "127.0.0.1");
    assert_eq!((profile.connections, profile.slack), (Some(1), Some(1.5)));
    assert_eq!(profile.patience, Some(Duration::from_secs(2)));
    assert_eq!(profile.tls.roots.as_deref(), Some("roots.pem".as_ref()));
    assert_eq!(
        profile.tls.server_name.as_deref(),
        Some("inner.example.com")
    );
    assert!(profile.echo_has);
    assert_eq!(
        profile.given["slow"],
        GivenValue::Text("/delay?ms=1".into())
    );
    let idle = Duration::from_millis(1500);
    assert_eq!(profile.given["idle-timeout"], GivenValue::Time(idle));
    assert_eq!(
        profile.fields.lines(),
        "\r\nX-Trace: a b\r\nAuthorization: Bearer s3cr3t-and-long"
    );
    assert!(
        !format!("{profile:?}").contains("s3cr3t"),
        "a secret is not shown"
    );
}

#[test]
fn an_empty_profile_declares_nothing() {
    let profile = read("h1check.toml", "").unwrap();
    assert!(profile.address.is_none() && profile.given.is_empty());
    assert_eq!(profile.path(), "/");
}

#[test]
fn the_path_of_the_address_is_asked_for_where_none_is_named() {
    let profile: Profile = read("x", "address = 'http://h/a?b'").unwrap();
    assert_eq!(profile.path(), "/a?b");
}

#[rstest]
#[case("address = 'localhost:80'", "`localhost:80` is no address")]
#[case("address = 'ftp://h/'", "`ftp` is not spoken here")]
#[case("address = 'http://'", "there is no host")]
#[case("address = 'http://h:0/'", "`0` is no port")]
#[case("address = 'http://h:99999/'", "`99999` is no port")]
#[case("address = 'http://u@h/'", "`u@h` is no host with an optional port")]
#[case("address = 'http://[::z]/'", "`::z` is no IPv6 address")]
#[case(
    "address = 'http://h/a b'",
    "`/a b` has characters that must be percent-encoded"
)]
#[case("address = 'http://h/#a'", "`/#a` has a fragment, which is never sent")]
#[case(
    "address = 'unix:server.sock'",
    "`server.sock` is no absolute path of a socket"
)]
#[case(
    "address = 'unix:/run/x:/a'",
    "`/run/x:/a` has a path behind the socket: that is `paths.get`"
)]
#[case("address = 1", "`address` must be a string, not an integer")]
#[case("authority = 'a b'", "`a b` is no host with an optional port")]
#[case("connections = 0", "`connections` must be between 1 and 65535")]
#[case("connections = -1", "`connections` must be between 1 and 65535")]
#[case("connections = '1'", "`connections` must be an integer, not a string")]
#[case("patience = '0s'", "`patience` cannot be zero")]
#[case("patience = '-1s'", "`-1s` is no length of time")]
#[case("patience = '5'", "`5` has no unit")]
#[case(
    "patience = 5",
    "`patience` must be a string with a unit, not an integer"
)]
#[case("slack = 0.5", "`slack` must be between 1 and 100")]
#[case("slack = nan", "`slack` must be between 1 and 100")]
#[case("slack = '2'", "`slack` must be a number, not a string")]
#[case("resolve = 'h:80'", "`h:80` is not HOST:PORT:ADDRESS")]
#[case("resolve = 'h:80:localhost'", "`localhost` is no IP address")]
#[case("resolve = []", "`resolve` is empty")]
#[case(
    "address = 'http://h/'\nresolve = 'i:80:::1'",
    "the address is not at i:80"
)]
#[case(
    "tls.insecure = 'yes'",
    "`insecure` must be true or false, not a string"
)]
#[case("tls.server-name = 'a b'", "`a b` is no host name")]
#[case(
    "tls = { insecure = true, cacert = 'x' }",
    "`insecure` beside `cacert`"
)]
#[case("paths.echo = 'echo'", "`echo` does not begin with `/`")]
#[case("paths.echo = ''", "`` does not begin with `/`")]
#[case("paths.echo = 1", "`echo` must be a string, not an integer")]
#[case("paths.echoo = '/'", "no scenario knows the path `echoo`")]
#[case("paths.idle-timeout = '/'", "`idle-timeout` is no path")]
#[case("paths.path = '/'", "the path to ask for is called `get` here")]
#[case("paths.echo-has = true", "`echo-has` without `echo`")]
#[case("paths = 1", "`paths` must be a table, not an integer")]
#[case("given.echo = '/echo'", "`echo` is a path")]
#[case("given.idle-timeout = '0s'", "`idle-timeout` cannot be zero")]
#[case(
    "given.idle-timeout = 5",
    "`idle-timeout` must be a string with a unit, not an integer"
)]
#[case(
    "given.idle-timeout = '9999m'",
    "`9999m` is no length of time up to 24 hours"
)]
#[case(
    "given.idle-timeuot = '5s'",
    "no scenario knows the given `idle-timeuot`"
)]
#[case("fields.'a b' = 'x'", "`a b` is no field name")]
#[case("fields.'' = 'x'", "`` is no field name")]
#[case(
    "fields.content-length = '5'",
    "`content-length` is what the scenarios are about: it cannot be added"
)]
#[case(
    "fields.Transfer-Encoding = 'x'",
    "`Transfer-Encoding` is what the scenarios are about: it cannot be added"
)]
#[case(
    "fields.Host = 'x'",
    "`Host` is what the scenarios are about: it cannot be added"
)]
#[case(
    "fields.connection = 'x'",
    "`connection` is what the scenarios are about: it cannot be added"
)]
#[case("fields = { A = 'x', a = 'y' }", "there is a field `a` already")]
#[case(
    "fields.A = \"x\\r\\nB: y\"",
    "the value has a line end or NUL, which no field value may have"
)]
#[case(
    "fields.A = \"x\\u0000\"",
    "the value has a line end or NUL, which no field value may have"
)]
#[case(
    "fields.A = 'ä'",
    "the value has characters that are not visible ASCII"
)]
#[case(
    "fields.A = ' x'",
    "the value begins or ends with white space, which is not part of a field value"
)]
#[case("fields.A = ''", "the value is empty")]
#[case("fields.A = 1", "`A` must be a string or a table, not an integer")]
#[case("fields.A = { env = 'NO_SUCH' }", "the variable `NO_SUCH` is not set")]
#[case("fields.A = { env = 'EMPTY' }", "the variable `EMPTY` is empty")]
#[case(
    "fields.A = { env = 'SHORT' }",
    "the variable `SHORT` has fewer than 4 characters: too few to be kept out of reports"
)]
#[case(
    "fields.A = { env = 'LINES' }",
    "the variable `LINES` has a line end or NUL, which no field value may have"
)]
#[case("fields.A = { env = 'a b' }", "`a b` is no name")]
#[case("fields.A = {}", "`env` is missing in a value from the environment")]
#[case("adress = 'http://h/'", "unknown key `adress` in a profile")]
#[case("address = ", "string values must be quoted, expected literal string")]
fn an_impossible_value_has_its_message(#[case] text: &str, #[case] message: &str) {
    let error = read("p", text).unwrap_err();
    let messages: Vec<_> = error
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(messages, [message]);
}

#[test]
fn a_file_that_is_no_profile_is_refused_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    let seen = |octets: &[u8]| {
        std::fs::write(&path, octets).unwrap();
        let error = Profile::read(&path, &Library::bundled()).unwrap_err();
        assert!(matches!(error, LoadError::Read { .. }), "{error:?}");
        error.render(false)
    };
    let huge = seen(&vec![b'#'; (1 << 20) + 1]);
    assert!(
        huge.ends_with("p.toml: it is larger than 1 MiB, so it is no profile"),
        "{huge}"
    );
    let binary = seen(b"a = 'x'\n\xff\xfe");
    assert!(
        binary.ends_with("p.toml: it is no text: octet 8 is not UTF-8"),
        "{binary}"
    );
    for path in [folder.path(), "/no/such/file".as_ref()] {
        let error = Profile::read(path, &Library::bundled()).unwrap_err();
        assert!(matches!(error, LoadError::Read { .. }), "{error:?}");
    }
}
