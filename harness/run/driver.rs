//! A client under test, told what to request and heard on how that went.

use bytes::Bytes;

use super::player::{Player, Stop};
use super::values::Absent;
use crate::scenario::{Ask, Octets, OutcomeWord};

/// A client under test, or what drives it.
pub(crate) trait Asker: Send {
    /// Requests these; an inner list is requested together.
    fn ask(&mut self, asks: Vec<Vec<FilledAsk>>) -> Result<(), CannotAsk>;
}

/// Why a client was not told to request something.
#[derive(Debug)]
pub(crate) enum CannotAsk {
    /// It is not made for that: a reason to skip.
    Unable(String),
    /// It could not be started: we cannot judge.
    Broken(String),
}

/// A request to be made by a client under test.
#[derive(Clone, Debug)]
pub(crate) struct FilledAsk {
    pub(crate) method: String,
    /// Absolute, as a caller would write it.
    pub(crate) url: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) fields: Vec<(String, Bytes)>,
}

/// How a request finished, as the client told its caller.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// `Any` where the client says nothing about this one of several requests.
    pub(crate) word: OutcomeWord,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<Bytes>,
}

impl Player<'_> {
    pub(crate) fn ask(&mut self, asks: &[Vec<Ask>]) -> Result<(), Stop> {
        // A scripted client does what its script says, whatever it is asked.
        let Some(asker) = &mut self.world.asker else {
            return Ok(());
        };
        let (values, named) = (self.values, &self.named);
        let authority = values.names.get("authority").map_or("", String::as_str);
        let fill = |ask: &Ask| -> Result<FilledAsk, Absent> {
            let target = values.text(&ask.target, named)?;
            let url = if target.starts_with('/') {
                format!("http://{authority}{target}")
            } else {
                target
            };
            let fill_field =
                |(name, value): &(String, Octets)| Ok((name.clone(), values.octets(value, named)?));
            Ok(FilledAsk {
                method: ask.method.clone(),
                url,
                body: ask
                    .body
                    .as_ref()
                    .map(|body| values.octets(body, named))
                    .transpose()?,
                fields: ask
                    .fields
                    .iter()
                    .map(fill_field)
                    .collect::<Result<_, Absent>>()?,
            })
        };
        let filled = asks
            .iter()
            .map(|together| together.iter().map(fill).collect())
            .collect::<Result<Vec<Vec<FilledAsk>>, Absent>>()?;
        asker.ask(filled).map_err(|cannot| match cannot {
            CannotAsk::Unable(why) => Stop::Skip(why),
            CannotAsk::Broken(why) => Stop::Broken(why),
        })
    }
}
