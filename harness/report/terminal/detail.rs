//! One scenario in detail: the place in its file, wanted and seen, the transcript, the rule, and
//! how to play it again.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Style;
use super::paint::{Ink, cut, wrap};
use crate::outcome::{Mismatch, Outcome, Run};
use crate::report::escape;
use crate::report::rows::{self, Lane, Row, Shown, Side, What};
use crate::report::words::{self, Cited};
use crate::scenario::Catalogue;

/// How many lines of a transcript are shown before the mark, and behind it.
const AROUND: (usize, usize) = (22, 4);
/// How many lines of what a process printed are shown: the last ones.
const OUTPUT: usize = 12;
/// Where the texts of a scenario begin.
const INDENT: usize = 7;

/// A failure with all that is needed to understand it.
pub(super) fn failure(run: &Run, outcome: &Outcome, catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    if let Some(mismatch) = &outcome.mismatch {
        text.push_str(&caret(mismatch, style));
        text.push('\n');
        text.push_str(&comparison(mismatch, style));
        text.push('\n');
    }
    text.push_str(&transcript(outcome, style));
    text.push_str(&output(outcome, style));
    for cited in words::requirements(&outcome.scenario, catalogue) {
        text.push_str(&citation(&cited, style));
    }
    text.push_str(&again(run, outcome, style));
    text
}

/// An error: what was in the way.
pub(super) fn error(run: &Run, outcome: &Outcome, style: Style) -> String {
    let mut text = String::new();
    let why = escape::text(outcome.verdict.why().unwrap_or_default());
    text.push_str(&labelled("why", &why, style));
    text.push_str(&output(outcome, style));
    text.push_str(&again(run, outcome, style));
    text
}

/// A warning, in short.
pub(super) fn warning(outcome: &Outcome, catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    for mismatch in outcome.mismatch.iter().chain(&outcome.warnings) {
        text.push_str(&comparison(mismatch, style));
    }
    for cited in words::requirements(&outcome.scenario, catalogue) {
        text.push_str(&citation(&cited, style));
    }
    if let Some(reason) = words::hardening(&outcome.scenario) {
        text.push_str(&labelled("good defence", &reason, style));
    }
    text
}

/// The rule, its sentence and its address.
pub(super) fn citation(cited: &Cited, style: Style) -> String {
    let words = [cited.id.as_str(), cited.level];
    let rule = format!("{}: {}", words.join(" ").trim_end(), cited.summary);
    let mut text = labelled("rule", &rule, style);
    if !cited.link.is_empty() {
        text.push_str(&labelled("", &cited.link, style));
    }
    text
}

pub(super) fn headline(outcome: &Outcome, style: Style) -> String {
    let scenario = &outcome.scenario;
    format!(
        "{}{}  {}\n{}{}",
        style.verdict_word(outcome.class()),
        style.ink(Ink::Strong, &escape::text(&scenario.id)),
        style.ink(Ink::Muted, &words::time(outcome.took)),
        " ".repeat(INDENT),
        wrap(&escape::text(&scenario.title), INDENT, style.width)
    )
}

/// The line of the scenario file with a caret under the expectation.
fn caret(mismatch: &Mismatch, style: Style) -> String {
    let source = &mismatch.place.source;
    let label = format!("step {}: this did not come", mismatch.step);
    let annotation = AnnotationKind::Primary
        .span(words::first_line(&mismatch.place))
        .label(label);
    let snippet = Snippet::source(source.text.as_str())
        .path(escape::text(&source.path))
        .annotation(annotation);
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let group = Group::with_level(Level::ERROR).element(snippet);
    let drawn = renderer.term_width(style.width).render(&[group]);
    let blank = " ".repeat(INDENT - 2);
    drawn
        .lines()
        .map(|line| format!("{blank}{line}\n"))
        .collect()
}

fn comparison(mismatch: &Mismatch, style: Style) -> String {
    let wanted = labelled("wanted", &escape::text(&mismatch.wanted), style);
    let seen = format!(
        "{} ({})",
        escape::text(&mismatch.seen),
        mismatch.kind.word()
    );
    wanted + &labelled("seen", &seen, style)
}

fn again(run: &Run, outcome: &Outcome, style: Style) -> String {
    labelled("again", &words::rerun(run, &outcome.scenario.id), style)
}

/// `label  text`, the text wrapped behind the label.
fn labelled(label: &str, text: &str, style: Style) -> String {
    let width = label.chars().count().max(6) + 2;
    let blank = " ".repeat(width - label.chars().count());
    format!(
        "{}{}{blank}{}",
        " ".repeat(INDENT),
        style.ink(Ink::Muted, label),
        wrap(text, INDENT + width, style.width)
    )
}

/// The connection on which it happened, around the mark.
fn transcript(outcome: &Outcome, style: Style) -> String {
    let lanes = rows::lanes(outcome);
    let Some(lane) = rows::lane_of_interest(outcome).and_then(|index| lanes.get(index)) else {
        return String::new();
    };
    let lines: Vec<_> = lane.rows.iter().flat_map(|row| drawn(row, style)).collect();
    let mark = lines.iter().position(|line| line.marked);
    let end = mark.map_or(lines.len(), |at| lines.len().min(at + 1 + AROUND.1));
    let start = end.saturating_sub(AROUND.0 + 1 + AROUND.1);
    let mut text = connection(lane, lanes.len(), style);
    let left_out = |count: usize| {
        let word = if count == 1 { "line" } else { "lines" };
        let text = format!("{:>10} … {count} {word} left out, see the report files", "");
        format!("{}{}\n", " ".repeat(INDENT), style.ink(Ink::Muted, &text))
    };
    if start > 0 {
        text.push_str(&left_out(start));
    }
    for line in &lines[start..end] {
        text.push_str(&format!("{}{}\n", " ".repeat(INDENT), line.text));
    }
    if end < lines.len() {
        text.push_str(&left_out(lines.len() - end));
    }
    if outcome.transcript.dropped > 0 {
        let dropped = outcome.transcript.dropped;
        let note = format!("{dropped} octets were exchanged but not kept");
        text.push_str(&style.block(Ink::Muted, &note, INDENT));
    }
    text.push('\n');
    text
}

fn connection(lane: &Lane, count: usize, style: Style) -> String {
    let of = if count > 1 {
        format!(" (one of {count})")
    } else {
        String::new()
    };
    let head = format!("connection {}{of}: {}", lane.name, lane.about);
    style.block(Ink::Muted, &head, INDENT)
}

/// One line of a drawn transcript.
struct Drawn {
    text: String,
    marked: bool,
}

fn drawn(row: &Row, style: Style) -> Vec<Drawn> {
    let time = format!("{:>10}", words::time(row.at));
    let line_at = |time: &str, sign: &str, ink, text: &str| Drawn {
        text: format!(
            "{} {}",
            style.ink(Ink::Muted, &format!("{time:>10}")),
            style.ink(ink, &format!("{sign} {text}"))
        ),
        marked: false,
    };
    let line = |sign: &str, ink, text: &str| line_at(&time, sign, ink, text);
    match &row.what {
        What::Octets(side, shown) => octets(*side, shown, &time, style),
        What::Sign(None, _, text) => vec![line("*", Ink::Muted, text)],
        What::Sign(Some(side), _, text) => {
            vec![line(arrow(*side), ink(*side), &format!("-- {text}"))]
        }
        What::Silence(gap) => {
            let text = format!("silence for {}", words::time(*gap));
            vec![line_at("", ".", Ink::Muted, &text)]
        }
        What::Mark { word, step, text } => {
            // What decided stands above, under "wanted" and "seen".
            let text = if *word == "warn" {
                format!("{word} at step {step}: {text}")
            } else {
                format!("{word} at step {step}")
            };
            let room = style.width.saturating_sub(INDENT + 13);
            vec![Drawn {
                marked: true,
                ..line("!", Ink::Of(word), &cut(&text, room.max(40)))
            }]
        }
    }
}

fn octets(side: Side, shown: &Shown, time: &str, style: Style) -> Vec<Drawn> {
    let mut lines = Vec::new();
    let mut push = |text: String| {
        let time = if lines.is_empty() { time } else { "" };
        let time = style.ink(Ink::Muted, &format!("{time:>10}"));
        lines.push(Drawn {
            text: format!("{time} {} {text}", style.ink(ink(side), arrow(side))),
            marked: false,
        });
    };
    let both = |line: &rows::Line| {
        format!(
            "{}{}",
            style.ink(ink(side), &line.text),
            style.ink(Ink::Muted, line.end)
        )
    };
    shown.head.iter().for_each(|line| push(both(line)));
    if shown.left_out > 0 {
        let note = format!("… {} octets left out …", shown.left_out);
        push(style.ink(Ink::Muted, &note));
    }
    shown.tail.iter().for_each(|line| push(both(line)));
    lines
}

fn arrow(side: Side) -> &'static str {
    match side {
        Side::We => ">",
        Side::Subject => "<",
    }
}

fn ink(side: Side) -> Ink {
    match side {
        Side::We => Ink::We,
        Side::Subject => Ink::Subject,
    }
}

/// The last lines that the process under test printed.
fn output(outcome: &Outcome, style: Style) -> String {
    let lines: Vec<_> = escape::lines(&outcome.output).collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = style.block(Ink::Muted, "the subject printed, at the end:", INDENT);
    for line in &lines[lines.len().saturating_sub(OUTPUT)..] {
        let line = cut(line, style.width.saturating_sub(INDENT + 2).max(40));
        text.push_str(&format!("{}| {line}\n", " ".repeat(INDENT)));
    }
    text.push('\n');
    text
}
