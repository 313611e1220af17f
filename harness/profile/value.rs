//! Values of a profile, each with the message that tells why it is none.

use std::time::Duration;

use toml::de::DeValue;

use super::address;
use super::given::Kind;
use crate::peer::tls::Tls;
use crate::scenario::{GivenValue, Item, Table, duration};

/// The value, or nothing and a note at the item.
pub(super) fn checked<T>(item: &Item<'_>, result: Result<T, String>, advice: &str) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(message) => {
            let noted = item.note(message);
            if !advice.is_empty() {
                noted.advice(advice);
            }
            None
        }
    }
}

pub(super) fn path(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    checked(
        item,
        address::check_path(text),
        "a path begins with `/`, e.g. \"/echo\"",
    )?;
    Some(text.to_owned())
}

pub(super) fn time(item: &Item<'_>) -> Option<Duration> {
    if !item.is_string() {
        item.wrong_type("a string with a unit").advice(TIME);
        return None;
    }
    let time = checked(item, duration(item.text()?), TIME)?;
    if time.is_zero() {
        item.note(format!("`{}` cannot be zero", item.name()));
        return None;
    }
    Some(time)
}

pub(super) fn factor(item: &Item<'_>) -> Option<f64> {
    let number = match item.value() {
        DeValue::Float(float) => float.as_str().parse().ok(),
        DeValue::Integer(_) => item.integer().map(|number| number as f64),
        _ => {
            item.wrong_type("a number");
            return None;
        }
    };
    let factor = number.filter(|factor| (1.0..=100.0).contains(factor));
    if factor.is_none() {
        item.note(format!("`{}` must be between 1 and 100", item.name()));
    }
    factor
}

pub(super) fn value(item: &Item<'_>, kind: Kind) -> Option<GivenValue> {
    match kind {
        Kind::Time => time(item).map(GivenValue::Time),
        Kind::Number => {
            let count = item.count(1..=i64::MAX as u64);
            count
                .and_then(|count| i64::try_from(count).ok())
                .map(GivenValue::Number)
        }
        Kind::Flag => item.flag().map(GivenValue::Flag),
        Kind::Text | Kind::Path => item.sentence().map(GivenValue::Text),
    }
}

pub(super) fn tls(table: &Table<'_>) -> Tls {
    let cacert = table.get("cacert").and_then(|item| item.sentence());
    let insecure = table.get("insecure").and_then(|item| item.flag());
    let server_name = table.get("server-name").and_then(|item| {
        let name = item.text()?;
        let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b"-._:".contains(&octet);
        if name.is_empty() || !name.bytes().all(is_host) {
            item.note(format!("`{}` is no host name", name.escape_debug()));
            return None;
        }
        Some(name.to_owned())
    });
    if insecure == Some(true)
        && cacert.is_some()
        && let Some(item) = table.get("insecure")
    {
        item.note("`insecure` beside `cacert`")
            .advice("who accepts any certificate needs no roots: keep one of the two");
    }
    Tls {
        roots: cacert.map(Into::into),
        insecure: insecure == Some(true),
        server_name,
        ..Tls::default()
    }
}

const TIME: &str = "e.g. \"500ms\", \"1.5s\" or \"2m\"";
