//! Which givens there are, of which kind, and how each is declared.

use std::collections::BTreeMap;

use crate::scenario::{GivenValue, Library, Selection};

/// What kind of value a given has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A path, declared under `[paths]`.
    Path,
    /// A length of time.
    Time,
    /// A limit or count.
    Number,
    /// A capability.
    Flag,
    /// Anything else.
    Text,
}

impl Kind {
    /// The kind of a value.
    pub(crate) fn of(value: &GivenValue) -> Self {
        match value {
            GivenValue::Text(text) if text.starts_with('/') => Self::Path,
            GivenValue::Text(_) => Self::Text,
            GivenValue::Time(_) => Self::Time,
            GivenValue::Number(_) => Self::Number,
            GivenValue::Flag(_) => Self::Flag,
        }
    }

    /// The same for a given that may have no default.
    pub(crate) fn of_given(name: &str, default: Option<&GivenValue>) -> Self {
        let usual = || USUAL.iter().find(|(usual, _)| *usual == name);
        match (default, usual()) {
            (Some(value), _) => Self::of(value),
            (None, Some((_, kind))) => *kind,
            (None, None) => Self::Text,
        }
    }
}

/// How a profile declares it, e.g. `[paths] echo = "/…"`.
pub(crate) fn advice(name: &str, kind: Kind) -> String {
    let table = if kind == Kind::Path { "paths" } else { "given" };
    format!("[{table}] {}", line(name, kind))
}

/// An example of its line.
fn line(name: &str, kind: Kind) -> String {
    match kind {
        Kind::Path => format!("{name} = \"/…\""),
        Kind::Time => format!("{name} = \"5s\""),
        Kind::Number => format!("{name} = 1000"),
        Kind::Flag => format!("{name} = true"),
        Kind::Text => format!("{name} = \"…\""),
    }
}

/// The givens that some scenario knows.
pub(super) struct Known<'l> {
    library: &'l Library,
    /// Read only where a name is none of the usual ones: that parses all files.
    all: Option<BTreeMap<String, Kind>>,
}

impl<'l> Known<'l> {
    pub(super) fn new(library: &'l Library) -> Self {
        Self { library, all: None }
    }

    /// The kind of a given, if there is such a one.
    pub(super) fn kind(&mut self, name: &str) -> Option<Kind> {
        let usual = USUAL.iter().find(|(usual, _)| *usual == name);
        match usual {
            Some((_, kind)) => Some(*kind),
            None => self.all().get(name).copied(),
        }
    }

    /// The names of some kinds, for advice.
    pub(super) fn names(&mut self, of: impl Fn(Kind) -> bool) -> Vec<String> {
        let named = self.all().iter().filter(|(_, kind)| of(**kind));
        named.map(|(name, _)| name.clone()).collect()
    }

    fn all(&mut self) -> &BTreeMap<String, Kind> {
        self.all.get_or_insert_with(|| {
            let usual = USUAL.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
            let mut all: BTreeMap<String, Kind> = usual.collect();
            // A profile for the bundled scenarios is right for those of a folder as well. A
            // broken library tells of itself when scenarios are taken from it.
            for library in [self.library, &Library::bundled()] {
                let selected = library.select(&Selection::all()).unwrap_or_default();
                let givens = selected.scenarios.iter().flat_map(|one| &one.given);
                for (name, given) in givens.filter(|(name, _)| *name != "path") {
                    let kind = Kind::of_given(name, given.default.as_ref());
                    all.entry(name.clone()).or_insert(kind);
                }
            }
            all
        })
    }
}

/// Something that a profile can declare.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Declaration {
    /// The name of the given.
    pub name: String,
    /// An example of its line.
    pub line: String,
    /// Whether it is a path, and stands under `[paths]`; else under `[given]`.
    pub is_path: bool,
}

/// Everything that some scenario of the library wants to be declared, in the order of the names.
#[must_use]
pub fn declarations(library: &Library) -> Vec<Declaration> {
    let mut known = Known::new(library);
    let all = known.all().iter();
    all.map(|(name, kind)| Declaration {
        name: name.clone(),
        line: line(name, *kind),
        is_path: *kind == Kind::Path,
    })
    .collect()
}

/// The givens by convention. Others are known where a scenario uses them.
pub(super) const USUAL: &[(&str, Kind)] = &[
    ("auth", Kind::Path),
    ("chunked", Kind::Path),
    ("content-timeout", Kind::Time),
    ("counter", Kind::Path),
    ("echo", Kind::Path),
    ("empty", Kind::Path),
    ("graphql", Kind::Path),
    ("graphql-users", Kind::Flag),
    ("head-timeout", Kind::Time),
    ("idle-timeout", Kind::Time),
    ("in-the-clear", Kind::Flag),
    ("items", Kind::Path),
    ("large", Kind::Path),
    ("missing", Kind::Path),
    ("negotiated", Kind::Path),
    ("no-content", Kind::Path),
    ("no-validators", Kind::Path),
    ("other", Kind::Path),
    ("other-encoded", Kind::Path),
    ("other-encoded-lower", Kind::Path),
    ("put", Kind::Path),
    ("range", Kind::Path),
    ("redirect", Kind::Path),
    ("reflect", Kind::Path),
    ("rpc", Kind::Path),
    ("rpc-counter", Kind::Path),
    ("slow", Kind::Path),
    ("trailers", Kind::Path),
    ("upgrade", Kind::Path),
    ("uri", Kind::Path),
    ("weak", Kind::Path),
    ("xmlrpc", Kind::Path),
];
