//! The loader from outside: texts in, scenarios or rendered errors out.

mod coverage;
mod hostile;
mod library;
mod octets;
mod schema;
mod shape;

use std::fs;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;

use super::{Catalogue, Library, Selection, parse};

/// Where the broken files are, each beside the errors that it must give.
const GOLDEN: &str = "harness/tests/golden/load";

/// With this in the environment the expected errors are written and not compared:
/// `H1CHECK_BLESS=1 cargo test -p h1check broken_files`. Read the difference before committing it.
const BLESS: &str = "H1CHECK_BLESS";

#[test]
fn every_bundled_file_loads() {
    let selected = Library::bundled()
        .select(&Selection::all())
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    assert!(!selected.scenarios.is_empty());
    assert!(selected.controls.is_empty());
}

#[test]
fn broken_files_give_the_errors_beside_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = Library::bundled();
    let catalogue = library.catalogue().unwrap();
    let mut paths: Vec<PathBuf> = fs::read_dir(root.join(GOLDEN))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    assert!(paths.len() > 15);
    for path in paths {
        let seen = rendered(&path, catalogue);
        let golden = path.with_extension("err");
        if std::env::var_os(BLESS).is_some() {
            fs::write(&golden, seen).unwrap();
        } else {
            let wanted = fs::read_to_string(&golden).unwrap_or_default();
            assert_eq!(wanted, seen, "{}", path.display());
        }
    }
}

fn rendered(path: &Path, catalogue: &Catalogue) -> String {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    let error = parse(&name, &text, catalogue).expect_err(&name);
    format!("{}\n", error.render(false))
}
