//! Capture files, read by tshark where it is installed (`make ci` installs it).

use std::process::Command;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::{GET, OK, connection, outcome, received, run, sent};
use crate::evidence::pcapng::render;
use crate::outcome::{ConnectionInfo, Happening, Mismatch, MismatchKind, Outcome, Verdict};
use crate::scenario::Place;

/// What tshark says of these fields in each packet, one line for each, or `None` without tshark.
fn tshark(outcome: Outcome, fields: &[&str]) -> Option<Vec<String>> {
    let run = run(outcome);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    std::fs::write(&path, render(&run, &run.outcomes[0])).unwrap();
    let mut command = Command::new("tshark");
    // Of several comments of one packet all are wanted; sums are looked at as well.
    for option in ["ip.check_checksum", "tcp.check_checksum"] {
        command.args(["-o", &format!("{option}:TRUE")]);
    }
    command
        .args(["-n", "-E", "separator=|", "-T", "fields", "-r"])
        .arg(&path);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            assert!(
                std::env::var_os("H1CHECK_TOOLS").is_none(),
                "no tshark: {error}"
            );
            return None;
        }
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(!errors.contains("appears"), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

/// What must not be found in any packet.
const WRONG: [&str; 6] = [
    "tcp.analysis.flags",
    "_ws.malformed",
    "tcp.checksum_bad.expert",
    "ip.checksum_bad.expert",
    "tcp.analysis.lost_segment",
    "_ws.unreassembled",
];

fn exchange() -> Vec<(usize, Happening)> {
    vec![
        (0, Happening::Opened),
        (0, sent(GET)),
        (0, received(OK)),
        (0, sent(GET)),
        (0, received(OK)),
        (0, Happening::ReceivedFin),
        (0, Happening::SentFin),
    ]
}

fn plain() -> ConnectionInfo {
    connection("probe", "127.0.0.1:40000", "127.0.0.1:36985")
}

#[rstest]
#[case::ip_4(plain())]
#[case::ip_6(connection("probe", "[::1]:40000", "[::1]:36985"))]
#[case::unix_socket(ConnectionInfo { transport: "a Unix socket".into(), ..connection("1", "unix:", "unix:/x") })]
#[case::tls(ConnectionInfo { transport: "TLS 1.3".into(), ..connection("1", "127.0.0.1:40000", "127.0.0.1:443") })]
#[case::accepted(ConnectionInfo { opened_by_us: false, ..connection("1", "127.0.0.1:80", "127.0.0.1:40000") })]
fn an_exchange_is_one_in_every_way_to_connect(#[case] connection: ConnectionInfo) {
    let mut exchange = exchange();
    if !connection.opened_by_us {
        for (_, what) in &mut exchange {
            *what = match what.clone() {
                Happening::Sent(octets) => Happening::Received(octets),
                Happening::Received(octets) => Happening::Sent(octets),
                other => other,
            };
        }
    }
    let outcome = outcome(vec![connection], exchange);
    let Some(seen) = tshark(outcome.clone(), &WRONG) else {
        return;
    };
    assert_eq!(seen.concat().replace('|', ""), "");
    let fields = ["tcp.flags.str", "http.request.method", "http.response.code"];
    let seen = tshark(outcome, &fields).unwrap();
    let seen: Vec<String> = seen.iter().map(|line| line.replace('·', "")).collect();
    let expected = [
        "S||", "AS||", "A||", "AP|GET|", "AP||200", "AP|GET|", "AP||200", "AF||", "AF||",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_reset_a_note_and_a_verdict_stay_with_their_connection() {
    let connections = vec![
        plain(),
        connection("other", "127.0.0.1:40001", "127.0.0.1:36985"),
    ];
    let happenings = vec![
        (0, Happening::Opened),
        (1, Happening::Note("\u{1b}[2J before it opens".into())),
        (1, Happening::Opened),
        (1, sent(GET)),
        (0, sent(GET)),
        (1, Happening::ReceivedRst),
        (0, received(OK)),
        (0, Happening::WriteFailed),
        (0, Happening::SentRst),
    ];
    let mut outcome = outcome(connections, happenings);
    let source = std::sync::Arc::clone(&outcome.scenario.source);
    outcome.verdict = Verdict::Fail;
    outcome.mismatch = Some(Mismatch {
        kind: MismatchKind::Event,
        step: 3,
        place: Place { source, span: 0..1 },
        wanted: "a response".into(),
        seen: "RST".into(),
        at: Duration::from_millis(5),
        connection: Some(1),
    });
    let Some(seen) = tshark(outcome.clone(), &WRONG) else {
        return;
    };
    assert_eq!(seen.concat().replace('|', ""), "");
    let fields = ["tcp.stream", "tcp.flags.reset", "frame.comment"];
    let seen = tshark(outcome, &fields).unwrap();
    let has = |line: &str| assert!(seen.iter().any(|it| it == line), "{line}\n{seen:#?}");
    has("1|1|step 1,fail at step 3: wanted a response; seen: RST");
    has("0|0|step 1,step 1: our write failed");
    has("0|1|step 1");
    assert!(
        seen.iter()
            .any(|it| it.contains(r"\u{1b}[2J before it opens")),
        "{seen:#?}"
    );
}

#[test]
fn much_content_becomes_several_packets() {
    let mut response = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n".to_vec();
    response.resize(response.len() + 300_000, b'x');
    let happenings = vec![
        (0, Happening::Opened),
        (0, sent(GET)),
        (0, received(&response)),
    ];
    let outcome = outcome(vec![plain()], happenings);
    let Some(seen) = tshark(outcome.clone(), &WRONG) else {
        return;
    };
    assert_eq!(seen.concat().replace('|', ""), "");
    let seen = tshark(outcome, &["tcp.len", "http.content_length"]).unwrap();
    assert_eq!(
        seen[4..],
        ["65000|", "65000|", "65000|", "65000|", "40043|300000"]
    );
}

#[test]
fn what_is_no_http_and_what_is_no_connection_is_no_trouble() {
    let garbage: Vec<u8> = (0..=255).collect();
    let happenings = vec![
        (7, sent(GET)),
        (0, received(&garbage)),
        (0, received(b"")),
        (0, Happening::ReceivedCut),
    ];
    let mut outcome = outcome(vec![plain()], happenings);
    outcome.transcript.entries[3].at = Duration::ZERO;
    let Some(seen) = tshark(outcome, &["tcp.len", "frame.comment"]) else {
        return;
    };
    let last = ["256|step 1", "0|step 1, FIN without close_notify"];
    assert_eq!(seen[3..], last);
}

#[test]
fn octets_that_are_not_in_the_report_are_shown_as_not_captured() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
    let happenings = vec![
        (0, Happening::Opened),
        (0, sent(GET)),
        (0, received(head)),
        (0, sent(GET)),
    ];
    let mut outcome = outcome(vec![plain()], happenings);
    outcome.transcript.entries[2].cut = 100_000;
    let Some(seen) = tshark(outcome.clone(), &["tcp.analysis.flags"]) else {
        return;
    };
    assert_eq!(seen.concat(), "");
    let fields = ["tcp.len", "frame.cap_len", "http.request.method"];
    let seen = tshark(outcome.clone(), &fields).unwrap();
    assert_eq!(seen[4..], ["65000|83|", "35043|40|", "35|75|GET"]);
    outcome.transcript.entries[2].cut = u64::MAX;
    assert_eq!(tshark(outcome, &["tcp.len"]).unwrap().len(), 264);
}
