//! Servers that use a freedom which the RFCs leave them: not one of all scenarios may accuse
//! them.

use h1check::outcome::Verdict;
use h1check::report::terminal;
use rstest::rstest;

use crate::broken;
use crate::head::Head;
use crate::judge::{self, SUITE};
use crate::site::Response;
use crate::{Habit, Manners};

/// What a conforming server may do otherwise than the plain one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Freedom {
    /// Takes LF alone for the end of a line.
    TakesBareLf,
    /// Replaces a fold by SP.
    UnfoldsLines,
    /// Refuses an empty line before the request-line.
    RefusesEmptyLineFirst,
    /// Splits the request-line at any white space.
    SplitsAtAnyBlank,
    /// Serves a request of another major version as one of its own.
    TakesAnyMajor,
    /// Replaces a CR inside of a line by SP.
    ReplacesBareCr,
    /// Replaces control octets in values by SP.
    ReplacesControls,
    /// Drops lines that white space leads, behind the request-line.
    SkipsBlankLedLines,
    /// Takes a list of equal lengths for one.
    TakesEqualLengths,
    /// Lets Transfer-Encoding win over Content-Length, and closes.
    PrefersCoding,
    /// Answers 411 to chunked requests.
    WantsLength,
    /// Closes after each response, and says so.
    ClosesAfterEach,
    /// Closes after each third response without saying so.
    ClosesAfterThree,
    /// Closes after errors, and says so.
    ClosesAfterErrors,
    /// Closes for HTTP/1.0 clients whatever they ask for.
    ClosesFor10,
    /// Answers 405 to all but GET and HEAD.
    OnlyReads,
    /// Answers 501 to all but GET and HEAD.
    KnowsOnlyReads,
    /// Sends all content in chunks, to HTTP/1.0 until it closes.
    ChunksEverything,
    /// Spells chunk sizes with zeros, in upper case and with extensions.
    ChunksOddly,
    /// Puts HTTP/1.0 into its status-lines for HTTP/1.0 clients.
    AnswersIn10,
    /// Ends an idle connection with RST.
    ResetsIdle,
    /// Sends 408 on a connection that was idle for too long.
    Says408,
    /// Fails every expectation.
    FailsExpectations,
    /// Knows no ranges.
    IgnoresRange,
    /// Has no validators.
    HasNoValidators,
    /// Answers 405 to methods that it does not know.
    DisallowsUnknown,
    /// Offers TRACE.
    Traces,
    /// Has nothing but `/`.
    HasOnlyRoot,
    /// Takes 50 ms for each response.
    Slow,
    /// Writes octet by octet.
    OctetByOctet,
    /// Sends 102 and 103 before each response.
    SendsInterim,
    /// Redirects to absolute references.
    RedirectsAbsolutely,
    /// Says `keep-alive` on each response.
    TellsKeepAlive,
    /// Adds many fields: empty ones, several of a name, long ones.
    SendsManyFields,
    /// Leaves the reason phrase out.
    GivesNoReason,
    /// Spells names in lower case, with no blank before the value and some behind it.
    SpellsOddly,
    /// Leaves Content-Length out of responses to HEAD.
    HeadWithoutLength,
    /// Sends Content-Length in 304.
    TellsLengthIn304,
    /// Closes without a word instead of answering 400.
    ClosesWithoutAWord,
    /// Waits for ever.
    NeverTimesOut,
    /// Closes at once, with what was not read.
    DoesNotLinger,
    /// Answers OPTIONS with 204.
    AnswersOptionsEmpty,
}

/// What it is asked of the site instead of what the client asked for.
pub(crate) fn asked(head: &Head, manners: &Manners) -> Head {
    let mut head = head.clone();
    if manners.errs(broken::Fault::SendsContentToHead) && head.method == b"HEAD" {
        head.method = b"GET".to_vec();
    }
    let ignored: &[&str] = match manners.habit {
        Some(Habit::Free(Freedom::IgnoresRange)) => &["Range", "If-Range"],
        Some(Habit::Free(Freedom::HasNoValidators))
            if matches!(&head.method[..], b"GET" | b"HEAD") =>
        {
            &[
                "Range",
                "If-Range",
                "If-Match",
                "If-None-Match",
                "If-Modified-Since",
                "If-Unmodified-Since",
            ]
        }
        _ => broken::ignored(manners),
    };
    head.fields.retain(|(name, _)| {
        !ignored
            .iter()
            .any(|ignored| name.eq_ignore_ascii_case(ignored.as_bytes()))
    });
    head
}

/// What it answers without asking the site.
pub(crate) fn instead(head: &Head, manners: &Manners) -> Option<Response> {
    let method = &head.method[..];
    let reads = matches!(method, b"GET" | b"HEAD");
    let known = matches!(
        method,
        b"GET"
            | b"HEAD"
            | b"POST"
            | b"PUT"
            | b"DELETE"
            | b"OPTIONS"
            | b"TRACE"
            | b"CONNECT"
            | b"PATCH"
    );
    let disallowed = || {
        let mut response = Response::plain(405, "Method Not Allowed");
        response.add("Allow", "GET, HEAD");
        response
    };
    let Some(Habit::Free(freedom)) = manners.habit else {
        return None;
    };
    match freedom {
        Freedom::OnlyReads if known && !reads && method != b"CONNECT" => Some(disallowed()),
        Freedom::KnowsOnlyReads if !reads => Some(Response::plain(501, "Not Implemented")),
        Freedom::DisallowsUnknown if !known => Some(disallowed()),
        Freedom::HasOnlyRoot if reads && head.target.len() > 1 && head.target.starts_with(b"/") => {
            Some(Response::plain(404, "Not Found"))
        }
        Freedom::Traces if method == b"TRACE" => Some(trace(head)),
        Freedom::AnswersOptionsEmpty if method == b"OPTIONS" => {
            let mut response = Response::plain(204, "No Content");
            response.remove("Content-Type");
            response.content.clear();
            response.add("Allow", "GET, HEAD, OPTIONS");
            Some(response)
        }
        _ => None,
    }
}

/// The request as it came, without what only its sender may know.
fn trace(head: &Head) -> Response {
    let mut response = Response::plain(200, "OK");
    response.remove("Content-Type");
    response.add("Content-Type", "message/http");
    let target = String::from_utf8_lossy(&head.target);
    let mut content = format!("TRACE {target} HTTP/1.{}\r\n", head.minor).into_bytes();
    for (name, value) in &head.fields {
        let secret = ["Authorization", "Cookie", "Proxy-Authorization"];
        if !secret
            .iter()
            .any(|secret| name.eq_ignore_ascii_case(secret.as_bytes()))
        {
            content.extend_from_slice(&[&name[..], b": ", value, b"\r\n"].concat());
        }
    }
    content.extend_from_slice(b"\r\n");
    response.content = content;
    response
}

/// Changes a response of the site.
pub(crate) fn change(response: &mut Response, head: &Head, manners: &Manners) {
    let Some(Habit::Free(freedom)) = manners.habit else {
        return;
    };
    match freedom {
        Freedom::IgnoresRange => response.remove("Accept-Ranges"),
        Freedom::HasNoValidators => {
            for name in ["ETag", "Last-Modified", "Accept-Ranges"] {
                response.remove(name);
            }
        }
        Freedom::RedirectsAbsolutely => {
            let host = head.all("Host").next().unwrap_or(b"localhost");
            for (name, value) in &mut response.fields {
                if name == "Location" && value.starts_with(b"/") {
                    *value = [b"http://", host, value].concat();
                }
            }
        }
        Freedom::SendsManyFields => {
            response.add("Server", "Tests/1.0 (of fairness)");
            response.add("X-Empty", "");
            response.add("Set-Cookie", "a=1; Path=/");
            response.add("Set-Cookie", "b=2; Path=/");
            response.add("Vary", "Accept-Encoding");
            response.add("X-Latin", "caf\u{e9}");
            response.add("X-Long", &"x".repeat(6000));
            for number in 0..40 {
                response.add(&format!("X-{number}"), "y");
            }
        }
        _ => {}
    }
}

/// Whether the connection stays open behind a response.
pub(crate) fn stays(
    response: &Response,
    head: Option<&Head>,
    manners: &Manners,
    answered: usize,
) -> bool {
    let Some(head) = head else {
        return false;
    };
    let asked = head.minor > 0 || head.lists("Connection", "keep-alive");
    let mut stays = asked && !head.lists("Connection", "close") && !response.closes;
    if let Some(Habit::Free(freedom)) = manners.habit {
        stays &= match freedom {
            Freedom::ClosesAfterEach => false,
            Freedom::ClosesAfterThree => !answered.is_multiple_of(3),
            Freedom::ClosesAfterErrors => response.status < 400,
            Freedom::ClosesFor10 | Freedom::ChunksEverything => head.minor > 0,
            _ => true,
        };
    }
    stays
}

/// What is sent before a response.
pub(crate) fn interim(head: &Head, manners: &Manners) -> &'static [u8] {
    if manners.takes(Freedom::SendsInterim) && head.minor > 0 {
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
    } else {
        b""
    }
}

/// Plays the whole suite where no freedom is taken, else some cases of each file, in all places
/// others; and what accuses the server alone for a second time, because a busy host
/// may be late for one of many.
async fn is_not_accused(freedom: Option<Freedom>, lacks: &[&str]) {
    let habit = freedom.map(Habit::Free);
    let scenarios = match freedom {
        Some(freedom) => judge::sample(freedom as usize),
        None => SUITE.clone(),
    };
    let run = judge::play(habit, lacks, scenarios, 16, |_| false).await;
    let doubtful: Vec<_> = (run.outcomes.iter())
        .filter(|outcome| accuses(&outcome.verdict))
        .map(|outcome| outcome.scenario.clone())
        .collect();
    let linted = run.lints.iter().any(|lint| accuses(&lint.verdict));
    let run = if doubtful.is_empty() || linted {
        run
    } else {
        judge::play(habit, lacks, doubtful, 1, |_| false).await
    };
    let accused = linted || run.outcomes.iter().any(|outcome| accuses(&outcome.verdict));
    let report = || {
        let catalogue = judge::catalogue();
        terminal::report(&run, &catalogue, terminal::Style::default())
    };
    assert!(!accused, "{freedom:?} is accused:\n{}", report());
    assert!(run.interrupted.is_none(), "{:?}", run.interrupted);
}

fn accuses(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Error { why } => !why.starts_with("noisy host"),
        Verdict::Fail => true,
        Verdict::Pass | Verdict::Warn | Verdict::Skip { .. } => false,
    }
}

#[tokio::test]
async fn a_plain_and_strict_server_is_not_accused() {
    is_not_accused(None, &[]).await;
}

/// What is built on content in requests.
const CONTENT: &[&str] = &["echo", "put", "reflect", "xmlrpc"];
/// What is built on timeouts.
const TIMEOUTS: &[&str] = &["idle-timeout", "head-timeout", "content-timeout"];
/// What is built on validators.
const VALIDATORS: &[&str] = &["range", "weak"];

#[rstest]
#[case(Freedom::TakesBareLf, &[])]
#[case(Freedom::UnfoldsLines, &[])]
#[case(Freedom::RefusesEmptyLineFirst, &[])]
#[case(Freedom::SplitsAtAnyBlank, &[])]
#[case(Freedom::TakesAnyMajor, &[])]
#[case(Freedom::ReplacesBareCr, &[])]
#[case(Freedom::ReplacesControls, &[])]
#[case(Freedom::SkipsBlankLedLines, &[])]
#[case(Freedom::TakesEqualLengths, &[])]
#[case(Freedom::PrefersCoding, &[])]
#[case(Freedom::WantsLength, &[])]
#[case(Freedom::ClosesAfterEach, &[])]
#[case(Freedom::ClosesAfterThree, &[])]
#[case(Freedom::ClosesAfterErrors, &[])]
#[case(Freedom::ClosesFor10, &[])]
#[case(Freedom::OnlyReads, CONTENT)]
#[case(Freedom::KnowsOnlyReads, CONTENT)]
#[case(Freedom::ChunksEverything, &[])]
#[case(Freedom::ChunksOddly, &[])]
#[case(Freedom::AnswersIn10, &[])]
#[case(Freedom::ResetsIdle, &[])]
#[case(Freedom::Says408, &[])]
#[case(Freedom::FailsExpectations, &[])]
#[case(Freedom::IgnoresRange, &["range"])]
#[case(Freedom::HasNoValidators, VALIDATORS)]
#[case(Freedom::DisallowsUnknown, &[])]
#[case(Freedom::Traces, &[])]
#[case(Freedom::HasOnlyRoot, judge::ALL)]
#[case(Freedom::Slow, &[])]
#[case(Freedom::OctetByOctet, &[])]
#[case(Freedom::SendsInterim, &[])]
#[case(Freedom::RedirectsAbsolutely, &[])]
#[case(Freedom::TellsKeepAlive, &[])]
#[case(Freedom::SendsManyFields, &[])]
#[case(Freedom::GivesNoReason, &[])]
#[case(Freedom::SpellsOddly, &[])]
#[case(Freedom::HeadWithoutLength, &[])]
#[case(Freedom::TellsLengthIn304, &[])]
#[case(Freedom::ClosesWithoutAWord, &[])]
#[case(Freedom::NeverTimesOut, TIMEOUTS)]
#[case(Freedom::DoesNotLinger, &[])]
#[case(Freedom::AnswersOptionsEmpty, &[])]
#[tokio::test]
async fn a_conforming_server_is_not_accused(#[case] freedom: Freedom, #[case] lacks: &[&str]) {
    is_not_accused(Some(freedom), lacks).await;
}
