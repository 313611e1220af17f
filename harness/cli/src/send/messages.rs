//! Where the messages come from.

use std::collections::VecDeque;
use std::io::BufRead;

use tokio::sync::mpsc;

/// The messages of a session, in order; `None` is a request without content.
pub(super) struct Messages {
    given: VecDeque<Option<String>>,
    lines: Option<mpsc::Receiver<String>>,
}

impl Messages {
    /// Those of the command line, or of stdin, or the usual ones.
    pub(super) fn new(given: &[String], method: &str) -> Self {
        let lines = (given == ["-"]).then(lines);
        let given = match given {
            _ if lines.is_some() => VecDeque::new(),
            [] if matches!(method, "GET" | "HEAD" | "OPTIONS" | "DELETE") => [None].into(),
            [] => USUAL.map(|text| Some(text.to_owned())).into(),
            given => given.iter().cloned().map(Some).collect(),
        };
        Self { given, lines }
    }

    /// The next one. Nothing is lost if the wait is given up.
    pub(super) async fn next(&mut self) -> Option<Option<String>> {
        match &mut self.lines {
            Some(lines) => lines.recv().await.map(Some),
            None => self.given.pop_front(),
        }
    }
}

/// Reads lines in a thread of its own, because reading stdin cannot be given up.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// What is sent when nothing is said.
const USUAL: [&str; 3] = ["ASCII", "PROGRAMMING", "PLUS"];
