//! All scenarios of one place: those that are embedded, or those of a folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::error::{Diagnostics, LoadError, Problem};
use super::load::{self, File};
use super::model::{Place, Scenario, Source};
use super::needs::{self, file_of};
use super::requirement::Catalogue;
use super::select::{Selection, bare};

/// Path and text of every file below `scenarios/`.
const BUNDLED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The folder of the catalogue.
pub(super) const REQUIREMENTS: &str = "requirements/";

/// The texts of scenarios and of the catalogue, which are parsed when they are wanted.
///
/// # Examples
///
/// ```
/// use h1check::scenario::{Library, Selection};
///
/// let library = Library::bundled();
/// let selected = library.select(&Selection::matching(["server/close"]))?;
/// assert!(selected.scenarios.iter().all(|scenario| scenario.id.starts_with("server/close/")));
/// # Ok::<(), h1check::scenario::LoadError>(())
/// ```
#[derive(Debug)]
pub struct Library {
    /// By id of the file.
    pub(super) files: BTreeMap<String, Text>,
    pub(super) requirements: Vec<Text>,
    catalogue: OnceLock<Catalogue>,
    /// Whether the steps of examples are kept.
    keeps_examples: bool,
    /// Which frozen set it is.
    pub(super) suite: Option<String>,
    /// The passive checks that there were when it was frozen.
    pub(super) lints: Option<Arc<BTreeSet<String>>>,
}

/// Scenarios that have been selected, and what has to be played before them.
#[derive(Clone, Debug, Default)]
pub struct Selected {
    /// In the order of their ids.
    pub scenarios: Vec<Arc<Scenario>>,
    /// The controls that `needs` names and that were not selected themselves, and theirs.
    pub controls: Vec<Arc<Scenario>>,
}

/// One file.
#[derive(Debug)]
pub(super) struct Text {
    /// As the user would name it.
    pub(super) path: String,
    pub(super) text: std::borrow::Cow<'static, str>,
    /// It is there for `needs` alone: the embedded files beside a folder of one's own.
    pub(super) backs_up: bool,
}

impl Library {
    /// The scenarios that come with this crate.
    #[must_use]
    pub fn bundled() -> Self {
        let mut library = Self::empty();
        for (path, text) in BUNDLED {
            library.add(path, format!("scenarios/{path}"), (*text).into(), false);
        }
        library
    }

    /// The scenarios of a folder. Where it has no folder `requirements` the catalogue of this
    /// crate is used, and `needs` finds the scenarios of this crate too.
    ///
    /// # Errors
    ///
    /// [`LoadError::Read`] and [`LoadError::Empty`], and two files with the same id; the files are
    /// parsed when they are wanted.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let mut library = Self::empty();
        library.read_folder(folder, "")?;
        if library.files.is_empty() {
            return Err(LoadError::Empty {
                path: folder.to_owned(),
            });
        }
        library.back_up();
        Ok(library)
    }

    /// The scenarios of texts, each with its path below the folder; what has been said of
    /// [`Library::read`] holds here as well.
    ///
    /// # Errors
    ///
    /// Two texts have the same id, or one has that of a case.
    pub fn from_texts<P, T>(texts: impl IntoIterator<Item = (P, T)>) -> Result<Self, Diagnostics>
    where
        P: Into<String>,
        T: Into<String>,
    {
        let mut library = Self::empty();
        let mut problems = Vec::new();
        for (path, text) in texts {
            let (path, text) = (path.into(), text.into());
            problems.extend(library.wrong_id(&path, &path, &text));
            library.add(&path.clone(), path, text.into(), false);
        }
        if !problems.is_empty() {
            return Err(Diagnostics { problems });
        }
        library.back_up();
        Ok(library)
    }

    /// Which frozen set it is, if it is one.
    #[must_use]
    pub fn suite(&self) -> Option<&str> {
        self.suite.as_deref()
    }

    /// For those who play scenarios and prove nothing: examples are checked like everything, but
    /// only their titles are kept. That saves about half of the memory.
    #[must_use]
    pub fn without_examples(mut self) -> Self {
        self.keeps_examples = false;
        self
    }

    /// The whole catalogue. It is parsed at the first call.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn catalogue(&self) -> Result<&Catalogue, LoadError> {
        if let Some(catalogue) = self.catalogue.get() {
            return Ok(catalogue);
        }
        let catalogue = Catalogue::parse(self.requirement_texts())?;
        Ok(self.catalogue.get_or_init(|| catalogue))
    }

    /// The ids of the files, of which one may hold several scenarios.
    pub fn file_ids(&self) -> impl Iterator<Item = &str> {
        self.files
            .iter()
            .filter(|(_, file)| !file.backs_up)
            .map(|(id, _)| id.as_str())
    }

    /// Parses the scenarios that are wanted, and those that they need.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the files that had to be read;
    /// [`LoadError::NothingSelected`] for each pattern or requirement without a scenario.
    pub fn select(&self, selection: &Selection) -> Result<Selected, LoadError> {
        let wanted: Vec<&String> = self
            .files
            .iter()
            .filter(|(id, file)| !file.backs_up && selection.may_include(id, &file.text))
            .map(|(id, _)| id)
            .collect();
        let loaded = self.load(wanted)?;
        let (mut scenarios, mut rest) = (BTreeMap::new(), BTreeMap::new());
        for scenario in loaded {
            let own = self.files.get(file_of(&scenario.id));
            if own.is_some_and(|file| !file.backs_up) && selection.includes(&scenario) {
                scenarios.insert(scenario.id.clone(), Arc::new(scenario));
            } else {
                rest.insert(scenario.id.clone(), Arc::new(scenario));
            }
        }
        self.check_selection(selection, &scenarios)?;
        let controls = needs::controls(&scenarios, &rest);
        Ok(Selected {
            scenarios: scenarios.into_values().collect(),
            controls,
        })
    }

    pub(super) fn empty() -> Self {
        Self {
            files: BTreeMap::new(),
            requirements: Vec::new(),
            catalogue: OnceLock::new(),
            keeps_examples: true,
            suite: None,
            lints: None,
        }
    }

    pub(super) fn add(
        &mut self,
        below: &str,
        path: String,
        text: std::borrow::Cow<'static, str>,
        backs_up: bool,
    ) {
        let text = Text {
            path,
            text,
            backs_up,
        };
        if below.starts_with(REQUIREMENTS) {
            self.requirements.push(text);
        } else {
            self.files.entry(bare(below).to_owned()).or_insert(text);
        }
    }

    /// Why a file to be added could not be told from others by its id.
    fn wrong_id(&self, below: &str, path: &str, text: &str) -> Option<Problem> {
        let id = bare(below);
        if id.contains(['[', ']']) {
            let message = "`[` and `]` are for ids of cases, `FILE[CASE]`, and not for file names";
            return Some(at_start(path, text, message));
        }
        let other = self.files.get(id)?;
        let message = format!("another file has the same id, `{id}`: {}", other.path);
        Some(at_start(path, text, &message))
    }

    /// Adds what a folder of somebody's own need not repeat. A folder with its own catalogue
    /// stands alone: the bundled scenarios cite another one.
    fn back_up(&mut self) {
        if !self.requirements.is_empty() {
            return;
        }
        for (path, text) in BUNDLED {
            self.add(path, format!("scenarios/{path}"), (*text).into(), true);
        }
    }

    fn read_folder(&mut self, folder: &Path, below: &str) -> Result<(), LoadError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            |source| LoadError::Read { path, source }
        };
        for entry in fs::read_dir(folder).map_err(failed(folder))? {
            let path = entry.map_err(failed(folder))?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let below = format!("{below}{name}");
            if path.is_dir() {
                self.read_folder(&path, &format!("{below}/"))?;
            } else if below.ends_with(".toml") {
                let text = fs::read_to_string(&path).map_err(failed(&path))?;
                if let Some(problem) = self.wrong_id(&below, &path.display().to_string(), &text) {
                    let problems = vec![problem];
                    return Err(Diagnostics { problems }.into());
                }
                self.add(&below, path.display().to_string(), text.into(), false);
            }
        }
        Ok(())
    }

    fn requirement_texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.requirements
            .iter()
            .map(|file| (file.path.as_str(), file.text.as_ref()))
    }

    /// Parses files and, again and again, what they need.
    fn load(&self, wanted: Vec<&String>) -> Result<Vec<Scenario>, LoadError> {
        let mut problems = Vec::new();
        let mut scenarios = Vec::new();
        let mut needs: Vec<(String, Place)> = Vec::new();
        let mut broken: BTreeSet<&str> = BTreeSet::new();
        let mut seen: BTreeSet<&String> = wanted.iter().copied().collect();
        let mut queue: VecDeque<&String> = wanted.into();
        while !queue.is_empty() {
            let batch: Vec<&String> = queue.drain(..).collect();
            for (id, parsed) in batch.iter().zip(self.parse(&batch)?) {
                match parsed {
                    Ok(file) => {
                        for (need, _) in &file.needs {
                            if let Some((id, _)) = self.files.get_key_value(file_of(need))
                                && seen.insert(id)
                            {
                                queue.push_back(id);
                            }
                        }
                        needs.extend(file.needs);
                        scenarios.extend(file.scenarios);
                    }
                    Err(diagnostics) => {
                        broken.insert(id);
                        problems.extend(diagnostics.problems);
                    }
                }
            }
        }
        let files: Vec<&str> = self.files.keys().map(String::as_str).collect();
        problems.extend(needs::check(&files, &broken, &scenarios, needs));
        if !problems.is_empty() {
            return Err(Diagnostics { problems }.into());
        }
        needs::expand(&mut scenarios);
        Ok(scenarios)
    }

    /// Parses some files, with as much of the catalogue as they need.
    fn parse(&self, ids: &[&String]) -> Result<Vec<Result<File, Diagnostics>>, LoadError> {
        let texts: Vec<&str> = ids.iter().map(|id| self.files[*id].text.as_ref()).collect();
        let part;
        let catalogue = match self.catalogue.get() {
            Some(catalogue) => catalogue,
            None if ids.len() > 20 => self.catalogue()?,
            None => {
                part = Catalogue::parse_mentioned(self.requirement_texts(), &texts)?;
                &part
            }
        };
        let parse = |id: &String, catalogue: &Catalogue| {
            let file = &self.files[id];
            load::parse_as(id, &file.path, &file.text, catalogue)
        };
        ids.iter()
            .map(|id| match parse(id, catalogue) {
                // An error may be about an unknown id, and advice wants the whole catalogue.
                Err(_) => Ok(parse(id, self.catalogue()?)),
                Ok(mut file) => {
                    if !self.keeps_examples {
                        file.drop_examples();
                    }
                    file.know_lints(self.lints.as_ref());
                    Ok(Ok(file))
                }
            })
            .collect()
    }
}

fn at_start(path: &str, text: &str, message: &str) -> Problem {
    let source = Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    Problem {
        place: Place {
            source: Arc::new(source),
            span: 0..0,
        },
        message: message.to_owned(),
        label: None,
        advice: None,
    }
}
