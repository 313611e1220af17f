//! The schema and the loader know the same files.

use std::collections::BTreeSet;
use std::path::Path;

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::profile::{keys, schema};
use crate::scenario::Shape;

#[rstest]
#[case("", &keys::FILE)]
#[case("/properties/tls", &keys::TLS)]
#[case("/$defs/variable", &keys::VARIABLE)]
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

/// Files that are wrong in shape, and not only in sense, fail the schema too.
#[rstest]
#[case("keys")]
#[case("types")]
#[case("values")]
fn wrong_shapes_fail_the_schema(#[case] name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(super::GOLDEN);
    let text = std::fs::read_to_string(path.join(format!("{name}.toml"))).unwrap();
    let file: Value = toml::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert!(!validator.is_valid(&file));
}

#[test]
fn a_right_profile_follows_the_schema() {
    let text = "address = 'unix:/run/x'\nresolve = ['h:80:::1']\nslack = 2\n\
                paths = { get = '/', echo = '/e', echo-has = true }\n\
                given.idle-timeout = '5s'\nfields = { A = 'x', B = { env = 'B' } }\n";
    let file: Value = toml::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&file)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
}
