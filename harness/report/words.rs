//! Words that all formats share: durations, areas, commands, requirements, exit codes.

use std::time::Duration;

use super::escape;
use crate::outcome::{Expected, Gate, Mismatch, Outcome, Outdated, OutdatedWhy, Run, Verdict};
use crate::scenario::{Catalogue, Level, Place, Rule, Scenario};

/// A duration as people read it: `0.41 ms`, `12 ms`, `2.01 s`, `3 min 05 s`.
#[must_use]
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.009_995 {
        format!("{:.2} ms", seconds * 1e3)
    } else if seconds < 0.999_5 {
        format!("{:.0} ms", seconds * 1e3)
    } else if seconds < 60.0 {
        format!("{seconds:.2} s")
    } else {
        let whole = time.as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// The top-level area of a scenario: `server/close` of `server/close/honours-close[lower]`.
#[must_use]
pub fn area(id: &str) -> &str {
    let file = id.split('[').next().unwrap_or(id);
    let folder = file.rfind('/').map_or("", |at| &file[..at]);
    match folder.match_indices('/').nth(1) {
        Some((at, _)) => &folder[..at],
        None if folder.is_empty() => "other",
        None => folder,
    }
}

/// The command that plays one scenario again.
#[must_use]
pub fn rerun(run: &Run, id: &str) -> String {
    escape::text(&run.rerun.replace("{id}", &quoted(id)))
}

/// Quotes a word for a POSIX shell where it needs it: `[` and `]` of a case are a pattern there.
fn quoted(word: &str) -> String {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"/_.-".contains(&octet);
    if word.bytes().all(plain) {
        String::from(word)
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A mismatch as one sentence.
#[must_use]
pub fn sentence(mismatch: &Mismatch) -> String {
    format!(
        "wanted {}; seen: {}",
        escape::text(&mismatch.wanted),
        escape::text(&mismatch.seen)
    )
}

/// A requirement as a report cites it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cited {
    /// Its id.
    pub id: String,
    /// `MUST`, `SHOULD NOT` …; empty where the catalogue does not know the id.
    pub level: &'static str,
    /// Its section, e.g. `RFC 9112, section 9.6`.
    pub section: String,
    /// The statement in one sentence.
    pub summary: String,
    /// The address of its section.
    pub link: String,
}

/// What the catalogue says about an id.
#[must_use]
pub fn cited(catalogue: &Catalogue, id: &str) -> Cited {
    let Some(entry) = catalogue.entries.get(id) else {
        return Cited {
            id: escape::text(id),
            level: "",
            section: String::new(),
            summary: String::from("not in the catalogue"),
            link: String::new(),
        };
    };
    Cited {
        id: escape::text(id),
        level: level(entry.level),
        section: escape::text(&entry.title()),
        summary: escape::text(&entry.summary),
        link: entry.link(),
    }
}

/// The ids of the requirements of a scenario; none for one that is only good defence.
#[must_use]
pub fn cited_ids(scenario: &Scenario) -> &[String] {
    match &scenario.rule {
        Rule::Requirements(ids, _) => ids,
        Rule::Hardening(_) => &[],
    }
}

/// The requirements of a scenario; none for one that is only good defence.
#[must_use]
pub fn requirements(scenario: &Scenario, catalogue: &Catalogue) -> Vec<Cited> {
    let ids = cited_ids(scenario).iter();
    ids.map(|id| cited(catalogue, id)).collect()
}

/// Why a scenario without requirement is there.
#[must_use]
pub fn hardening(scenario: &Scenario) -> Option<String> {
    match &scenario.rule {
        Rule::Hardening(reason) => Some(escape::text(reason)),
        Rule::Requirements(..) => None,
    }
}

/// The keyword of BCP 14, or what stands in its place.
#[must_use]
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "MUST",
        Level::MustNot => "MUST NOT",
        Level::Should => "SHOULD",
        Level::ShouldNot => "SHOULD NOT",
        Level::Recommended => "RECOMMENDED",
        Level::May => "MAY",
        Level::Optional => "OPTIONAL",
        Level::Grammar => "GRAMMAR",
        Level::Algorithm => "ALGORITHM",
        Level::Prose => "PROSE",
    }
}

/// The part of a place that lies in its first line, as a span of the text that is safe to cut at.
#[must_use]
pub fn first_line(place: &Place) -> std::ops::Range<usize> {
    let text = &place.source.text;
    let start = text.floor_char_boundary(place.span.start.min(text.len()));
    let end = text.floor_char_boundary(place.span.end.clamp(start, text.len()));
    let line = text[start..].find('\n').map_or(text.len(), |at| start + at);
    start..end.min(line)
}

/// What the baseline says of a deviation: `expected fail: the reason (owner, until 2026-12-31)`.
#[must_use]
pub fn expected(verdict: &Verdict, expected: &Expected) -> String {
    let more = [
        expected.owner.clone(),
        expected.until.as_ref().map(|day| format!("until {day}")),
    ];
    let more: Vec<String> = more.into_iter().flatten().collect();
    let mut text = format!("expected {}: {}", verdict.word(), expected.reason);
    if !more.is_empty() {
        text.push_str(&format!(" ({})", more.join(", ")));
    }
    escape::text(&text)
}

/// An entry of the baseline that is no longer true, with its place and what to do.
#[must_use]
pub fn outdated(gate: &Gate, outdated: &Outdated) -> String {
    let file = gate.baseline.as_deref().unwrap_or("the baseline");
    let advice = match outdated.why {
        OutdatedWhy::Stale => "remove the entry, or run again with --update-baseline",
        OutdatedWhy::Expired => "decide again: remove the entry, or give it another date",
    };
    let text = format!(
        "{file}:{}: `{}` {}: {advice}",
        outdated.line, outdated.entry, outdated.text
    );
    escape::text(&text)
}

/// A reason without the time at which it was seen, which differs where nothing else does.
#[must_use]
pub fn without_time(why: &str) -> &str {
    match why.rsplit_once(", after ") {
        Some((what, time))
            if time.ends_with('s') && time.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            what
        }
        _ => why,
    }
}

/// The word of the verdict as which an outcome counts; `expected` where the baseline lists it.
#[must_use]
pub fn counts(run: &Run, outcome: &Outcome) -> &'static str {
    match outcome.class() {
        "flaky" => run.gate.weight(outcome),
        word => word,
    }
}

/// The tries of a flaky outcome: `flaky: fail, then pass`.
#[must_use]
pub fn flaky(outcome: &Outcome) -> Option<String> {
    let tries = outcome.flaky.join(", then ");
    (!tries.is_empty()).then(|| format!("flaky: {tries}"))
}

/// What an exit code of [`Run::exit_code`] means.
#[must_use]
pub fn exit_meaning(run: &Run, code: u8) -> &'static str {
    let tally = run.tally();
    match code {
        0 if tally.warn > 0 => "conforms, with warnings",
        0 if tally.expected > 0 => "conforms, but for what the baseline lists",
        0 => "conforms",
        1 if tally.fail > 0 => "does not conform",
        1 if !run.gate.outdated.is_empty() => "the baseline lists what is no longer so",
        1 => {
            "does not conform: what the lints found, what is flaky, or a warning where none is allowed"
        }
        _ if run.interrupted.is_some() => "the run was ended early, so it proves nothing",
        _ if tally.error > 0 => "could not judge everything",
        _ => "nothing was judged",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;
    use crate::scenario::Source;

    #[rstest]
    #[case(0, "0.00 ms")]
    #[case(412, "0.41 ms")]
    #[case(9_994, "9.99 ms")]
    #[case(12_400, "12 ms")]
    #[case(999_400, "999 ms")]
    #[case(2_012_000, "2.01 s")]
    #[case(185_000_000, "3 min 05 s")]
    fn writes_durations_for_people(#[case] micros: u64, #[case] shown: &str) {
        assert_eq!(time(Duration::from_micros(micros)), shown);
    }

    #[rstest]
    #[case("server/close/honours-close", "server/close")]
    #[case("server/close/a/b[x/y]", "server/close")]
    #[case("smuggling/te[a/b]", "smuggling")]
    #[case("lonely", "other")]
    fn takes_the_area_from_the_id(#[case] id: &str, #[case] expected: &str) {
        assert_eq!(area(id), expected);
    }

    #[rstest]
    #[case("a/b-c.d_e", "a/b-c.d_e")]
    #[case("a/b[tab]", "'a/b[tab]'")]
    #[case("it's", r"'it'\''s'")]
    fn quotes_ids_that_a_shell_would_expand(#[case] id: &str, #[case] expected: &str) {
        assert_eq!(quoted(id), expected);
    }

    #[rstest]
    #[case::inside(2..4, 2..4)]
    #[case::over_the_line_end(0..9, 0..5)]
    #[case::beyond_the_text(50..60, 14..14)]
    #[case::inside_a_character(10..13, 9..12)]
    fn cuts_a_place_at_the_end_of_its_first_line(
        #[case] span: std::ops::Range<usize>,
        #[case] expected: std::ops::Range<usize>,
    ) {
        let source = Arc::new(Source {
            path: String::from("x.toml"),
            text: String::from("title\nab é ü"),
        });
        assert_eq!(first_line(&Place { source, span }), expected);
    }
}
