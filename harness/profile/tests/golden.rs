//! Broken profiles and the messages that they must give.

use std::fs;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;

use super::{GOLDEN, read};

/// With this in the environment the expected errors are written and not compared:
/// `H1CHECK_BLESS=1 cargo test -p h1check broken_profiles`. Read the difference before committing.
const BLESS: &str = "H1CHECK_BLESS";

#[test]
fn broken_profiles_give_the_errors_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    assert!(paths.len() >= 8);
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let seen = format!("{}\n", read(&name, &text).expect_err(&name).render(false));
        let golden = path.with_extension("err");
        if std::env::var_os(BLESS).is_some() {
            fs::write(&golden, seen).unwrap();
        } else {
            let wanted = fs::read_to_string(&golden).unwrap_or_default();
            assert_eq!(wanted, seen, "{}", path.display());
        }
    }
}
