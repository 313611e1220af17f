//! Completions and pages of the manual, given to the programs that they are for.

use std::fs;
use std::path::Path;
use std::process::Command;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::{h1check, has_tool};

/// Writes the completions for a shell into a folder.
fn completions(shell: &str, folder: &Path) -> String {
    let seen = h1check(&["completions", shell]).without_panic();
    assert_eq!((seen.code, seen.err.as_str()), (Some(0), ""));
    let path = folder.join("completions");
    fs::write(&path, seen.out).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What a shell prints for a script, in which `$1` is the file.
fn shell(name: &str, script: &str, file: &str) -> String {
    let ended = Command::new(name)
        .args(["-c", script, name, file])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    assert_eq!(said, "");
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn bash_completes_commands_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let file = completions("bash", folder.path());
    let script = r#"source "$1"
        COMP_WORDS=(h1check ref); COMP_CWORD=1
        _h1check h1check ref h1check; echo "${COMPREPLY[@]}"
        COMP_WORDS=(h1check server --form); COMP_CWORD=2
        _h1check h1check --form server; echo "${COMPREPLY[@]}""#;
    assert_eq!(shell("bash", script, &file), "reference\n--format\n");
}

#[test]
fn zsh_reads_its_completions() {
    if has_tool("zsh") {
        let folder = tempfile::tempdir().unwrap();
        let file = completions("zsh", folder.path());
        shell("zsh", r#"zsh -n "$1""#, &file);
    }
}

#[test]
fn fish_completes_commands() {
    if has_tool("fish") {
        let folder = tempfile::tempdir().unwrap();
        let file = completions("fish", folder.path());
        let script = format!("source {file}; complete -C 'h1check refer'");
        let said = shell("fish", &script, &file);
        assert!(said.starts_with("reference\t"), "{said}");
    }
}

#[rstest]
#[case("powershell")]
#[case("elvish")]
fn other_shells_have_completions_too(#[case] shell: &str) {
    let seen = h1check(&["completions", shell]).without_panic();
    assert!(seen.out.contains("--format"), "{}", seen.out);
}

#[test]
fn every_command_has_a_page_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let seen = h1check(&["man", folder.path().to_str().unwrap()]).without_panic();
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    let listed = h1check(&["--help"]).out;
    let commands = listed.split("Commands:").nth(1).unwrap();
    let commands = commands.lines().skip(1).take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for name in names.filter(|name| !name.is_empty() && *name != "help") {
        let page = folder.path().join(format!("h1check-{name}.1"));
        assert!(page.is_file(), "{}", page.display());
        reads_page(&page);
    }
    let page = folder.path().join("h1check.1");
    reads_page(&page);
    let printed = h1check(&["man"]).without_panic();
    assert_eq!(printed.out, fs::read_to_string(page).unwrap());
}

/// Reads a page with mandoc, which tells errors of the format.
fn reads_page(page: &Path) {
    if !has_tool("mandoc") {
        return;
    }
    let read = Command::new("mandoc")
        .args(["-T", "utf8", "-W", "error"])
        .arg(page)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{}: {said}", page.display());
    let text = String::from_utf8_lossy(&read.stdout);
    assert!(text.contains("h1check"), "{}", page.display());
}
