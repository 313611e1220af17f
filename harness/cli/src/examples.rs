//! The files for pipelines: they can be read, and the commands in them are commands of this program.

use std::fs;
use std::path::Path;

use clap::{CommandFactory as _, Parser as _};
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use crate::Arguments;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap()
}

/// The words of every command of ours in a text, which stand behind `- ` or `$ `, up to a pipe or a
/// redirection.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("- ").or(line.strip_prefix("$ "))?;
        line.starts_with("h1check ").then_some(line)
    });
    let ends = |word: &String| ["|", ">", ">>", "||", "&&"].contains(&word.as_str());
    lines
        .map(|line| {
            let line = line.split(" #").next().unwrap();
            let words = shlex::split(line).unwrap_or_else(|| panic!("no end: {line}"));
            words.into_iter().take_while(|word| !ends(word)).collect()
        })
        .collect()
}

#[rstest]
#[case("examples/ci/gitlab-ci.yml")]
#[case("README.md")]
fn the_commands_in_a_file_are_commands_of_ours(#[case] path: &str) {
    let commands = commands(&read(path));
    assert!(commands.len() > 1, "{commands:?}");
    for words in commands {
        if let Err(error) = Arguments::try_parse_from(&words) {
            panic!("{path}: {words:?}: {error}");
        }
    }
}

#[test]
fn an_unknown_option_in_an_example_would_be_found() {
    let words = commands("  - h1check server http://h/ --fromat tap | prove -");
    assert_eq!(
        words,
        [["h1check", "server", "http://h/", "--fromat", "tap"]]
    );
    assert!(Arguments::try_parse_from(&words[0]).is_err());
}

/// The options that the script of the action builds its command of.
#[test]
fn the_options_in_the_action_are_options_of_ours() {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let script = steps[1]["run"].as_str().unwrap();
    let words = script.split([' ', '(', ')', '\n']);
    let options: Vec<&str> = words.filter_map(|word| word.strip_prefix("--")).collect();
    assert!(options.contains(&"report"), "{options:?}");
    let command = Arguments::command();
    let server = command.find_subcommand("server").unwrap();
    for option in options {
        let known = server
            .get_arguments()
            .any(|it| it.get_long() == Some(option));
        assert!(known, "h1check server has no --{option}");
    }
}

#[test]
fn the_action_is_what_github_wants_and_the_example_uses_what_it_has() {
    let action = yaml("action.yml");
    assert_eq!(action["runs"]["using"], "composite");
    for step in action["runs"]["steps"].as_array().unwrap() {
        // In a composite action a step that runs something names its shell.
        assert_eq!(step.get("run").is_some(), step.get("shell").is_some());
        assert!(step.get("run").is_some() != step.get("uses").is_some());
        let script = step["run"].as_str().unwrap_or_default();
        // What a caller gives would be a part of the script.
        assert!(!script.contains("${{"), "{script}");
    }
    let example = yaml("examples/ci/github.yml");
    let steps = example["jobs"]["h1check"]["steps"].as_array().unwrap();
    let used = steps.iter().find(|step| step["uses"] == "./.h1check");
    for (name, _) in used.unwrap()["with"].as_object().unwrap() {
        assert!(action["inputs"].get(name).is_some(), "no input {name}");
    }
}

#[test]
fn the_image_runs_a_binary_of_ours_as_nobody() {
    let dockerfile = read("Dockerfile");
    let (build, image) = dockerfile.split_once("FROM scratch").unwrap();
    assert!(build.contains("-p h1check-cli"));
    assert!(image.contains("\nUSER 65534:65534\n"));
    assert!(image.contains("ENTRYPOINT [\"/h1check\"]"));
    // The compiler of the image is the one that all else is built with.
    let version = env!("CARGO_PKG_RUST_VERSION");
    assert!(build.contains(&format!("FROM rust:{version}-alpine")));
}
