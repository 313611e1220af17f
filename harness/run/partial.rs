//! Whether the parts of a representation that a 206 response encloses are what is asked for. Pure:
//! no clock, no socket.

use bytes::Bytes;

use super::check::{Context, Difference};
use super::describe;
use super::values::Absent;
use crate::scenario::Ranges;
use crate::wire::Head;
use crate::wire::byteranges::{self, ContentRange, Part};

impl Context<'_> {
    /// How the places of the parts differ from what is asked for.
    pub(super) fn ranges(
        self,
        ranges: &Ranges,
        head: &Head,
        content: &[u8],
    ) -> Result<Option<Difference>, Absent> {
        let mut wanted = Vec::with_capacity(ranges.wanted.len());
        for octets in &ranges.wanted {
            let text = self.values.text(octets, self.named)?;
            let Some(range) = ContentRange::parse(format!("bytes {text}/*").as_bytes()) else {
                return Err(Absent(format!("`{text}` is no range of octets")));
            };
            wanted.push(range);
        }
        let differs = |seen| {
            let shown: Vec<String> = wanted.iter().map(shown).collect();
            let wanted = format!("octets inside of {}, in this order", shown.join(", "));
            Some(Difference::detail(&ranges.place, wanted, seen))
        };
        let places = match places(head, content) {
            Ok(places) => places,
            Err(seen) => return Ok(differs(seen)),
        };
        let mut left = wanted.iter();
        let inside = |place: &ContentRange| {
            left.any(|range| range.first <= place.first && place.last <= range.last)
        };
        if !places.is_empty() && places.iter().all(inside) {
            return Ok(None);
        }
        let seen: Vec<String> = places.iter().map(shown).collect();
        Ok(differs(format!("octets {}", seen.join(", "))))
    }
}

/// How a part differs from its place in the whole, as name, wanted and seen.
pub(super) fn unlike(
    whole: &Bytes,
    head: &Head,
    content: &[u8],
) -> Option<(String, String, String)> {
    let told = |seen: String| {
        let wanted = "parts whose Content-Range tells their place".to_owned();
        Some(("octets".to_owned(), wanted, seen))
    };
    let parts = match byteranges::parts(&head.fields, content) {
        Ok(parts) if parts.is_empty() => return told("no part".into()),
        Ok(parts) => parts,
        Err(error) => return told(error.to_string()),
    };
    parts.iter().find_map(|part| {
        let Some(range) = part.range else {
            return told(unplaced(part));
        };
        let all = whole.len() as u64;
        if range.last >= all || range.length.is_some_and(|length| length != all) {
            return told(format!("'{}' of {all} octets", content_range(part)));
        }
        // Both are inside of a length in memory, so that they fit.
        let at = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
        let wanted = &whole[at(range.first)..=at(range.last)];
        (part.content != wanted).then(|| {
            (
                format!("octets {}", shown(&range)),
                format!("'{}'", describe::escaped(wanted)),
                format!("'{}'", describe::escaped(part.content)),
            )
        })
    })
}

/// Which part in `multipart/byteranges` has another value in a field than the whole, as name,
/// wanted and seen.
pub(super) fn unlike_field(
    name: &str,
    wanted: Option<&Bytes>,
    head: &Head,
    content: &[u8],
) -> Option<(String, String, String)> {
    // A part on its own has its fields in the header section, where they can be looked at.
    if !byteranges::is_multipart(&head.fields) {
        return None;
    }
    let shown = |value: Option<&Bytes>| match value {
        Some(value) => format!("{name}: {}", describe::escaped(value)),
        None => format!("no {name}"),
    };
    let differs = |seen| Some((format!("a field {name} in each part"), shown(wanted), seen));
    match byteranges::parts(&head.fields, content) {
        Ok(parts) => parts
            .iter()
            .find(|part| part.fields.first(name) != wanted)
            .and_then(|part| differs(shown(part.fields.first(name)))),
        Err(error) => differs(error.to_string()),
    }
}

fn places(head: &Head, content: &[u8]) -> Result<Vec<ContentRange>, String> {
    let parts = byteranges::parts(&head.fields, content).map_err(|error| error.to_string())?;
    let place = |part: &Part<'_>| part.range.ok_or_else(|| unplaced(part));
    parts.iter().map(place).collect()
}

fn unplaced(part: &Part<'_>) -> String {
    match part.fields.first("Content-Range") {
        Some(value) => format!("'Content-Range: {}'", describe::escaped(value)),
        None => "a part without Content-Range".to_owned(),
    }
}

fn content_range(part: &Part<'_>) -> String {
    let value = part.fields.first("Content-Range");
    format!(
        "Content-Range: {}",
        describe::escaped(value.map_or(&[], |value| value))
    )
}

fn shown(range: &ContentRange) -> String {
    format!("{}-{}", range.first, range.last)
}
