//! The catalogue and what cites it fit together, and the scenario files are kept in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use h1check::scenario::{
    Catalogue, Coverage, CoverageState, Document, EventKind, Grade, Level, Library, Observable,
    Open, Rule, Scenario, Selection, Subject,
};
use h1check::wire::lint::LINTS;
use pretty_assertions::assert_eq;

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::bundled);

static ALL: LazyLock<Vec<Arc<Scenario>>> =
    LazyLock::new(|| match LIBRARY.select(&Selection::all()) {
        Ok(selected) => selected.scenarios,
        Err(error) => panic!("{}", error.render(false)),
    });

/// Every entry parses, or this fails with its place.
fn catalogue() -> &'static Catalogue {
    match LIBRARY.catalogue() {
        Ok(catalogue) => catalogue,
        Err(error) => panic!("{}", error.render(false)),
    }
}

/// The ids that a scenario cites.
fn cited(scenario: &Scenario) -> &[String] {
    match &scenario.rule {
        Rule::Requirements(ids, _) => ids,
        Rule::Hardening(_) => &[],
    }
}

/// The texts of the files below a folder of this package that end so, by their paths.
fn files(folder: &str, ending: &str) -> BTreeMap<String, String> {
    fn collect(folder: &Path, below: &str, ending: &str, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
            if path.ends_with("scenarios/suites") {
                continue; // Archives of frozen sets: tests/suites.rs looks into them.
            }
            if path.is_dir() {
                collect(&path, &format!("{name}/"), ending, files);
            } else if name.ends_with(ending) {
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    collect(&folder, "", ending, &mut found);
    found
}

/// What is wrong with whom; nothing should be.
fn nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_entry_is_lost_and_none_is_there_twice() {
    let texts = files("scenarios/requirements", ".toml");
    let written = texts.values().flat_map(|text| text.lines());
    let written = written.filter(|line| *line == "[[requirement]]").count();
    assert_eq!(catalogue().entries.len(), written);
    assert!(written > 0);
}

#[test]
fn an_id_names_its_document_and_section() {
    for entry in catalogue().entries.values() {
        let document = Document::of(&entry.id);
        let begins = document.map(|document| format!("{}-{}-", document.id, entry.section));
        assert!(
            begins.is_some_and(|beginning| entry.id.starts_with(&beginning)),
            "{} is in section {}",
            entry.id,
            entry.section
        );
    }
}

/// `worst` makes an entry milder than its level, never harder.
#[test]
fn no_entry_counts_more_than_its_level() {
    for entry in catalogue().entries.values() {
        let most = match entry.level {
            Level::Must | Level::MustNot | Level::Grammar | Level::Algorithm => Grade::Fail,
            Level::Should | Level::ShouldNot | Level::Recommended | Level::Prose => Grade::Warn,
            Level::May | Level::Optional => Grade::Observe,
        };
        assert!(entry.worst <= most, "{}: {:?}", entry.id, entry.worst);
    }
}

#[test]
fn scenarios_cite_what_can_be_seen_from_outside() {
    for scenario in ALL.iter() {
        for id in cited(scenario) {
            let entry = catalogue().entries.get(id);
            let observable = entry.map(|entry| entry.observable);
            assert!(
                matches!(observable, Some(Observable::Wire | Observable::Config)),
                "{} cites {id}: {observable:?}",
                scenario.id
            );
        }
    }
}

/// `untested` says that nothing can cover an entry; what does cover it takes the excuse away. An
/// excuse for one role alone is written as `untested = { server = "…" }`.
#[test]
fn no_excuse_is_stale() {
    let coverage = Coverage::of(catalogue(), &ALL, LINTS);
    let items = coverage.items.iter();
    let stale = items.filter(|item| item.state() == CoverageState::Stale);
    let stale = stale.map(|item| format!("{} by {:?}", item.entry.id, item.by));
    nothing(&stale.collect::<Vec<_>>());
}

/// Coverage of servers is complete: a new entry of the catalogue needs a scenario, a lint, a
/// permitted example, or an honest `untested`. `h1check coverage --role server --missing` lists
/// what lacks.
#[test]
fn every_rule_for_servers_is_covered_or_excused() {
    let coverage = Coverage::of(catalogue(), &ALL, LINTS);
    let missing = coverage.faults().filter(|item| item.by.is_empty());
    let missing = missing.map(|item| format!("{}: {}", item.entry.id, item.entry.summary));
    nothing(&missing.collect::<Vec<_>>());
}

/// In quotes (violations, lints) and in comments over the code that obeys a rule.
#[test]
fn every_id_in_the_sources_is_in_the_catalogue() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (path, text) in files("harness", ".rs") {
        if path.contains("tests") || path.ends_with("sample.rs") {
            continue; // They make up ids that are wrong.
        }
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for id in ids(text) {
            if !catalogue().entries.keys().any(|known| covers(&id, known)) {
                wrong.push(format!("{path}: {id}"));
            }
            seen.insert(id);
        }
    }
    nothing(&wrong);
    assert!(seen.len() > 50, "{seen:?}");
}

/// What looks like an id: what stands for a document, the number of a section, and more.
fn ids(text: &str) -> Vec<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    text.split(|c: char| !part(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| {
            let section = word.split_once('-').map_or("", |(_, section)| section);
            Document::of(word).is_some()
                && section.starts_with(|it: char| it.is_ascii_digit() || it.is_ascii_uppercase())
        })
        .map(str::to_owned)
        .collect()
}

/// Whether an id is this entry, or a section around it.
fn covers(id: &str, entry: &str) -> bool {
    entry
        .strip_prefix(id)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

#[test]
fn ids_are_found_in_quotes_and_comments() {
    let text = "// 9112-6.3-p2.4.3-1: not chunked.\nSelf::Bar => \"9110-2.2-1\", // see 9112-9.6.";
    assert_eq!(ids(text), ["9112-6.3-p2.4.3-1", "9110-2.2-1", "9112-9.6"]);
    assert!(covers("9112-9.6", "9112-9.6-p6-1") && !covers("9112-9", "9112-92-p1-1"));
}

/// Also one that only observes: what is none of the things that it tells apart is told so.
#[test]
fn every_scenario_has_a_counterexample() {
    let bare = ALL
        .iter()
        .filter(|scenario| scenario.counterexamples.is_empty());
    nothing(&bare.map(|scenario| scenario.id.clone()).collect::<Vec<_>>());
}

/// Silence is broken on every connection unless `on` names one, and a server may close a connection
/// of the scenario that has nothing to do with it, such as that of its control, whenever it likes.
#[test]
fn silence_of_a_server_names_its_connection_where_there_are_several() {
    let mut wrong = Vec::new();
    for scenario in ALL.iter().filter(|it| it.subject == Subject::Server) {
        let opens = |open: &Open| matches!(open, Open::Connect(_));
        let opened = scenario.steps.iter().filter(|step| opens(&step.open));
        if opened.count() < 2 {
            continue;
        }
        for (index, step) in scenario.steps.iter().enumerate() {
            let expectations = step.expect.iter().chain(&step.warn);
            let nameless = expectations
                .flat_map(|expect| &expect.alternatives)
                .any(|it| matches!(it.kind, EventKind::Silence(_)) && it.open.is_none());
            if nameless {
                let step = index + 1;
                wrong.push(format!(
                    "{}, step {step}: silence without `on`",
                    scenario.id
                ));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn every_file_is_reachable_in_the_folder_of_its_subject() {
    let known: BTreeSet<&str> = LIBRARY.file_ids().collect();
    let mut wrong = Vec::new();
    let mut files = files("scenarios", "");
    // What they found in real servers, as a person checked it.
    files.remove("findings.md");
    for path in files.into_keys() {
        let id = path.strip_suffix(".toml").unwrap_or(&path);
        if !id.starts_with("requirements/") && !known.contains(id) {
            wrong.push(format!("{path} is no scenario file"));
        }
        if !path.ends_with(".toml") {
            wrong.push(format!("{path} is no TOML"));
        }
    }
    for id in known {
        let of_file = |scenario: &&Arc<Scenario>| scenario.id.split('[').next() == Some(id);
        let mut scenarios = ALL.iter().filter(of_file).peekable();
        if scenarios.peek().is_none() {
            wrong.push(format!("{id} holds no scenario"));
        }
        for scenario in scenarios {
            if id.split('/').next() != Some(scenario.subject.folder()) {
                wrong.push(format!("{id} judges a {}", scenario.subject.folder()));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn what_is_needed_exists_and_judges_the_same_subject() {
    let mut wrong = Vec::new();
    for scenario in ALL.iter() {
        for need in &scenario.needs {
            let control = ALL.iter().find(|control| control.id == *need);
            if control.is_none_or(|control| control.subject != scenario.subject) {
                wrong.push(format!("{} needs {need}", scenario.id));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn titles_are_sentences_without_a_period_and_no_two_are_alike() {
    let mut wrong = Vec::new();
    let mut titles: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for scenario in ALL.iter() {
        let title = scenario.title.as_str();
        if title.trim() != title || title.is_empty() || title.ends_with('.') {
            wrong.push(format!("{}: {title:?}", scenario.id));
        }
        // The cases of a file share its title; a server and a client may be told the same.
        let file = scenario.id.split('[').next().unwrap_or_default();
        let first = titles
            .entry((scenario.subject.folder(), title))
            .or_insert(file);
        if *first != file {
            wrong.push(format!("{file} and {first}: {title:?}"));
        }
    }
    nothing(&wrong);
}
