//! Steps as the text of a scenario file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::steps::{Expected, Step};
use crate::outcome::{Outcome, Run};
use crate::report::escape;
use crate::scenario::Subject;

/// The whole file.
pub(super) fn file(run: &Run, outcome: &Outcome, steps: &[Step]) -> String {
    let writer = Writer {
        authorities: authorities(run, outcome),
        names: names(outcome),
        is_client: outcome.scenario.subject == Subject::Client,
    };
    let mut text = header(run, outcome);
    let mut latest = None;
    for (index, step) in steps.iter().enumerate() {
        text.push_str("\n[[step]]\n");
        writer.step(&mut text, step, latest);
        if index == 0 && writer.is_client {
            let at = text.find("[[step]]\n").map_or(0, |at| at + 9);
            text.insert_str(at, &writer.asks(steps));
        }
        latest = Some(step.connection);
    }
    writer.counterexample(&mut text, steps);
    text
}

fn header(run: &Run, outcome: &Outcome) -> String {
    let id = escape::text(&outcome.scenario.id);
    let subject = if outcome.scenario.subject == Subject::Client {
        "client"
    } else {
        "server"
    };
    let title = quoted(&format!("As recorded: {id}"));
    let about = quoted(&format!(
        "Recorded from {}, where the verdict was {}: \"{}\". Say here why it matters.",
        escape::text(&run.subject),
        outcome.verdict.word(),
        escape::text(&outcome.scenario.title)
    ));
    format!(
        "# A first draft, made by `h1check record`: what was sent is sent again, and what came is\n\
         # expected again. Keep of it what the scenario is about, and say what should be true.\n\
         title     = {title}\n\
         about     = {about}\n\
         subject   = \"{subject}\"\n\
         # Cite the rules instead, e.g. requirements = [\"9112-9.6-p6-1\"]: h1check coverage lists them.\n\
         hardening = \"recorded from a run, and held against no rule yet\"\n"
    )
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

struct Writer {
    /// What stands for the authority of the server, the longest first.
    authorities: Vec<String>,
    /// The names of the connections; none where there is one only.
    names: Vec<String>,
    is_client: bool,
}

impl Writer {
    /// Lines of keys, in the order in which a step acts.
    fn step(&self, text: &mut String, step: &Step, latest: Option<usize>) {
        for remark in &step.remarks {
            let _ = writeln!(text, "# {}", escape::text(remark));
        }
        if let Some(name) = self.names.get(step.connection) {
            let open = if self.is_client { "accept" } else { "connect" };
            if step.is_first {
                let _ = writeln!(text, "{open} = \"{name}\"");
            } else if latest != Some(step.connection) {
                let _ = writeln!(text, "on = \"{name}\"");
            }
        }
        if let Some(wait) = step.wait {
            let _ = writeln!(text, "wait = \"{}\"", time(rounded(wait)));
        }
        if let Some(segments) = &step.send {
            self.octets(text, "send", segments);
        }
        if let Some(expected) = &step.expect {
            self.expected(text, expected);
        }
        if let Some(took) = step.took {
            let (from, to) = (rounded(took / 2), rounded(took * 2).max(AT_LEAST));
            let _ = writeln!(text, "# It took {}.", time(rounded(took)));
            if took >= SLOW {
                let _ = writeln!(text, "after = \"{}\"", time(from));
                let _ = writeln!(text, "within = \"{}\"", time(to));
            }
        }
        if let Some(segments) = &step.reply {
            self.octets(text, "reply", segments);
        }
        if let Some(close) = step.close {
            let _ = writeln!(text, "close = \"{close}\"");
        }
    }

    fn expected(&self, text: &mut String, expected: &Expected) {
        match expected {
            Expected::Status(code, head) => {
                let _ = writeln!(text, "expect.status = {code}");
                seen(text, head);
            }
            Expected::Request {
                method,
                target,
                head,
                ..
            } => {
                let request = [&method[..], b" ", &target[..]].concat();
                let request = self.line(&request);
                let _ = writeln!(text, "expect.request = '{request}'");
                seen(text, head);
            }
            Expected::Octets(octets) => {
                let octets = self.line(octets);
                let _ = writeln!(text, "expect.bytes.has = '{octets}'");
            }
            Expected::Close(how) => {
                let _ = writeln!(text, "expect.close = \"{how}\"");
            }
            Expected::Silence => text.push_str("expect.silence = \"500ms\"\n"),
        }
    }

    /// What a client is to be asked for, from what it requested.
    fn asks(&self, steps: &[Step]) -> String {
        let mut known = BTreeSet::new();
        let mut asks = Vec::new();
        for step in steps {
            let Some(Expected::Request {
                method,
                target,
                content,
                ..
            }) = &step.expect
            else {
                continue;
            };
            let request = self.line(&[&method[..], b" ", &target[..]].concat());
            // The same once more is most likely a retry.
            if !known.insert(request.clone()) {
                continue;
            }
            asks.push(if content.is_empty() {
                format!("'{request}'")
            } else {
                format!(
                    "{{ request = '{request}', body = '{}' }}",
                    self.line(content)
                )
            });
        }
        if asks.is_empty() {
            asks.push("'GET /'".into());
        }
        format!("ask = [{}]\n", asks.join(", "))
    }

    /// A wrong subject, of which the first expectation is not met.
    fn counterexample(&self, text: &mut String, steps: &[Step]) {
        let first = steps.iter().position(|step| step.expect.is_some());
        let at = first.unwrap_or_default() + 1;
        let closes = matches!(
            steps.get(at - 1).and_then(|step| step.expect.as_ref()),
            Some(Expected::Close(_))
        );
        let (fault, acts) = match (self.is_client, closes) {
            (true, _) => (
                "asks for something else",
                "send = '''\nGET /something-else-entirely HTTP/1.1\nHost: \\{authority}\n\n'''\n",
            ),
            (false, true) => (
                "says something instead of closing",
                "send = '''\nHTTP/1.1 200 OK\nContent-Length: 0\n\n'''\n",
            ),
            (false, false) => ("closes without a word", "close = \"fin\"\n"),
        };
        let _ = write!(
            text,
            "\n# Replace it by the fault that the scenario is about.\n\
             [[counterexample]]\nfault = \"{fault}\"\nat    = {at}\n\
             [[counterexample.step]]\n{acts}"
        );
    }

    /// `key = '''…'''`, where a line end is CRLF, or one line where that is shorter.
    fn octets(&self, text: &mut String, key: &str, segments: &[Bytes]) {
        let lines: Vec<String> = segments.iter().map(|octets| self.lines(octets)).collect();
        let whole = lines.join("\\|");
        if whole.contains('\n') {
            let _ = writeln!(text, "{key} = '''\n{whole}'''");
        } else {
            let _ = writeln!(text, "{key} = '{whole}'");
        }
    }

    /// Octets between three quotes: CRLF is the end of a line.
    fn lines(&self, octets: &[u8]) -> String {
        let mut text = String::new();
        let mut rest = octets;
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
            text.push_str(&self.line(&rest[..end]));
            text.push('\n');
            rest = &rest[end + 2..];
        }
        text + &self.line(rest)
    }

    /// Octets between single quotes, with the authority as a value.
    fn line(&self, octets: &[u8]) -> String {
        let mut line = String::with_capacity(octets.len());
        let mut rest = octets;
        while let [octet, tail @ ..] = rest {
            let found = self
                .authorities
                .iter()
                .find(|it| rest.starts_with(it.as_bytes()));
            if let Some(authority) = found {
                line.push_str("\\{authority}");
                rest = &rest[authority.len()..];
                continue;
            }
            if *octet == b'\'' {
                line.push_str("\\x27");
            } else {
                line.push_str(&escape::octets(&[*octet]));
            }
            rest = tail;
        }
        line
    }
}

/// The head that came, for whoever edits.
fn seen(text: &mut String, head: &[u8]) {
    let lines = head.split_inclusive(|&octet| octet == b'\n');
    for line in lines.take(HEAD) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.is_empty() {
            let _ = writeln!(text, "#   {}", escape::octets(line));
        }
    }
}

/// What a server was called, and where it was.
fn authorities(run: &Run, outcome: &Outcome) -> Vec<String> {
    let connections = outcome.transcript.connections.iter();
    let mut found: Vec<String> = connections
        .map(|it| {
            if it.opened_by_us {
                &it.remote
            } else {
                &it.local
            }
        })
        .filter(|address| address.parse::<SocketAddr>().is_ok())
        .cloned()
        .collect();
    let url = run.subject.split_once("://").map(|(_, rest)| rest);
    let named = url.and_then(|rest| rest.split(['/', ' ']).next());
    // A name alone could be a word of something else.
    found.extend(named.filter(|it| it.contains(':')).map(str::to_owned));
    found.sort_by_key(|name| std::cmp::Reverse(name.len()));
    found.dedup();
    found
}

/// Names for the connections, if there are several.
fn names(outcome: &Outcome) -> Vec<String> {
    let connections = &outcome.transcript.connections;
    if connections.len() < 2 {
        return Vec::new();
    }
    let mut known = BTreeSet::new();
    let named = connections.iter().enumerate().map(|(index, connection)| {
        let name = &connection.name;
        let is_word = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name
                .chars()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
        if is_word && known.insert(name.clone()) {
            name.clone()
        } else {
            format!("connection-{}", index + 1)
        }
    });
    named.collect()
}

/// To tenths of a second, and never nothing.
fn rounded(time: Duration) -> Duration {
    let tenths = (time.as_millis() + 50) / 100;
    Duration::from_millis(
        u64::try_from(tenths.max(1))
            .unwrap_or(u64::MAX)
            .saturating_mul(100),
    )
}

fn time(time: Duration) -> String {
    let milliseconds = time.as_millis();
    if milliseconds.is_multiple_of(1000) {
        format!("{}s", milliseconds / 1000)
    } else {
        format!("{milliseconds}ms")
    }
}

/// What takes so long has its reason: a window says so.
const SLOW: Duration = Duration::from_secs(1);
/// No window is shorter.
const AT_LEAST: Duration = Duration::from_secs(2);
/// Lines of a head that are shown.
const HEAD: usize = 16;
