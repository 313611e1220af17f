use pretty_assertions::assert_eq;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::golden;
use crate::outcome::{Run, Verdict};
use crate::report::markdown::render;
use crate::report::sample;

/// What wants to be markup.
const MARKUP: &str = "`` ``` ` </code><script>alert(1)</script> [x](https://evil.example) \
    ![y](https://evil.example) <https://evil.example> | **b** @all #1\n\n# heading";

/// The sample, with markup in every place that a subject or a file has a word in.
fn hostile() -> Run {
    let mut run = sample::run();
    run.subject = format!("server {MARKUP}");
    run.interrupted = Some(String::from(MARKUP));
    for outcome in &mut run.outcomes {
        outcome.output = String::from(MARKUP);
        for mismatch in outcome.mismatch.iter_mut().chain(&mut outcome.warnings) {
            mismatch.seen = String::from(MARKUP);
        }
        if let Verdict::Skip { why } | Verdict::Error { why } = &mut outcome.verdict {
            *why = String::from(MARKUP);
        }
    }
    for lint in &mut run.lints {
        lint.text = String::from(MARKUP);
    }
    run
}

/// The links, the headings, and everything that is raw HTML or an image.
fn read(text: &str) -> (Vec<String>, usize, Vec<String>) {
    let (mut links, mut headings, mut raw) = (Vec::new(), 0, Vec::new());
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::Image { dest_url, .. }) => raw.push(dest_url.to_string()),
            Event::Html(html) | Event::InlineHtml(html) => raw.push(html.to_string()),
            _ => {}
        }
    }
    (links, headings, raw)
}

#[test]
fn markup_of_a_peer_stays_text() {
    let catalogue = sample::catalogue();
    let (calm_links, calm_headings, _) = read(&render(&sample::run(), &catalogue));
    let text = render(&hostile(), &catalogue);
    golden::assert_harmless(&text);
    let (links, headings, raw) = read(&text);
    assert_eq!(raw, Vec::<String>::new());
    assert_eq!(links, calm_links);
    assert_eq!(headings, calm_headings);
    let ours = "https://www.rfc-editor.org/rfc/";
    assert!(links.iter().all(|link| link.starts_with(ours)), "{links:?}");
}

#[test]
fn says_what_went_wrong_and_counts_the_rest() {
    let text = render(&sample::run(), &sample::catalogue());
    assert!(text.starts_with("## h1check: does not conform\n"), "{text}");
    let item =
        "- `server/close/honours-close` `Asked to close, the server answers and then closes`";
    assert!(text.lines().any(|line| line == item), "{text}");
    let skipped = "- 2 × `the profile names no idle-timeout`";
    assert!(text.lines().any(|line| line == skipped), "{text}");
}

#[test]
fn stays_below_what_github_takes() {
    let text = render(&sample::large_run(20_000), &sample::catalogue());
    assert!(text.len() < 1024 * 1024, "{}", text.len());
    assert!(text.contains(" more, which the other reports show."));
}
