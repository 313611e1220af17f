//! One connection of a transcript as the packets that it might have been.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::header::{ACK, FIN, PSH, RST, SYN, Segment};
use crate::outcome::{ConnectionInfo, Entry, Happening};
use crate::report::escape;

/// A packet with headers.
#[derive(Debug)]
pub(super) struct Packet {
    /// When, since the start of the scenario.
    pub(super) at: Duration,
    /// On which connection.
    pub(super) connection: usize,
    /// The octets, as far as they are known.
    pub(super) data: Vec<u8>,
    /// How many there were.
    pub(super) length: u32,
    /// What is to be said about it.
    pub(super) comments: Vec<String>,
}

/// Who sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    We,
    Subject,
}

/// A connection while its packets are made.
#[derive(Debug)]
pub(super) struct Flow {
    index: usize,
    about: String,
    opened_by_us: bool,
    is_open: bool,
    addresses: [SocketAddr; 2],
    /// The number of the next octet of either side.
    next: [u32; 2],
    /// Remarks for the next packet, where there is none before.
    remarks: Vec<String>,
    packets: Vec<Packet>,
}

impl Flow {
    pub(super) fn new(index: usize, connection: &ConnectionInfo) -> Self {
        let start = 1_000_u32.wrapping_mul(index as u32 + 1);
        Self {
            index,
            about: about(connection),
            opened_by_us: connection.opened_by_us,
            is_open: false,
            addresses: addresses(index, connection),
            next: [start, start],
            remarks: Vec::new(),
            packets: Vec::new(),
        }
    }

    /// Adds what happened.
    pub(super) fn take(&mut self, entry: &Entry) {
        let carries = !matches!(
            entry.what,
            Happening::Opened | Happening::WriteFailed | Happening::Note(_)
        );
        if carries || entry.what == Happening::Opened {
            self.open(entry);
        }
        match &entry.what {
            Happening::Opened => {}
            Happening::Sent(octets) => self.octets(entry, Side::We, octets),
            Happening::Received(octets) => self.octets(entry, Side::Subject, octets),
            Happening::SentFin => self.bare(entry, Side::We, FIN | ACK, ""),
            Happening::ReceivedFin => self.bare(entry, Side::Subject, FIN | ACK, ""),
            Happening::ReceivedCut => {
                self.bare(
                    entry,
                    Side::Subject,
                    FIN | ACK,
                    ", FIN without close_notify",
                );
            }
            Happening::SentRst => self.bare(entry, Side::We, RST | ACK, ""),
            Happening::ReceivedRst => self.bare(entry, Side::Subject, RST | ACK, ""),
            Happening::WriteFailed => self.remark(entry, "our write failed"),
            Happening::Note(text) => self.remark(entry, &escape::text(text)),
        }
    }

    pub(super) fn finish(self) -> Vec<Packet> {
        self.packets
    }

    /// The handshake of TCP, once.
    fn open(&mut self, entry: &Entry) {
        if std::mem::replace(&mut self.is_open, true) {
            return;
        }
        let (asks, answers) = if self.opened_by_us {
            (Side::We, Side::Subject)
        } else {
            (Side::Subject, Side::We)
        };
        self.push(entry.at, asks, SYN, &[], 0);
        let about = self.about.clone();
        self.comment(about);
        self.push(entry.at, answers, SYN | ACK, &[], 0);
        self.push(entry.at, asks, ACK, &[], 0);
    }

    /// Octets, and those that were cut away behind them.
    fn octets(&mut self, entry: &Entry, side: Side, octets: &[u8]) {
        // A report from anywhere may claim more than is worth packets.
        let cut = usize::try_from(entry.cut).unwrap_or(usize::MAX).min(CUT);
        let total = octets.len() + cut;
        let mut from = 0;
        while from < total {
            let to = total.min(from + SEGMENT);
            let known = &octets[from.min(octets.len())..to.min(octets.len())];
            self.push(entry.at, side, PSH | ACK, known, to - from - known.len());
            if from == 0 {
                self.comment(step(entry, ""));
            }
            from = to;
        }
        if cut > 0 {
            self.comment(format!(
                "the last {} octets are not in the report",
                entry.cut
            ));
        }
    }

    fn bare(&mut self, entry: &Entry, side: Side, flags: u8, remark: &str) {
        self.push(entry.at, side, flags, &[], 0);
        self.comment(step(entry, remark));
    }

    /// What is no packet is said at the one before.
    fn remark(&mut self, entry: &Entry, text: &str) {
        let remark = step(entry, &format!(": {text}"));
        if self.packets.is_empty() {
            self.remarks.push(remark);
        } else {
            self.comment(remark);
        }
    }

    fn comment(&mut self, text: String) {
        if let Some(packet) = self.packets.last_mut() {
            packet.comments.push(text);
        }
    }

    fn push(&mut self, at: Duration, side: Side, flags: u8, octets: &[u8], missing: usize) {
        let (own, other) = (side as usize, 1 - side as usize);
        let segment = Segment {
            from: self.addresses[own],
            to: self.addresses[other],
            sequence: self.next[own],
            acknowledged: self.next[other],
            flags,
        };
        let data = segment.packet(octets, missing);
        // One segment is shorter than 64 KiB.
        let counted = (octets.len() + missing) as u32 + u32::from(flags & (SYN | FIN) != 0);
        self.next[own] = self.next[own].wrapping_add(counted);
        let before = self.packets.last().map_or(Duration::ZERO, |it| it.at);
        self.packets.push(Packet {
            at: at.max(before),
            connection: self.index,
            length: (data.len() + missing) as u32,
            data,
            comments: std::mem::take(&mut self.remarks),
        });
    }
}

fn step(entry: &Entry, more: &str) -> String {
    format!("step {}{more}", entry.step)
}

fn about(connection: &ConnectionInfo) -> String {
    let verb = if connection.opened_by_us {
        "we connected"
    } else {
        "we accepted"
    };
    format!(
        "connection {}: {verb}, {}, {} ⇄ {}",
        escape::text(&connection.name),
        escape::text(&connection.transport),
        escape::text(&connection.local),
        escape::text(&connection.remote)
    )
}

/// Our address and that of the subject, made up where there is none or it would mislead.
fn addresses(index: usize, connection: &ConnectionInfo) -> [SocketAddr; 2] {
    let parsed = (connection.local.parse(), connection.remote.parse());
    let (Ok(local), Ok(remote)): (Result<SocketAddr, _>, Result<SocketAddr, _>) = parsed else {
        return made_up(index, connection.opened_by_us);
    };
    if local.is_ipv4() != remote.is_ipv4() {
        return made_up(index, connection.opened_by_us);
    }
    [local, remote].map(|mut address| {
        // What is shown is no TLS any more, and tools go by the port.
        if connection.transport.starts_with("TLS") && address.port() == 443 {
            address.set_port(80);
        }
        address
    })
}

/// Addresses of the host itself: a port of HTTP for the server, a passing one for the client.
fn made_up(index: usize, opened_by_us: bool) -> [SocketAddr; 2] {
    let address = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let (client, server) = (address(49_152 + (index % 16_384) as u16), address(80));
    if opened_by_us {
        [client, server]
    } else {
        [server, client]
    }
}

/// Octets of one packet without its headers.
const SEGMENT: usize = 65_000;
/// Octets that are shown as missing, at most: as many as a transcript keeps, twice.
const CUT: usize = 16 << 20;
