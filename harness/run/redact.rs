//! Keeps secrets out of everything that a run tells.
//!
//! A secret is the value of a field that came from the environment. Each of its octets becomes
//! `*`, so that lengths in a transcript stay true. It is found wherever it stands, also where a
//! server sends it back, escapes it, cuts it short, or where it came in several pieces.

use std::collections::BTreeMap;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;

use crate::outcome::{Happening, Lint, Mismatch, Outcome, Run, Transcript, Verdict};

/// Hides secrets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redactor {
    /// Every way to write a secret, the longest first.
    forms: Vec<Vec<u8>>,
}

impl Redactor {
    pub(crate) fn new<'s>(secrets: impl Iterator<Item = &'s str>) -> Self {
        let mut forms: Vec<Vec<u8>> = secrets
            .flat_map(parts)
            .flat_map(|part| ways(&part))
            .collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self { forms }
    }

    /// Whether there is nothing to hide.
    pub(crate) fn is_idle(&self) -> bool {
        self.forms.is_empty()
    }

    /// Hides what an outcome shows of secrets.
    pub(crate) fn outcome(&self, outcome: &mut Outcome) {
        if self.is_idle() {
            return;
        }
        self.verdict(&mut outcome.verdict);
        for mismatch in outcome.mismatch.iter_mut().chain(&mut outcome.warnings) {
            self.mismatch(mismatch);
        }
        self.text(&mut outcome.output);
        self.transcript(&mut outcome.transcript);
    }

    /// Hides what stands in a run beside its outcomes, and once more what they got late.
    pub(crate) fn run(&self, run: &mut Run) {
        if self.is_idle() {
            return;
        }
        for text in [&mut run.subject, &mut run.command, &mut run.rerun] {
            self.text(text);
        }
        if let Some(why) = &mut run.interrupted {
            self.text(why);
        }
        for Lint { text, .. } in &mut run.lints {
            self.text(text);
        }
        for outcome in &mut run.outcomes {
            self.outcome(outcome);
        }
    }

    /// Hides secrets in a text.
    pub(crate) fn text(&self, text: &mut String) {
        let mut octets = std::mem::take(text).into_bytes();
        self.hide(&mut octets);
        // What is hidden is ASCII, so whole characters are replaced by whole characters.
        *text = String::from_utf8_lossy(&octets).into_owned();
    }

    fn verdict(&self, verdict: &mut Verdict) {
        if let Verdict::Skip { why } | Verdict::Error { why } = verdict {
            self.text(why);
        }
    }

    fn mismatch(&self, mismatch: &mut Mismatch) {
        self.text(&mut mismatch.wanted);
        self.text(&mut mismatch.seen);
    }

    /// Each direction of each connection is one stream, in however many pieces it went.
    fn transcript(&self, transcript: &mut Transcript) {
        let mut streams: BTreeMap<(usize, bool), Vec<usize>> = BTreeMap::new();
        for (index, entry) in transcript.entries.iter_mut().enumerate() {
            match &mut entry.what {
                Happening::Sent(_) => streams
                    .entry((entry.connection, true))
                    .or_default()
                    .push(index),
                Happening::Received(_) => {
                    streams
                        .entry((entry.connection, false))
                        .or_default()
                        .push(index);
                }
                Happening::Note(text) => self.text(text),
                _ => {}
            }
        }
        let whole = transcript.dropped == 0;
        for pieces in streams.into_values() {
            let mut stream = Vec::new();
            for &index in &pieces {
                let mut octets = octets_of(&transcript.entries[index].what).to_vec();
                if !whole {
                    // What is not kept may have been the beginning of a secret.
                    self.hide_start(&mut octets);
                }
                stream.extend_from_slice(&octets);
            }
            self.hide(&mut stream);
            let mut rest = Bytes::from(stream);
            for index in pieces {
                let what = &mut transcript.entries[index].what;
                let piece = rest.split_to(octets_of(what).len());
                if let Happening::Sent(octets) | Happening::Received(octets) = what {
                    *octets = piece;
                }
            }
        }
    }

    /// Hides every form, and every beginning of one that is long enough to be no accident. Forms
    /// can begin alike, so all of them are looked for before anything is hidden.
    fn hide(&self, octets: &mut [u8]) {
        let mut found: Vec<Range<usize>> = Vec::new();
        for form in &self.forms {
            let start = &form[..form.len().min(TELLING)];
            let finder = memchr::memmem::Finder::new(start);
            let mut from = 0;
            while let Some(at) = finder.find(&octets[from..]) {
                let at = from + at;
                let pairs = octets[at..].iter().zip(form);
                from = at + pairs.take_while(|(one, other)| one == other).count();
                found.push(at..from);
            }
            // The beginning of one may be all that came.
            let mut lengths = (SHORTEST_END..start.len()).rev();
            if let Some(length) = lengths.find(|&length| octets.ends_with(&form[..length])) {
                found.push(octets.len() - length..octets.len());
            }
        }
        for range in found {
            octets[range].fill(b'*');
        }
    }

    /// Hides the end of a form at the front.
    fn hide_start(&self, octets: &mut [u8]) {
        for form in &self.forms {
            let end = (SHORTEST_END..form.len()).rev();
            let mut ends = end.map(|length| &form[form.len() - length..]);
            if let Some(end) = ends.find(|end| octets.starts_with(end)) {
                octets[..end.len()].fill(b'*');
            }
        }
    }
}

/// What of a value is secret: all of it, or the credentials behind the name of a scheme; and the
/// parts that a server may take out of it, as the password of `Basic` or the value of a cookie.
fn parts(value: &str) -> Vec<String> {
    let mut parts = Vec::new();
    match value.split_once(' ') {
        Some((scheme, credentials)) if is_scheme(scheme) => {
            let credentials = credentials.trim_start();
            if let Ok(decoded) = BASE64.decode(credentials)
                && let Ok(decoded) = String::from_utf8(decoded)
            {
                parts.extend(
                    decoded
                        .split_once(':')
                        .map(|(_, password)| password.to_owned()),
                );
                parts.push(decoded);
            }
            parts.push(credentials.to_owned());
        }
        _ => parts.push(value.to_owned()),
    }
    let pairs = value.split([';', ',', ' ']);
    let values = pairs.filter_map(|pair| pair.split_once('='));
    parts.extend(values.map(|(_, value)| value.trim_matches('"').to_owned()));
    parts.retain(|part| part.len() >= SHORTEST_PART || part == value);
    parts
}

fn is_scheme(word: &str) -> bool {
    let known = [
        "apikey",
        "basic",
        "bearer",
        "digest",
        "dpop",
        "negotiate",
        "token",
    ];
    known.iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// The ways in which a text comes back: as it is, escaped for some format, or as a base64 text.
fn ways(part: &str) -> Vec<Vec<u8>> {
    let json = serde_json::Value::from(part).to_string();
    let json = json.trim_matches('"').to_owned();
    let html = part
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    let percent = |plain: &[u8]| -> String {
        let encode = |octet: u8| match octet {
            _ if octet.is_ascii_alphanumeric() || plain.contains(&octet) => {
                (octet as char).to_string()
            }
            _ => format!("%{octet:02X}"),
        };
        part.bytes().map(encode).collect()
    };
    let mut ways: Vec<Vec<u8>> = [
        part.to_owned(),
        json,
        html,
        percent(b"-._~"),
        percent(b"-._~").replace("%20", "+"),
        part.as_bytes().escape_ascii().to_string(),
        BASE64.encode(part),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect();
    ways.sort();
    ways.dedup();
    ways
}

fn octets_of(what: &Happening) -> &[u8] {
    match what {
        Happening::Sent(octets) | Happening::Received(octets) => octets,
        _ => &[],
    }
}

/// So many octets of a secret are no accident.
const TELLING: usize = 6;

/// Fewer octets of a secret at the end of what came say nothing about it.
const SHORTEST_END: usize = 3;

/// Shorter parts of a secret occur by chance.
const SHORTEST_PART: usize = 6;

#[cfg(test)]
mod tests;
