//! Whether the details of a message are what is asked for: octets, fields, and what has to be like
//! in another message. Pure: no clock, no socket.

use bytes::Bytes;
use memchr::memmem;

use super::check::{Context, Difference};
use super::describe;
use super::partial;
use super::values::{Absent, Taken};
use crate::scenario::{BodyCheck, FieldCheck, FieldTest, Like, LikePart};
use crate::wire::{Fields, Head};

impl Context<'_> {
    /// What is wanted and seen of octets, where they differ.
    pub(crate) fn octets(
        self,
        check: &BodyCheck,
        octets: &[u8],
    ) -> Result<Option<(String, String)>, Absent> {
        let fill = |wanted: &_| self.values.octets(wanted, self.named);
        let shown = || format!("is '{}'", describe::escaped(octets));
        if let Some(is) = &check.is {
            let is = fill(is)?;
            if is != octets {
                return Ok(Some((format!("is '{}'", describe::escaped(&is)), shown())));
            }
        }
        if let Some(has) = &check.has {
            let has = fill(has)?;
            if memmem::find(octets, &has).is_none() {
                return Ok(Some((
                    format!("has '{}' in it", describe::escaped(&has)),
                    shown(),
                )));
            }
        }
        if let Some(lacks) = &check.lacks {
            let lacks = fill(lacks)?;
            if memmem::find(octets, &lacks).is_some() {
                return Ok(Some((
                    format!("has no '{}' in it", describe::escaped(&lacks)),
                    shown(),
                )));
            }
        }
        Ok(check
            .length
            .filter(|&length| length != octets.len() as u64)
            .map(|length| {
                (
                    format!("has {length} octets"),
                    format!("has {} octets", octets.len()),
                )
            }))
    }

    pub(super) fn fields(
        self,
        checks: &[FieldCheck],
        fields: &Fields,
    ) -> Result<Option<Difference>, Absent> {
        for check in checks {
            if let Some(wanted) = self.field(check, fields)? {
                let lines: Vec<String> = fields
                    .all(&check.name)
                    .map(|value| format!("'{}: {}'", check.name, describe::escaped(value)))
                    .collect();
                let seen = if lines.is_empty() {
                    format!("no field {}", check.name)
                } else {
                    lines.join(" and ")
                };
                return Ok(Some(Difference::detail(&check.place, wanted, seen)));
            }
        }
        Ok(None)
    }

    /// What is wanted of a field, where it is not so.
    fn field(self, check: &FieldCheck, fields: &Fields) -> Result<Option<String>, Absent> {
        let FieldCheck { name, test, .. } = check;
        let fill = |octets: &_| self.values.octets(octets, self.named);
        let combined = || {
            let lines: Vec<&[u8]> = fields.all(name).map(|value| &value[..]).collect();
            lines.join(&b", "[..])
        };
        Ok(match test {
            FieldTest::Is(wanted) => {
                let wanted: Vec<Bytes> = wanted.iter().map(fill).collect::<Result<_, _>>()?;
                let same = fields.all(name).eq(wanted.iter());
                let lines: Vec<String> = wanted
                    .iter()
                    .map(|value| format!("'{name}: {}'", describe::escaped(value)))
                    .collect();
                (!same).then(|| lines.join(" and "))
            }
            FieldTest::Lists(member) => {
                let member = fill(member)?;
                let listed = fields
                    .list(name)
                    .any(|found| found.eq_ignore_ascii_case(&member));
                (!listed).then(|| format!("{} listed in {name}", describe::escaped(&member)))
            }
            FieldTest::Has(part) => {
                let part = fill(part)?;
                memmem::find(&combined(), &part)
                    .is_none()
                    .then(|| format!("'{}' in {name}", describe::escaped(&part)))
            }
            FieldTest::Lacks(part) => {
                let part = fill(part)?;
                memmem::find(&combined(), &part)
                    .is_some()
                    .then(|| format!("no '{}' in {name}", describe::escaped(&part)))
            }
            FieldTest::Present(wanted) => (fields.first(name).is_some() != *wanted)
                .then(|| format!("{} field {name}", if *wanted { "a" } else { "no" })),
        })
    }

    pub(super) fn like(self, like: &Like, head: &Head, content: &[u8]) -> Option<Difference> {
        let Some(model) = self.named.get(&like.message) else {
            return Some(Difference::detail(
                &like.place,
                format!("a message like {}", like.message),
                "no message of that name".into(),
            ));
        };
        like.parts.iter().find_map(|part| {
            let (what, wanted, seen) = unlike(part, model, head, content)?;
            let wanted = format!("{what} like in {}: {wanted}", like.message);
            Some(Difference {
                of_status: matches!(part, LikePart::Status),
                ..Difference::detail(&like.place, wanted, seen)
            })
        })
    }
}

/// What differs in that part, as name, wanted and seen.
fn unlike(
    part: &LikePart,
    model: &Taken,
    head: &Head,
    content: &[u8],
) -> Option<(String, String, String)> {
    let field = |name: &str| {
        let lines = |fields: &Fields| -> Vec<String> {
            fields
                .all(name)
                .map(|value| describe::escaped(value))
                .collect()
        };
        let wanted = model
            .head
            .as_ref()
            .map(|head| lines(&head.fields))
            .unwrap_or_default();
        let seen = lines(&head.fields);
        let shown = |lines: &[String]| match lines {
            [] => format!("no {name}"),
            lines => format!("{name}: {}", lines.join(", ")),
        };
        (wanted != seen).then(|| (format!("a field {name}"), shown(&wanted), shown(&seen)))
    };
    match part {
        LikePart::Status => {
            let wanted = model
                .head
                .as_ref()
                .and_then(Head::status)
                .map(|line| line.code);
            let seen = head.status().map(|line| line.code);
            let shown = |code: Option<u16>| code.map_or("none".into(), |code| code.to_string());
            (wanted != seen).then(|| ("a status".into(), shown(wanted), shown(seen)))
        }
        LikePart::Body => (model.content != content).then(|| {
            (
                "content".into(),
                format!("'{}'", describe::escaped(&model.content)),
                format!("'{}'", describe::escaped(content)),
            )
        }),
        LikePart::Field(name) => field(name),
        LikePart::Kept(name) => {
            let kept = |head: &Head| head.fields.first(name).is_some();
            let lost = model.head.as_ref().is_some_and(kept) && !kept(head);
            lost.then(|| field(name)).flatten()
        }
        LikePart::Range => partial::unlike(&model.content, head, content),
        LikePart::RangeField(name) => {
            let wanted = model.head.as_ref().and_then(|head| head.fields.first(name));
            partial::unlike_field(name, wanted, head, content)
        }
        LikePart::Fields => {
            let model_fields = model.head.iter().flat_map(|head| &head.fields.0);
            model_fields
                .chain(&head.fields.0)
                .map(|field| String::from_utf8_lossy(&field.name).into_owned())
                .filter(|name| {
                    !PER_RESPONSE
                        .iter()
                        .any(|other| other.eq_ignore_ascii_case(name))
                })
                .find_map(|name| field(&name))
        }
    }
}

/// Fields that differ from one response to the next without any meaning, or belong to the
/// connection: Upgrade is offered on its first response by some, and not again.
const PER_RESPONSE: [&str; 8] = [
    "Date",
    "Age",
    "Connection",
    "Keep-Alive",
    "Upgrade",
    "Trailer",
    "Transfer-Encoding",
    "Content-Length",
];
