//! Transcripts as packets, for Wireshark and tshark.
//!
//! The harness sees what a socket gives, not what is on the wire: the headers are made up from
//! what is known, and how the octets were cut into packets is that of our reads and writes. TLS
//! is shown as what was inside of it.

mod flow;
mod header;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, PcapError};

use self::flow::{Flow, Packet};
use crate::outcome::{Mismatch, Outcome, Run};
use crate::report::{escape, words};

/// The transcript of one scenario as a capture file.
#[must_use]
pub fn render(run: &Run, outcome: &Outcome) -> Vec<u8> {
    let mut packets = packets(outcome);
    mark(&mut packets, outcome);
    // Each connection is in order; between them the clock decides.
    packets.sort_by_key(|packet| packet.at);
    let started = run
        .started
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    // A Vec takes everything, and the blocks are in the order that the format demands.
    write(&about(run, outcome), started, packets).expect("a Vec takes everything")
}

fn packets(outcome: &Outcome) -> Vec<Packet> {
    let transcript = &outcome.transcript;
    let mut flows: Vec<Flow> = transcript
        .connections
        .iter()
        .enumerate()
        .map(|(index, connection)| Flow::new(index, connection))
        .collect();
    for entry in &transcript.entries {
        if let Some(flow) = flows.get_mut(entry.connection) {
            flow.take(entry);
        }
    }
    flows.into_iter().flat_map(Flow::finish).collect()
}

/// Says at the last packet before each mismatch what was wanted and what came.
fn mark(packets: &mut [Packet], outcome: &Outcome) {
    let word = outcome.verdict.word();
    let all = outcome.mismatch.iter().map(|it| (word, it));
    for (word, mismatch) in all.chain(outcome.warnings.iter().map(|it| ("warn", it))) {
        let is_before = |packet: &&mut Packet| {
            packet.at <= mismatch.at && mismatch.connection.is_none_or(|it| it == packet.connection)
        };
        let last = packets.iter_mut().filter(is_before).max_by_key(|it| it.at);
        if let Some(packet) = last {
            packet.comments.push(verdict(word, mismatch));
        }
    }
}

fn verdict(word: &str, mismatch: &Mismatch) -> String {
    format!(
        "{word} at step {}: {}",
        mismatch.step,
        words::sentence(mismatch)
    )
}

/// What is said of the whole file.
fn about(run: &Run, outcome: &Outcome) -> String {
    let scenario = &outcome.scenario;
    let mut text = format!(
        "{}: {}\n{}\n{}",
        escape::text(&scenario.id),
        outcome.verdict.word(),
        escape::text(&scenario.title),
        escape::text(&run.subject),
    );
    if let Some(why) = outcome.verdict.why() {
        text += &format!("\n{}", escape::text(why));
    }
    if let Some(mismatch) = &outcome.mismatch {
        text += &format!("\n{}", verdict(outcome.verdict.word(), mismatch));
    }
    text += "\nMade from a transcript: the octets are as they were sent and received; the headers \
             of IP and TCP are made up, and TLS is shown decrypted, as plain TCP.\n\
             Times count from the start of the run, as if the scenario had been its first.";
    if outcome.transcript.dropped > 0 {
        text += &format!(
            "\n{} octets were not kept, and are missing here.",
            outcome.transcript.dropped
        );
    }
    text
}

fn write(about: &str, started: Duration, packets: Vec<Packet>) -> Result<Vec<u8>, PcapError> {
    let section = SectionHeaderBlock {
        options: vec![
            SectionHeaderOption::Comment(comment(about)),
            SectionHeaderOption::UserApplication("h1check".into()),
        ],
        ..SectionHeaderBlock::default()
    };
    let mut writer = PcapNgWriter::with_section_header(Vec::new(), section)?;
    writer.write_pcapng_block(InterfaceDescriptionBlock {
        linktype: DataLink::RAW,
        snaplen: 0,
        // The crate writes times in nanoseconds, whatever is said here.
        options: vec![InterfaceDescriptionOption::IfTsResol(9)],
    })?;
    for packet in packets {
        let comments = packet.comments.iter();
        writer.write_pcapng_block(EnhancedPacketBlock {
            interface_id: 0,
            timestamp: started + packet.at,
            original_len: packet.length,
            data: packet.data.into(),
            options: comments
                .map(|text| EnhancedPacketOption::Comment(comment(text)))
                .collect(),
        })?;
    }
    Ok(writer.into_inner())
}

/// A comment has at most 65,535 octets; nobody reads so many.
fn comment(text: &str) -> Cow<'static, str> {
    match text.char_indices().nth(COMMENT) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.to_owned().into(),
    }
}

/// Characters of a comment.
const COMMENT: usize = 4_000;
