//! What stands in `\{…}`.

use std::ops::Range;

use super::bytes::{Expression, Function, Part, Selector};
use super::error::did_you_mean;
use super::read::is_name;

/// What is wrong with an expression, with the place in its text.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) advice: Option<String>,
}

/// How deep functions of functions can go; more is a slip, and would use up the stack.
const MOST_FUNCTIONS: usize = 16;

/// The words before a colon.
const FUNCTIONS: [&str; 11] = [
    "length",
    "hex",
    "slice",
    "add",
    "date",
    "rfc850",
    "asctime",
    "opaque",
    "base64",
    "authority",
    "target",
];

/// The parts of a message that can be selected.
const PARTS: [&str; 9] = [
    "status", "method", "target", "fields", "body", "message", "json", "link", "follow",
];

/// Reads the text between `\{` and `}`.
pub(super) fn parse(text: &str) -> Result<Expression, Flaw> {
    parse_at(text, 0, 0)
}

/// The value at the bottom of all functions.
pub(super) fn leaf(expression: &Expression) -> &Expression {
    match expression {
        Expression::Apply(_, inner) => leaf(inner),
        other => other,
    }
}

/// Reads the text from an offset on, which is inside so many functions.
fn parse_at(text: &str, at: usize, depth: usize) -> Result<Expression, Flaw> {
    let rest = &text[at..];
    let end = rest
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_')
        .unwrap_or(rest.len());
    let word = &rest[..end];
    let behind = at + end + 1;
    match rest[end..].chars().next() {
        _ if word.is_empty() => Err(flaw(at..text.len(), "a value is missing")
            .advise("e.g. `\\{path}`, `\\{length:NAME}`, `\\{page.fields.ETag}`")),
        None => name(word, at),
        Some(':') if depth == MOST_FUNCTIONS => {
            Err(flaw(at..text.len(), "too many functions of functions"))
        }
        Some(':') => function(text, word, at, depth + 1),
        Some('.') => selected(text, word, behind),
        Some(other) => Err(flaw(
            at + end..at + end + other.len_utf8(),
            format!("`{other}` cannot stand in a value"),
        )),
    }
}

fn name(word: &str, at: usize) -> Result<Expression, Flaw> {
    if word == "target" {
        return Err(
            flaw(at..at + word.len(), "`target` needs a path").advise("e.g. `\\{target:/p}`")
        );
    }
    Ok(Expression::Name(word.to_owned()))
}

fn function(text: &str, word: &str, at: usize, depth: usize) -> Result<Expression, Flaw> {
    let behind = at + word.len() + 1;
    let argument = &text[behind..];
    let function = match word {
        "authority" if is_name(argument) => {
            return Ok(Expression::Authority(argument.to_owned()));
        }
        "authority" => return Err(flaw(behind..text.len(), "a second authority needs a name")),
        "target" if argument.starts_with('/') => {
            return Ok(Expression::Target(argument.to_owned()));
        }
        "target" => return Err(flaw(behind..text.len(), "the path must begin with `/`")),
        "length" => Function::Length,
        "hex" => Function::Hex,
        "rfc850" => Function::Rfc850,
        "asctime" => Function::Asctime,
        "opaque" => Function::Opaque,
        "base64" => Function::Base64,
        "slice" | "add" | "date" => return with_parameter(text, word, behind, depth),
        _ => return Err(unknown(word, at, "function", &FUNCTIONS)),
    };
    let inner = parse_at(text, behind, depth)?;
    Ok(Expression::Apply(function, Box::new(inner)))
}

/// `slice:A-B:X`, `add:N:X` and `date:OFFSET:X`.
fn with_parameter(text: &str, word: &str, behind: usize, depth: usize) -> Result<Expression, Flaw> {
    let length = text[behind..].find(':').unwrap_or(text.len() - behind);
    let parameter = &text[behind..behind + length];
    let span = behind..behind + length;
    let function = if word == "slice" {
        let bounds = parameter
            .split_once('-')
            .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
            .filter(|(from, to): &(usize, usize)| from <= to);
        let Some((from, to)) = bounds else {
            return Err(flaw(span, "a slice needs its first and its last octet")
                .advise("e.g. `\\{slice:0-4:page.body}` for the first five"));
        };
        Function::Slice(from, to)
    } else if word == "add" {
        let Ok(addend) = parameter.parse() else {
            return Err(flaw(span, "what is added must be an integer")
                .advise("e.g. `\\{add:-1:length:page.body}` for the last position"));
        };
        Function::Add(addend)
    } else {
        let Some(offset) = offset(parameter) else {
            return Err(flaw(span, "a date needs an offset")
                .advise("e.g. `\\{date:-1d:page.fields.Date}`, with s, m, h or d"));
        };
        Function::Date(offset)
    };
    if behind + length == text.len() {
        return Err(flaw(
            text.len()..text.len(),
            format!("`{word}` needs a value behind a second colon"),
        ));
    }
    let inner = parse_at(text, behind + length + 1, depth)?;
    Ok(Expression::Apply(function, Box::new(inner)))
}

/// `-1d` in seconds.
fn offset(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number: i64 = text[..text.len() - 1].parse().ok()?;
    number.checked_mul(unit).filter(|seconds| {
        // A hundred years each way stay inside what an HTTP-date can hold.
        seconds.unsigned_abs() <= 100 * 366 * 24 * 60 * 60
    })
}

/// `MESSAGE.PART`, `MESSAGE.PART.DETAIL`.
fn selected(text: &str, message: &str, behind: usize) -> Result<Expression, Flaw> {
    let rest = &text[behind..];
    let (word, detail) = match rest.split_once('.') {
        Some((word, detail)) => (word, Some(detail)),
        None => (rest, None),
    };
    let detail_span = (behind + word.len() + 1).min(text.len())..text.len();
    let part = match (word, detail) {
        ("status", None) => Part::Status,
        ("method", None) => Part::Method,
        ("target", None) => Part::Target,
        ("body", None) => Part::Body,
        ("message", None) => Part::Message,
        ("fields", Some(field)) if is_token(field) => Part::Field(field.to_owned()),
        ("link", Some(relation)) if !relation.is_empty() => Part::Link(relation.to_owned()),
        ("follow", Some(relation)) if !relation.is_empty() => Part::Follow(relation.to_owned()),
        ("json", Some(pointer)) if pointer.is_empty() || pointer.starts_with('/') => {
            Part::Json(pointer.to_owned())
        }
        ("fields" | "link" | "follow" | "json", _) => {
            return Err(
                flaw(detail_span, format!("`{word}` needs to know which one"))
                    .advise("e.g. `fields.ETag`, `link.next`, `json./items/0`"),
            );
        }
        (known, Some(_)) if PARTS.contains(&known) => {
            return Err(flaw(detail_span, format!("`{word}` has no parts")));
        }
        _ => return Err(unknown(word, behind, "part of a message", &PARTS)),
    };
    Ok(Expression::Selected(Selector {
        message: message.to_owned(),
        part,
    }))
}

/// Whether a text is a token, as field names and methods are.
///
/// ```abnf
/// token = 1*tchar
/// tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|"
///       / "~" / DIGIT / ALPHA
/// ```
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet))
}

fn flaw(span: Range<usize>, message: impl Into<String>) -> Flaw {
    Flaw {
        span,
        message: message.into(),
        advice: None,
    }
}

fn unknown(word: &str, at: usize, what: &str, known: &[&str]) -> Flaw {
    let found = flaw(at..at + word.len(), format!("unknown {what} `{word}`"));
    match did_you_mean(word, known.iter().copied()) {
        Some(meant) => found.advise(format!("did you mean `{meant}`?")),
        None => found.advise(format!("known are: {}", known.join(", "))),
    }
}

impl Flaw {
    fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}
