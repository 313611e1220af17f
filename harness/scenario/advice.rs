//! What may have been meant where a selection selects nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::{LoadError, did_you_mean};
use super::library::Library;
use super::model::Scenario;
use super::requirement::Catalogue;
use super::select::{Selection, bare};

impl Library {
    /// Notes what selects nothing.
    pub(super) fn check_selection(
        &self,
        selection: &Selection,
        scenarios: &BTreeMap<String, Arc<Scenario>>,
    ) -> Result<(), LoadError> {
        let unused = |requirement: &String, hint| LoadError::NothingSelected {
            wanted: format!("the requirement `{requirement}`"),
            hint,
        };
        if let Some(requirement) = selection
            .requirement
            .as_ref()
            .filter(|_| scenarios.is_empty())
        {
            let meant = self.catalogue()?.meant(requirement);
            if meant.is_some() || selection.patterns.is_empty() {
                return Err(unused(requirement, meant));
            }
        }
        for pattern in &selection.patterns {
            let one = Selection::matching([pattern]);
            if !scenarios.values().any(|scenario| one.includes(scenario)) {
                return Err(self.nothing_selected(pattern, selection));
            }
        }
        Ok(())
    }

    fn nothing_selected(&self, pattern: &str, selection: &Selection) -> LoadError {
        let mut wanted = format!("the pattern `{pattern}`");
        if let Some(requirement) = &selection.requirement {
            wanted.push_str(&format!(" with the requirement `{requirement}`"));
        }
        LoadError::NothingSelected {
            wanted,
            hint: self.meant(bare(pattern)),
        }
    }

    /// The id, the folder, the case or the option that was probably meant by a pattern.
    fn meant(&self, pattern: &str) -> Option<String> {
        if let Some(case) = self.case_meant(pattern) {
            return Some(case);
        }
        // Folders can be meant as well as files.
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for id in self.file_ids() {
            known.extend(id.match_indices('/').map(|(at, _)| &id[..at]));
            known.insert(id);
        }
        if known.contains(pattern) {
            // It is there, and something else keeps it from being selected.
            return None;
        }
        let cites = |catalogue: &Catalogue| catalogue.matching(pattern).next().is_some();
        if self.catalogue().is_ok_and(cites) {
            return Some(format!("--requirement {pattern}"));
        }
        if let Some(meant) = did_you_mean(pattern, known.iter().copied()) {
            return Some(meant.to_owned());
        }
        // Or the name of a file without its folders.
        let mut endings: BTreeMap<&str, &str> = BTreeMap::new();
        for id in &known {
            for (at, _) in id.match_indices('/') {
                endings.entry(&id[at + 1..]).or_insert(id);
            }
        }
        let ending = match endings.get_key_value(pattern) {
            Some((ending, _)) => ending,
            None => did_you_mean(pattern, endings.keys().copied())?,
        };
        endings.get(ending).map(|id| (*id).to_owned())
    }

    /// The case that was meant, where the file of a pattern is there.
    fn case_meant(&self, pattern: &str) -> Option<String> {
        let file = pattern.split_once('[')?.0;
        let selected = self.select(&Selection::matching([file])).ok()?;
        let ids = selected
            .scenarios
            .iter()
            .map(|scenario| scenario.id.as_str());
        let meant = did_you_mean(pattern, ids).unwrap_or(file);
        (meant != pattern).then(|| meant.to_owned())
    }
}

impl Catalogue {
    /// The entry or the section that was probably meant.
    #[must_use]
    pub fn meant(&self, id: &str) -> Option<String> {
        if self.matching(id).next().is_some() {
            return None;
        }
        // The number of a section alone, or with the words around it that people write.
        let number = id.trim_start_matches(|c: char| !c.is_ascii_digit());
        let documents = ["9112", "9110"].map(|document| format!("{document}-{number}"));
        for known in documents.into_iter().chain([number.to_owned()]) {
            if self.matching(&known).next().is_some() {
                return Some(known);
            }
        }
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for id in self.entries.keys() {
            known.extend(id.match_indices('-').map(|(at, _)| &id[..at]));
            known.insert(id);
        }
        did_you_mean(id, known).map(str::to_owned)
    }
}
