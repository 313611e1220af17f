//! Golden files in `harness/tests/golden/report`. `H1CHECK_GOLDEN=write cargo test --all-features report`
//! writes them anew; what changed is then seen in the diff.

use std::path::Path;
use std::{env, fs};

use pretty_assertions::assert_eq;

/// Compares with the golden file of that name, or writes it.
pub(super) fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("harness/tests/golden/report")
        .join(name);
    if env::var_os("H1CHECK_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(actual, expected, "{} differs", path.display());
}

/// The control characters and direction changers that no report may hold.
pub(super) fn assert_harmless(text: &str) {
    let found: Vec<_> = text
        .chars()
        .filter(|character| character.is_control() && *character != '\n')
        .chain(
            text.chars()
                .filter(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{fffe}')),
        )
        .collect();
    assert_eq!(found, [], "control characters leak");
}
