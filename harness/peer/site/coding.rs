//! Content codings (RFC 9110 §8.4.1), encoding only, and without compressing: stored blocks are
//! valid gzip and deflate as well, and what is judged is how they are labelled.

/// A content coding, or none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Deflate,
}

/// Encodes a content of less than 64 KiB.
pub(super) fn encode(coding: Coding, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 32);
    match coding {
        Coding::Identity => out.extend_from_slice(content),
        Coding::Gzip => {
            // RFC 1952: magic, method deflate, no flags, no time, no extra flags, no system.
            out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
            push_stored(content, &mut out);
            out.extend_from_slice(&crc32(content).to_le_bytes());
            out.extend_from_slice(&(content.len() as u32).to_le_bytes());
        }
        // 9110-8.4.1.2-p1: the zlib format of RFC 1950, not the bare one.
        Coding::Deflate => {
            out.extend_from_slice(&[0x78, 0x01]);
            push_stored(content, &mut out);
            out.extend_from_slice(&adler32(content).to_be_bytes());
        }
    }
    out
}

/// The final block of RFC 1951, not compressed.
fn push_stored(content: &[u8], out: &mut Vec<u8>) {
    let content = &content[..content.len().min(usize::from(u16::MAX))];
    let length = content.len() as u16;
    out.push(1);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(content);
}

fn crc32(content: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for octet in content {
        sum ^= u32::from(*octet);
        for _ in 0..8 {
            sum = (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    !sum
}

fn adler32(content: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for octet in content {
        low = (low + u32::from(*octet)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn computes_the_sums_that_everybody_knows() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn stores_the_content_between_head_and_sum() {
        let coded = encode(Coding::Deflate, b"ab");
        assert_eq!(coded[..7], [0x78, 1, 1, 2, 0, 0xfd, 0xff]);
        assert_eq!(coded[7..9], *b"ab");
        assert_eq!(encode(Coding::Identity, b"ab"), b"ab");
        assert_eq!(encode(Coding::Gzip, b"ab").len(), 10 + 5 + 2 + 8);
    }
}
