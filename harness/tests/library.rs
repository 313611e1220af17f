//! The library as the tests of somebody's server crate use it. The reference server takes the
//! place of that server.

use std::time::Duration;

use h1check::outcome::Verdict;
use h1check::peer::server::{Config, Deadlines, Reference};
use h1check::{CheckError, check_server};
use pretty_assertions::assert_eq;

const IDLE: Duration = Duration::from_millis(500);

async fn my_server() -> Reference {
    let deadlines = Deadlines {
        idle: IDLE,
        ..Deadlines::default()
    };
    let config = Config {
        deadlines,
        ..Config::default()
    };
    Reference::start(config).await.unwrap()
}

/// One test for each scenario.
mod each {
    use super::*;

    async fn my_server_conforms(scenario: &str) {
        let server = my_server().await;
        let check = check_server(server.address()).only(scenario);
        check
            .given("idle-timeout", IDLE)
            .run()
            .await
            .assert_conforms();
    }

    h1check::server_scenarios! { #[tokio::test] async my_server_conforms }
}

/// The same without a runtime around the test; the function may lie anywhere.
mod each_without_a_runtime {
    fn id_is_known(scenario: &str) {
        let library = h1check::scenario::Library::bundled();
        assert!(library.file_ids().any(|id| id == scenario));
    }

    mod below {
        h1check::server_scenarios!(super::id_is_known);
    }
}

#[tokio::test]
async fn judges_what_was_selected_and_what_it_needs() {
    let server = my_server().await;
    let judgement = check_server(server.address())
        .only("server/close/honours-close")
        .run()
        .await;
    judgement.assert_conforms();
    let run = judgement.run().unwrap();
    let ids: Vec<&str> = run
        .outcomes
        .iter()
        .map(|outcome| outcome.scenario.id.as_str())
        .collect();
    assert!(ids.contains(&"server/close/honours-close"), "{ids:?}");
    assert!(
        run.rerun.starts_with("h1check server http://127.0.0.1:"),
        "{}",
        run.rerun
    );
}

#[tokio::test]
async fn a_scenario_whose_precondition_was_not_declared_accuses_nobody() {
    let server = my_server().await;
    let judgement = check_server(server.address())
        .only("server/timeout/idle-ends-with-fin")
        .run()
        .await;
    judgement.assert_conforms();
    let run = judgement.run().unwrap();
    assert!(
        run.outcomes
            .iter()
            .any(|outcome| matches!(outcome.verdict, Verdict::Skip { .. }))
    );
}

#[tokio::test]
async fn a_failure_comes_with_the_whole_report() {
    let server = my_server().await;
    let nonconformity = check_server(server.address())
        .path("/no-such-resource")
        .only("server/basic/get")
        .run()
        .await
        .conforms()
        .unwrap_err();
    let report = &nonconformity.report;
    for part in ["server/basic/get", "wanted", "404", "exit 1"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[tokio::test]
#[should_panic(expected = "exit 1")]
async fn assert_conforms_panics_with_it() {
    let server = my_server().await;
    let check = check_server(server.address()).path("/no-such-resource");
    check.only("server/basic/get").run().await.assert_conforms();
}

#[tokio::test]
async fn what_selects_nothing_is_an_error_with_advice() {
    let judgement = check_server(([127, 0, 0, 1], 1))
        .only("server/clsoe")
        .run()
        .await;
    assert!(matches!(judgement.run(), Err(CheckError::Load(_))));
    let report = judgement.conforms().unwrap_err().report;
    assert!(report.contains("did you mean `server/close`?"), "{report}");
}

#[tokio::test]
async fn scenarios_for_others_are_no_silent_success() {
    let server = my_server().await;
    let judgement = check_server(server.address())
        .only("client/close")
        .run()
        .await;
    assert!(matches!(judgement.run(), Err(CheckError::Load(_))));
}

#[tokio::test]
async fn a_blocking_check_inside_of_a_runtime_is_refused() {
    let judgement = check_server(([127, 0, 0, 1], 1)).run_blocking();
    assert!(matches!(judgement.run(), Err(CheckError::InsideRuntime)));
}

#[test]
fn a_blocking_check_says_who_cannot_be_reached() {
    let judgement = check_server(([127, 0, 0, 1], 1))
        .only("server/basic")
        .run_blocking();
    let text = judgement.conforms().unwrap_err().to_string();
    assert_eq!(
        text.matches("cannot connect to 127.0.0.1:1").count(),
        1,
        "{text}"
    );
}

#[tokio::test]
async fn a_profile_declares_what_the_server_is_set_to() {
    let text = "address = 'http://not-used.example/'\npaths.get = '/other'\n\
                given.idle-timeout = '500ms'\nfields.X-From = 'the profile'\n";
    let library = h1check::scenario::Library::bundled();
    let nothing = |_: &str| Err("is not set".to_owned());
    let profile = h1check::profile::parse("h1check.toml", text, &library, &nothing).unwrap();
    let server = my_server().await;
    let judgement = check_server(server.address())
        .profile(profile)
        .only("server/basic/get")
        .only("server/timeout/idle-ends-with-fin")
        .run()
        .await;
    judgement.assert_conforms();
    let run = judgement.run().unwrap();
    assert_eq!(run.tally().skip, 0);
    let sent: Vec<String> = run
        .outcomes
        .iter()
        .flat_map(|outcome| &outcome.transcript.entries)
        .filter_map(|entry| match &entry.what {
            h1check::outcome::Happening::Sent(octets) => {
                Some(String::from_utf8_lossy(octets).into_owned())
            }
            _ => None,
        })
        .collect();
    assert!(!sent.is_empty());
    for request in sent {
        assert!(request.starts_with("GET /other HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nX-From: the profile\r\n"), "{request}");
    }
}
