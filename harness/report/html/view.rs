//! The overview and the list, as plain strings and flags.
//!
//! Every text that a peer, a file or a user may have written goes through
//! [`escape::text`] here, which takes its invisible powers; askama then escapes the markup.

use std::collections::BTreeMap;

use askama::Template;

use super::{data, map};
use crate::outcome::{Lint, Outcome, Run, Tally, Verdict};
use crate::report::escape;
use crate::report::words::{self, Cited};
use crate::scenario::{Catalogue, Level, Rule};

/// The page.
#[derive(Template)]
#[template(path = "index.html")]
pub(super) struct Page {
    style: &'static str,
    script: &'static str,
    script_hash: &'static str,
    data: String,
    subject: String,
    version: String,
    command: String,
    started: String,
    took: String,
    jitter: String,
    jobs: usize,
    strict: bool,
    /// What was selected, where that is not just all scenarios of this version.
    suite: Option<String>,
    interrupted: Option<String>,
    /// `pass`, `fail` or `error`, for the colour of the meaning.
    exit_word: &'static str,
    exit_code: u8,
    meaning: &'static str,
    total: usize,
    counts: Vec<Count>,
    /// The levels that occur, for the filter.
    levels: Vec<&'static str>,
    areas: Vec<Area>,
    documents: Vec<map::Document>,
    lints: Vec<LintView>,
    /// Entries of the baseline that are no longer true.
    outdated: Vec<String>,
    /// Other pages: where they are, and their titles.
    beside: Vec<(&'static str, &'static str)>,
}

/// One part of the coloured bar.
struct Count {
    word: &'static str,
    count: usize,
}

struct Area {
    name: String,
    counts: Vec<Count>,
    /// How many of those that could be judged pass, in per cent; nothing where none was judged.
    score: Option<usize>,
    rows: Vec<Row>,
}

/// One scenario in the list.
struct Row {
    /// Its number in the data.
    number: usize,
    id: String,
    verdict: &'static str,
    title: String,
    /// What was seen, or why nothing was judged.
    seen: String,
    /// What is known of it: that the baseline lists it, that it is flaky.
    known: Vec<String>,
    level: &'static str,
    rules: String,
    took: String,
}

struct LintView {
    verdict: &'static str,
    text: String,
    count: usize,
    scenario: String,
    known: Option<String>,
    level: &'static str,
    cited: Cited,
}

impl Page {
    pub(super) fn new(
        run: &Run,
        catalogue: &Catalogue,
        beside: &[(&'static str, &'static str)],
    ) -> Self {
        let exit_code = run.exit_code();
        let areas = areas(run, catalogue);
        let lints: Vec<_> = run.lints.iter().map(|it| lint(it, catalogue)).collect();
        Self {
            style: include_str!("resources/style.css"),
            script: super::SCRIPT,
            script_hash: super::SCRIPT_HASH,
            data: data::json(run, catalogue),
            subject: escape::text(&run.subject),
            version: escape::text(&run.version),
            command: escape::text(&run.command),
            started: started(run),
            took: words::time(run.took),
            jitter: words::time(run.jitter),
            jobs: run.jobs,
            strict: run.strict,
            suite: suite(run),
            interrupted: run.interrupted.as_deref().map(escape::text),
            exit_word: ["pass", "fail", "error", "error"][usize::from(exit_code.min(3))],
            exit_code,
            meaning: words::exit_meaning(run, exit_code),
            total: run.outcomes.len(),
            counts: counts(Tally::of(run.outcomes.iter().map(|it| &it.verdict))),
            levels: levels(&areas, &lints),
            areas,
            documents: map::documents(run, catalogue),
            lints,
            outdated: (run.gate.outdated.iter())
                .map(|it| words::outdated(&run.gate, it))
                .collect(),
            beside: beside.into(),
        }
    }
}

/// `21 September 2026, 14:13:20 UTC`
fn started(run: &Run) -> String {
    let started = jiff::Timestamp::try_from(run.started).unwrap_or_default();
    started.strftime("%-d %B %Y, %H:%M:%S UTC").to_string()
}

/// `suite 1.0, shard 2 of 3`
fn suite(run: &Run) -> Option<String> {
    let name = run.suite.name.as_deref();
    let name = name.map(|name| format!("suite {}", escape::text(name)));
    let shard = run
        .shard
        .map(|it| format!("shard {} of {}", it.index, it.count));
    let parts: Vec<String> = name.into_iter().chain(shard).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The worst first; verdicts that nobody got are left in, so that the filters stay in place.
fn counts(tally: Tally) -> Vec<Count> {
    let counts = [
        ("fail", tally.fail),
        ("error", tally.error),
        ("warn", tally.warn),
        ("skip", tally.skip),
        ("pass", tally.pass),
    ];
    let counts = counts.map(|(word, count)| Count { word, count });
    counts.into()
}

/// Rounded down: 100 % is said of nothing less than all.
fn score(tally: Tally) -> Option<usize> {
    let judged = tally.pass + tally.warn + tally.fail + tally.error;
    (tally.pass * 100).checked_div(judged)
}

fn areas(run: &Run, catalogue: &Catalogue) -> Vec<Area> {
    let mut areas: BTreeMap<&str, Vec<(usize, &Outcome)>> = BTreeMap::new();
    for (number, outcome) in run.outcomes.iter().enumerate() {
        let area = words::area(&outcome.scenario.id);
        areas.entry(area).or_default().push((number, outcome));
    }
    // What needs attention stands on top of its area; the ids keep their order behind that.
    for outcomes in areas.values_mut() {
        outcomes.sort_by_key(|(_, outcome)| match outcome.verdict {
            Verdict::Fail => 0,
            Verdict::Error { .. } => 1,
            Verdict::Warn => 2,
            Verdict::Pass | Verdict::Skip { .. } => 3,
        });
    }
    let areas = areas.into_iter().map(|(name, outcomes)| {
        let tally = Tally::of(outcomes.iter().map(|(_, it)| &it.verdict));
        let rows = outcomes
            .iter()
            .map(|(number, it)| row(*number, it, catalogue));
        Area {
            name: escape::text(name),
            counts: counts(tally),
            score: score(tally),
            rows: rows.collect(),
        }
    });
    areas.collect()
}

fn row(number: usize, outcome: &Outcome, catalogue: &Catalogue) -> Row {
    let scenario = &outcome.scenario;
    let deviation = outcome.mismatch.as_ref().or(outcome.warnings.first());
    let seen = deviation.map(|it| it.seen.as_str());
    let seen = outcome.verdict.why().or(seen).unwrap_or_default();
    let ids = words::cited_ids(scenario);
    Row {
        number,
        id: escape::text(&scenario.id),
        verdict: outcome.verdict.word(),
        title: escape::text(&scenario.title),
        seen: escape::text(seen),
        known: words::flaky(outcome)
            .into_iter()
            .chain((outcome.expected.iter()).map(|it| words::expected(&outcome.verdict, it)))
            .collect(),
        level: match (&scenario.rule, ids.first()) {
            (Rule::Hardening(_), _) => DEFENCE,
            (_, Some(id)) => level(catalogue, id),
            (_, None) => "",
        },
        rules: escape::text(&ids.join(" ")),
        took: words::time(outcome.took),
    }
}

fn lint(lint: &Lint, catalogue: &Catalogue) -> LintView {
    LintView {
        verdict: lint.verdict.word(),
        text: escape::text(&lint.text),
        count: lint.count,
        scenario: escape::text(&lint.scenario),
        known: (lint.expected.as_ref()).map(|it| words::expected(&lint.verdict, it)),
        level: level(catalogue, &lint.requirement),
        cited: words::cited(catalogue, &lint.requirement),
    }
}

/// The level of what no RFC demands.
const DEFENCE: &str = "defence";

/// The levels in the order of the filter. A prohibition is as strong as an order.
const LEVELS: [&str; 6] = ["MUST", "SHOULD", "MAY", "GRAMMAR", "PROSE", DEFENCE];

fn level(catalogue: &Catalogue, id: &str) -> &'static str {
    let Some(entry) = catalogue.entries.get(id) else {
        return "";
    };
    match entry.level {
        Level::Must | Level::MustNot => "MUST",
        Level::Should | Level::ShouldNot | Level::Recommended => "SHOULD",
        Level::May | Level::Optional => "MAY",
        Level::Grammar => "GRAMMAR",
        Level::Algorithm | Level::Prose => "PROSE",
    }
}

fn levels(areas: &[Area], lints: &[LintView]) -> Vec<&'static str> {
    let rows = areas
        .iter()
        .flat_map(|area| &area.rows)
        .map(|row| row.level);
    let used: Vec<_> = rows.chain(lints.iter().map(|lint| lint.level)).collect();
    LEVELS.into_iter().filter(|it| used.contains(it)).collect()
}
