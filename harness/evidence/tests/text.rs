//! Transcripts as text.

use pretty_assertions::assert_eq;

use super::{connection, outcome, received, run, sent};
use crate::evidence::text::render;
use crate::outcome::Happening;

#[test]
fn every_octet_is_there_and_harmless() {
    let happenings = vec![
        (0, Happening::Opened),
        (0, sent(b"GET / HTTP/1.1\r\n\r\n")),
        (0, received(b"\x1b[2J\n\xff")),
        (0, Happening::Note("\u{202e}evil".into())),
        (0, Happening::ReceivedCut),
        (9, Happening::SentRst),
    ];
    let run = run(outcome(
        vec![connection("a\u{7}", "here", "there")],
        happenings,
    ));
    let text = render(&run, &run.outcomes[0]);
    let (_, transcript) = text.split_once("\n\n").unwrap();
    assert_eq!(
        transcript,
        r"connection a\u{7}: we connected, TCP, here - there

     0.000 ms [a\u{7}] 1 - -- opened
     1.000 ms [a\u{7}] 1 > GET / HTTP/1.1\r\n
     1.000 ms [a\u{7}] 1 > \r\n
     2.000 ms [a\u{7}] 1 < \x1b[2J\n
     2.000 ms [a\u{7}] 1 < \xff
     3.000 ms [a\u{7}] 1 # \u{202e}evil
     4.000 ms [a\u{7}] 1 < -- FIN without close_notify
     5.000 ms [?] 1 > -- RST
"
    );
}
