//! The schema and the loader know the same files.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::baseline::{keys, schema};
use crate::scenario::Shape;

#[rstest]
#[case("", &keys::FILE)]
#[case("/$defs/entry", &keys::ENTRY)]
fn every_key_of_the_loader_is_in_the_schema(#[case] pointer: &str, #[case] shape: &Shape) {
    let schema = schema();
    let properties = schema.pointer(&format!("{pointer}/properties")).unwrap();
    let seen = properties.as_object().unwrap().keys().map(String::as_str);
    let wanted: BTreeSet<&str> = shape.keys.iter().copied().collect();
    assert_eq!(seen.collect::<BTreeSet<_>>(), wanted);
}

#[rstest]
#[case("expect = [{ scenario = 'a', verdict = 'fail', reason = 'x' }]", true)]
#[case(
    "expect = [{ lint = 'a', verdict = 'warn', reason = 'x', owner = 'y' }]",
    true
)]
#[case("expect = [{ scenario = 'a', verdict = 'fail' }]", false)]
#[case("expect = [{ scenario = 'a', verdict = 'pass', reason = 'x' }]", false)]
#[case("expect = [{ scenario = 'a', verdict = 'fail', reason = ' ' }]", false)]
#[case("expect = [{ verdict = 'fail', reason = 'x' }]", false)]
#[case("expected = []", false)]
fn the_schema_tells_right_from_wrong(#[case] text: &str, #[case] right: bool) {
    let file: Value = toml::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert_eq!(validator.is_valid(&file), right);
}
