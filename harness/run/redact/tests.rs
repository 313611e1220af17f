//! Secrets in every way in which they can come back.

use std::time::Duration;

use pretty_assertions::assert_eq;
use rstest::rstest;

use super::*;
use crate::outcome::Entry;

const SECRET: &str = "Bearer s3cr3t-t0ken/42+x=";

fn hidden(text: &str) -> String {
    let mut text = text.to_owned();
    Redactor::new([SECRET].into_iter()).text(&mut text);
    text
}

#[rstest]
#[case::whole("a Bearer s3cr3t-t0ken/42+x= b", "a Bearer ****************** b")]
#[case::without_scheme("'s3cr3t-t0ken/42+x='", "'******************'")]
#[case::twice(
    "s3cr3t-t0ken/42+x=s3cr3t-t0ken/42+x=",
    "************************************"
)]
#[case::cut("Bearer s3cr3t-t0…", "Bearer *********…")]
#[case::at_the_end("Bearer s3cr", "Bearer ****")]
#[case::percent("s3cr3t-t0ken%2F42%2Bx%3D", "************************")]
#[case::base64("czNjcjN0LXQwa2VuLzQyK3g9", "************************")]
#[case::none("Bearer and s3 are no secrets", "Bearer and s3 are no secrets")]
fn is_hidden_in_a_text(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(hidden(text), wanted);
}

#[rstest]
#[case::basic(
    "Basic dXNlcjpwYXNzd29yZA==",
    "dXNlcjpwYXNzd29yZA== user:password password",
    "******************** ************* ********"
)]
#[case::cookie(
    "session=0123456789; theme=dark",
    "{\"session\": \"0123456789\", \"theme\": \"dark\"}",
    "{\"*******\": \"**********\", \"theme\": \"dark\"}"
)]
#[case::json(
    "quo\"ted-value",
    "{\"x\": \"quo\\\"ted-value\"}",
    "{\"x\": \"*****************\"}"
)]
#[case::html("a<b>c&d-e", "<p>a&lt;b&gt;c&amp;d-e", "<p>*****************")]
#[case::umlaut("abcdef", "ä abcdef ü", "ä ****** ü")]
fn what_a_server_takes_out_of_it_is_hidden_too(
    #[case] secret: &str,
    #[case] text: &str,
    #[case] wanted: &str,
) {
    let mut text = text.to_owned();
    Redactor::new([secret].into_iter()).text(&mut text);
    // How many asterisks an escaped one has matters less than that there is nothing else.
    let squeeze = |text: &str| {
        text.split('*')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("*")
    };
    assert_eq!(squeeze(&text), squeeze(wanted));
}

fn transcript(pieces: &[(usize, bool, &str)]) -> Transcript {
    let entry = |&(connection, sent, octets): &(usize, bool, &str)| Entry {
        at: Duration::ZERO,
        connection,
        step: 1,
        cut: 0,
        what: if sent {
            Happening::Sent(Bytes::copy_from_slice(octets.as_bytes()))
        } else {
            Happening::Received(Bytes::copy_from_slice(octets.as_bytes()))
        },
    };
    Transcript {
        entries: pieces.iter().map(entry).collect(),
        ..Transcript::default()
    }
}

fn shown(transcript: &Transcript) -> Vec<String> {
    let octets = transcript
        .entries
        .iter()
        .map(|entry| octets_of(&entry.what));
    octets
        .map(|octets| String::from_utf8_lossy(octets).into_owned())
        .collect()
}

#[test]
fn it_is_hidden_where_it_goes_in_pieces() {
    let mut transcript = transcript(&[
        (0, true, "X: Bearer s3c"),
        (1, true, "X: Bearer s3cr3t-t0ken/4"),
        (0, false, "r3t"),
        (0, true, "r3t-t0ken/42+x=\r\n"),
        (1, true, "2+x"),
        (1, true, "=\r\n"),
    ]);
    Redactor::new([SECRET].into_iter()).transcript(&mut transcript);
    assert_eq!(
        shown(&transcript),
        [
            "X: Bearer ***",
            "X: Bearer **************",
            "r3t",
            "***************\r\n",
            "***",
            "*\r\n"
        ]
    );
}

#[test]
fn the_rest_of_one_whose_beginning_was_not_kept_is_hidden() {
    let mut transcript = transcript(&[(0, false, "ken/42+x=\r\nX: y")]);
    transcript.dropped = 1;
    Redactor::new([SECRET].into_iter()).transcript(&mut transcript);
    assert_eq!(shown(&transcript), ["*********\r\nX: y"]);
}

#[test]
fn without_secrets_nothing_is_hidden() {
    let redactor = Redactor::new([].into_iter());
    assert!(redactor.is_idle());
}
