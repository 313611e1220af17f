//! A file as a whole: its header, its cases, its examples.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use toml::de::DeValue;

use super::amount;
use super::bytes::{Octets, Piece};
use super::error::Diagnostics;
use super::escape::Written;
use super::example::Examples;
use super::header::{Header, check_value_name};
use super::keys;
use super::log::Log;
use super::model::{Case, Example, Place, Rule, Scenario, ScriptSide};
use super::read::{Item, Table};
use super::requirement::{Catalogue, Grade};
use super::scope::{self, Scope};
use super::script::Script;

/// Reads a scenario file: one scenario, or one for each `[[case]]`.
///
/// The id is the path without `.toml`, and without what comes before a folder `scenarios`.
/// What `needs` names is not looked up here: a [`Library`](super::Library) does.
///
/// # Errors
///
/// Everything that is wrong with the text, with its places.
///
/// # Examples
///
/// ```
/// use h1check::scenario::{Library, parse};
///
/// let library = Library::bundled();
/// let text = r#"
/// title     = "The root answers"
/// subject   = "server"
/// hardening = "an example"
///
/// [[step]]
/// send = 'GET / HTTP/1.1\r\nHost: \{authority}\r\n\r\n'
/// expect.status = 404
/// within = "soon"
/// "#;
/// let error = parse("my/root.toml", text, library.catalogue()?).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "my/root.toml:9:10: `soon` is no length of time of this file",
/// );
/// # Ok::<(), h1check::scenario::LoadError>(())
/// ```
pub fn parse(path: &str, text: &str, catalogue: &Catalogue) -> Result<Vec<Scenario>, Diagnostics> {
    let below = path
        .rsplit_once("scenarios/")
        .map_or(path, |(_, below)| below);
    let id = below.strip_suffix(".toml").unwrap_or(below);
    parse_as(id, path, text, catalogue).map(|file| file.scenarios)
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct File {
    pub(super) scenarios: Vec<Scenario>,
    /// The ids that `needs` names, with their places.
    pub(super) needs: Vec<(String, Place)>,
}

impl File {
    /// Keeps nothing of the examples but their titles.
    pub(super) fn drop_examples(&mut self) {
        for scenario in &mut self.scenarios {
            for example in (scenario.counterexamples.iter_mut()).chain(&mut scenario.permitted) {
                example.steps = Vec::new();
            }
        }
    }

    /// Keeps younger checks from judging scenarios of a frozen set.
    pub(super) fn know_lints(&mut self, lints: Option<&Arc<BTreeSet<String>>>) {
        for scenario in &mut self.scenarios {
            scenario.lints = lints.cloned();
        }
    }
}

/// Reads a scenario file under the id of the file.
pub(super) fn parse_as(
    id: &str,
    path: &str,
    text: &str,
    catalogue: &Catalogue,
) -> Result<File, Diagnostics> {
    let log = Log::new(path, text);
    let mut scenarios = Vec::new();
    let mut needs = Vec::new();
    let source = Arc::clone(log.source());
    if let Some(tree) = log.tree(&source.text) {
        let file = Table::root(&log, &tree, &keys::FILE);
        if let Some(header) = Header::read(&log, &file, catalogue) {
            scenarios = header.scenarios(id, &file);
            needs = header.needs;
        }
    }
    log.finish()?;
    Ok(File { scenarios, needs })
}

/// A `[[case]]`.
struct Variant {
    case: Case,
    values: BTreeMap<String, Written>,
    times: BTreeMap<String, Duration>,
}

impl<'f> Header<'f> {
    fn scenarios(&self, id: &str, file: &Table<'_>) -> Vec<Scenario> {
        let variants = self.variants(file);
        let names: BTreeSet<&str> = variants.iter().map(Variant::name).collect();
        if file.get("case").is_none() {
            return vec![self.scenario(id, file, None, &names)];
        }
        variants
            .iter()
            .map(|variant| self.scenario(id, file, Some(variant), &names))
            .collect()
    }

    fn scenario(
        &self,
        id: &str,
        file: &Table<'_>,
        variant: Option<&Variant>,
        cases: &BTreeSet<&str>,
    ) -> Scenario {
        let scope = self.scope(variant);
        let steps = Script::of(&scope, ScriptSide::Judge, file);
        let reader = Examples {
            header: self,
            scope: &scope,
            case: variant.map(Variant::name),
            cases,
            steps: &steps,
        };
        let counterexamples = reader.read(file, "counterexample");
        let permitted = reader.read(file, "permitted");
        self.check_counterexamples(file, variant, &counterexamples);
        let case = variant.map(|variant| variant.case.clone());
        Scenario {
            id: match &case {
                Some(case) => format!("{id}[{}]", case.name),
                None => id.to_owned(),
            },
            source: Arc::clone(self.log.source()),
            title: self.title.clone(),
            about: self.about.clone(),
            subject: self.subject,
            rule: self.rule.clone(),
            needs: self.needs.iter().map(|(need, _)| need.clone()).collect(),
            given: self.given.clone(),
            pieces: scope.pieces(),
            case,
            tries: self.tries,
            rightly: self.rightly.clone(),
            steps,
            counterexamples,
            permitted,
            lints: None,
        }
    }

    /// The names that a case knows.
    fn scope<'s>(&'s self, variant: Option<&'s Variant>) -> Scope<'s> {
        let mut pieces = self.lets.clone();
        let mut times = BTreeMap::new();
        if let Some(variant) = variant {
            pieces.extend(variant.values.clone());
            times.extend(variant.times.clone());
        }
        let case = variant.map(Variant::name);
        Scope::new(self.log, case, self.subject, &self.given, pieces, times)
    }

    /// A check that nobody can fail proves nothing.
    fn check_counterexamples(
        &self,
        file: &Table<'_>,
        variant: Option<&Variant>,
        counterexamples: &[Example],
    ) {
        let Rule::Requirements(_, grade) = &self.rule else {
            return;
        };
        if *grade == Grade::Observe || !counterexamples.is_empty() {
            return;
        }
        let span = match (variant, file.get("requirements")) {
            (Some(variant), _) => variant.case.place.span.clone(),
            (None, Some(item)) => item.span(),
            (None, None) => file.span(),
        };
        self.log.note(span, "no counterexample").advice(
            "add a [[counterexample]]: a scripted subject that does it wrong and must be caught",
        );
    }

    fn variants(&self, file: &Table<'_>) -> Vec<Variant> {
        let items = file.get("case").and_then(|item| item.list());
        let mut variants: Vec<Variant> = Vec::new();
        for item in items.unwrap_or_default() {
            let Some(table) = item.map("a case") else {
                continue;
            };
            let Some(name_item) = table.require("name") else {
                continue;
            };
            let Some(name) = name_item.word() else {
                continue;
            };
            if variants.iter().any(|variant| variant.case.name == name) {
                name_item.note(format!("there is a case `{name}` already"));
            }
            let mut variant = Variant {
                case: Case {
                    name: name.to_owned(),
                    place: name_item.place(),
                },
                values: BTreeMap::new(),
                times: BTreeMap::new(),
            };
            for item in table.items() {
                if item.name() != "name" {
                    check_value_name(self.log, &item, &self.given);
                    variant.value(&item);
                }
            }
            variants.push(variant);
        }
        variants
    }
}

impl Variant {
    fn name(&self) -> &str {
        &self.case.name
    }

    /// Reads a value: octets, a length of time, or a text that can be taken as either.
    fn value(&mut self, item: &Item<'_>) {
        let text = match item.value() {
            DeValue::String(text) => text.as_ref(),
            _ => "",
        };
        let written = if let Ok(time) = amount::duration(text) {
            self.times.insert(item.name().to_owned(), time);
            let literal = Piece::Literal(text.as_bytes().to_vec().into());
            Written {
                octets: Octets(vec![literal]),
                uses: Vec::new(),
            }
        } else {
            scope::octets(item).unwrap_or_default()
        };
        self.values.insert(item.name().to_owned(), written);
    }
}
