//! Servers with one fault each: scenarios about the rule that it breaks must catch it.

use h1check::outcome::{Outcome, Verdict};
use h1check::report::terminal;
use h1check::scenario::Rule;
use rstest::rstest;
use tokio::sync::OnceCell;

use crate::head::Head;
use crate::judge::{self, about, is_about};
use crate::server::Connection;
use crate::site::Response;
use crate::writer::Fate;
use crate::{Habit, Manners};

/// What a server does wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    FoldsMethods,
    SkipsLinesWithoutColon,
    TakesSpaceBeforeColon,
    TakesAnyName,
    DropsFoldedLines,
    TakesBlankLedField,
    TakesNoHost,
    TakesTwoHosts,
    KeepsAfterBoth,
    PrefersLength,
    TakesCodingIn10,
    KnowsChunkedInOneCase,
    FindsChunkedAnywhere,
    IgnoresUnknownCodings,
    TakesBareCr,
    TakesControls,
    TakesFirstLength,
    TakesSignedLength,
    TakesHexLength,
    TakesBrokenLength,
    WrapsLength,
    SkipsTwoBehindChunks,
    TakesBrokenChunkSize,
    WrapsChunkSize,
    LeavesContentUnread,
    HangsInsteadOfRefusing,
    NeverContinues,
    ContinuesFor10,
    KeepsAfterRefusal,
    KeepsAfterClose,
    KeepsFor10,
    ClosesWithoutAnnouncing,
    ClosesAfterFirst,
    SpellsVersionSmall,
    EchoesVersion,
    EndsLinesInLf,
    PutsSpaceBeforeColon,
    SendsContentToHead,
    TellsLengthIn204,
    ChunksIn204,
    SendsContentIn304,
    ChunksTo10,
    SendsBothFramings,
    ForgetsLastChunk,
    TellsTooMuch,
    TellsTooLittle,
    SendsNoDate,
    SendsObsoleteDate,
    SendsNoAllow,
    IgnoresNoneMatch,
    IgnoresMatch,
    IgnoresModifiedSince,
    KnowsNoHead,
    AnswersOutOfOrder,
    DropsPipelined,
    DecodesLocation,
    RedirectsToDecodedPath,
}

/// The content that it takes a request to have, where it does not read it as it is framed.
pub(crate) fn content(connection: &Connection, _head: &Head) -> Option<Vec<u8>> {
    (connection.manners.errs(Fault::LeavesContentUnread)).then(Vec::new)
}

/// Whether it says 100 to an expectation.
pub(crate) fn continues(head: &Head, manners: &Manners) -> bool {
    match manners.habit {
        Some(Habit::Wrong(Fault::NeverContinues)) => false,
        Some(Habit::Wrong(Fault::ContinuesFor10)) => true,
        _ => head.minor > 0,
    }
}

/// Whether it never answers what it ought to refuse.
pub(crate) fn hangs(manners: &Manners) -> bool {
    manners.errs(Fault::HangsInsteadOfRefusing)
}

/// What becomes of the connection.
pub(crate) fn fate(stays: bool, head: Option<&Head>, manners: &Manners) -> Fate {
    let is_10 = head.is_some_and(|head| head.minor == 0);
    match manners.habit {
        Some(Habit::Wrong(Fault::KeepsAfterClose)) if !stays && !is_10 => Fate::StaysAnnounced,
        Some(Habit::Wrong(Fault::KeepsFor10)) if !stays && is_10 => Fate::StaysAnnounced,
        Some(Habit::Wrong(Fault::ClosesWithoutAnnouncing)) if !stays => Fate::ClosesUnannounced,
        Some(Habit::Wrong(Fault::ClosesAfterFirst)) => Fate::ClosesUnannounced,
        Some(Habit::Free(crate::permissive::Freedom::ClosesAfterThree))
            if !stays && head.is_some_and(|head| !head.lists("Connection", "close")) =>
        {
            Fate::ClosesUnannounced
        }
        _ if stays => Fate::Open,
        _ => Fate::Closes,
    }
}

/// Changes a response of the site.
pub(crate) fn change(response: &mut Response, head: &Head, manners: &Manners) {
    let Some(Habit::Wrong(fault)) = manners.habit else {
        return;
    };
    match fault {
        Fault::SendsNoDate => response.remove("Date"),
        Fault::SendsObsoleteDate => {
            response.remove("Date");
            response.add("Date", "Sunday, 06-Nov-94 08:49:37 GMT");
        }
        Fault::SendsNoAllow => response.remove("Allow"),
        Fault::KnowsNoHead if head.method == b"HEAD" => {
            *response = Response::plain(501, "Not Implemented");
        }
        Fault::DecodesLocation => {
            for (_, value) in (response.fields.iter_mut()).filter(|(name, _)| name == "Location") {
                *value = decoded(value);
            }
        }
        Fault::RedirectsToDecodedPath if response.status == 404 => {
            *response = Response::plain(301, "Moved Permanently");
            let folder = [&decoded(&head.target)[..], b"/"].concat();
            response.fields.push(("Location".into(), folder));
        }
        _ => {}
    }
}

/// The octets that percent-encoding stands for.
fn decoded(octets: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = octets;
    while let Some((&octet, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| octet == b'%');
        let value = (digits.and_then(|digits| std::str::from_utf8(digits).ok()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(value.unwrap_or(octet));
        rest = if value.is_some() {
            &behind[2..]
        } else {
            behind
        };
    }
    decoded
}

/// What is written when a response is due.
pub(crate) fn written(connection: &mut Connection, octets: Vec<u8>, fate: Fate) -> Vec<u8> {
    let pipelined = !connection.input.is_empty();
    match connection.manners.habit {
        Some(Habit::Wrong(Fault::AnswersOutOfOrder)) => {
            if pipelined && fate.is_open() && connection.held.is_empty() {
                connection.held = octets;
                return Vec::new();
            }
            [octets, std::mem::take(&mut connection.held)].concat()
        }
        Some(Habit::Wrong(Fault::DropsPipelined)) => {
            connection.input.clear();
            octets
        }
        _ => octets,
    }
}

/// Changes a refusal.
pub(crate) fn change_refusal(response: &mut Response, manners: &Manners) {
    if manners.errs(Fault::KeepsAfterRefusal) {
        response.closes = false;
    }
}

/// Fields that it does not look at.
pub(crate) fn ignored(manners: &Manners) -> &'static [&'static str] {
    match manners.habit {
        Some(Habit::Wrong(Fault::IgnoresNoneMatch)) => &["If-None-Match"],
        Some(Habit::Wrong(Fault::IgnoresMatch)) => &["If-Match"],
        Some(Habit::Wrong(Fault::IgnoresModifiedSince)) => &["If-Modified-Since"],
        _ => &[],
    }
}

/// What is said of the plain server: what it gets as well catches no fault.
static PLAIN: OnceCell<Vec<String>> = OnceCell::const_new();

async fn said_of_the_plain_server() -> Vec<String> {
    let run = judge::play(None, &[], judge::SUITE.to_vec(), 16, |_| false).await;
    let outcomes = run.outcomes.iter();
    let warned = outcomes.filter(|outcome| catches(&outcome.verdict));
    let lints = run.lints.iter().map(|lint| lint.id.clone());
    warned
        .map(|outcome| outcome.scenario.id.clone())
        .chain(lints)
        .collect()
}

fn catches(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Warn)
}

/// Plays the scenarios about some sections until one of them catches the fault, or a lint does.
async fn is_caught(fault: Fault, sections: &[&str]) {
    let plain = PLAIN.get_or_init(said_of_the_plain_server).await;
    let by = |outcome: &Outcome| {
        catches(&outcome.verdict)
            && cites(&outcome.scenario.rule, sections)
            && !plain.contains(&outcome.scenario.id)
    };
    let habit = Some(Habit::Wrong(fault));
    let run = judge::play(habit, &[], about(sections, ORDINARY), 16, by).await;
    let by_lint = (run.lints.iter()).any(|lint| {
        catches(&lint.verdict) && is_about(&lint.requirement, sections) && !plain.contains(&lint.id)
    });
    let report = || {
        let catalogue = judge::catalogue();
        terminal::report(&run, &catalogue, terminal::Style::default())
    };
    assert!(
        run.outcomes.iter().any(by) || by_lint,
        "{fault:?} is not caught:\n{}",
        report()
    );
}

/// What brings a server to say most of what it says, for the lints.
const ORDINARY: &[&str] = &[
    "server/basic/",
    "server/close/after",
    "server/conditional/",
    "server/head/",
    "server/reuse/after",
    "server/reuse/http10",
];

fn cites(rule: &Rule, sections: &[&str]) -> bool {
    match rule {
        Rule::Requirements(ids, _) => ids.iter().any(|id| is_about(id, sections)),
        Rule::Hardening(_) => false,
    }
}

#[rstest]
#[case(Fault::LeavesContentUnread, &["9112-6.3", "9112-9.3", "9112-9.6"])]
#[case(Fault::KeepsAfterClose, &["9112-9.6"])]
#[case(Fault::KeepsFor10, &["9112-9.3"])]
#[case(Fault::ClosesWithoutAnnouncing, &["9112-9.6"])]
#[case(Fault::ClosesAfterFirst, &["9112-9"])]
#[case(Fault::EndsLinesInLf, &["9112-2.1", "9112-2.2"])]
#[case(Fault::PutsSpaceBeforeColon, &["9112-5", "9112-5.1"])]
#[case(Fault::TellsLengthIn204, &["9110-8.6"])]
#[case(Fault::ChunksIn204, &["9112-6.1", "9112-6.3"])]
#[case(Fault::SendsContentIn304, &["9110-15.4.5", "9112-6.3", "9112-9"])]
#[case(Fault::ChunksTo10, &["9112-6.1"])]
#[case(Fault::TellsTooMuch, &["9110-8.6", "9112-6.2", "9112-9"])]
#[case(Fault::TellsTooLittle, &["9110-8.6", "9112-6.2", "9112-9"])]
#[case(Fault::SendsNoDate, &["9110-6.6.1"])]
#[case(Fault::SendsObsoleteDate, &["9110-5.6.7", "9110-6.6.1"])]
#[case(Fault::IgnoresNoneMatch, &["9110-13"])]
#[case(Fault::KnowsNoHead, &["9110-9.1", "9110-9.3.2"])]
#[case(Fault::FoldsMethods, &["9110-9.1", "9112-3.1"])]
#[case(Fault::TakesNoHost, &["9112-3.2"])]
#[case(Fault::TakesTwoHosts, &["9112-3.2"])]
#[case(Fault::KeepsAfterBoth, &["9112-6.1", "9112-6.3"])]
#[case(Fault::PrefersLength, &["9112-6.1", "9112-6.3"])]
#[case(Fault::TakesCodingIn10, &["9112-6.1", "9112-6.3"])]
#[case(Fault::KnowsChunkedInOneCase, &["9112-6.1", "9112-7"])]
#[case(Fault::FindsChunkedAnywhere, &["9112-6.1", "9112-6.3"])]
#[case(Fault::IgnoresUnknownCodings, &["9112-6.1", "9112-6.3"])]
#[case(Fault::TakesFirstLength, &["9112-6.3", "9110-8.6"])]
#[case(Fault::TakesSignedLength, &["9112-6.3", "9110-8.6"])]
#[case(Fault::TakesHexLength, &["9112-6.3", "9110-8.6"])]
#[case(Fault::TakesBrokenLength, &["9112-6.3", "9110-8.6"])]
#[case(Fault::WrapsLength, &["9112-6.3", "9110-8.6"])]
#[case(Fault::SkipsTwoBehindChunks, &["9112-7.1", "9112-6.3"])]
#[case(Fault::TakesBrokenChunkSize, &["9112-7.1", "9112-6.3"])]
#[case(Fault::WrapsChunkSize, &["9112-7.1", "9112-6.3"])]
#[case(Fault::HangsInsteadOfRefusing, &["9112-2.2", "9112-3.2", "9112-5", "9112-6.3"])]
#[case(Fault::SpellsVersionSmall, &["9112-2.3", "9112-4", "9110-9.1"])]
#[case(Fault::EchoesVersion, &["9112-2.3", "9110-2.5", "9110-6.2"])]
#[case(Fault::SendsContentToHead, &["9110-9.3.2", "9112-6.3", "9112-9"])]
#[case(Fault::SendsBothFramings, &["9112-6.2", "9110-8.6"])]
#[case(Fault::ForgetsLastChunk, &["9112-7.1", "9112-9"])]
#[case(Fault::SkipsLinesWithoutColon, &["9112-2.2", "9112-5"])]
#[case(Fault::TakesSpaceBeforeColon, &["9112-5.1"])]
#[case(Fault::TakesAnyName, &["9112-2.2", "9112-5", "9110-5.1"])]
#[case(Fault::DropsFoldedLines, &["9112-5.2"])]
#[case(Fault::TakesBlankLedField, &["9112-2.2"])]
#[case(Fault::TakesBareCr, &["9112-2.2", "9110-5.5"])]
#[case(Fault::TakesControls, &["9110-5.5"])]
#[case(Fault::NeverContinues, &["9110-10.1.1"])]
#[case(Fault::ContinuesFor10, &["9110-10.1.1", "9110-15.2"])]
#[case(Fault::SendsNoAllow, &["9110-15.5.6"])]
#[case(Fault::IgnoresMatch, &["9110-13"])]
#[case(Fault::IgnoresModifiedSince, &["9110-13"])]
#[case(Fault::AnswersOutOfOrder, &["9112-9.3.2"])]
#[case(Fault::DropsPipelined, &["9112-2.2", "9112-9.3.2"])]
#[case(Fault::DecodesLocation, &["9112-11.1"])]
#[case(Fault::RedirectsToDecodedPath, &["9112-11.1"])]
#[tokio::test]
async fn a_fault_is_caught(#[case] fault: Fault, #[case] sections: &[&str]) {
    is_caught(fault, sections).await;
}
