//! Which scenarios are wanted.

use super::catalogue::covers;
use super::model::{ExampleKind, Rule, Scenario};

/// Which scenarios are wanted: those that match a pattern, or all without one; of these only
/// those that cite a requirement, or show a freedom that it grants, where one is named.
///
/// A pattern is an id (`server/close/honours-close`, `smuggling/te-lookalike[tab]`), or the
/// beginning of one up to a `/` or `[`; `*` and `?` stand for anything but `/`, `**` for anything.
/// Brackets stand for themselves. `scenarios/` in front and `.toml` behind are ignored, so that
/// paths can be given as well.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Selection {
    /// The patterns.
    pub patterns: Vec<String>,
    /// A catalogue id, or its beginning: `9112-9.6` is the whole section.
    pub requirement: Option<String>,
}

impl Selection {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// The scenarios that match one of some patterns.
    pub fn matching<S: Into<String>>(patterns: impl IntoIterator<Item = S>) -> Self {
        Self {
            patterns: patterns.into_iter().map(Into::into).collect(),
            requirement: None,
        }
    }

    /// Whether a scenario is wanted.
    #[must_use]
    pub fn includes(&self, scenario: &Scenario) -> bool {
        let cited = |wanted: &String| rules(scenario).any(|id| covers(wanted, id));
        self.requirement.as_ref().is_none_or(cited) && self.names(&scenario.id)
    }

    /// Whether a file may hold scenarios that are wanted, so that it has to be read.
    pub(super) fn may_include(&self, id: &str, text: &str) -> bool {
        // A pattern with a wildcard or a bracket can be about the name of a case.
        let reads_on =
            |pattern: &String| pattern.contains(['*', '?', '[']) && text.contains("case");
        let named = self.names(id) || self.patterns.iter().any(reads_on);
        named
            && self
                .requirement
                .as_ref()
                .is_none_or(|requirement| text.contains(requirement.as_str()))
    }

    fn names(&self, id: &str) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| matches(pattern, id))
    }
}

/// The entries of the catalogue that a scenario is about: those that it cites, and those that grant
/// a freedom which one of its permitted examples uses.
fn rules(scenario: &Scenario) -> impl Iterator<Item = &String> {
    let cited = match &scenario.rule {
        Rule::Requirements(ids, _) => ids.as_slice(),
        Rule::Hardening(_) => &[],
    };
    let permits = scenario.permitted.iter().flat_map(|it| match &it.kind {
        ExampleKind::Permitted { permits, .. } => permits.as_slice(),
        ExampleKind::Counterexample { .. } => &[],
    });
    cited.iter().chain(permits)
}

/// Whether a pattern matches an id or a beginning of it.
pub(crate) fn matches(pattern: &str, id: &str) -> bool {
    let pattern = bare(pattern).as_bytes();
    let ends = id
        .match_indices(['/', '['])
        .map(|(at, _)| at)
        .chain([id.len()]);
    ends.into_iter()
        .any(|end| glob(pattern, &id.as_bytes()[..end]))
}

/// A pattern without what a path has and an id has not.
pub(super) fn bare(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let pattern = match pattern.split_once('/') {
        // Of a frozen set it is `scenarios@1.0/`.
        Some((folder, below)) if folder == "scenarios" || folder.starts_with("scenarios@") => below,
        _ => pattern,
    };
    let pattern = pattern.strip_suffix(".toml").unwrap_or(pattern);
    pattern.strip_suffix('/').unwrap_or(pattern)
}

/// Matches wildcards by going back to the last star that can take more.
///
/// Two places to go back to are kept, one for `**` and one for `*`: what a `*` cannot take (a
/// slash) an earlier `**` may.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut single: Option<(usize, usize)> = None;
    let mut double: Option<(usize, usize)> = None;
    loop {
        if pattern[p..].starts_with(b"**") {
            p += 2;
            // `a/**/b` also matches `a/b`.
            double = Some((p, t));
            single = None;
            if pattern.get(p) == Some(&b'/') && (t == 0 || text[t - 1] == b'/') {
                p += 1;
            }
            continue;
        }
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            single = Some((p, t));
            continue;
        }
        let fits = match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'?'), Some(octet)) => *octet != b'/',
            (Some(wanted), Some(octet)) => wanted == octet,
            _ => false,
        };
        if fits {
            (p, t) = (p + 1, t + 1);
        } else if let Some((back, from)) =
            single.filter(|(_, from)| text.get(*from).is_some_and(|octet| *octet != b'/'))
        {
            single = Some((back, from + 1));
            (p, t) = (back, from + 1);
        } else if let Some((back, from)) = double.filter(|(_, from)| *from < text.len()) {
            single = None;
            double = Some((back, from + 1));
            (p, t) = (back, from + 1);
        } else {
            return false;
        }
    }
}
