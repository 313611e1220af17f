//! A file as a whole: its header, its cases, its examples.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use toml::de::DeValue;

use super::amount;
use super::bytes::{Octets, Piece};
use super::error::Diagnostics;
use super::escape::Written;
use super::keys;
use super::model::{
    Case, Example, ExampleKind, Given, GivenValue, Place, Rule, Scenario, ScriptSide, Step, Subject,
};
use super::read::{Item, Log, Table, is_name};
use super::requirement::{Catalogue, Grade, Role};
use super::scope::{self, BUILT_IN, SITE, Scope};
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

/// What all cases of a file share.
struct Header<'f> {
    log: &'f Log,
    title: String,
    about: Option<String>,
    subject: Subject,
    rule: Rule,
    needs: Vec<(String, Place)>,
    given: BTreeMap<String, Given>,
    lets: BTreeMap<String, Written>,
    tries: u32,
}

/// A `[[case]]`.
struct Variant {
    case: Case,
    values: BTreeMap<String, Written>,
    times: BTreeMap<String, Duration>,
}

impl<'f> Header<'f> {
    /// `None`: without a subject nothing of the rest can be judged.
    fn read(log: &'f Log, file: &Table<'_>, catalogue: &Catalogue) -> Option<Self> {
        let title = file.require("title").and_then(|item| item.sentence());
        let about = file.get("about").and_then(|item| item.sentence());
        let subject = file
            .require("subject")
            .and_then(|item| item.choice(&SUBJECTS));
        let rule = rule(log, file, subject, catalogue);
        let tries = file.get("tries").and_then(|item| item.count(1..=1000));
        let given = given(log, file);
        Some(Self {
            log,
            title: title.unwrap_or_default(),
            about,
            rule: rule.unwrap_or_else(|| Rule::Hardening(String::new())),
            needs: needs(file),
            lets: lets(log, file, &given),
            given,
            tries: tries
                .and_then(|tries| u32::try_from(tries).ok())
                .unwrap_or(1),
            subject: subject?,
        })
    }

    fn scenarios(&self, id: &str, file: &Table<'_>) -> Vec<Scenario> {
        let variants = self.variants(file);
        let names: BTreeSet<&str> = variants
            .iter()
            .map(|variant| variant.case.name.as_str())
            .collect();
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
        let mut pieces = self.lets.clone();
        let mut times = BTreeMap::new();
        if let Some(variant) = variant {
            pieces.extend(variant.values.clone());
            times.extend(variant.times.clone());
        }
        let scope = Scope::new(self.log, self.subject, &self.given, pieces, times);
        let steps = steps(&scope, ScriptSide::Judge, file);
        let reader = Examples {
            scope: &scope,
            case: variant.map(|variant| variant.case.name.as_str()),
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
            steps,
            counterexamples,
            permitted,
        }
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
    /// Reads a value: octets, a length of time, or a text that can be taken as either.
    fn value(&mut self, item: &Item<'_>) {
        let text = match item.value() {
            DeValue::String(text) => text.as_ref(),
            _ => "",
        };
        let written = if let Ok(time) = amount::duration(text) {
            self.times.insert(item.name().to_owned(), time);
            let literal = Piece::Literal(text.as_bytes().to_vec().into());
            Some(Written {
                octets: Octets(vec![literal]),
                uses: Vec::new(),
            })
        } else {
            scope::octets(item)
        };
        if let Some(written) = written {
            self.values.insert(item.name().to_owned(), written);
        }
    }
}

/// Reads the examples of one case.
struct Examples<'s> {
    scope: &'s Scope<'s>,
    case: Option<&'s str>,
    cases: &'s BTreeSet<&'s str>,
    /// The steps that judge the examples.
    steps: &'s [Step],
}

impl Examples<'_> {
    fn read(&self, file: &Table<'_>, key: &str) -> Vec<Example> {
        let items = file.get(key).and_then(|item| item.list());
        items
            .unwrap_or_default()
            .iter()
            .filter_map(|item| self.example(item))
            .collect()
    }

    fn example(&self, item: &Item<'_>) -> Option<Example> {
        let counter = item.name() == "counterexample";
        let (shape, title) = if counter {
            (&keys::COUNTEREXAMPLE, "fault")
        } else {
            (&keys::PERMITTED, "choice")
        };
        let table = item.table(shape)?;
        let title = table.require(title).and_then(|item| item.sentence());
        let kind = if counter {
            ExampleKind::Counterexample {
                at: self.at(&table).unwrap_or(1),
            }
        } else {
            let verdict = table.get("verdict");
            ExampleKind::Permitted {
                verdict: verdict
                    .and_then(|item| item.choice(&VERDICTS))
                    .unwrap_or("pass"),
            }
        };
        let steps = steps(self.scope, ScriptSide::Subject, &table);
        self.plays_case(&table).then(|| Example {
            title: title.unwrap_or_default(),
            kind,
            steps,
            place: table.place(),
        })
    }

    /// The step that must catch a counterexample.
    fn at(&self, table: &Table<'_>) -> Option<usize> {
        let item = table.require("at")?;
        let at = item.count(1..=self.steps.len() as u64 + 1)?;
        let at = usize::try_from(at).ok()?;
        if self.steps.get(at - 1).is_some_and(|step| step.setup) {
            item.note(format!("step {at} is a setup step"))
                .advice("what a setup step misses is skipped, so it catches nobody");
        }
        Some(at)
    }

    /// Whether the example is one of this case.
    fn plays_case(&self, table: &Table<'_>) -> bool {
        let Some(item) = table.get("cases") else {
            return true;
        };
        let mut plays = false;
        for item in item.list().unwrap_or_default() {
            let Some(name) = item.text() else { continue };
            if !self.cases.contains(name) {
                item.note(format!("there is no case `{name}`"))
                    .suggest(name, self.cases.iter().copied());
            }
            plays |= self.case == Some(name);
        }
        plays
    }
}

fn steps(scope: &Scope<'_>, side: ScriptSide, table: &Table<'_>) -> Vec<Step> {
    table
        .require("step")
        .map(|item| Script::read(scope, side, &item))
        .unwrap_or_default()
}

fn needs(file: &Table<'_>) -> Vec<(String, Place)> {
    let items = file.get("needs").and_then(|item| item.list());
    items
        .unwrap_or_default()
        .iter()
        .filter_map(|item| Some((item.text()?.to_owned(), item.place())))
        .collect()
}

fn rule(
    log: &Log,
    file: &Table<'_>,
    subject: Option<Subject>,
    catalogue: &Catalogue,
) -> Option<Rule> {
    match (file.get("requirements"), file.get("hardening")) {
        (Some(item), None) => requirements(&item, subject, catalogue),
        (None, Some(item)) => item.sentence().map(Rule::Hardening),
        (Some(_), Some(hardening)) => {
            log.note(hardening.key.span(), "`hardening` beside `requirements`")
                .advice("hardening is what no requirement demands: keep one of the two");
            None
        }
        (None, None) => {
            log.note(
                file.span(),
                "a scenario file needs `requirements` or `hardening`",
            )
            .advice("cite the ids of the catalogue, or say why it is good defence");
            None
        }
    }
}

fn requirements(item: &Item<'_>, subject: Option<Subject>, catalogue: &Catalogue) -> Option<Rule> {
    let mut ids: Vec<String> = Vec::new();
    let mut grade = None;
    let mut binds = false;
    for member in item.list()? {
        let Some(id) = member.text() else { continue };
        let Some(requirement) = catalogue.entries.get(id) else {
            let known = catalogue.entries.keys().map(String::as_str);
            member
                .note(format!("unknown requirement `{id}`"))
                .suggest(id, known);
            continue;
        };
        if ids.iter().any(|known| known == id) {
            member.note(format!("`{id}` stands here twice"));
        }
        if grade.is_some_and(|grade| grade != requirement.worst) {
            member
                .note(format!(
                    "`{id}` is of another level than the ones before it"
                ))
                .advice("one file, one level: else a missed SHOULD hides behind a MUST");
        }
        grade = grade.or(Some(requirement.worst));
        binds |= subject.is_none_or(|subject| requirement.roles.contains(&role(subject)));
        ids.push(id.to_owned());
    }
    if !binds && !ids.is_empty() {
        item.note("none of these requirements binds the subject")
            .advice("the roles that a requirement binds stand in the catalogue");
    }
    Some(Rule::Requirements(ids, grade?))
}

fn role(subject: Subject) -> Role {
    match subject {
        Subject::Server => Role::Server,
        Subject::Client => Role::Client,
        Subject::Proxy => Role::Intermediary,
    }
}

fn given(log: &Log, file: &Table<'_>) -> BTreeMap<String, Given> {
    let mut all = BTreeMap::new();
    let table = file.get("given").and_then(|item| item.map("given"));
    for item in table.map(|table| table.items()).unwrap_or_default() {
        let name = item.name();
        if !is_name(name) {
            log.note(item.key.span(), format!("`{name}` is no name"));
        }
        if BUILT_IN.contains(&name) && name != "path" {
            log.note(item.key.span(), format!("`{name}` is always there"))
                .advice("it is the harness that knows it, not the subject");
        }
        let mut given = Given {
            default: None,
            exact: false,
            place: item.place(),
        };
        if item.is_table() {
            if let Some(table) = item.table(&keys::GIVEN) {
                given.default = table.get("default").and_then(|item| given_value(&item));
                given.exact = table.get("exact").and_then(|item| item.flag()) == Some(true);
            }
        } else {
            given.default = given_value(&item);
        }
        all.insert(name.to_owned(), given);
    }
    all
}

fn given_value(item: &Item<'_>) -> Option<GivenValue> {
    match item.value() {
        DeValue::String(text) => Some(match amount::duration(text) {
            Ok(time) => GivenValue::Time(time),
            Err(_) => GivenValue::Text(text.to_string()),
        }),
        DeValue::Integer(_) => item.integer().map(GivenValue::Number),
        DeValue::Boolean(flag) => Some(GivenValue::Flag(*flag)),
        _ => {
            item.wrong_type("a text, a length of time, an integer, true or false");
            None
        }
    }
}

fn lets(log: &Log, file: &Table<'_>, given: &BTreeMap<String, Given>) -> BTreeMap<String, Written> {
    let mut pieces = BTreeMap::new();
    let table = file.get("let").and_then(|item| item.map("let"));
    for item in table.map(|table| table.items()).unwrap_or_default() {
        check_value_name(log, &item, given);
        if let Some(written) = scope::octets(&item) {
            pieces.insert(item.name().to_owned(), written);
        }
    }
    pieces
}

/// A value cannot take the name of another kind of value.
fn check_value_name(log: &Log, item: &Item<'_>, given: &BTreeMap<String, Given>) {
    let name = item.name();
    let note = |message: String| log.note(item.key.span(), message);
    if !is_name(name) {
        note(format!("`{name}` is no name"))
            .advice("names consist of letters, digits, `-` and `_`");
    } else if BUILT_IN.contains(&name) || SITE.contains(&name) || name == "target" {
        note(format!("`{name}` is a built-in value")).advice("take another name");
    } else if given.contains_key(name) {
        note(format!("`{name}` is given as well")).advice("take another name");
    }
}

const SUBJECTS: [(&str, Subject); 3] = [
    ("server", Subject::Server),
    ("client", Subject::Client),
    ("proxy", Subject::Proxy),
];

const VERDICTS: [(&str, &str); 3] = [("pass", "pass"), ("warn", "warn"), ("skip", "skip")];
