use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::outcome::{Happening, Shard};
use crate::report::json::{ReadError, RunFile, read, render, restore, run_file};
use crate::report::sample;
use crate::report::terminal::{self, Style};
#[cfg(feature = "reports")]
use crate::report::{html, junit};

#[test]
fn reads_what_it_wrote() {
    let (run, catalogue) = (sample::run(), sample::catalogue());
    let file = read(&render(&run, &catalogue)).unwrap();
    assert_eq!(file, run_file(&run, &catalogue));
}

#[test]
fn gives_back_the_run_that_was_written() {
    let (mut run, catalogue) = (sample::run(), sample::catalogue());
    run.shard = Some(Shard {
        index: 2,
        count: 3,
        plan: u64::MAX,
    });
    run.suite.name = Some("1.0".into());
    run.outcomes[0].transcript.entries[1].cut = 77;
    let text = render(&run, &catalogue);
    let (restored, cited) = restore(read(&text).unwrap()).unwrap();
    assert_eq!(render(&restored, &cited), text);
    let style = Style::default();
    assert_eq!(
        terminal::report(&restored, &cited, style),
        terminal::report(&run, &catalogue, style)
    );
}

#[cfg(feature = "reports")]
#[test]
fn gives_back_a_run_of_which_every_format_reads_the_same() {
    let (run, catalogue) = (sample::run(), sample::catalogue());
    let (restored, cited) = restore(run_file(&run, &catalogue)).unwrap();
    assert_eq!(
        junit::render(&restored, &cited),
        junit::render(&run, &catalogue)
    );
    assert_eq!(
        html::render(&restored, &cited),
        html::render(&run, &catalogue)
    );
}

#[rstest]
#[case::no_time(|file: &mut RunFile| file.started = "yesterday".into(), "`started` is no time stamp: `yesterday`")]
#[case::no_kind(|file: &mut RunFile| file.scenarios.iter_mut().find_map(|it| it.mismatch.as_mut()).unwrap().kind = "odd".into(), "no kind: `odd`")]
#[case::no_connection(|file: &mut RunFile| file.scenarios.iter_mut().find_map(|it| it.transcript.entries.first_mut()).unwrap().connection = 9, "an entry of a connection that is not there, in: `client/")]
#[case::no_base64(|file: &mut RunFile| file.scenarios.iter_mut().flat_map(|it| &mut it.transcript.entries).find_map(|it| it.octets.as_mut()).unwrap().base64 = "?".into(), "no base64: `?`")]
fn refuses_what_no_run_can_have(#[case] spoil: fn(&mut RunFile), #[case] message: &str) {
    let mut file = run_file(&sample::run(), &sample::catalogue());
    spoil(&mut file);
    let error = restore(file).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("it does not describe a run: {message}")),
        "{error}"
    );
}

#[test]
fn keeps_every_octet() {
    let run = sample::run();
    let file = read(&render(&run, &sample::catalogue())).unwrap();
    for (outcome, scenario) in run.outcomes.iter().zip(&file.scenarios) {
        let kept = scenario.transcript.entries.iter().map(|entry| {
            let octets = entry.octets.as_ref()?;
            Some(STANDARD.decode(&octets.base64).unwrap())
        });
        let original = outcome
            .transcript
            .entries
            .iter()
            .map(|entry| match &entry.what {
                Happening::Sent(octets) | Happening::Received(octets) => Some(octets.to_vec()),
                _ => None,
            });
        assert_eq!(kept.collect::<Vec<_>>(), original.collect::<Vec<_>>());
    }
}

#[test]
fn says_what_a_program_needs_to_know() {
    let file = run_file(&sample::run(), &sample::catalogue());
    assert_eq!(file.started, "2026-09-21T14:13:20.123Z");
    assert_eq!(file.took_us, 4_321_000);
    let id = "server/close/honours-close";
    let found = file.scenarios.iter().find(|it| it.id == id).unwrap();
    let mismatch = found.mismatch.as_ref().unwrap();
    assert_eq!((mismatch.line, mismatch.column), (15, 1));
    assert_eq!(found.requirements[0].level, "MUST");
    assert!(
        file.requirements["9112-9.6-p6-1"]
            .link
            .ends_with("#section-9.6")
    );
}

#[rstest]
#[case::empty("", "it is no complete JSON")]
#[case::cut_off(r#"{"format": "h1check-run""#, "it is no complete JSON")]
#[case::another_type(
    "[]",
    r#"it is no run.json of h1check: "format" must be "h1check-run""#
)]
#[case::foreign(
    r#"{"tests": 3}"#,
    r#"it is no run.json of h1check: "format" must be "h1check-run""#
)]
#[case::newer(
    r#"{"format": "h1check-run", "format_version": 7}"#,
    "it has format version 7, and this h1check reads up to 1"
)]
#[case::incomplete(
    r#"{"format": "h1check-run", "format_version": 1}"#,
    "it does not have the shape of format version 1"
)]
fn refuses_what_it_cannot_read(#[case] text: &str, #[case] message: &str) {
    let error: ReadError = read(text).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn reads_a_file_with_fields_that_were_added_later() {
    let text = render(&sample::run(), &sample::catalogue());
    let text = text.replacen('{', r#"{"added_later": [1],"#, 1);
    assert!(read(&text).is_ok());
}

#[cfg(feature = "schema")]
#[test]
fn keeps_to_its_published_schema() {
    let schema = crate::report::json::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = render(&sample::run(), &sample::catalogue());
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&value)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    value["scenarios"][0]["verdict"] = "perhaps".into();
    assert!(!validator.is_valid(&value), "the schema checks nothing");
}
