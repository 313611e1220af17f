//! Reads what must hold of a message: fields, content, JSON, likeness to another one.

use serde_json::Value;
use serde_json_path::JsonPath;
use toml::de::DeValue;

use super::expression::is_token;
use super::keys;
use super::pattern::{BodyCheck, FieldCheck, FieldTest, JsonCheck, JsonTest, Like, LikePart};
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

/// Reads `json`.
pub(super) fn json(items: &[Item<'_>]) -> Vec<JsonCheck> {
    let mut checks = Vec::new();
    for item in items {
        let paths = item.map("`json`").map(|table| table.items());
        for item in paths.unwrap_or_default() {
            if let Err(error) = JsonPath::parse(item.name()) {
                item.log
                    .note(item.key.span(), format!("no JSONPath: {error}"))
                    .advice("e.g. json.'$.items[0].name' = 'x'");
            }
            checks.extend(json_test(&item).map(|test| JsonCheck {
                path: item.name().to_owned(),
                test,
                place: item.place(),
            }));
        }
    }
    checks
}

fn json_test(item: &Item<'_>) -> Option<JsonTest> {
    if !item.is_table() {
        return json_value(item.value(), item).map(JsonTest::Is);
    }
    let table = item.table(&keys::JSON)?;
    match (table.get("is"), table.get("present")) {
        (Some(is), None) => json_value(is.value(), &is).map(JsonTest::Is),
        (None, Some(present)) => present.flag().map(JsonTest::Present),
        _ => {
            item.note("either `is` or `present`")
                .advice("an object is compared with { is = { … } }");
            None
        }
    }
}

fn json_value(value: &DeValue<'_>, item: &Item<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            let Ok(number) = number else {
                item.note("the integer is too large");
                return None;
            };
            Value::from(number)
        }
        DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().ok()?),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Array(members) => members
            .iter()
            .map(|member| json_value(member.get_ref(), item))
            .collect::<Option<Vec<_>>>()?
            .into(),
        DeValue::Table(members) => {
            let mut object = serde_json::Map::new();
            for (key, member) in members {
                object.insert(
                    key.get_ref().to_string(),
                    json_value(member.get_ref(), item)?,
                );
            }
            Value::Object(object)
        }
        DeValue::Datetime(_) => {
            item.note("JSON has no dates");
            return None;
        }
    })
}
