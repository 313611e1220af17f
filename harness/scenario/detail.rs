//! Reads what must hold of a message: fields, content, likeness to another one.

use toml::de::DeValue;

use super::expression::is_token;
use super::keys;
use super::pattern::{BodyCheck, FieldCheck, FieldTest, Like, LikePart};
use super::read::Item;
use super::script::Script;

impl Script<'_> {
    /// Reads `fields` or `trailers`.
    pub(super) fn fields(&self, items: &[Item<'_>]) -> Vec<FieldCheck> {
        let mut checks = Vec::new();
        for item in items {
            let names = item.map("fields").map(|fields| fields.items());
            for field in names.unwrap_or_default() {
                if !is_token(field.name()) {
                    field.log.note(
                        field.key.span(),
                        format!("`{}` is no field name", field.name()),
                    );
                }
                self.field(&field, &mut checks);
            }
        }
        checks.shrink_to_fit();
        checks
    }

    fn field(&self, field: &Item<'_>, checks: &mut Vec<FieldCheck>) {
        let mut add = |test: Option<FieldTest>, item: &Item<'_>| {
            checks.extend(test.map(|test| FieldCheck {
                name: field.name().to_owned(),
                test,
                place: item.place(),
            }));
        };
        if !field.is_table() {
            add(self.lines(field), field);
            return;
        }
        let Some(table) = field.table(&keys::FIELD) else {
            return;
        };
        if table.is_empty() {
            field.note(format!("nothing is checked of `{}`", field.name()));
        }
        for item in table.items() {
            let test = match item.name() {
                "is" => self.lines(&item),
                "lists" => self.octets_of(&item).map(FieldTest::Lists),
                "has" => self.octets_of(&item).map(FieldTest::Has),
                "lacks" => self.octets_of(&item).map(FieldTest::Lacks),
                "present" => item.flag().map(FieldTest::Present),
                _ => None,
            };
            add(test, &item);
        }
    }

    /// One value, or those of several field lines.
    fn lines(&self, item: &Item<'_>) -> Option<FieldTest> {
        let items = item.one_or_list();
        let values: Option<Vec<_>> = items.iter().map(|item| self.octets_of(item)).collect();
        values.map(FieldTest::Is)
    }

    /// Reads `body` or `bytes`; of several, all must hold.
    pub(super) fn body(&self, items: &[Item<'_>]) -> Option<BodyCheck> {
        let mut check = BodyCheck::default();
        for item in items {
            let repeated =
                matches!(item.value(), DeValue::Table(table) if table.contains_key("repeat"));
            if !item.is_table() || repeated {
                self.body_key("is", item, &mut check);
                continue;
            }
            let table = item.table(&keys::BODY)?;
            if table.is_empty() {
                item.note(format!("nothing is checked of `{}`", item.name()));
            }
            for inner in table.items() {
                self.body_key(inner.name(), &inner, &mut check);
            }
        }
        (!items.is_empty()).then_some(check)
    }

    fn body_key(&self, key: &str, item: &Item<'_>, check: &mut BodyCheck) {
        let slot = match key {
            "is" => &mut check.is,
            "has" => &mut check.has,
            "lacks" => &mut check.lacks,
            "length" => {
                check.length = item.count(0..=u64::MAX);
                return;
            }
            _ => return,
        };
        if slot.is_some() {
            item.note(format!("`{key}` stands here and beside `any`"));
        }
        *slot = self.octets_of(item);
    }

    /// Reads `like`.
    pub(super) fn like(&self, items: &[Item<'_>]) -> Vec<Like> {
        let mut likes = Vec::new();
        for item in items {
            let names = item.map("`like`").map(|table| table.items());
            for item in names.unwrap_or_default() {
                let message = item.name().to_owned();
                let known = self.events.get(&message);
                if !known.is_some_and(|(named, _)| named.message) {
                    let candidates = self.events.keys().map(String::as_str);
                    item.log
                        .note(
                            item.key.span(),
                            format!("no earlier step names a message `{message}`"),
                        )
                        .suggest(&message, candidates);
                }
                likes.push(Like {
                    message,
                    parts: item.one_or_list().iter().filter_map(like_part).collect(),
                    place: item.place(),
                });
            }
        }
        likes
    }
}

fn like_part(item: &Item<'_>) -> Option<LikePart> {
    let text = item.text()?;
    match text {
        "status" => Some(LikePart::Status),
        "body" => Some(LikePart::Body),
        "fields" => Some(LikePart::Fields),
        "range" => Some(LikePart::Range),
        _ => {
            let (what, name) = text.split_once('.').unwrap_or((text, ""));
            let part = match what {
                "fields" => Some(LikePart::Field(name.to_owned())),
                "kept" => Some(LikePart::Kept(name.to_owned())),
                "range" => Some(LikePart::RangeField(name.to_owned())),
                _ => None,
            };
            let part = part.filter(|_| is_token(name));
            if part.is_none() {
                item.note(format!("unknown part `{text}` of a message"))
                    .suggest(text, LIKE_PARTS);
            }
            part
        }
    }
}

const LIKE_PARTS: [&str; 7] = [
    "status",
    "body",
    "fields",
    "fields.NAME",
    "kept.NAME",
    "range",
    "range.NAME",
];
