//! The catalogue of normative statements, and how badly breaking one counts.

use std::collections::BTreeMap;

use super::document::Document;

/// The catalogue: requirements by id.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// All entries, by id.
    pub entries: BTreeMap<String, Requirement>,
}

/// One normative statement of a [document](Document), in our words.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// e.g. `9112-9.6-p6-1`.
    pub id: String,
    /// e.g. `9.6`.
    pub section: String,
    /// Its level.
    pub level: Level,
    /// Who is bound.
    pub roles: Vec<Role>,
    /// Whether it can be seen from outside.
    pub observable: Observable,
    /// What breaking it can come to at the worst.
    pub worst: Grade,
    /// The statement in one sentence.
    pub summary: String,
    /// How it could be probed.
    pub probe: String,
    /// Which outcomes are accepted.
    pub verdict: String,
    /// Exceptions and prerequisites.
    pub note: String,
    /// Why nothing covers it, by the role for which nothing can.
    pub untested: BTreeMap<Role, String>,
}

/// The BCP 14 keyword, or what stands in its place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the variants are the keywords of BCP 14")]
pub enum Level {
    Must,
    MustNot,
    Should,
    ShouldNot,
    Recommended,
    May,
    Optional,
    /// A grammar rule, which binds senders (RFC 9110 §2.2).
    Grammar,
    /// A procedure in prose.
    Algorithm,
    /// Normative in effect, without keyword.
    Prose,
}

/// What breaking a requirement comes to.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Grade {
    /// Nothing: what was seen is recorded (MAY).
    Observe,
    /// A warning (SHOULD).
    Warn,
    /// A failure (MUST, grammar for senders, framing).
    Fail,
}

/// Who is bound by a requirement, on the connection in question.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(
    missing_docs,
    reason = "the variants are the roles of RFC 9110 section 3"
)]
pub enum Role {
    Server,
    Client,
    Intermediary,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Server, Self::Client, Self::Intermediary];

    /// Its word in the catalogue.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Intermediary => "intermediary",
        }
    }
}

/// Whether keeping a requirement can be seen from outside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Observable {
    /// On the connections.
    Wire,
    /// Given a setting or a capability of the subject.
    Config,
    /// Not at all.
    Internal,
    /// By people: registries, documents.
    Human,
}

impl Level {
    /// All of them.
    const ALL: [Self; 10] = [
        Self::Must,
        Self::MustNot,
        Self::Should,
        Self::ShouldNot,
        Self::Recommended,
        Self::May,
        Self::Optional,
        Self::Grammar,
        Self::Algorithm,
        Self::Prose,
    ];

    /// The level with that [word](Self::word).
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// Its word in the catalogue.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::Recommended => "RECOMMENDED",
            Self::May => "MAY",
            Self::Optional => "OPTIONAL",
            Self::Grammar => "GRAMMAR",
            Self::Algorithm => "ALGORITHM",
            Self::Prose => "PROSE",
        }
    }
}

impl Observable {
    /// Its word in the catalogue.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Config => "config",
            Self::Internal => "internal",
            Self::Human => "human",
        }
    }
}

impl Requirement {
    /// The address of its section, e.g. `https://www.rfc-editor.org/rfc/rfc9112#section-9.6`; empty
    /// where its document is not known.
    #[must_use]
    pub fn link(&self) -> String {
        let document = Document::of(&self.id);
        document.map_or(String::new(), |document| document.link(&self.section))
    }

    /// Its document and section, e.g. `RFC 9112, section 9.6`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}, section {}", self.document(), self.section)
    }

    /// The name of its document, e.g. `RFC 9112`; of one that is not known, what the id begins
    /// with.
    #[must_use]
    pub fn document(&self) -> &str {
        match Document::of(&self.id) {
            Some(document) => document.name,
            None => self.id.split('-').next().unwrap_or_default(),
        }
    }
}
