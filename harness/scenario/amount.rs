//! Lengths of time as files write them.

use std::time::Duration;

use super::bytes::Amount;

/// The longest time that a file can name. Everything longer is a slip.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads `"500ms"`, `"0.8 idle-timeout"` or `"idle-timeout"`; the error is a fragment.
pub(super) fn parse(text: &str) -> Result<Amount, String> {
    if let Some((factor, name)) = text.split_once(' ') {
        let factor: f64 = factor
            .parse()
            .ok()
            .filter(|factor: &f64| factor.is_finite() && (0.0..=1e6).contains(factor))
            .ok_or_else(|| format!("`{factor}` is no factor"))?;
        return Ok(Amount::Multiple(factor, name.trim().to_owned()));
    }
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Ok(Amount::Multiple(1.0, text.to_owned()));
    }
    duration(text).map(Amount::Fixed)
}

/// Reads a length of time such as `"500ms"`, `"1.5s"` or `"2m"`, as files and flags write it.
///
/// # Errors
/// A fragment that says what is wrong with it.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "" if !number.is_empty() => return Err(format!("`{text}` has no unit")),
        _ => return Err(format!("`{text}` is no length of time")),
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| format!("`{text}` is no length of time up to 24 hours"))
}

/// A multiple of a length of time that is known.
pub(super) fn scaled(unit: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(unit.as_secs_f64() * factor).unwrap_or(LONGEST)
}
