//! Reads TOML trees: every value knows its place, every wrong value is noted and reading goes on.
//!
//! Scenario files are read from the spanned tree of the `toml` crate and not through serde:
//! one mechanism then reports all errors of a file at once, keeps the place of every value
//! whatever shapes a key may take, and still sees which quotes a string has.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::log::{Log, Noted};
use super::model::Place;

/// The keys that a table may have.
pub(crate) struct Shape {
    /// What it is, with its article.
    pub(crate) what: &'static str,
    /// Its keys, in the order in which they are written.
    pub(crate) keys: &'static [&'static str],
}

/// A value of a table or an array.
#[derive(Clone, Copy)]
pub(crate) struct Item<'t> {
    pub(crate) log: &'t Log,
    /// The key; of a member of an array, that of the array.
    pub(crate) key: &'t Spanned<DeString<'t>>,
    value: &'t Spanned<DeValue<'t>>,
}

/// A table of which the keys are known to be right.
#[derive(Clone)]
pub(crate) struct Table<'t> {
    log: &'t Log,
    what: &'static str,
    entries: &'t DeTable<'t>,
    span: Range<usize>,
    /// Whether it has no unknown keys. What seems to be missing may only be misspelt.
    sound: bool,
}

impl<'t> Table<'t> {
    /// The table of a whole file.
    pub(crate) fn root(log: &'t Log, entries: &'t DeTable<'t>, shape: &Shape) -> Self {
        let mut table = Self {
            log,
            what: shape.what,
            entries,
            span: 0..0,
            sound: true,
        };
        table.check_keys(shape);
        table
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn place(&self) -> Place {
        self.log.place(self.span())
    }

    pub(crate) fn get(&self, key: &str) -> Option<Item<'t>> {
        let (key, value) = self.entries.get_key_value(key)?;
        Some(Item {
            log: self.log,
            key,
            value,
        })
    }

    /// A key that must be there.
    pub(crate) fn require(&self, key: &str) -> Option<Item<'t>> {
        let item = self.get(key);
        if item.is_none() {
            self.log
                .note(self.span(), format!("`{key}` is missing in {}", self.what));
        }
        item
    }

    /// All keys, in the order of the text.
    pub(crate) fn items(&self) -> Vec<Item<'t>> {
        let mut items: Vec<Item<'t>> = self
            .entries
            .iter()
            .map(|(key, value)| Item {
                log: self.log,
                key,
                value,
            })
            .collect();
        items.sort_by_key(|item| item.key.span().start);
        items
    }

    pub(crate) fn is_sound(&self) -> bool {
        self.sound
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn check_keys(&mut self, shape: &Shape) {
        for item in self.items() {
            if !shape.keys.contains(&item.name()) {
                self.sound = false;
                self.log
                    .note(
                        item.key.span(),
                        format!("unknown key `{}` in {}", item.name(), shape.what),
                    )
                    .suggest(item.name(), shape.keys.iter().copied());
            }
        }
    }
}

impl<'t> Item<'t> {
    pub(crate) fn name(&self) -> &'t str {
        self.key.get_ref()
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    pub(crate) fn value(&self) -> &'t DeValue<'t> {
        self.value.get_ref()
    }

    pub(crate) fn place(&self) -> Place {
        self.log.place(self.span())
    }

    /// Where the key and its value stand. Of a table that is written with dots
    /// (`expect.status = 200`) that is the first line.
    pub(crate) fn whole(&self) -> Place {
        let mut end = self.span().end;
        let mut item = *self;
        while let Some(first) = item.first_of_dotted() {
            end = first.span().end;
            item = first;
        }
        self.log.place(self.key.span().start..end)
    }

    /// The first member of a table without braces of its own.
    fn first_of_dotted(&self) -> Option<Self> {
        let text = self.log.source().text.get(self.span())?;
        let table = self.is_table() && !text.starts_with(['{', '[']);
        let items = table.then(|| self.map("")?.items().into_iter().next());
        items?
    }

    pub(crate) fn note(&self, message: impl Into<String>) -> Noted<'t> {
        self.log.note(self.span(), message)
    }

    /// Notes that the value has the wrong type.
    pub(crate) fn wrong_type(&self, wanted: &str) -> Noted<'t> {
        let is = match self.value() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.note(format!("`{}` must be {wanted}, not {is}", self.name()))
    }

    /// A text in whatever quotes.
    pub(crate) fn text(&self) -> Option<&'t str> {
        let DeValue::String(text) = self.value() else {
            self.wrong_type("a string");
            return None;
        };
        Some(text)
    }

    /// A text for people, which must say something.
    pub(crate) fn sentence(&self) -> Option<String> {
        let text = self.text()?.trim();
        if text.is_empty() {
            self.note(format!("`{}` is empty", self.name()));
        }
        Some(text.to_owned())
    }

    /// A name, as connections, events, values and cases have them.
    pub(crate) fn word(&self) -> Option<&'t str> {
        let text = self.text()?;
        if is_name(text) {
            return Some(text);
        }
        self.note(format!("`{text}` is no name"))
            .advice("names consist of letters, digits, `-` and `_`");
        None
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        let DeValue::Boolean(flag) = self.value() else {
            self.wrong_type("true or false");
            return None;
        };
        Some(*flag)
    }

    /// An integer within bounds.
    pub(crate) fn count(&self, bounds: RangeInclusive<u64>) -> Option<u64> {
        let Some(number) = self.integer() else {
            self.wrong_type("an integer");
            return None;
        };
        let count = u64::try_from(number)
            .ok()
            .filter(|count| bounds.contains(count));
        if count.is_none() {
            let (from, to) = bounds.into_inner();
            self.note(format!("`{}` must be between {from} and {to}", self.name()));
        }
        count
    }

    /// The value as an integer, if it is one.
    pub(crate) fn integer(&self) -> Option<i64> {
        let DeValue::Integer(number) = self.value() else {
            return None;
        };
        i64::from_str_radix(number.as_str(), number.radix()).ok()
    }

    /// One of some words.
    /// An integer or a fraction.
    pub(crate) fn number(&self) -> Option<f64> {
        let number = match self.value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .and_then(|number| i32::try_from(number).ok())
                .map(f64::from),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type("a number of 32 bits or a fraction");
        }
        number
    }

    pub(crate) fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            self.note(format!("unknown word `{text}` for `{}`", self.name()))
                .suggest(text, words.iter().map(|(word, _)| *word));
        }
        found.map(|(_, value)| *value)
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self.value(), DeValue::Array(_))
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value(), DeValue::Table(_))
    }

    pub(crate) fn is_string(&self) -> bool {
        matches!(self.value(), DeValue::String(_))
    }

    /// The members of an array that must not be empty.
    pub(crate) fn list(&self) -> Option<Vec<Self>> {
        let DeValue::Array(members) = self.value() else {
            self.wrong_type("an array");
            return None;
        };
        if members.is_empty() {
            self.note(format!("`{}` is empty", self.name()));
        }
        Some(
            members
                .iter()
                .map(|value| Self { value, ..*self })
                .collect(),
        )
    }

    /// The members of an array, or the one value that stands for an array of it.
    pub(crate) fn one_or_list(&self) -> Vec<Self> {
        if self.is_array() {
            self.list().unwrap_or_default()
        } else {
            vec![*self]
        }
    }

    /// A table with known keys.
    pub(crate) fn table(&self, shape: &Shape) -> Option<Table<'t>> {
        let mut table = self.map(shape.what)?;
        table.check_keys(shape);
        Some(table)
    }

    /// A table with free keys.
    pub(crate) fn map(&self, what: &'static str) -> Option<Table<'t>> {
        let DeValue::Table(entries) = self.value() else {
            self.wrong_type("a table");
            return None;
        };
        Some(Table {
            log: self.log,
            what,
            entries,
            span: self.span(),
            sound: true,
        })
    }
}

/// Whether a text can name a connection, an event, a value or a case.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
}
