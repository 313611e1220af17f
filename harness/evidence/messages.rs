//! The messages in a transcript: what was said on a connection, and when.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::outcome::{Entry, Happening, Transcript};
use crate::wire::framing::Framing;
use crate::wire::{Decoder, Event, GarbageKind, Head, Limits, Truncated};

/// A message, or what should have been one.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Whether the harness said it.
    pub(super) ours: bool,
    /// The entry with its first octet, and that with its last.
    pub(super) entries: (usize, usize),
    /// When these were.
    pub(super) times: (Duration, Duration),
    /// What was said.
    pub(super) what: What,
}

/// What was said.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A whole message.
    Message(Box<Message>),
    /// Something else, and behind it nothing can be read: why.
    Unreadable(&'static str),
    /// Octets of another protocol, after the connection has become a tunnel or switched.
    Tunnel(Bytes),
}

/// A whole message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) head: Head,
    pub(super) content: Bytes,
    /// What delimits the content.
    pub(super) framing: Framing,
    /// Octets behind the head, as they were sent.
    pub(super) coded: u64,
    /// The method that a response answers.
    pub(super) answers: Option<Bytes>,
    /// What is wrong with it, though it could be read.
    pub(super) flaw: Option<String>,
}

/// The messages of one connection, in the order in which they were complete.
pub(super) fn of_connection(transcript: &Transcript, connection: usize) -> Vec<Said> {
    let Some(info) = transcript.connections.get(connection) else {
        return Vec::new();
    };
    let requests = Direction::new(info.opened_by_us, Decoder::requests(Limits::default()));
    let responses = Direction::new(!info.opened_by_us, Decoder::responses(Limits::default()));
    let mut both = [requests, responses];
    let mut said = Vec::new();
    let entries = transcript.entries.iter().enumerate();
    let mut last = (0, Duration::ZERO);
    for (index, entry) in entries.filter(|(_, entry)| entry.connection == connection) {
        last = (index, entry.at);
        let Some((ours, octets)) = spoken(entry) else {
            continue;
        };
        let way = usize::from(both[0].ours != ours);
        both[way].take(octets, entry.cut, last);
        let found = both[way].poll(last);
        for said in &found {
            couple(&mut both, said);
        }
        said.extend(found);
    }
    for way in &mut both {
        said.extend(way.finish(last));
    }
    said
}

/// Who said what, and `None` for the end of what they say.
fn spoken(entry: &Entry) -> Option<(bool, Option<&Bytes>)> {
    match &entry.what {
        Happening::Sent(octets) => Some((true, Some(octets))),
        Happening::Received(octets) => Some((false, Some(octets))),
        Happening::SentFin => Some((true, None)),
        Happening::ReceivedFin => Some((false, None)),
        // What these leave open stays so: nobody can know whether it was all.
        _ => None,
    }
}

/// Lets each direction know what it has to know of the other one.
fn couple([requests, responses]: &mut [Direction; 2], said: &Said) {
    let What::Message(message) = &said.what else {
        return;
    };
    if let Some(line) = message.head.request() {
        responses.decoder.expect_answer(line.method.clone());
    }
    if let Some(line) = message.head.status() {
        let tunnel = message.answers.as_deref() == Some(b"CONNECT") && line.code / 100 == 2;
        if line.code == 101 || tunnel {
            requests.decoder.become_tunnel();
            requests.is_tunnel = true;
        }
    }
}

/// One direction of a connection.
struct Direction {
    ours: bool,
    decoder: Decoder,
    /// Where the message began that is being read.
    begun: Option<(usize, Duration)>,
    head: Option<(Head, Option<Bytes>, Framing)>,
    content: BytesMut,
    flaw: Option<String>,
    is_over: bool,
    /// Whether what is being read is not all in the report.
    is_cut: bool,
    /// Whether what comes is no HTTP any more, as agreed.
    is_tunnel: bool,
}

impl Direction {
    fn new(ours: bool, decoder: Decoder) -> Self {
        Self {
            ours,
            decoder,
            begun: None,
            head: None,
            content: BytesMut::new(),
            flaw: None,
            is_over: false,
            is_cut: false,
            is_tunnel: false,
        }
    }

    fn take(&mut self, octets: Option<&Bytes>, cut: u64, at: (usize, Duration)) {
        match octets {
            Some(octets) => {
                if !octets.is_empty() {
                    self.begun.get_or_insert(at);
                }
                self.decoder.push(octets);
                self.fill(cut);
            }
            None => self.decoder.end(),
        }
    }

    /// What is not in the report is content most often: what stands for it keeps the count.
    fn fill(&mut self, cut: u64) {
        if cut > 0 {
            self.is_cut = true;
            let filling = usize::try_from(cut).unwrap_or(usize::MAX).min(CUT);
            self.decoder.push(&vec![b'?'; filling]);
        }
    }

    fn poll(&mut self, at: (usize, Duration)) -> Vec<Said> {
        let mut said = Vec::new();
        while let Some(event) = self.decoder.poll() {
            match event {
                Event::Head {
                    head,
                    answers,
                    framing,
                } => {
                    self.flaw = head.violations.first().map(|it| it.kind.to_string());
                    let length = head.octets.len() as u64;
                    self.head = Some((*head, answers, framing));
                    if framing == Framing::Tunnel {
                        // Its end is no event: nothing ends any more.
                        self.is_tunnel = true;
                        said.extend(self.message(length, at));
                    }
                }
                Event::Content(octets) => self.content.extend_from_slice(&octets),
                Event::Violation(violation) => {
                    self.flaw.get_or_insert_with(|| violation.kind.to_string());
                }
                Event::End(_, length) => said.extend(self.message(length, at)),
                Event::Garbage(garbage) => said.push(self.unreadable(why(garbage.kind), at)),
                Event::Truncated(truncated) => said.push(self.unreadable(cut(truncated), at)),
            }
        }
        // Behind garbage, which was told, nothing is kept.
        let rest = self.decoder.take_rest();
        if self.is_tunnel && !rest.is_empty() {
            self.begun = Some(at);
            said.push(self.said(What::Tunnel(rest), at));
        }
        said
    }

    /// What is left when the transcript ends.
    fn finish(&mut self, at: (usize, Duration)) -> Option<Said> {
        let open = self.begun.is_some() && !self.is_over && !self.decoder.is_stopped();
        open.then(|| self.unreadable("the transcript ends before it is complete", at))
    }

    fn message(&mut self, length: u64, at: (usize, Duration)) -> Option<Said> {
        let (head, answers, framing) = self.head.take()?;
        let is_cut = std::mem::take(&mut self.is_cut);
        let message = Message {
            coded: length.saturating_sub(head.octets.len() as u64),
            content: self.content.split().freeze(),
            flaw: is_cut
                .then(|| "not all of it is in the report".into())
                .or(self.flaw.take()),
            answers,
            framing,
            head,
        };
        let said = self.said(What::Message(Box::new(message)), at);
        self.begun = (!self.decoder.rest().is_empty()).then_some(at);
        Some(said)
    }

    fn unreadable(&mut self, why: &'static str, at: (usize, Duration)) -> Said {
        self.is_over = true;
        self.said(What::Unreadable(why), at)
    }

    fn said(&self, what: What, (last, ended): (usize, Duration)) -> Said {
        let (first, started) = self.begun.unwrap_or((last, ended));
        Said {
            ours: self.ours,
            entries: (first, last),
            times: (started, ended),
            what,
        }
    }
}

fn why(kind: GarbageKind) -> &'static str {
    match kind {
        GarbageKind::StartLine => "the start-line cannot be read",
        GarbageKind::Version => "the version is not HTTP/1.x",
        GarbageKind::StartLineTooLong => "the start-line does not end",
        GarbageKind::HeadTooLarge => "the header section does not end",
        GarbageKind::Framing => "its length cannot be known",
        GarbageKind::Chunk => "the chunked coding is broken",
        GarbageKind::ChunkTooLarge => "a chunk line or the trailer section does not end",
        GarbageKind::ContentTooLarge => "the content does not end",
    }
}

/// Octets that are filled in, at most: as many as a transcript keeps, twice.
const CUT: usize = 16 << 20;

fn cut(truncated: Truncated) -> &'static str {
    match truncated {
        Truncated::Head => "it ends inside of its head",
        Truncated::Content => "it ends inside of its content",
    }
}
