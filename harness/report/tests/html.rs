use std::collections::BTreeSet;
use std::sync::Arc;

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::golden;
use crate::outcome::{Expected, Outdated, OutdatedWhy, Verdict};
use crate::report::html::{SCRIPT, SCRIPT_HASH, render};
use crate::report::sample;
use crate::report::terminal::{self, Style};
use crate::scenario::{Place, Source};

fn page() -> String {
    render(&sample::run(), &sample::catalogue())
}

#[test]
fn looks_like_the_golden_file() {
    // Style and script are files of their own; here only the markup counts.
    let markup = page()
        .replace(include_str!("../html/resources/style.css"), "")
        .replace(SCRIPT, "");
    golden::check("index.html", &markup);
}

#[test]
fn shows_what_a_hostile_peer_sent_and_runs_none_of_it() {
    let page = page();
    golden::assert_harmless(&page);
    // The data and our own script: markup of the peer is text.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!(page.matches("</body>").count(), 1);
    assert_eq!(page.matches("<!--").count(), 0);
    assert!(page.contains("&#60;script&#62;alert(2)&#60;/script&#62;"));
    let data = data(&page);
    assert!(
        !data.contains(['<', '>', '&']),
        "the data could end its element"
    );
    assert!(data.contains(r"\u003cscript\u003ealert(1)\u003c/script\u003e"));
    assert!(data.contains(r"\\x1b[2J\\x1b]0;owned\\x07"));
    assert!(data.contains(r"\\u{202e}"));
}

/// What stands in the element of the data.
fn data(page: &str) -> &str {
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    data.split_once("</script>").unwrap().0
}

#[test]
fn carries_each_text_once() {
    let page = page();
    let data: serde_json::Value = serde_json::from_str(data(&page)).unwrap();
    let texts = data["texts"].as_array().unwrap();
    let different: BTreeSet<_> = texts.iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(different.len(), texts.len());
    assert_eq!(
        data["scenarios"].as_array().unwrap().len(),
        sample::run().outcomes.len()
    );
    assert!(
        different
            .iter()
            .any(|text| text.starts_with("GET / HTTP/1.1\\r\\n"))
    );
}

#[cfg(feature = "tls")]
#[test]
fn permits_no_script_but_its_own() {
    use base64::Engine as _;
    let hash = ring::digest::digest(&ring::digest::SHA256, SCRIPT.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    assert_eq!(
        SCRIPT_HASH,
        format!("sha256-{hash}"),
        "SCRIPT_HASH is that of another script"
    );
    // The hash is of the text between the tags, to the octet.
    assert!(page().contains(&format!("<script>{SCRIPT}</script>")));
    assert!(page().contains(&format!("script-src '{SCRIPT_HASH}';")));
}

#[test]
fn needs_no_network() {
    let page = page();
    for name in [" src=", "@import", "url(", "<link rel=\"stylesheet"] {
        assert!(!page.contains(name), "{name} is in the page");
    }
}

#[test]
fn style_and_script_cannot_end_their_elements() {
    let style = include_str!("../html/resources/style.css");
    assert!(!style.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
}

#[test]
fn says_that_a_run_ended_early() {
    let mut run = sample::run();
    run.interrupted = Some(String::from("Ctrl-C"));
    let page = render(&run, &sample::catalogue());
    assert!(page.contains("This run ended early: Ctrl-C."));
}

#[test]
fn shows_what_the_baseline_knows_and_what_is_flaky() {
    let mut run = sample::run();
    let expected = Expected {
        reason: "ticket <7>".into(),
        owner: Some("web team".into()),
        until: Some("2027-01-31".into()),
        line: 3,
    };
    let failed = run.outcomes.iter_mut();
    let failed = failed.filter(|it| it.verdict == Verdict::Fail);
    for outcome in failed {
        outcome.expected = Some(expected.clone());
        outcome.flaky = vec!["fail", "pass"];
    }
    run.lints[0].expected = Some(expected);
    run.gate.outdated = vec![Outdated {
        line: 9,
        entry: "server/close = fail".into(),
        why: OutdatedWhy::Stale,
        text: "now passes".into(),
    }];
    let page = render(&run, &sample::catalogue());
    let known = "expected fail: ticket &#60;7&#62; (web team, until 2027-01-31)</span>";
    assert!(page.contains(known));
    assert!(page.contains("<span class=\"known\">flaky: fail, then pass</span>"));
    // The failing lint is one of them.
    let failed = run.outcomes.iter().filter(|it| it.expected.is_some());
    assert_eq!(page.matches(known).count(), failed.count() + 1);
    assert!(page.contains("the baseline:9: `server/close = fail` now passes: remove the entry"));
}

#[test]
fn stays_light_with_a_thousand_scenarios() {
    let page = render(&sample::large_run(1_000), &sample::catalogue());
    assert!(page.len() < 3 << 20, "{} octets", page.len());
    if let Some(path) = std::env::var_os("H1CHECK_LARGE_PAGE") {
        std::fs::write(path, page).unwrap();
    }
}

#[rstest]
#[case::beyond_the_text(900..950)]
#[case::inside_a_character(1..2)]
#[case::at_the_line_end(2..3)]
fn copes_with_any_place(#[case] span: std::ops::Range<usize>) {
    let mut outcome = sample::find(&sample::run(), "server/close/honours-close").clone();
    let source = Arc::new(Source {
        path: String::from("x.toml"),
        text: String::from("é\r\nx"),
    });
    outcome.mismatch.as_mut().unwrap().place = Place { source, span };
    let run = sample::run_of(vec![outcome]);
    assert!(render(&run, &sample::catalogue()).contains("x.toml"));
    let text = terminal::report(&run, &sample::catalogue(), Style::default());
    assert!(text.contains("x.toml"), "{text}");
}
