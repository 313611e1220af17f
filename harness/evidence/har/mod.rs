//! Transcripts as HTTP Archives (HAR 1.2), for browsers and whatever else reads them.
//!
//! The format has room for valid messages only: what is none is left out, and a comment says so.

mod convert;
mod model;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use self::model::{Cache, Creator, Entry, Har, Log, Response, Timings};
use super::messages::{Message, Said, What, of_connection};
use crate::outcome::{ConnectionInfo, Outcome, Run};
use crate::report::{escape, words};

/// The exchanges of one scenario as a HAR file.
#[must_use]
pub fn render(run: &Run, outcome: &Outcome) -> String {
    let mut entries = Vec::new();
    let mut comment = format!(
        "{}: {}: {}",
        escape::text(&outcome.scenario.id),
        outcome.verdict.word(),
        escape::text(&outcome.scenario.title)
    );
    if let Some(mismatch) = &outcome.mismatch {
        comment += &format!("\nstep {}: {}", mismatch.step, words::sentence(mismatch));
    }
    let transcript = &outcome.transcript;
    for (index, connection) in transcript.connections.iter().enumerate() {
        let mut exchanges = Exchanges::new(run.started, connection);
        for said in of_connection(transcript, index) {
            exchanges.take(said);
        }
        exchanges.finish();
        entries.append(&mut exchanges.entries);
        for left_out in exchanges.left_out {
            comment += &format!("\n{left_out}");
        }
    }
    if transcript.dropped > 0 {
        comment += &format!("\n{} octets were not kept", transcript.dropped);
    }
    // The time is of a fixed length, so its text sorts as it does.
    entries.sort_by(|one, other| one.started_date_time.cmp(&other.started_date_time));
    let creator = Creator {
        name: "h1check",
        version: run.version.clone(),
    };
    let log = Log {
        version: "1.2",
        creator,
        entries,
        comment,
    };
    // It can only fail for maps with keys that are no strings, of which there are none.
    let mut text = serde_json::to_string_pretty(&Har { log }).expect("all keys are strings");
    text.push('\n');
    text
}

/// The exchanges of one connection.
struct Exchanges<'t> {
    started: SystemTime,
    connection: &'t ConnectionInfo,
    /// Requests without a final response, and whether they can be shown.
    waiting: VecDeque<(Said, bool)>,
    /// What is to be said about the first of them.
    interim: Vec<String>,
    entries: Vec<Entry>,
    left_out: Vec<String>,
}

impl<'t> Exchanges<'t> {
    fn new(started: SystemTime, connection: &'t ConnectionInfo) -> Self {
        Self {
            started,
            connection,
            waiting: VecDeque::new(),
            interim: Vec::new(),
            entries: Vec::new(),
            left_out: Vec::new(),
        }
    }

    fn take(&mut self, said: Said) {
        let is_request = said.ours == self.connection.opened_by_us;
        let flaw = match &said.what {
            What::Unreadable(why) => Some((*why).to_owned()),
            What::Tunnel(_) => return,
            What::Message(message) => message.flaw.clone(),
        };
        if is_request {
            if let Some(flaw) = &flaw {
                self.leave_out("request", &said, flaw);
            }
            // It is answered all the same.
            self.waiting.push_back((said, flaw.is_none()));
            return;
        }
        if let (What::Message(message), None) = (&said.what, &flaw)
            && let Some(line) = message.head.status()
            && line.code / 100 == 1
            && line.code != 101
        {
            self.interim.push(line.code.to_string());
            return;
        }
        match (self.waiting.pop_front(), flaw) {
            (Some((request, true)), None) => self.entry(&request, Some(&said), ""),
            (Some((request, true)), Some(flaw)) => {
                let why = format!("its response is left out: {flaw}");
                self.entry(&request, None, &why);
            }
            (Some((_, false)), _) => self.leave_out("response", &said, "so was its request"),
            (None, _) => self.leave_out("response", &said, "there is no request for it"),
        }
    }

    fn finish(&mut self) {
        for (request, shown) in std::mem::take(&mut self.waiting) {
            if shown {
                self.entry(&request, None, "there is no response");
            }
        }
    }

    fn leave_out(&mut self, what: &str, said: &Said, why: &str) {
        self.left_out.push(format!(
            "left out: the {what} on connection {} at {}: {why}",
            escape::text(&self.connection.name),
            words::time(said.times.0)
        ));
    }

    fn entry(&mut self, request: &Said, response: Option<&Said>, comment: &str) {
        let Some(asked) = message(request) else {
            return;
        };
        let secure = self.connection.transport.starts_with("TLS");
        let remote = if self.connection.opened_by_us {
            &self.connection.remote
        } else {
            &self.connection.local
        };
        let timings = timings(request, response);
        let mut comment = comment.to_owned();
        let interim = std::mem::take(&mut self.interim);
        if !interim.is_empty() {
            let separator = if comment.is_empty() { "" } else { "; " };
            comment += &format!("{separator}interim responses: {}", interim.join(", "));
        }
        self.entries.push(Entry {
            started_date_time: date(self.started + request.times.0),
            time: timings.send + timings.wait + timings.receive,
            request: convert::request(asked, if secure { "https" } else { "http" }, remote),
            response: response
                .and_then(message)
                .map_or_else(Response::default, convert::response),
            cache: Cache {},
            timings,
            server_ip_address: remote
                .parse()
                .ok()
                .map(|address: SocketAddr| address.ip().to_string()),
            connection: escape::text(&self.connection.name),
            comment,
        });
    }
}

fn message(said: &Said) -> Option<&Message> {
    match &said.what {
        What::Message(message) => Some(message),
        What::Unreadable(_) | What::Tunnel(_) => None,
    }
}

fn timings(request: &Said, response: Option<&Said>) -> Timings {
    let milliseconds = |from: Duration, to: Duration| to.saturating_sub(from).as_secs_f64() * 1e3;
    let (begun, sent) = request.times;
    let (wait, receive) = response.map_or((0.0, 0.0), |response| {
        let (came, ended) = response.times;
        (milliseconds(sent, came), milliseconds(came, ended))
    });
    Timings {
        send: milliseconds(begun, sent),
        wait,
        receive,
    }
}

/// RFC 3339 in UTC with microseconds; the epoch for a clock that is out of the calendar.
fn date(time: SystemTime) -> String {
    let time = jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{time:.6}")
}
