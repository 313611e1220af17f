//! Field lines that every request gets beside those of its scenario.

use std::fmt;

/// Field lines for every request, in the order of the file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ExtraFields {
    fields: Vec<ExtraField>,
}

/// One field line.
#[derive(Clone, Eq, PartialEq)]
pub struct ExtraField {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Whether the value is nobody else's business, because it comes from the environment.
    pub secret: bool,
}

/// A secret is not shown, wherever a profile is.
impl fmt::Debug for ExtraField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.secret { "…" } else { &self.value };
        write!(f, "{}: {value}", self.name)
    }
}

impl ExtraField {
    /// Checks name and value; the error is a fragment that does not contain the value.
    ///
    /// # Errors
    /// It could not be a field line, or would change how a message is read.
    pub fn new(name: &str, value: &str, secret: bool) -> Result<Self, String> {
        check_name(name)?;
        check_value(value)?;
        if secret && value.len() < SHORTEST_SECRET {
            return Err(format!(
                "has fewer than {SHORTEST_SECRET} characters: too few to be kept out of reports"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            secret,
        })
    }
}

impl ExtraFields {
    /// Adds a field line.
    pub fn push(&mut self, field: ExtraField) {
        self.fields.push(field);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &ExtraField> {
        self.fields.iter()
    }

    /// As they are written behind `Host`: each with a line end in front, and none at the end.
    #[must_use]
    pub fn lines(&self) -> String {
        let line = |field: &ExtraField| format!("\r\n{}: {}", field.name, field.value);
        self.fields.iter().map(line).collect()
    }

    /// The values that must not be shown.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let secret = self.fields.iter().filter(|field| field.secret);
        secret.map(|field| field.value.as_str())
    }
}

/// A token that does not frame a message or belong to the scenarios; the error is a fragment.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let is_tchar = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    if name.is_empty() || !name.bytes().all(is_tchar) {
        return Err(format!("`{}` is no field name", name.escape_debug()));
    }
    if RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
    {
        return Err(format!(
            "`{name}` is what the scenarios are about: it cannot be added"
        ));
    }
    Ok(())
}

/// What can stand in a field line, as one line of visible characters; the error is a fragment.
fn check_value(value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err("is empty".into());
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err("has a line end or NUL, which no field value may have".into());
    }
    if !value
        .bytes()
        .all(|octet| octet == b'\t' || (b' '..=b'~').contains(&octet))
    {
        return Err("has characters that are not visible ASCII".into());
    }
    if value.trim_matches([' ', '\t']) != value {
        return Err("begins or ends with white space, which is not part of a field value".into());
    }
    if value.len() > LONGEST_VALUE {
        return Err(format!("is longer than {LONGEST_VALUE} characters"));
    }
    Ok(())
}

/// Fields that frame a message, steer its connection, or are what scenarios vary. One more of
/// them would change what is tested.
const RESERVED: &[&str] = &[
    "Connection",
    "Content-Length",
    "Expect",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Proxy-Connection",
    "Range",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// Fewer octets occur by chance, and then everything would be hidden.
const SHORTEST_SECRET: usize = 4;

/// Longer ones are refused by many servers, and then every scenario would tell of that.
const LONGEST_VALUE: usize = 4096;
