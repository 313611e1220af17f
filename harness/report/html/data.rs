//! The details of all scenarios as inert data, which the page's script builds on demand.
//!
//! Only plain text is in here, made harmless by [`escape`]; the script puts it in place as text,
//! never as markup. What occurs more than once is written once: texts are numbers into a table.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::Serialize;

use super::excerpt::{self, Marked, Span};
use super::exchange::{self, Exchange};
use super::windows::{self, Window};
use crate::outcome::{Mismatch, Outcome, Run};
use crate::report::{escape, words};
use crate::scenario::{Catalogue, Example, ExampleKind, Source, Subject};

/// A number into the table of texts.
pub(super) type Text = usize;

/// The texts, each once.
#[derive(Default)]
pub(super) struct Texts {
    known: HashMap<String, Text>,
    list: Vec<String>,
}

impl Texts {
    /// The number of a text that is harmless already.
    pub(super) fn put(&mut self, text: String) -> Text {
        let next = self.list.len();
        *self.known.entry(text).or_insert_with_key(|text| {
            self.list.push(text.clone());
            next
        })
    }

    /// The number of a text that may come from anywhere.
    pub(super) fn escaped(&mut self, text: &str) -> Text {
        self.put(escape::text(text))
    }
}

#[derive(Serialize)]
struct Data {
    texts: Vec<String>,
    rules: BTreeMap<String, RuleData>,
    files: Vec<FileData>,
    scenarios: Vec<Detail>,
}

#[derive(Serialize)]
struct RuleData {
    level: &'static str,
    section: String,
    summary: String,
    link: String,
}

#[derive(Serialize)]
struct FileData {
    path: String,
    text: Text,
}

/// One scenario. The order is that of the run, and a row of the list names its number.
#[derive(Serialize)]
struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<Text>,
    file: usize,
    line: usize,
    role: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hardening: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    found: Vec<Found>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    observed: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrong: Vec<Shown>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<Shown>,
    exchange: Exchange,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Text>,
    tries: u32,
    again: Text,
}

/// A mismatch or a warning.
#[derive(Serialize)]
struct Found {
    verdict: &'static str,
    kind: &'static str,
    step: usize,
    at: u128,
    wanted: Text,
    seen: Text,
    file: usize,
    place: Marked,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<usize>,
}

/// An example, with its lines in the scenario file.
#[derive(Serialize)]
struct Shown {
    title: Text,
    lines: Span,
    /// The verdict that it gets, where it is permitted; the step that catches it, where not.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
}

/// The data as JSON that can stand in a `script` element.
pub(super) fn json(run: &Run, catalogue: &Catalogue) -> String {
    let mut maker = Maker::default();
    let scenarios = run.outcomes.iter().map(|it| maker.detail(run, it));
    let scenarios = scenarios.collect();
    let data = Data {
        rules: rules(run, catalogue),
        scenarios,
        files: maker.files,
        texts: maker.texts.list,
    };
    // It can only fail for maps with keys that are no strings, of which there are none.
    let text = serde_json::to_string(&data).expect("all keys are strings");
    // Nothing in it may end the element or begin a comment; within JSON these stand in strings only.
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

fn rules(run: &Run, catalogue: &Catalogue) -> BTreeMap<String, RuleData> {
    let ids = (run.outcomes.iter()).flat_map(|it| words::cited_ids(&it.scenario));
    let rule = |id: &String| {
        let cited = words::cited(catalogue, id);
        let rule = RuleData {
            level: cited.level,
            section: cited.section,
            summary: cited.summary,
            link: cited.link,
        };
        (cited.id, rule)
    };
    ids.map(rule).collect()
}

/// What is shared by the scenarios while they are converted.
#[derive(Default)]
struct Maker {
    texts: Texts,
    files: Vec<FileData>,
    known_files: HashMap<String, usize>,
    windows: HashMap<String, Rc<[Window]>>,
}

impl Maker {
    fn detail(&mut self, run: &Run, outcome: &Outcome) -> Detail {
        let scenario = &*outcome.scenario;
        let windows = self.windows(&scenario.source);
        let examples = |maker: &mut Self, list: &[Example]| {
            list.iter().map(|it| maker.example(it)).collect::<Vec<_>>()
        };
        Detail {
            about: scenario.about.as_deref().map(|it| self.paragraph(it)),
            file: self.file(&scenario.source),
            line: scenario.case.as_ref().map_or(1, |case| case.place.line()),
            role: role(scenario.subject),
            rules: (words::cited_ids(scenario).iter())
                .map(|id| self.texts.escaped(id))
                .collect(),
            hardening: words::hardening(scenario).map(|it| self.texts.put(it)),
            why: outcome.verdict.why().map(|it| self.texts.escaped(it)),
            found: self.findings(outcome),
            observed: (outcome.observations.iter())
                .map(|it| self.texts.escaped(it))
                .collect(),
            wrong: examples(self, &scenario.counterexamples),
            allowed: examples(self, &scenario.permitted),
            exchange: exchange::of(outcome, &windows, &mut self.texts),
            output: self.output(&outcome.output),
            tries: outcome.tries,
            again: self.texts.put(words::rerun(run, &scenario.id)),
        }
    }

    /// A text of several lines in the file is one paragraph to a reader.
    fn paragraph(&mut self, text: &str) -> Text {
        let words: Vec<&str> = text.split_whitespace().collect();
        self.texts.escaped(&words.join(" "))
    }

    fn file(&mut self, source: &Source) -> usize {
        if let Some(&known) = self.known_files.get(&source.path) {
            return known;
        }
        let number = self.files.len();
        self.known_files.insert(source.path.clone(), number);
        let lines: Vec<String> = escape::lines(&source.text).collect();
        let text = self.texts.put(lines.join("\n"));
        let path = escape::text(&source.path);
        self.files.push(FileData { path, text });
        number
    }

    /// What decided first, then the warnings before it.
    fn findings(&mut self, outcome: &Outcome) -> Vec<Found> {
        let word = outcome.verdict.word();
        let decided = outcome.mismatch.iter().map(|it| (word, it));
        let warnings = outcome.warnings.iter().map(|it| ("warn", it));
        let all = decided.chain(warnings);
        all.map(|(word, it)| self.found(word, it)).collect()
    }

    fn found(&mut self, verdict: &'static str, mismatch: &Mismatch) -> Found {
        Found {
            verdict,
            kind: mismatch.kind.word(),
            step: mismatch.step,
            at: mismatch.at.as_micros(),
            wanted: self.texts.escaped(&mismatch.wanted),
            seen: self.texts.escaped(&mismatch.seen),
            file: self.file(&mismatch.place.source),
            place: excerpt::marked(&mismatch.place),
            lane: mismatch.connection,
        }
    }

    fn example(&mut self, example: &Example) -> Shown {
        let (verdict, step) = match &example.kind {
            ExampleKind::Counterexample { at } => (None, Some(*at)),
            ExampleKind::Permitted { verdict, .. } => (Some(*verdict), None),
        };
        Shown {
            title: self.texts.escaped(&example.title),
            lines: excerpt::block(&example.place),
            verdict,
            step,
        }
    }

    fn windows(&mut self, source: &Source) -> Rc<[Window]> {
        if let Some(known) = self.windows.get(&source.path) {
            return Rc::clone(known);
        }
        let windows: Rc<[Window]> = windows::of(&source.text).into();
        self.windows
            .insert(source.path.clone(), Rc::clone(&windows));
        windows
    }

    fn output(&mut self, output: &str) -> Option<Text> {
        let lines: Vec<String> = escape::lines(output).collect();
        (!lines.is_empty()).then(|| self.texts.put(lines.join("\n")))
    }
}

fn role(subject: Subject) -> &'static str {
    match subject {
        Subject::Server => "server",
        Subject::Client => "client",
        Subject::Proxy => "proxy",
    }
}
