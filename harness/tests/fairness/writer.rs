//! A response as octets. No socket.

use crate::broken::Fault;
use crate::head::Head;
use crate::permissive::Freedom;
use crate::site::Response;
use crate::{Habit, Manners};

/// What becomes of the connection behind a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fate {
    /// It stays open.
    Open,
    /// It ends, and the response says so.
    Closes,
    /// It ends without having been announced.
    ClosesUnannounced,
    /// It is announced to end, and stays.
    StaysAnnounced,
}

impl Fate {
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::StaysAnnounced)
    }
}

/// Frames a response to that request, if it is known.
pub(crate) fn encode(
    response: &Response,
    head: Option<&Head>,
    fate: Fate,
    manners: &Manners,
) -> Vec<u8> {
    let minor = head.map_or(1, |head| head.minor);
    let mut lines = vec![status_line(response, minor, manners)];
    let mut fields = response.fields.clone();
    let mut add = |name: &str, value: String| fields.push((name.into(), value.into_bytes()));
    match fate {
        Fate::Closes | Fate::StaysAnnounced => add("Connection", "close".into()),
        Fate::Open if minor == 0 => add("Connection", "keep-alive".into()),
        Fate::Open if manners.takes(Freedom::TellsKeepAlive) => {
            add("Connection", "keep-alive".into());
            add("Keep-Alive", "timeout=5, max=100".into());
        }
        Fate::Open | Fate::ClosesUnannounced => {}
    }
    let is_head = head.is_some_and(|head| head.method == b"HEAD");
    let content = frame(response, minor, is_head, fate, manners, &mut add);
    lines.extend(
        fields
            .iter()
            .map(|(name, value)| field_line(name, value, manners)),
    );
    let end: &[u8] = if manners.errs(Fault::EndsLinesInLf) {
        b"\n"
    } else {
        b"\r\n"
    };
    let mut octets = Vec::new();
    for line in lines {
        octets.extend_from_slice(&line);
        octets.extend_from_slice(end);
    }
    octets.extend_from_slice(end);
    octets.extend_from_slice(&content);
    octets
}

fn status_line(response: &Response, minor: u8, manners: &Manners) -> Vec<u8> {
    let version = if minor == 0 && manners.takes(Freedom::AnswersIn10) {
        "HTTP/1.0"
    } else if manners.errs(Fault::SpellsVersionSmall) {
        "http/1.1"
    } else if manners.errs(Fault::EchoesVersion) && minor > 1 {
        "HTTP/1.2"
    } else {
        "HTTP/1.1"
    };
    let reason = match &response.reason[..] {
        _ if manners.takes(Freedom::GivesNoReason) => "",
        reason => reason,
    };
    format!("{version} {} {reason}", response.status).into_bytes()
}

fn field_line(name: &str, value: &[u8], manners: &Manners) -> Vec<u8> {
    if manners.takes(Freedom::SpellsOddly) {
        return [name.to_ascii_lowercase().as_bytes(), b":", value, b" \t"].concat();
    }
    let colon: &[u8] = if manners.errs(Fault::PutsSpaceBeforeColon) {
        b" : "
    } else {
        b": "
    };
    [name.as_bytes(), colon, value].concat()
}

/// Adds the fields that frame the content, and gives the content as it is framed.
fn frame(
    response: &Response,
    minor: u8,
    is_head: bool,
    fate: Fate,
    manners: &Manners,
    add: &mut impl FnMut(&str, String),
) -> Vec<u8> {
    let length = response
        .length
        .filter(|_| is_head)
        .unwrap_or(response.content.len());
    if matches!(response.status, 204 | 304) {
        let tells = response.status == 304 && manners.takes(Freedom::TellsLengthIn304);
        if let (true, Some(length)) = (tells, response.length) {
            add("Content-Length", length.to_string());
        }
        return no_content(response, manners, add);
    }
    let all = matches!(
        manners.habit,
        Some(
            Habit::Free(Freedom::ChunksEverything | Freedom::ChunksOddly)
                | Habit::Wrong(Fault::SendsBothFramings | Fault::ForgetsLastChunk)
        )
    );
    let chunks =
        (response.chunked || all) && minor > 0 || manners.errs(Fault::ChunksTo10) && minor == 0;
    let until_close = all && minor == 0 && !fate.is_open();
    let content = if chunks {
        add("Transfer-Encoding", "chunked".into());
        if manners.errs(Fault::SendsBothFramings) {
            add("Content-Length", length.to_string());
        }
        chunked(response, manners)
    } else if until_close {
        response.content.clone()
    } else {
        let told = match length {
            length if manners.errs(Fault::TellsTooMuch) => length + 1,
            length if manners.errs(Fault::TellsTooLittle) => length.saturating_sub(1),
            length => length,
        };
        if !(is_head && manners.takes(Freedom::HeadWithoutLength)) {
            add("Content-Length", told.to_string());
        }
        response.content.clone()
    };
    if is_head && !manners.errs(Fault::SendsContentToHead) {
        return Vec::new();
    }
    content
}

fn no_content(
    response: &Response,
    manners: &Manners,
    add: &mut impl FnMut(&str, String),
) -> Vec<u8> {
    if response.status == 204 && manners.errs(Fault::TellsLengthIn204) {
        add("Content-Length", "0".into());
    }
    if response.status == 204 && manners.errs(Fault::ChunksIn204) {
        add("Transfer-Encoding", "chunked".into());
        return b"0\r\n\r\n".to_vec();
    }
    if response.status == 304 && manners.errs(Fault::SendsContentIn304) {
        add("Content-Length", "5".into());
        return b"stale".to_vec();
    }
    Vec::new()
}

fn chunked(response: &Response, manners: &Manners) -> Vec<u8> {
    let odd = manners.takes(Freedom::ChunksOddly);
    let mut octets = Vec::new();
    let (first, rest) =
        (response.content).split_at(response.content.len().min(if odd { 70 } else { 0 }));
    for piece in first.chunks(7).chain(rest.chunks(16 << 10)) {
        let size = if odd {
            format!("000{:X};note=\"a;b\"\r\n", piece.len())
        } else {
            format!("{:x}\r\n", piece.len())
        };
        octets.extend_from_slice(size.as_bytes());
        octets.extend_from_slice(piece);
        octets.extend_from_slice(b"\r\n");
    }
    if manners.errs(Fault::ForgetsLastChunk) {
        return octets;
    }
    octets.extend_from_slice(if odd { b"000;end\r\n" } else { b"0\r\n" });
    for (name, value) in &response.trailers {
        octets.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    octets.extend_from_slice(b"\r\n");
    octets
}
