//! Examples: scripted subjects, wrong ones and such that use a freedom.

use std::collections::BTreeSet;

use super::header::Header;
use super::keys;
use super::model::{Example, ExampleKind, ScriptSide, Step};
use super::read::{Item, Table};
use super::scope::Scope;
use super::script::Script;

/// Reads the examples of one case.
pub(super) struct Examples<'s> {
    pub(super) header: &'s Header<'s>,
    pub(super) scope: &'s Scope<'s>,
    pub(super) case: Option<&'s str>,
    pub(super) cases: &'s BTreeSet<&'s str>,
    /// The steps that judge the examples.
    pub(super) steps: &'s [Step],
}

impl Examples<'_> {
    pub(super) fn read(&self, file: &Table<'_>, key: &str) -> Vec<Example> {
        let items = file.get(key).and_then(|item| item.list());
        let mut examples: Vec<Example> = items
            .unwrap_or_default()
            .iter()
            .filter_map(|item| self.example(item))
            .collect();
        examples.shrink_to_fit();
        examples
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
                permits: self.permits(&table),
            }
        };
        let steps = Script::of(self.scope, ScriptSide::Subject, &table);
        self.plays_case(&table).then(|| Example {
            title: title.unwrap_or_default(),
            kind,
            steps,
            place: table.place(),
        })
    }

    /// The requirements that grant a freedom. Their level does not matter: a SHOULD that is missed
    /// rightly is a freedom as well.
    fn permits(&self, table: &Table<'_>) -> Vec<String> {
        let items = table.get("permits").map(|item| item.one_or_list());
        let mut ids: Vec<String> = Vec::new();
        for item in items.unwrap_or_default() {
            let Some(id) = item.text() else { continue };
            let Some(requirement) = self.header.requirement(&item, id) else {
                continue;
            };
            if !requirement.roles.contains(&self.header.subject.role()) {
                item.note(format!("`{id}` does not bind the subject"))
                    .advice("the roles that a requirement binds stand in the catalogue");
            }
            if ids.iter().any(|known| known == id) {
                item.note(format!("`{id}` stands here twice"));
            }
            ids.push(id.to_owned());
        }
        ids
    }

    /// The step that must catch a counterexample.
    fn at(&self, table: &Table<'_>) -> Option<usize> {
        let item = table.require("at")?;
        let last = self.steps.len() + 1;
        let at = item
            .count(1..=u64::MAX)
            .and_then(|at| usize::try_from(at).ok())?;
        if at > last {
            item.note(format!("there is no step {at}"))
                .advice(format!("{last} stands for what is left over at the end"));
        }
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

const VERDICTS: [(&str, &str); 3] = [("pass", "pass"), ("warn", "warn"), ("skip", "skip")];
