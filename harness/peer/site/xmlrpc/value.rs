//! The values of XML-RPC.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;

use super::elements;

/// A parameter, a result, or what is inside of one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// `int`, `i4`.
    Int(i32),
    /// `boolean`.
    Boolean(bool),
    /// `string`, and what has no type.
    Text(String),
    /// `double`, as it was written.
    Double(String),
    /// `dateTime.iso8601`, without zone.
    Date(String),
    /// `base64`, without white space.
    Base64(String),
    /// `struct`, in the order of its members.
    Struct(Vec<(String, Self)>),
    /// `array`.
    Array(Vec<Self>),
}

impl Value {
    /// Reads a `value`; `None` where it is none.
    pub(super) fn read(node: Node<'_, '_>) -> Option<Self> {
        Self::read_inside(node, 0)
    }

    fn read_inside(node: Node<'_, '_>, depth: usize) -> Option<Self> {
        if !node.has_tag_name("value") || depth == DEEPEST {
            return None;
        }
        let mut typed = elements(node);
        let Some(kind) = typed.next() else {
            return Some(Self::Text(node.text().unwrap_or_default().to_owned()));
        };
        if typed.next().is_some() {
            return None;
        }
        let text = kind.text().unwrap_or_default();
        match kind.tag_name().name() {
            "struct" => elements(kind)
                .map(|member| Self::member(member, depth))
                .collect::<Option<_>>()
                .map(Self::Struct),
            "array" => {
                let mut data = elements(kind);
                let inside = data.next().filter(|data| data.has_tag_name("data"))?;
                let values = elements(inside).map(|value| Self::read_inside(value, depth + 1));
                let values = values.collect::<Option<_>>()?;
                data.next().is_none().then_some(Self::Array(values))
            }
            _ if elements(kind).next().is_some() => None,
            "int" | "i4" => text.trim().parse().ok().map(Self::Int),
            "boolean" => match text.trim() {
                "0" => Some(Self::Boolean(false)),
                "1" => Some(Self::Boolean(true)),
                _ => None,
            },
            "string" => Some(Self::Text(text.to_owned())),
            "double" => is_double(text.trim()).then(|| Self::Double(text.trim().to_owned())),
            "dateTime.iso8601" => is_date(text.trim()).then(|| Self::Date(text.trim().to_owned())),
            "base64" => {
                let packed: String = text.split_ascii_whitespace().collect();
                STANDARD
                    .decode(&packed)
                    .is_ok()
                    .then_some(Self::Base64(packed))
            }
            _ => None,
        }
    }

    fn member(member: Node<'_, '_>, depth: usize) -> Option<(String, Self)> {
        let mut parts = elements(member);
        let name = parts.next().filter(|name| name.has_tag_name("name"))?;
        let value = Self::read_inside(parts.next()?, depth + 1)?;
        let is_whole = parts.next().is_none() && member.has_tag_name("member");
        is_whole.then(|| (name.text().unwrap_or_default().to_owned(), value))
    }

    /// Writes it as a `value`. As deep as it goes it has been read before.
    pub(super) fn write(&self, text: &mut String) {
        text.push_str("<value>");
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Int(number) => write!(text, "<int>{number}</int>"),
            Self::Boolean(flag) => write!(text, "<boolean>{}</boolean>", u8::from(*flag)),
            Self::Double(number) => write!(text, "<double>{number}</double>"),
            Self::Date(date) => write!(text, "<dateTime.iso8601>{date}</dateTime.iso8601>"),
            Self::Base64(packed) => write!(text, "<base64>{packed}</base64>"),
            Self::Text(inside) => {
                text.push_str("<string>");
                escape(inside, text);
                write!(text, "</string>")
            }
            Self::Struct(members) => {
                text.push_str("<struct>");
                for (name, value) in members {
                    text.push_str("<member><name>");
                    escape(name, text);
                    text.push_str("</name>");
                    value.write(text);
                    text.push_str("</member>");
                }
                write!(text, "</struct>")
            }
            Self::Array(values) => {
                text.push_str("<array><data>");
                for value in values {
                    value.write(text);
                }
                write!(text, "</data></array>")
            }
        };
        text.push_str("</value>");
    }
}

/// A sign perhaps, and digits with one full stop among them at most.
fn is_double(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = digits.splitn(2, '.');
    let is_number = |part: &str| part.bytes().all(|octet| octet.is_ascii_digit());
    parts.all(is_number) && digits.bytes().any(|octet| octet.is_ascii_digit())
}

/// `19980717T14:08:55`.
fn is_date(text: &str) -> bool {
    let shape = b"00000000T00:00:00";
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(octet, like)| match like {
            b'0' => octet.is_ascii_digit(),
            like => octet == *like,
        })
}

fn escape(inside: &str, text: &mut String) {
    for letter in inside.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            // A reader would make a line feed of it.
            '\r' => text.push_str("&#13;"),
            letter => text.push(letter),
        }
    }
}

/// Values in values.
const DEEPEST: usize = 64;
