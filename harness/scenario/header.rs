//! The header of a file: what all its cases share.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::amount;
use super::escape::Written;
use super::keys;
use super::log::Log;
use super::model::{Given, GivenValue, Place, Rule, Subject};
use super::read::{Item, Table, is_name};
use super::requirement::{Catalogue, Requirement};
use super::scope::{self, BUILT_IN, SITE};

/// What all cases of a file share.
pub(super) struct Header<'f> {
    pub(super) log: &'f Log,
    catalogue: &'f Catalogue,
    pub(super) title: String,
    pub(super) about: Option<String>,
    pub(super) subject: Subject,
    pub(super) rule: Rule,
    pub(super) needs: Vec<(String, Place)>,
    pub(super) given: BTreeMap<String, Given>,
    pub(super) lets: BTreeMap<String, Written>,
    pub(super) tries: u32,
    pub(super) rightly: BTreeMap<String, String>,
}

impl<'f> Header<'f> {
    /// `None`: without a subject nothing of the rest can be judged.
    pub(super) fn read(log: &'f Log, file: &Table<'_>, catalogue: &'f Catalogue) -> Option<Self> {
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
            catalogue,
            title: title.unwrap_or_default(),
            about,
            rule: rule.unwrap_or_else(|| Rule::Hardening(String::new())),
            needs: needs(file),
            lets: lets(log, file, &given),
            given,
            tries: tries
                .and_then(|tries| u32::try_from(tries).ok())
                .unwrap_or(1),
            rightly: rightly(file),
            subject: subject?,
        })
    }

    /// The requirement with the id that stands there.
    pub(super) fn requirement(&self, item: &Item<'_>, id: &str) -> Option<&'f Requirement> {
        cited(item, id, self.catalogue)
    }
}

/// Which of the peers that are right about nothing are right here, and why.
fn rightly(file: &Table<'_>) -> BTreeMap<String, String> {
    let table = file
        .get("rightly")
        .and_then(|item| item.table(&keys::RIGHTLY));
    let items = table.map(|table| table.items()).unwrap_or_default();
    let reasons = items
        .iter()
        .filter_map(|item| Some((item.name().to_owned(), item.sentence()?)));
    reasons.collect()
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
        let Some(requirement) = cited(&member, id, catalogue) else {
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
        binds |= subject.is_none_or(|subject| requirement.roles.contains(&subject.role()));
        ids.push(id.to_owned());
    }
    if !binds && !ids.is_empty() {
        item.note("none of these requirements binds the subject")
            .advice("the roles that a requirement binds stand in the catalogue");
    }
    Some(Rule::Requirements(ids, grade?))
}

/// The requirement with that id, which stands there.
fn cited<'c>(item: &Item<'_>, id: &str, catalogue: &'c Catalogue) -> Option<&'c Requirement> {
    let requirement = catalogue.entries.get(id);
    if requirement.is_none() {
        let known = catalogue.entries.keys().map(String::as_str);
        item.note(format!("unknown requirement `{id}`"))
            .suggest(id, known);
    }
    requirement
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
        let written = scope::octets(&item).unwrap_or_default();
        pieces.insert(item.name().to_owned(), written);
    }
    pieces
}

/// A value cannot take the name of another kind of value.
pub(super) fn check_value_name(log: &Log, item: &Item<'_>, given: &BTreeMap<String, Given>) {
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
