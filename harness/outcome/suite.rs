//! What a run was selected from: do two reports belong together?

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::scenario::Scenario;

/// What a run selected, before anything was split off for other machines.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Suite {
    /// The frozen set (`1.0`); nothing for the scenarios of this version or of a folder.
    pub name: Option<String>,
    /// Two runs with the same digest played the same scenarios: SHA-256 in hexadecimal over ids
    /// and file texts.
    pub digest: String,
}

impl Suite {
    /// The suite that consists of these scenarios.
    #[must_use]
    pub fn of(scenarios: &[Arc<Scenario>]) -> Self {
        let mut ids: Vec<&str> = scenarios.iter().map(|it| it.id.as_str()).collect();
        ids.sort_unstable();
        let mut texts: Vec<(&str, &str)> = scenarios
            .iter()
            .map(|it| (it.source.path.as_str(), it.source.text.as_str()))
            .collect();
        texts.sort_unstable_by_key(|(path, _)| *path);
        texts.dedup_by_key(|(path, _)| *path);
        let mut digest = Sha256::new();
        // Lengths in front, so that no two lists read the same. The path is left out: it says
        // where somebody keeps the file.
        let words = ids
            .into_iter()
            .chain(texts.into_iter().map(|(_, text)| text));
        for word in words {
            digest.update((word.len() as u64).to_be_bytes());
            digest.update(word);
        }
        let digest = digest.finalize();
        Self {
            name: None,
            digest: digest.iter().map(|octet| format!("{octet:02x}")).collect(),
        }
    }
}

/// One of several parts of a suite, each played on a machine of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub count: usize,
    /// What tells how the suite was divided: shards of one division have the same.
    pub plan: u64,
}
