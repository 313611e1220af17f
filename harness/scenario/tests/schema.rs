//! The schema and the loader know the same files.

use std::collections::BTreeSet;
use std::path::Path;

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::scenario::read::Shape;
use crate::scenario::{Library, Selection, keys, schema};

#[rstest]
#[case("", &keys::FILE)]
#[case("/$defs/givenTable", &keys::GIVEN)]
#[case("/properties/rightly", &keys::RIGHTLY)]
#[case("/$defs/repeat", &keys::REPEAT)]
#[case("/$defs/counterexample", &keys::COUNTEREXAMPLE)]
#[case("/$defs/permitted", &keys::PERMITTED)]
#[case("/$defs/step", &keys::STEP)]
#[case("/$defs/pace", &keys::PACE)]
#[case("/$defs/askTable", &keys::ASK)]
#[case("/$defs/telling", &keys::TELLING)]
#[case("/$defs/expectation", &keys::EXPECTATION)]
#[case("/$defs/alternative", &keys::ALTERNATIVE)]
#[case("/$defs/field", &keys::FIELD)]
#[case("/$defs/bodyTable", &keys::BODY)]
#[case("/$defs/jsonTable", &keys::JSON)]
#[case("/$defs/linkTable", &keys::LINK)]
#[case("/$defs/xmlTable", &keys::XML)]
fn every_key_of_the_loader_is_in_the_schema(#[case] pointer: &str, #[case] shape: &Shape) {
    let schema = schema();
    let properties = schema.pointer(&format!("{pointer}/properties")).unwrap();
    let seen: BTreeSet<&str> = properties
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let wanted: BTreeSet<&str> = shape.keys.iter().copied().collect();
    assert_eq!(seen, wanted);
}

#[test]
fn every_bundled_file_follows_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let selected = Library::bundled().select(&Selection::all()).unwrap();
    for scenario in selected.scenarios {
        let file: Value = toml::from_str(&scenario.source.text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&file)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{}", scenario.source.path);
    }
}

/// Files that are wrong in shape, and not only in sense, fail the schema too.
#[rstest]
#[case("unknown-keys")]
#[case("unknown-keys-inside")]
#[case("header")]
#[case("no-base")]
#[case("wrong-types")]
#[case("events")]
#[case("details")]
#[case("times")]
fn wrong_shapes_fail_the_schema(#[case] name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(super::GOLDEN);
    let text = std::fs::read_to_string(path.join(format!("{name}.toml"))).unwrap();
    let file: Value = toml::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert!(!validator.is_valid(&file));
}
