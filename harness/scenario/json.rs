//! Reads what must hold of content as JSON.

use serde_json::Value;
use serde_json_path::JsonPath;
use toml::de::DeValue;

use super::bytes::Piece;
use super::keys;
use super::pattern::{JsonCheck, JsonTest, JsonType, JsonValue};
use super::read::Item;
use super::script::Script;

impl Script<'_> {
    /// Reads `json`.
    pub(super) fn json(&self, items: &[Item<'_>]) -> Vec<JsonCheck> {
        let mut checks = Vec::new();
        for item in items {
            let paths = item.map("`json`").map(|table| table.items());
            for item in paths.unwrap_or_default() {
                if let Err(error) = JsonPath::parse(item.name()) {
                    item.log
                        .note(item.key.span(), format!("no JSONPath: {error}"))
                        .advice("e.g. json.'$.items[0].name' = 'x'");
                }
                checks.extend(self.json_test(&item).map(|test| JsonCheck {
                    path: item.name().to_owned(),
                    test,
                    place: item.place(),
                }));
            }
        }
        checks
    }

    fn json_test(&self, item: &Item<'_>) -> Option<JsonTest> {
        if !item.is_table() {
            return value(item.value(), item).map(|value| JsonTest::Is(JsonValue::Given(value)));
        }
        let table = item.table(&keys::JSON)?;
        let tests = table.items();
        let [test] = tests.as_slice() else {
            item.note("exactly one check is wanted")
                .advice("an object is compared with { is = { … } }");
            return None;
        };
        Some(match test.name() {
            "is" => JsonTest::Is(JsonValue::Given(value(test.value(), test)?)),
            "text" => JsonTest::Is(self.json_text(test)?),
            "unordered" if test.is_array() => {
                JsonTest::Unordered(JsonValue::Given(value(test.value(), test)?))
            }
            "unordered" => JsonTest::Unordered(self.json_text(test)?),
            "type" => JsonTest::Type(types(test)?),
            "count" => JsonTest::Count(test.count(0..=u64::from(u32::MAX))?),
            "present" => JsonTest::Present(test.flag()?),
            "absent" => JsonTest::Present(!test.flag()?),
            // An unknown key has been noted.
            _ => return None,
        })
    }

    /// JSON as it is sent, so that it can have null, and the values of a case.
    fn json_text(&self, item: &Item<'_>) -> Option<JsonValue> {
        let octets = self.octets_of(item)?;
        let text: Option<&[u8]> = match octets.0.as_slice() {
            [] => Some(b""),
            [Piece::Literal(text)] => Some(text),
            // It is known when it is played.
            _ => None,
        };
        if let Some(text) = text
            && let Err(error) = serde_json::from_slice::<Value>(text)
        {
            item.note(format!("no JSON: {error}"))
                .advice(r#"e.g. text = '{"id": null}'"#);
        }
        Some(JsonValue::Text(octets))
    }
}

fn types(item: &Item<'_>) -> Option<Vec<JsonType>> {
    let items = item.one_or_list();
    items
        .iter()
        .map(|item| item.choice(&JsonType::WORDS))
        .collect()
}

fn value(value: &DeValue<'_>, item: &Item<'_>) -> Option<Value> {
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
            .map(|member| self::value(member.get_ref(), item))
            .collect::<Option<Vec<_>>>()?
            .into(),
        DeValue::Table(members) => {
            let mut object = serde_json::Map::new();
            for (key, member) in members {
                let member = self::value(member.get_ref(), item)?;
                object.insert(key.get_ref().to_string(), member);
            }
            Value::Object(object)
        }
        DeValue::Datetime(_) => {
            item.note("JSON has no dates");
            return None;
        }
    })
}
