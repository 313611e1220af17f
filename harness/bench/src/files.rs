//! The scenarios that are played for the measure.

use std::sync::Arc;

use h1check::scenario::{Library, Scenario, Selection};

use crate::Result;

/// Connect, two requests, checks of status, fields and content, close; and the same from the side
/// of a server.
pub(crate) const TWO_REQUESTS: &str = r#"
title     = "Two requests on one connection are answered"
subject   = "server"
hardening = "A measure, no test."

[[step]]
send = '''
GET \{path} HTTP/1.1
Host: \{authority}

'''
expect.status = 200
expect.fields.Content-Length.is = '12'
expect.body.is = 'Hello World\n'

[[step]]
send = '''
GET \{path} HTTP/1.1
Host: \{authority}

'''
expect.status = 200
expect.fields.Content-Length.is = '12'
expect.body.is = 'Hello World\n'

[[step]]
close = "fin"

[[permitted]]
choice = "answers"
[[permitted.step]]
expect.request = 'GET /'
reply = '''
HTTP/1.1 200 OK
Content-Length: 12

Hello World\n'''
[[permitted.step]]
expect.request = 'GET /'
reply = '''
HTTP/1.1 200 OK
Content-Length: 12

Hello World\n'''
"#;

/// The same for `varnishtest`.
pub(crate) const TWO_REQUESTS_VTC: &str = r#"varnishtest "two requests on one connection"

server s1 {
	rxreq
	expect req.method == "GET"
	expect req.url == "/"
	txresp -body "Hello World\n"
	rxreq
	expect req.method == "GET"
	expect req.url == "/"
	txresp -body "Hello World\n"
} -start

client c1 -connect ${s1_sock} {
	txreq -url "/"
	rxresp
	expect resp.status == 200
	expect resp.http.Content-Length == "12"
	expect resp.body == "Hello World\n"
	txreq -url "/"
	rxresp
	expect resp.status == 200
	expect resp.http.Content-Length == "12"
	expect resp.body == "Hello World\n"
} -run
"#;

/// After its answer a server shall be silent for half a second.
pub(crate) const WAITS: &str = r#"
title     = "After an answer comes nothing for a while"
subject   = "server"
hardening = "A measure, no test."

[[step]]
send = '''
GET \{path} HTTP/1.1
Host: \{authority}

'''
expect.status = 200

[[step]]
expect.silence = "500ms"

[[counterexample]]
fault = "says something"
at    = 2
[[counterexample.step]]
expect.request = 'GET /'
reply = '''
HTTP/1.1 200 OK
Content-Length: 0

HTTP/1.1 200 OK
Content-Length: 0

'''
"#;

/// Reads for two seconds whatever comes.
pub(crate) const READS_FOR_LONG: &str = r#"
title     = "An answer that does not end"
subject   = "server"
hardening = "A measure, no test."

[[step]]
send = '''
GET \{path} HTTP/1.1
Host: \{authority}

'''
[[step]]
wait = "2s"
send = '\r\n'
expect.status = 404

[[counterexample]]
fault = "answers something else"
at    = 2
[[counterexample.step]]
expect.request = 'GET /'
reply = '''
HTTP/1.1 200 OK
Content-Length: 0

'''
"#;

/// So many copies of a file, as path below the folder and text.
pub(crate) fn copies(text: &str, name: &str, count: usize) -> Vec<(String, String)> {
    (0..count)
        .map(|number| (format!("server/bench/{name}-{number:04}.toml"), text.into()))
        .collect()
}

/// The scenarios of some files.
pub(crate) fn parse(files: Vec<(String, String)>) -> Result<(Library, Vec<Arc<Scenario>>)> {
    let library = Library::from_texts(files)?;
    let scenarios = library.select(&Selection::all())?.scenarios;
    Ok((library, scenarios))
}
