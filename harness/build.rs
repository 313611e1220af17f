//! Embeds `scenarios/**` into the library, makes cargo watch the folder, and lists the scenarios
//! and their examples as rstest cases, so that each is a test of its own; those for servers also
//! as a macro for the tests of other crates.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = root.join("scenarios");
    println!("cargo::rerun-if-changed={}", folder.display());
    // So that a new file there is a new case of its test.
    println!("cargo::rerun-if-changed=harness/tests/language");
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
    fs::write(out.join("bundled.rs"), code)?;
    fs::write(out.join("frozen.rs"), frozen(&folder.join("suites"))?)?;
    let each = each_server_scenario(&ids(&folder, &paths));
    fs::write(out.join("each_server_scenario.rs"), each)?;
    fs::write(out.join("cases.rs"), cases(&folder, &paths)?)
}

/// The frozen sets, the oldest first: name and archive.
fn frozen(folder: &Path) -> io::Result<String> {
    let mut archives = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if let Some(name) = name.strip_suffix(".tar.gz") {
                let numbers = name.split('.').map(|part| part.parse().unwrap_or(u32::MAX));
                archives.push((numbers.collect::<Vec<_>>(), name.to_owned(), path.clone()));
            }
        }
    }
    archives.sort();
    let mut code = String::from("&[\n");
    for (_, name, path) in &archives {
        writeln!(
            code,
            "    ({name:?}, include_bytes!({:?})),",
            path.display()
        )
        .expect("a String");
    }
    code.push_str("]\n");
    Ok(code)
}

/// Test functions with one case per scenario file and per example. What they call is in
/// `harness/tests/proof`.
fn cases(folder: &Path, paths: &[PathBuf]) -> io::Result<String> {
    let (mut scenarios, mut wrong, mut permitted) = (String::new(), String::new(), String::new());
    for (path, id) in paths.iter().zip(ids(folder, paths)) {
        if id.starts_with("requirements/") {
            continue;
        }
        writeln!(scenarios, "#[case::{}({id:?})]", word(&id)).expect("a String");
        let text = fs::read_to_string(path)?;
        for (list, heading, title) in [
            (&mut wrong, "[[counterexample]]", "fault"),
            (&mut permitted, "[[permitted]]", "choice"),
        ] {
            let heading = format!("\n{heading}");
            let tables = text.split(&heading).skip(1);
            for (index, table) in tables.enumerate() {
                let title = table.lines().find_map(|line| line.strip_prefix(title));
                let title = word(title.unwrap_or_default());
                writeln!(list, "#[case::{}_{title}({id:?}, {index})]", word(&id))
                    .expect("a String");
            }
        }
    }
    let function = |cases: &str, name: &str, arguments: &str, call: &str| {
        format!(
            "#[rstest::rstest]\n{cases}#[tokio::test]\nasync fn {name}({arguments}) {{\n    {call}.await;\n}}\n"
        )
    };
    let both = "#[case] id: &str, #[case] index: usize";
    Ok([
        function(
            &scenarios,
            "reference_peer_passes",
            "#[case] id: &str",
            "proof::reference_peer_passes(id)",
        ),
        function(
            &scenarios,
            "degenerate_peers_pass_nothing",
            "#[case] id: &str",
            "proof::degenerate_peers_pass_nothing(id)",
        ),
        function(
            &wrong,
            "counterexample_is_caught",
            both,
            "proof::counterexample_is_caught(id, index)",
        ),
        function(
            &permitted,
            "permitted_is_not_accused",
            both,
            "proof::permitted_is_not_accused(id, index)",
        ),
    ]
    .concat())
}

/// The ids of the files.
fn ids(folder: &Path, paths: &[PathBuf]) -> Vec<String> {
    let id = |path: &PathBuf| {
        let name = path.strip_prefix(folder).expect("below").with_extension("");
        name.to_string_lossy().replace('\\', "/")
    };
    paths.iter().map(id).collect()
}

/// What `server_scenarios!` expands to: a function for each scenario file for servers.
fn each_server_scenario(ids: &[String]) -> String {
    let (mut plain, mut asynchronous) = (String::new(), String::new());
    for id in ids.iter().filter(|id| id.starts_with("server/")) {
        let name = word(id);
        writeln!(plain, "$($attribute)* fn {name}() {{ $check({id:?}) }}").expect("a String");
        writeln!(
            asynchronous,
            "$($attribute)* async fn {name}() {{ $check({id:?}).await }}"
        )
        .expect("a String");
    }
    format!(
        "/// One function for each scenario file for servers; see `server_scenarios`.\n\
         #[doc(hidden)]\n#[macro_export]\nmacro_rules! __each_server_scenario {{\n\
         ([$($attribute:tt)*] async $check:path) => {{\n{asynchronous}}};\n\
         ([$($attribute:tt)*] $check:path) => {{\n{plain}}};\n}}\n"
    )
}

/// The text as part of a Rust name.
fn word(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '_',
    });
    let text: String = letters.collect();
    let words: Vec<&str> = text.split('_').filter(|word| !word.is_empty()).collect();
    words.join("_")
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
