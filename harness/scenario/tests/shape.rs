//! What keys become in the model.

use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::scenario::{
    Amount, Catalogue, CloseKind, EventKind, ExampleKind, FieldTest, GivenValue, JsonTest,
    JsonType, JsonValue, LikePart, Octets, OutcomeWord, Piece, Scenario, StatusPattern, Step,
    Telling, parse,
};

/// The scenarios of a file about `subject`, which lies in the folder `t`.
fn scenarios(subject: &str, rest: &str) -> Vec<Scenario> {
    let text = format!("title = 'x'\nsubject = '{subject}'\nhardening = 'x'\n{rest}");
    parse("scenarios/t/x.toml", &text, &Catalogue::default())
        .unwrap_or_else(|error| panic!("{}", error.render(false)))
}

fn steps(rest: &str) -> Vec<Step> {
    scenarios("server", rest).remove(0).steps
}

/// The kind of the only event of a step that expects `expectation`.
fn kind(expectation: &str) -> EventKind {
    let step = steps(&format!(
        "step = [{{ send = 'x', expect = {expectation} }}]"
    ))
    .remove(0);
    let mut expect = step.expect.unwrap();
    assert_eq!(expect.alternatives.len(), 1);
    expect.alternatives.remove(0).kind
}

fn text(text: &str) -> Octets {
    Octets(vec![Piece::Literal(text.as_bytes().to_vec().into())])
}

#[test]
fn the_id_is_the_path_below_the_scenarios_folder() {
    let scenario = scenarios("server", "step = [{ send = 'x' }]").remove(0);
    assert_eq!(scenario.id, "t/x");
    assert_eq!(scenario.source.path, "scenarios/t/x.toml");
}

#[rstest]
#[case("200", vec![StatusPattern::Code(200)])]
#[case("'4xx'", vec![StatusPattern::Class(4)])]
#[case("'final'", vec![StatusPattern::Final])]
#[case("[304, '2xx']", vec![StatusPattern::Code(304), StatusPattern::Class(2)])]
fn status_takes_codes_classes_and_lists(#[case] written: &str, #[case] wanted: Vec<StatusPattern>) {
    let EventKind::Status(seen) = kind(&format!("{{ status = {written} }}")) else {
        panic!("no status");
    };
    assert_eq!(seen, wanted);
}

#[rstest]
#[case("fin", CloseKind::Fin)]
#[case("rst", CloseKind::Rst)]
#[case("any", CloseKind::Any)]
#[case("cut", CloseKind::Cut)]
fn close_takes_the_ways_to_end(#[case] written: &str, #[case] wanted: CloseKind) {
    let EventKind::Close(seen) = kind(&format!("{{ close = '{written}' }}")) else {
        panic!("no close");
    };
    assert_eq!(seen, wanted);
}

#[rstest]
#[case("GET", None, None)]
#[case("GET /a", Some("/a"), None)]
#[case("GET /a HTTP/1.0", Some("/a"), Some("HTTP/1.0"))]
#[case("\\{line}", Some("/line"), Some("HTTP/1.1"))]
fn a_request_is_split_into_its_parts(
    #[case] written: &str,
    #[case] target: Option<&str>,
    #[case] version: Option<&str>,
) {
    let rest =
        format!("let.line = 'GET /line HTTP/1.1'\nstep = [{{ expect.request = '{written}' }}]");
    let step = scenarios("client", &rest).remove(0).steps.remove(0);
    let EventKind::Request {
        method,
        target: seen,
        version: spoken,
    } = &step.expect.unwrap().alternatives[0].kind
    else {
        panic!("no request");
    };
    assert_eq!(method, &text("GET"));
    assert_eq!(seen, &target.map(text));
    assert_eq!(spoken, &version.map(text));
}

#[test]
fn what_stands_beside_any_holds_for_each_alternative() {
    let step = steps(
        "step = [{ send = 'x', expect = { any = [{ status = 200, fields.Age = '1' }, \
         { status = 304 }], fields.ETag.present = true } }]",
    )
    .remove(0);
    let alternatives = step.expect.unwrap().alternatives;
    let names: Vec<Vec<&str>> = alternatives
        .iter()
        .map(|one| one.fields.iter().map(|field| field.name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["Age", "ETag"], vec!["ETag"]]);
}

#[test]
fn details_are_kept_in_the_order_of_the_text() {
    let step = steps(
        "[[step]]\nsend = 'x'\nexpect = { status = 200, as = 'a' }\n[[step]]\nsend = 'x'\n\
         expect.status = 200\nexpect.fields.Vary = 'b'\nexpect.fields.Age.is = ['1', '2']\n\
         expect.fields.Connection = { lists = 'close', lacks = 'x' }\nexpect.body.has = 'h'\n\
         expect.body.length = 3\nexpect.json.'$.a' = [1, 'b', true]\n\
         expect.json.'$.b'.present = false\nexpect.like.a = ['status', 'fields', 'fields.ETag']\n",
    )
    .remove(1);
    let event = step.expect.unwrap().alternatives.remove(0);
    let names: Vec<&str> = event
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(names, ["Vary", "Age", "Connection", "Connection"]);
    assert!(matches!(&event.fields[1].test, FieldTest::Is(lines) if lines.len() == 2));
    assert!(matches!(&event.fields[2].test, FieldTest::Lists(one) if *one == text("close")));
    let body = event.body.unwrap();
    assert_eq!((body.has, body.length), (Some(text("h")), Some(3)));
    let json: Vec<_> = event.json.iter().map(|check| check.test.clone()).collect();
    let wanted = JsonValue::Given(serde_json::json!([1, "b", true]));
    assert_eq!(json, [JsonTest::Is(wanted), JsonTest::Present(false)]);
    let parts = [
        LikePart::Status,
        LikePart::Fields,
        LikePart::Field(String::from("ETag")),
    ];
    assert_eq!(event.like[0].parts, parts);
}

#[rstest]
#[case("text = '[null]'", JsonTest::Is(JsonValue::Text(text("[null]"))))]
#[case("unordered = [1]", JsonTest::Unordered(JsonValue::Given(serde_json::json!([1]))))]
#[case("unordered = '[1]'", JsonTest::Unordered(JsonValue::Text(text("[1]"))))]
#[case("type = 'null'", JsonTest::Type(vec![JsonType::Null]))]
#[case("type = ['null', 'integer']", JsonTest::Type(vec![JsonType::Null, JsonType::Integer]))]
#[case("count = 0", JsonTest::Count(0))]
#[case("absent = true", JsonTest::Present(false))]
fn a_json_value_is_checked_in_many_ways(#[case] check: &str, #[case] test: JsonTest) {
    let step = steps(&format!(
        "step = [{{ send = 'x', expect = {{ status = 200, json.'$.a' = {{ {check} }} }} }}]"
    ))
    .remove(0);
    let event = step.expect.unwrap().alternatives.remove(0);
    assert_eq!(event.json[0].test, test);
}

#[rstest]
#[case("500us", Amount::Fixed(Duration::from_micros(500)))]
#[case("1.5s", Amount::Fixed(Duration::from_millis(1500)))]
#[case("2m", Amount::Fixed(Duration::from_secs(120)))]
#[case("0.8 idle-timeout", Amount::Multiple(0.8, "idle-timeout".into()))]
#[case("idle-timeout", Amount::Multiple(1.0, "idle-timeout".into()))]
#[case("2 patience", Amount::Multiple(2.0, "patience".into()))]
fn lengths_of_time_are_fixed_or_multiples(#[case] written: &str, #[case] wanted: Amount) {
    let rest = format!("given.idle-timeout = '1s'\nstep = [{{ wait = '{written}' }}]");
    assert_eq!(steps(&rest)[0].wait, Some(wanted));
}

#[test]
fn givens_know_their_type() {
    let scenario = scenarios(
        "server",
        "given = { idle-timeout = '1s', other = '/other', limit = 7, tls = true, \
         echo = { default = '/echo', exact = true }, user = {} }\nstep = [{ send = 'x' }]",
    )
    .remove(0);
    let default = |name: &str| scenario.given[name].default.clone();
    let second = Duration::from_secs(1);
    assert_eq!(default("idle-timeout"), Some(GivenValue::Time(second)));
    assert_eq!(default("other"), Some(GivenValue::Text("/other".into())));
    assert_eq!(default("limit"), Some(GivenValue::Number(7)));
    assert_eq!(default("tls"), Some(GivenValue::Flag(true)));
    assert_eq!(default("echo"), Some(GivenValue::Text("/echo".into())));
    assert!(scenario.given["echo"].exact);
    assert_eq!(default("user"), None);
}

#[test]
fn each_case_is_a_scenario_with_its_values() {
    let all = scenarios(
        "server",
        "let.octet = 'none'\nlet.line = 'x\\{octet}'\n\
         case = [{ name = 'tab', octet = '\\t', pause = '200ms' }, { name = 'none', pause = '1s' }]\n\
         step = [{ wait = '2 pause', send = '\\{line}' }]\n\
         permitted = [{ choice = 'both', step = [{ close = 'fin' }] }, \
         { choice = 'one', cases = ['tab'], verdict = 'warn', step = [{ close = 'rst' }] }]",
    );
    let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["t/x[tab]", "t/x[none]"]);
    assert_eq!(all[0].pieces["octet"], text("\t"));
    assert_eq!(all[1].pieces["octet"], text("none"));
    let waits: Vec<_> = all
        .iter()
        .map(|one| one.steps[0].wait.clone().unwrap())
        .collect();
    let fixed = |millis| Amount::Fixed(Duration::from_millis(millis));
    assert_eq!(waits, [fixed(400), fixed(2000)]);
    assert_eq!(all[0].permitted.len(), 2);
    assert_eq!(
        all[0].permitted[1].kind,
        ExampleKind::Permitted {
            verdict: "warn",
            permits: Vec::new(),
        }
    );
    assert_eq!(all[1].permitted.len(), 1);
}

#[test]
fn a_client_is_asked_one_by_one_and_together() {
    let step = scenarios(
        "client",
        "step = [{ ask = ['GET /a', ['GET /b', 'HEAD /c'], { request = 'PUT /d', body = 'x', \
         fields = { Accept = ['a', 'b'] } }], accept = 'a', expect.request = 'GET /a' }, \
         { expect = { outcome = 'failure', status = 500 } }]",
    )
    .remove(0)
    .steps;
    let methods: Vec<Vec<&str>> = step[0]
        .ask
        .iter()
        .map(|group| group.iter().map(|ask| ask.method.as_str()).collect())
        .collect();
    assert_eq!(methods, [vec!["GET"], vec!["GET", "HEAD"], vec!["PUT"]]);
    assert_eq!(step[0].ask[2][0].fields.len(), 2);
    let kind = &step[1].expect.as_ref().unwrap().alternatives[0].kind;
    assert!(matches!(
        kind,
        EventKind::Outcome(OutcomeWord::Failure, Some(told)) if told.status.is_some()
    ));
}

/// The outcome that a scripted client tells in the first step of an example.
fn telling(written: &str) -> Telling {
    let rest = format!(
        "[[step]]\nask = 'GET /'\nexpect.request = 'GET /'\n[[permitted]]\nchoice = 'x'\n\
         step = [{{ send = 'x', outcome = {written} }}]"
    );
    let mut example = scenarios("client", &rest).remove(0).permitted.remove(0);
    *example.steps.remove(0).outcome.unwrap()
}

#[rstest]
#[case("'success'", OutcomeWord::Success, None, None)]
#[case("{ word = 'failure' }", OutcomeWord::Failure, None, None)]
#[case("{ word = 'any', status = 404 }", OutcomeWord::Any, Some(404), None)]
#[case(
    "{ word = 'success', body = 'ok' }",
    OutcomeWord::Success,
    None,
    Some("ok")
)]
fn a_scripted_client_tells_a_word_or_more(
    #[case] written: &str,
    #[case] word: OutcomeWord,
    #[case] status: Option<u16>,
    #[case] body: Option<&str>,
) {
    let seen = telling(written);
    assert_eq!(seen.word, word);
    assert_eq!(seen.status, status);
    assert_eq!(seen.body, body.map(text));
}

#[test]
fn the_rest_of_a_message_follows_its_head() {
    let steps = steps(
        "step = [{ send = 'x', expect = { status = 200, upto = 'head' } }, { expect.body = 'x' }]",
    );
    let kinds: Vec<_> = steps
        .iter()
        .map(|step| &step.expect.as_ref().unwrap().alternatives[0].kind)
        .collect();
    assert!(matches!(kinds[1], EventKind::Rest));
}

#[test]
fn places_point_at_what_was_written() {
    let step = steps("[[step]]\nsend = 'x'\nexpect.status = 200\nexpect.as = 'a'\n").remove(0);
    let expect = step.expect.unwrap();
    let written = |place: &crate::scenario::Place| place.source.text[place.span.clone()].to_owned();
    assert_eq!(written(&step.place), "[[step]]");
    assert_eq!(written(&expect.place), "expect.status = 200");
    assert_eq!(written(&expect.alternatives[0].place), "status = 200");
    assert_eq!((expect.place.line(), expect.place.column()), (6, 1));
}
