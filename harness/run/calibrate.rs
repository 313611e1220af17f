//! What a client command tells about the content that it got, found out before it is judged.

use std::sync::Arc;

use super::one::Shared;
use crate::outcome::Verdict;
use crate::scenario::{self, Catalogue};

/// Whether the command prints just the content of a plain response. One that prints something
/// else, or writes it to a file, is no worse for that: its content is not known then.
pub(crate) async fn prints_content(shared: &Shared) -> bool {
    let Ok(mut scenarios) = scenario::parse("calibration", CALIBRATION, &Catalogue::default())
    else {
        return false;
    };
    let Some(scenario) = scenarios.pop() else {
        return false;
    };
    shared.play(&Arc::new(scenario)).await.outcome.verdict == Verdict::Pass
}

/// A scenario like any other; it judges nobody.
const CALIBRATION: &str = r#"
title     = "A client prints the content that it got"
subject   = "client"
hardening = "not a judgement: how the client reports to its caller"

[[step]]
ask = ['GET /']
expect.request = 'GET /'
reply = '''
HTTP/1.1 200 OK
Content-Type: text/plain
Connection: close
Content-Length: \{length:nonce}

\{nonce}'''
close = "half"

[[step]]
expect.outcome = "success"
expect.body.is = '\{nonce}'

[[counterexample]]
fault = "reports a failure"
at    = 2
[[counterexample.step]]
send = '''
GET / HTTP/1.1
Host: \{authority}

'''
expect.status = 200
outcome = "failure"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calibration_is_a_valid_scenario() {
        let parsed = scenario::parse("calibration", CALIBRATION, &Catalogue::default());
        assert!(parsed.is_ok(), "{}", parsed.unwrap_err().render(false));
    }
}
