//! What octets are that are no HTTP/1.x. Pure: no clock, no socket.

use super::redact::Redactor;

/// An alert, or the beginning of a handshake (RFC 8446 section 5.1).
pub(crate) fn is_tls(octets: &[u8]) -> bool {
    matches!(octets, [0x15 | 0x16, 3, ..])
}

/// Whether these octets are the first ones of what may become, or is, a response. Wrong letters
/// and empty lines before it are for the scenarios to judge.
pub(crate) fn begins_like_http(octets: &[u8]) -> bool {
    let empty = |octet: &u8| matches!(octet, b'\r' | b'\n');
    let start = octets.iter().position(|octet| !empty(octet));
    let octets = &octets[start.unwrap_or(octets.len())..];
    let common = octets.len().min(START.len());
    octets[..common].eq_ignore_ascii_case(&START[..common])
}

/// Whether they cannot become a response, and are enough to say what they are.
pub(crate) fn is_certain(octets: &[u8]) -> bool {
    let enough = is_http2(octets) || octets.contains(&b'\n') || octets.len() >= SHOWN_AT_MOST;
    enough && !begins_like_http(octets)
}

/// What answers so to that request.
pub(crate) fn looks_like(octets: &[u8], request: &[u8], redactor: &Redactor) -> String {
    if is_http2(octets) {
        return "it begins with a frame of HTTP/2".into();
    }
    let common = octets.len().min(request.len());
    if common >= b"GET /".len() && octets[..common] == request[..common] {
        return "it sends back what it is sent".into();
    }
    let line = octets
        .split(|octet| matches!(octet, b'\r' | b'\n'))
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let mut shown = String::from_utf8_lossy(line).into_owned();
    redactor.text(&mut shown);
    let more = shown.chars().count() > SHOWN_AT_MOST;
    let cut: String = shown.chars().take(SHOWN_AT_MOST).collect();
    let shown = cut.escape_default().to_string() + if more { "…" } else { "" };
    match BEGINNINGS.iter().find(|(is, _)| line.starts_with(is)) {
        Some((_, name)) => format!("this looks like {name}: it says `{shown}`"),
        None => format!("its answer begins with `{shown}`"),
    }
}

/// A frame SETTINGS or GOAWAY on stream 0, as a server begins (RFC 9113 sections 4.1 and 3.4).
fn is_http2(octets: &[u8]) -> bool {
    matches!(octets, [0, 0, _, 4 | 7, _, 0, 0, 0, 0, ..])
}

/// How a response begins.
const START: &[u8] = b"HTTP/";

/// How other protocols begin, and what they are called.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"SSH-", "SSH"),
    (b"220 ", "SMTP or FTP"),
    (b"220-", "SMTP or FTP"),
    (b"421 ", "SMTP or FTP"),
    (b"554 ", "SMTP"),
    (b"+OK", "POP3"),
    (b"* OK", "IMAP"),
    (b"-ERR", "Redis"),
    (b"RTSP/", "RTSP"),
];

/// Letters of what is no response that a message shows.
const SHOWN_AT_MOST: usize = 60;

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing(b"", true)]
    #[case::a_part(b"HT", true)]
    #[case::a_response(b"HTTP/1.0 200 OK\r\n", true)]
    #[case::small_letters(b"http/1.1 200 OK\r\n", true)]
    #[case::behind_empty_lines(b"\r\n\nHTTP/1.1", true)]
    #[case::another_word(b"HTML", false)]
    #[case::markup(b"<html>", false)]
    #[case::frame(b"\0\0\0\x04", false)]
    fn what_may_become_a_response_is_waited_for(#[case] octets: &[u8], #[case] may: bool) {
        assert_eq!(begins_like_http(octets), may);
        assert!(!may || !is_certain(octets));
    }

    #[rstest]
    #[case::ssh(
        b"SSH-2.0-OpenSSH_9.2\r\nmore",
        "this looks like SSH: it says `SSH-2.0-OpenSSH_9.2`"
    )]
    #[case::mail(
        b"220 mail.example ESMTP\r\n",
        "this looks like SMTP or FTP: it says `220 mail.example ESMTP`"
    )]
    #[case::http2(b"\0\0\x12\x04\0\0\0\0\0\0\x03", "it begins with a frame of HTTP/2")]
    #[case::echo(b"GET / HTTP/1.1\r\nHo", "it sends back what it is sent")]
    #[case::text(
        b"\r\nI'm \x01\xff no",
        "its answer begins with `I\\'m \\u{1}\\u{fffd} no`"
    )]
    #[case::secret(b"You said: s3cret!\n", "its answer begins with `You said: ")]
    #[case::long(&[b'x'; 300], "its answer begins with `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`")]
    fn it_is_said_what_it_looks_like(#[case] octets: &[u8], #[case] wanted: &str) {
        assert!(is_certain(octets));
        let redactor = Redactor::new(["s3cret!"].into_iter());
        let seen = looks_like(octets, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", &redactor);
        assert!(seen.starts_with(wanted), "{seen}");
        assert!(!seen.contains("s3cret"), "{seen}");
    }
}
