//! Embeds `scenarios/**` into the library and makes cargo watch the folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = root.join("scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths = Vec::new();
    collect(&folder, &mut paths)?;
    paths.sort();

    let mut code = String::from("&[\n");
    for path in &paths {
        let name = path
            .strip_prefix(&folder)
            .expect("collected below the folder")
            .to_string_lossy()
            .replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.display()).expect("a String");
    }
    code.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("bundled.rs"), code)
}

/// Adds every `.toml` file below `folder`.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    Ok(())
}
