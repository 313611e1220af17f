//! Whether content as JSON is what is asked for. Pure: no clock, no socket.

use serde_json::{Number, Value};
use serde_json_path::JsonPath;

use super::check::{Context, Difference};
use super::describe::escaped;
use super::values::Absent;
use crate::scenario::{JsonCheck, JsonTest, JsonType, JsonValue};

impl Context<'_> {
    /// How the content differs from what a check asks for.
    pub(super) fn json(
        self,
        check: &JsonCheck,
        content: &[u8],
    ) -> Result<Option<Difference>, Absent> {
        let value: Value = match serde_json::from_slice(content) {
            Ok(value) => value,
            Err(error) => {
                let wanted = format!("JSON with {}", self.wanted(check)?);
                let seen = format!("content that is no JSON: {error}");
                return Ok(Some(Difference::detail(&check.place, wanted, seen)));
            }
        };
        // The loader has parsed the path, so it parses here.
        let Ok(path) = JsonPath::parse(&check.path) else {
            return Ok(None);
        };
        let found = path.query(&value).all();
        if self.holds(&check.test, &found)? {
            return Ok(None);
        }
        let path = &check.path;
        let seen = match (&check.test, found.as_slice()) {
            (_, []) => format!("no value at {path}"),
            (JsonTest::Count(_), many) => format!("{} values at {path}", many.len()),
            (_, [one]) => format!("{} at {path}", shown(one)),
            (_, many) => format!("{} values at {path}", many.len()),
        };
        let wanted = format!("{} of the content", self.wanted(check)?);
        Ok(Some(Difference::detail(&check.place, wanted, seen)))
    }

    fn holds(self, test: &JsonTest, found: &[&Value]) -> Result<bool, Absent> {
        Ok(match (test, found) {
            (JsonTest::Count(wanted), found) => found.len() as u64 == *wanted,
            (JsonTest::Present(wanted), found) => found.is_empty() != *wanted,
            (JsonTest::Is(wanted), [one]) => {
                matches!(self.filled(wanted)?, Ok(wanted) if same(one, &wanted))
            }
            (JsonTest::Unordered(wanted), [Value::Array(seen)]) => {
                matches!(self.filled(wanted)?, Ok(Value::Array(wanted)) if alike(seen, &wanted))
            }
            (JsonTest::Type(types), [one]) => types.iter().any(|kind| is(*kind, one)),
            _ => false,
        })
    }

    /// The value to compare with; what is written where that is no JSON.
    fn filled(self, wanted: &JsonValue) -> Result<Result<Value, String>, Absent> {
        Ok(match wanted {
            JsonValue::Given(value) => Ok(value.clone()),
            JsonValue::Text(text) => {
                let text = self.values.octets(text, self.named)?;
                serde_json::from_slice(&text)
                    .map_err(|error| format!("'{}' (no JSON: {error})", escaped(&text)))
            }
        })
    }

    fn wanted(self, check: &JsonCheck) -> Result<String, Absent> {
        let value = |wanted: &_| -> Result<String, Absent> {
            let filled = self.filled(wanted)?;
            Ok(filled.map_or_else(|text| text, |value| shown(&value)))
        };
        let what = match &check.test {
            JsonTest::Is(wanted) => value(wanted)?,
            JsonTest::Unordered(wanted) => format!("{}, in whatever order,", value(wanted)?),
            JsonTest::Type(types) => {
                let words: Vec<&str> = types.iter().map(|kind| kind.word()).collect();
                format!("a value of the type {}", words.join(" or "))
            }
            JsonTest::Count(1) => "one value".into(),
            JsonTest::Count(count) => format!("{count} values"),
            JsonTest::Present(true) => "a value".into(),
            JsonTest::Present(false) => "no value".into(),
        };
        Ok(format!("{what} at {}", check.path))
    }
}

/// A value as text, which is cut where it is long: the transcript has all of it.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_AT_MOST) {
        Some((end, _)) => format!("{}… ({} octets in all)", &text[..end], text.len()),
        None => text,
    }
}

/// Whether two values are equal: the order of members does not matter, nor how a number is
/// written (RFC 8259 section 6 knows numbers of one kind only).
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => same_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

fn same_number(one: &Number, other: &Number) -> bool {
    one == other || (one.is_f64() != other.is_f64() && one.as_f64() == other.as_f64())
}

/// Whether the same members are in both, as often.
// Being the same is transitive but for integers beyond 2^53 beside floats, so that taking the
// first that is the same is as good as any.
fn alike(seen: &[Value], wanted: &[Value]) -> bool {
    let mut left: Vec<&Value> = wanted.iter().collect();
    seen.len() == wanted.len()
        && seen.iter().all(|one| {
            let at = left.iter().position(|other| same(one, other));
            at.map(|at| left.swap_remove(at)).is_some()
        })
}

fn is(kind: JsonType, value: &Value) -> bool {
    match (kind, value) {
        (JsonType::Integer, Value::Number(number)) => {
            !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        (JsonType::Null, Value::Null)
        | (JsonType::Boolean, Value::Bool(_))
        | (JsonType::Number, Value::Number(_))
        | (JsonType::String, Value::String(_))
        | (JsonType::Array, Value::Array(_))
        | (JsonType::Object, Value::Object(_)) => true,
        _ => false,
    }
}

/// Letters of a value that a mismatch shows.
const SHOWN_AT_MOST: usize = 120;

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[rstest]
    #[case("19", "19.0", true)]
    #[case("1e1", "10", true)]
    #[case("9007199254740993", "9007199254740992", false)]
    #[case("19", "19.5", false)]
    #[case("19", "\"19\"", false)]
    #[case(r#"{"a": 1, "b": [2]}"#, r#"{"b": [2.0], "a": 1}"#, true)]
    #[case(r#"{"a": 1}"#, r#"{"a": 1, "b": null}"#, false)]
    #[case("[1, 2]", "[2, 1]", false)]
    fn values_are_compared_as_json_means_them(
        #[case] one: &str,
        #[case] other: &str,
        #[case] equal: bool,
    ) {
        assert_eq!(same(&value(one), &value(other)), equal);
        assert_eq!(same(&value(other), &value(one)), equal);
    }

    #[rstest]
    #[case("[1, 2]", "[2, 1]", true)]
    #[case("[1, 1, 2]", "[2, 1, 1]", true)]
    #[case("[1, 1, 2]", "[2, 2, 1]", false)]
    #[case("[1]", "[1, 1]", false)]
    #[case("[[1, 2]]", "[[2, 1]]", false)]
    fn an_order_free_comparison_counts_members(
        #[case] one: &str,
        #[case] other: &str,
        #[case] equal: bool,
    ) {
        let members = |text| value(text).as_array().unwrap().clone();
        assert_eq!(alike(&members(one), &members(other)), equal);
    }

    #[rstest]
    #[case(JsonType::Integer, "19.0", true)]
    #[case(JsonType::Integer, "19.5", false)]
    #[case(JsonType::Number, "19.5", true)]
    #[case(JsonType::Null, "null", true)]
    #[case(JsonType::Object, "[]", false)]
    #[case(JsonType::String, "\"\"", true)]
    fn a_value_has_its_type(#[case] kind: JsonType, #[case] text: &str, #[case] holds: bool) {
        assert_eq!(is(kind, &value(text)), holds);
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        let text = shown(&Value::from("ü".repeat(200)));
        assert!(text.ends_with("ü… (402 octets in all)"), "{text}");
    }
}
