//! A run that has everything a report must cope with: every verdict, several connections,
//! hostile octets, lints. Built by hand, so that the reports are tested without a player.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::outcome::{
    ConnectionInfo, Entry, Gate, Happening, Lint, Mismatch, MismatchKind, Outcome, Run, Suite,
    Transcript, Verdict,
};
use crate::scenario::{
    Case, Catalogue, Example, ExampleKind, Grade, Level, Observable, Place, Requirement, Role,
    Rule, Scenario, Source, Subject,
};

/// What a peer sends that wants to break out of a report.
pub(super) const HOSTILE: &[u8] = b"HTTP/1.1 200 <script>alert(1)</script>\r\n\
    X: ]]> --> \x1b[2J\x1b]0;owned\x07 \x7f \x9b31m \xff\xfe \0\r\n\
    Y: \xe2\x80\xaeevil\xe2\x80\xac </details></body> \"' {{ 1 }}\n\r\n";

/// The same as text, as it may come in a sentence of the player.
pub(super) const HOSTILE_TEXT: &str =
    "\u{1b}[31m</script><script>alert(2)</script> \u{202e}]]>\u{9b}\0\r\n\u{fffe}& \"quoted\"";

/// The run.
pub(super) fn run() -> Run {
    let mut outcomes = vec![
        not_closed(),
        died(),
        wrong_status(),
        hostile(),
        retried(),
        announced(),
        passed(
            "server/reuse/sequential",
            "Two requests in a row are answered on one connection",
        ),
        passed(
            "server/reuse/after-head[lower]",
            "A connection lives on after HEAD",
        ),
        skipped("server/timeout/idle", "the profile names no idle-timeout"),
        skipped(
            "server/timeout/half-a-head",
            "the profile names no idle-timeout",
        ),
        skipped(
            "server/close/is-refused",
            "its control server/basic/get did not pass",
        ),
        unreachable(),
    ];
    outcomes.sort_by(|one, other| one.scenario.id.cmp(&other.scenario.id));
    Run {
        version: String::from("0.1.0"),
        suite: Suite {
            name: None,
            digest: String::from("5d2e"),
        },
        shard: None,
        subject: String::from("server at http://127.0.0.1:8080"),
        command: String::from("h1check server http://127.0.0.1:8080"),
        rerun: String::from("h1check server http://127.0.0.1:8080 {id}"),
        started: SystemTime::UNIX_EPOCH + Duration::from_millis(1_790_000_000_123),
        took: Duration::from_millis(4_321),
        jitter: Duration::from_micros(180),
        jobs: 8,
        strict: false,
        interrupted: None,
        outcomes,
        lints: lints(),
        gate: Gate::default(),
    }
}

/// A run with just these outcomes.
pub(super) fn run_of(outcomes: Vec<Outcome>) -> Run {
    Run {
        outcomes,
        lints: Vec::new(),
        ..run()
    }
}

/// A run of so many scenarios, for measuring.
#[cfg(feature = "reports")]
pub(super) fn large_run(count: usize) -> Run {
    let (small, outcomes) = (run().outcomes, 0..count);
    let outcomes = outcomes.map(|number| {
        let mut outcome = small[number % small.len()].clone();
        let mut scenario = Scenario::clone(&outcome.scenario);
        scenario.id = format!("{}-{number}", scenario.id);
        outcome.scenario = Arc::new(scenario);
        outcome
    });
    run_of(outcomes.collect())
}

/// The outcome of that scenario.
pub(super) fn find<'a>(run: &'a Run, id: &str) -> &'a Outcome {
    run.outcomes
        .iter()
        .find(|outcome| outcome.scenario.id == id)
        .expect("the sample has it")
}

/// The requirements that the sample cites.
pub(super) fn catalogue() -> Catalogue {
    let entry = |id: &str, section: &str, level, worst, summary: &str| Requirement {
        id: String::from(id),
        section: String::from(section),
        level,
        roles: vec![Role::Server],
        observable: Observable::Wire,
        worst,
        summary: String::from(summary),
        probe: String::new(),
        verdict: String::new(),
        note: String::new(),
        untested: BTreeMap::new(),
    };
    let entries = [
        entry(
            "9112-9.6-p6-1",
            "9.6",
            Level::Must,
            Grade::Fail,
            "A server that received the close option closes the connection after its final response.",
        ),
        entry(
            "9112-9.6-p5-1",
            "9.6",
            Level::Should,
            Grade::Warn,
            "A server announces with the close option that it is about to close.",
        ),
        entry(
            "9110-6.6.1-1",
            "6.6.1",
            Level::Must,
            Grade::Fail,
            "An origin server with a clock sends Date in its 2xx, 3xx and 4xx responses.",
        ),
    ];
    let entries = entries.map(|entry| (entry.id.clone(), entry));
    Catalogue {
        entries: BTreeMap::from(entries),
    }
}

const FILE: &str = "title        = \"Asked to close, the server answers and then closes\"
subject      = \"server\"
requirements = [\"9112-9.6-p6-1\"]

[[step]]
send = '''
GET \\{path} HTTP/1.1
Host: \\{authority}
Connection: close

'''
expect.status = 200

[[step]]
expect.close = \"any\"          # we never close: the server must go first
within = \"2s\"
";

const ABOUT: &str = "A connection that stays open after the close was agreed on leaves the \
    other side waiting, and costs both a socket.";

fn scenario(id: &str, title: &str, rule: Rule) -> Scenario {
    let file = id.split('[').next().expect("split gives at least one");
    let source = Arc::new(Source {
        path: format!("scenarios/{file}.toml"),
        text: String::from(FILE),
    });
    let place = Place {
        source: Arc::clone(&source),
        span: 0..5,
    };
    let case = id.split_once('[').map(|(_, name)| Case {
        name: String::from(name.trim_end_matches(']')),
        place: place.clone(),
    });
    let example = |title: &str, kind| Example {
        title: String::from(title),
        kind,
        steps: Vec::new(),
        place: place.clone(),
    };
    Scenario {
        id: String::from(id),
        source,
        title: String::from(title),
        about: Some(String::from(ABOUT)),
        subject: Subject::Server,
        rule,
        needs: Vec::new(),
        given: BTreeMap::new(),
        pieces: BTreeMap::new(),
        case,
        tries: 1,
        rightly: BTreeMap::new(),
        steps: Vec::new(),
        counterexamples: vec![example(
            "answers, then keeps the connection open",
            ExampleKind::Counterexample { at: 2 },
        )],
        permitted: vec![example(
            "announces the close as well",
            ExampleKind::Permitted {
                verdict: "pass",
                permits: Vec::new(),
            },
        )],
        lints: None,
    }
}

fn must() -> Rule {
    Rule::Requirements(vec![String::from("9112-9.6-p6-1")], Grade::Fail)
}

fn outcome(scenario: Scenario, verdict: Verdict) -> Outcome {
    Outcome {
        scenario: Arc::new(scenario),
        verdict,
        mismatch: None,
        warnings: Vec::new(),
        observations: Vec::new(),
        transcript: Transcript::default(),
        output: String::new(),
        tries: 1,
        took: Duration::from_millis(3),
        flaky: Vec::new(),
        expected: None,
    }
}

fn connection(name: &str, port: u16) -> ConnectionInfo {
    ConnectionInfo {
        name: String::from(name),
        local: format!("127.0.0.1:{port}"),
        remote: String::from("127.0.0.1:8080"),
        transport: "TCP".into(),
        opened_by_us: true,
    }
}

fn entry(micros: u64, connection: usize, what: Happening) -> Entry {
    Entry {
        at: Duration::from_micros(micros),
        connection,
        step: 1,
        what,
        cut: 0,
    }
}

fn sent(octets: &'static [u8]) -> Happening {
    Happening::Sent(Bytes::from_static(octets))
}

fn received(octets: &'static [u8]) -> Happening {
    Happening::Received(Bytes::from_static(octets))
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
    Content-Length: 12\r\n\r\nHello World\n";

fn exchange() -> Transcript {
    Transcript {
        connections: vec![connection("1", 52_314)],
        entries: vec![
            entry(0, 0, Happening::Opened),
            entry(120, 0, sent(GET)),
            entry(980, 0, received(OK)),
        ],
        dropped: 0,
        ..Transcript::default()
    }
}

fn mismatch(scenario: &Scenario, kind: MismatchKind, wanted: &str, seen: &str) -> Mismatch {
    let start = FILE.find("expect.close").expect("it is there");
    Mismatch {
        kind,
        step: 2,
        place: Place {
            source: Arc::clone(&scenario.source),
            span: start..start + "expect.close = \"any\"".len(),
        },
        wanted: String::from(wanted),
        seen: String::from(seen),
        at: Duration::from_micros(2_001_200),
        connection: Some(0),
    }
}

fn passed(id: &str, title: &str) -> Outcome {
    let mut outcome = outcome(scenario(id, title, must()), Verdict::Pass);
    outcome.transcript = exchange();
    let closed = entry(1_240, 0, Happening::ReceivedFin);
    outcome.transcript.entries.push(closed);
    outcome.observations = vec![String::from("announced")];
    outcome
}

fn not_closed() -> Outcome {
    let title = "Asked to close, the server answers and then closes";
    let scenario = scenario("server/close/honours-close", title, must());
    let found = mismatch(
        &scenario,
        MismatchKind::Timeout,
        "the connection to end, within 2 s",
        "nothing for 2 s; the connection is still open",
    );
    let mut outcome = outcome(scenario, Verdict::Fail);
    outcome.transcript = exchange();
    outcome.mismatch = Some(found);
    outcome.took = Duration::from_millis(2_003);
    outcome
}

fn wrong_status() -> Outcome {
    let scenario = scenario(
        "smuggling/te-lookalike[tab]",
        "A transfer coding that only looks like chunked is refused",
        must(),
    );
    let mut found = mismatch(
        &scenario,
        MismatchKind::WrongStatus,
        "a response with status 400, within 5 s",
        "a response with status 501, after 0.98 ms",
    );
    found.at = Duration::from_micros(980);
    let mut outcome = outcome(scenario, Verdict::Fail);
    outcome.transcript = exchange();
    let rest = entry(1_100, 0, Happening::ReceivedRst);
    outcome.transcript.entries.push(rest);
    outcome.transcript.dropped = 4_096;
    outcome.mismatch = Some(found);
    outcome
}

fn hostile() -> Outcome {
    let scenario = scenario(
        "server/hostile/markup",
        "Nothing breaks out of a report",
        must(),
    );
    let mut found = mismatch(
        &scenario,
        MismatchKind::Garbage,
        "a response with status 200",
        HOSTILE_TEXT,
    );
    found.at = Duration::from_micros(1_000);
    let mut outcome = outcome(scenario, Verdict::Fail);
    outcome.transcript = exchange();
    let entries = &mut outcome.transcript.entries;
    entries[2].what = received(HOSTILE);
    entries.push(entry(1_300, 0, Happening::Note(String::from(HOSTILE_TEXT))));
    outcome.mismatch = Some(found);
    outcome.observations = vec![String::from(HOSTILE_TEXT)];
    outcome.output = format!("started\n{HOSTILE_TEXT}\n");
    outcome
}

fn announced() -> Outcome {
    let rule = Rule::Requirements(vec![String::from("9112-9.6-p5-1")], Grade::Warn);
    let title = "The server announces that it is about to close";
    let scenario = scenario("server/close/announces", title, rule);
    let mut warning = mismatch(
        &scenario,
        MismatchKind::Detail,
        "the field Connection to list close",
        "no field Connection",
    );
    warning.at = Duration::from_micros(980);
    let mut outcome = outcome(scenario, Verdict::Warn);
    outcome.transcript = exchange();
    outcome
        .transcript
        .entries
        .push(entry(1_240, 0, Happening::ReceivedFin));
    outcome.warnings = vec![warning];
    outcome
}

fn retried() -> Outcome {
    let mut scenario = scenario(
        "client/retry/resumes",
        "A request lost on a stale connection is retried on a fresh one",
        Rule::Hardening(String::from("a lost request costs the caller an error")),
    );
    scenario.subject = Subject::Client;
    let mut outcome = outcome(scenario, Verdict::Pass);
    let mut connections = [connection("stale", 8_888), connection("fresh", 8_888)];
    for connection in &mut connections {
        connection.opened_by_us = false;
    }
    outcome.transcript = Transcript {
        connections: connections.into(),
        entries: vec![
            entry(
                0,
                0,
                Happening::Note(String::from(
                    "the client is told to GET /warm-up, GET /again",
                )),
            ),
            entry(300, 0, Happening::Opened),
            entry(
                500,
                0,
                received(b"GET /warm-up HTTP/1.1\r\nHost: 127.0.0.1:8888\r\n\r\n"),
            ),
            entry(
                640,
                0,
                sent(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            ),
            entry(
                1_500,
                0,
                received(b"GET /again HTTP/1.1\r\nHost: 127.0.0.1:8888\r\n\r\n"),
            ),
            entry(1_600, 0, Happening::SentFin),
            entry(1_700, 0, Happening::ReceivedFin),
            entry(2_200, 1, Happening::Opened),
            entry(
                2_400,
                1,
                received(b"GET /again HTTP/1.1\r\nHost: 127.0.0.1:8888\r\n\r\n"),
            ),
            entry(
                2_500,
                1,
                sent(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            ),
            entry(502_900, 1, Happening::SentRst),
            entry(503_000, 1, Happening::WriteFailed),
        ],
        dropped: 0,
        ..Transcript::default()
    };
    outcome.observations = vec![String::from("retried"), String::from("fresh")];
    outcome.tries = 2;
    outcome
}

fn died() -> Outcome {
    let title = "Half a request-line ends in a refusal or a close";
    let scenario = scenario("server/framing/half-a-line", title, must());
    let mut found = mismatch(
        &scenario,
        MismatchKind::Died,
        "the subject to go on serving",
        "connection refused, on the control after the scenario",
    );
    found.step = 3;
    found.connection = None;
    let mut outcome = outcome(scenario, Verdict::Fail);
    outcome.transcript = exchange();
    outcome.mismatch = Some(found);
    outcome.output = String::from("thread 'main' panicked at src/main.rs:17:5\nunwrap on None\n");
    outcome
}

fn skipped(id: &str, why: &str) -> Outcome {
    let why = String::from(why);
    let scenario = scenario(id, "A deadline ends what does not go on", must());
    outcome(scenario, Verdict::Skip { why })
}

fn unreachable() -> Outcome {
    let why = String::from("cannot connect to 127.0.0.1:8080: connection refused");
    let scenario = scenario("server/reuse/late", "A late request is served", must());
    outcome(scenario, Verdict::Error { why })
}

fn lints() -> Vec<Lint> {
    vec![
        Lint {
            id: String::from("date-missing"),
            requirement: String::from("9110-6.6.1-1"),
            verdict: Verdict::Fail,
            text: String::from("a 200 response without Date"),
            count: 17,
            scenario: String::from("client/retry/resumes"),
            connection: 0,
            scenarios: vec![String::from("client/retry/resumes")],
            expected: None,
        },
        Lint {
            id: String::from("unknown"),
            requirement: String::from("9112-0-unknown"),
            verdict: Verdict::Warn,
            text: String::from(HOSTILE_TEXT),
            count: 1,
            scenario: String::from("server/hostile/markup"),
            connection: 0,
            scenarios: vec![String::from("server/hostile/markup")],
            expected: None,
        },
    ]
}
