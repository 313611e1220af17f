//! The headers of IP (RFC 791, RFC 8200) and TCP (RFC 9293) for octets that have lost theirs.

use std::net::{IpAddr, SocketAddr};

/// What stands in a header of TCP.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Who sends it.
    pub(super) from: SocketAddr,
    /// Who gets it; of the same family.
    pub(super) to: SocketAddr,
    /// The number of its first octet.
    pub(super) sequence: u32,
    /// The number of the octet that is awaited from the other side.
    pub(super) acknowledged: u32,
    /// The control bits.
    pub(super) flags: u8,
}

pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const RST: u8 = 0x04;
pub(super) const PSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;

impl Segment {
    /// The packet with these octets, of which `missing` more were there but are not known.
    pub(super) fn packet(&self, octets: &[u8], missing: usize) -> Vec<u8> {
        let options = if self.flags & SYN == 0 {
            &[][..]
        } else {
            OPTIONS
        };
        let mut tcp = Vec::with_capacity(TCP + options.len() + octets.len());
        tcp.extend_from_slice(&self.from.port().to_be_bytes());
        tcp.extend_from_slice(&self.to.port().to_be_bytes());
        tcp.extend_from_slice(&self.sequence.to_be_bytes());
        let acknowledged = if self.flags & ACK == 0 {
            0
        } else {
            self.acknowledged
        };
        tcp.extend_from_slice(&acknowledged.to_be_bytes());
        // At most 7 words of 4 octets.
        tcp.push(((TCP + options.len()) as u8 / 4) << 4);
        tcp.push(self.flags);
        tcp.extend_from_slice(&WINDOW.to_be_bytes());
        tcp.extend_from_slice(&[0; 4]);
        tcp.extend_from_slice(options);
        tcp.extend_from_slice(octets);
        let length = tcp.len() + missing;
        let pseudo = self.pseudo(length);
        let sum = checksum(&[&pseudo, &tcp]).to_be_bytes();
        tcp[16..18].copy_from_slice(&sum);
        let mut packet = self.ip(length);
        packet.append(&mut tcp);
        packet
    }

    /// The header of IP for so many octets of TCP.
    fn ip(&self, length: usize) -> Vec<u8> {
        match (self.from.ip(), self.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                let total = length16(V4 + length);
                let mut header = vec![0x45, 0, total[0], total[1], 0, 0, 0x40, 0, HOPS, 6, 0, 0];
                header.extend_from_slice(&from.octets());
                header.extend_from_slice(&to.octets());
                let sum = checksum(&[&header]).to_be_bytes();
                header[10..12].copy_from_slice(&sum);
                header
            }
            (from, to) => {
                let payload = length16(length);
                let mut header = vec![0x60, 0, 0, 0, payload[0], payload[1], 6, HOPS];
                header.extend_from_slice(&v6(from));
                header.extend_from_slice(&v6(to));
                header
            }
        }
    }

    /// What the checksum of TCP covers besides it.
    fn pseudo(&self, length: usize) -> Vec<u8> {
        let mut header = Vec::with_capacity(40);
        match (self.from.ip(), self.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                header.extend_from_slice(&from.octets());
                header.extend_from_slice(&to.octets());
                header.extend_from_slice(&[0, 6]);
                header.extend_from_slice(&length16(length));
            }
            (from, to) => {
                header.extend_from_slice(&v6(from));
                header.extend_from_slice(&v6(to));
                header.extend_from_slice(&[0, 0]);
                header.extend_from_slice(&length16(length));
                header.extend_from_slice(&[0, 0, 0, 6]);
            }
        }
        header
    }
}

fn v6(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// A length, which the caller keeps below 64 KiB.
fn length16(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

/// The checksum of the internet (RFC 1071). All parts but the last have an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u64;
    for pair in parts.iter().flat_map(|part| part.chunks(2)) {
        sum += u64::from(u16::from_be_bytes([
            pair[0],
            pair.get(1).copied().unwrap_or(0),
        ]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// Octets of a header without options.
const TCP: usize = 20;
const V4: usize = 20;
const HOPS: u8 = 64;
/// With its scale, more than a transcript keeps: nobody seems to overrun it.
const WINDOW: u16 = u16::MAX;
/// The options of a SYN: segments of up to 65,495 octets, no-operation, windows scaled by 2^14.
const OPTIONS: &[u8] = &[2, 4, 0xff, 0xd7, 1, 3, 3, 14];
