//! The JSON Schema of baselines, for editors.

/// The JSON Schema (draft 2020-12) of baseline files.
///
/// It is a file of its own and not derived: the loader reads files without serde. A test keeps
/// it in step with the keys that the loader knows.
///
/// # Panics
///
/// Never: the text is part of this crate, and a test parses it.
#[must_use]
pub fn schema() -> serde_json::Value {
    serde_json::from_str(include_str!("schema.json")).expect("schema.json is JSON")
}
