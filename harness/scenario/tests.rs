//! The loader from outside: texts in, scenarios or rendered errors out.

use super::{Library, Selection};

#[test]
fn every_bundled_file_loads() {
    let selected = Library::bundled()
        .select(&Selection::all())
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    assert!(!selected.scenarios.is_empty());
    assert!(selected.controls.is_empty());
}
