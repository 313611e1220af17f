//! What `deploy/` holds is valid, and says nothing to h1check that it does not know.

use std::fs;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{known_command, shell_commands};

fn read(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(name);
    let text = fs::read_to_string(&path).unwrap();
    let documents = text.split("\n---\n");
    documents
        .map(|document| serde_saphyr::from_str(document).unwrap())
        .collect()
}

/// The documents of the Kubernetes files that are Jobs.
fn jobs() -> Vec<Value> {
    let documents = ["kubernetes/shards.yaml", "kubernetes/merge.yaml"]
        .map(read)
        .concat();
    documents
        .into_iter()
        .filter(|it| it["kind"] == "Job")
        .collect()
}

fn schema() -> jsonschema::Validator {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "tests/schemas/kubernetes-job.json",
    ]
    .iter()
    .collect();
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn problems(job: &Value) -> Vec<String> {
    let schema = schema();
    let problems = schema.iter_errors(job);
    problems
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect()
}

#[test]
fn the_jobs_are_valid_for_kubernetes() {
    let jobs = jobs();
    assert_eq!(jobs.len(), 2);
    for job in jobs {
        assert_eq!(problems(&job), Vec::<String>::new());
    }
}

#[rstest]
#[case::unknown_key("/spec/template/spec/containers/0", "arg")]
#[case::wrong_type("/spec", "completions")]
fn the_schema_of_jobs_can_fail(#[case] path: &str, #[case] key: &str) {
    let mut job = jobs().remove(0);
    job.pointer_mut(path).unwrap()[key] = json!("four");
    assert_eq!(problems(&job).len(), 1);
}

#[test]
fn the_jobs_agree_on_the_number_of_shards() {
    let jobs = jobs();
    let [shards, merge] = &jobs[..] else {
        panic!("{} jobs", jobs.len())
    };
    let count = shards["spec"]["completions"].as_u64().unwrap();
    assert_eq!(shards["spec"]["parallelism"], count);
    assert_eq!(shards["spec"]["completionMode"], "Indexed");
    let container = &shards["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        container["env"][0],
        json!({"name": "H1CHECK_SHARDS", "value": count.to_string()})
    );
    let merged = words(&merge["spec"]["template"]["spec"]["containers"][0]);
    let folders: Vec<String> = (0..count)
        .map(|index| format!("/reports/{index}"))
        .collect();
    let given: Vec<String> = merged
        .into_iter()
        .filter(|it| it.starts_with("/reports"))
        .collect();
    assert_eq!(given, folders);
}

fn words(container: &Value) -> Vec<String> {
    let args = container["args"].as_array().unwrap();
    args.iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_jobs_give_h1check_what_it_knows() {
    for job in jobs() {
        known_command(&words(&job["spec"]["template"]["spec"]["containers"][0])).unwrap();
    }
}

#[rstest]
#[case::github("github.yml", &["merge", "server"])]
#[case::gitlab("gitlab.yml", &["merge", "server"])]
fn the_pipelines_give_h1check_what_it_knows(#[case] file: &str, #[case] wanted: &[&str]) {
    let document = read(file).remove(0);
    let commands = shell_commands(&document);
    let mut first: Vec<&str> = commands.iter().map(|it| it[0].as_str()).collect();
    first.sort_unstable();
    assert_eq!(first, wanted);
    for command in &commands {
        known_command(command).unwrap();
    }
}

#[test]
fn a_command_that_h1check_does_not_know_is_found() {
    let document = json!({"steps": [{"run": "cd x\nA=1 h1check server --shrad 1/4 || true"}]});
    let commands = shell_commands(&document);
    assert_eq!(commands, [["server", "--shrad", "1/4"]]);
    let error = known_command(&commands[0]).unwrap_err();
    assert!(error.contains("unexpected argument '--shrad'"), "{error}");
    assert!(known_command(&["merg".to_owned()]).is_err());
    assert!(known_command(&["server".into(), "--shard".into(), "5/4".into()]).is_err());
}

#[test]
fn the_pipelines_are_told_the_shard_by_their_engine() {
    let github = read("github.yml").remove(0);
    let env = &github["jobs"]["shard"]["env"];
    assert_eq!(env["H1CHECK_SHARD_INDEX"], "${{ strategy.job-index }}");
    assert_eq!(env["H1CHECK_SHARD_TOTAL"], "${{ strategy.job-total }}");
    assert_eq!(github["jobs"]["merge"]["needs"], "shard");
    let gitlab = read("gitlab.yml").remove(0);
    assert!(gitlab["h1check"]["parallel"].as_u64() > Some(1));
    assert_eq!(gitlab["h1check-merge"]["needs"], json!(["h1check"]));
}
