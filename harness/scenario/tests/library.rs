//! Folders of scenarios: what is selected, what it needs, what the catalogue says.

use std::fs;

use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::scenario::select::matches;
use crate::scenario::{Catalogue, ExampleKind, Grade, Level, Library, LoadError, Role, Selection};

/// A file that is right, with more of a header.
fn file(header: &str) -> String {
    format!("title = 'x'\nsubject = 'server'\nhardening = 'x'\n{header}\n[[step]]\nsend = 'x'\n")
}

fn library(files: &[(&str, &str)]) -> Library {
    let files = files.iter().map(|(path, header)| (*path, file(header)));
    Library::from_texts(files).unwrap()
}

fn ids(library: &Library, selection: &Selection) -> (Vec<String>, Vec<String>) {
    let selected = library
        .select(selection)
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    let ids = |all: &[std::sync::Arc<crate::scenario::Scenario>]| {
        all.iter().map(|one| one.id.clone()).collect::<Vec<_>>()
    };
    (ids(&selected.scenarios), ids(&selected.controls))
}

fn error(library: &Library, selection: &Selection) -> String {
    library.select(selection).unwrap_err().render(false)
}

#[test]
fn a_permitted_example_names_what_grants_its_freedom() {
    let permitted = |permits: &str| {
        format!(
            "permitted = [{{ choice = 'x', permits = {permits}, step = [{{ close = 'fin' }}] }}]"
        )
    };
    let (one, two) = (
        permitted("'9112-9.6-p6-1'"),
        permitted("['9112-9.6-p6-1', '9112-2.2-p3-1']"),
    );
    let library = library(&[("server/a", &one), ("server/b", &two)]);
    let selected = library.select(&Selection::all()).unwrap();
    let permits = |index: usize| match &selected.scenarios[index].permitted[0].kind {
        ExampleKind::Permitted { permits, .. } => permits.clone(),
        ExampleKind::Counterexample { .. } => panic!("a counterexample"),
    };
    assert_eq!(permits(0), ["9112-9.6-p6-1"]);
    assert_eq!(permits(1), ["9112-9.6-p6-1", "9112-2.2-p3-1"]);
}

#[rstest]
#[case("server/close/a", "server/close/a", true)]
#[case("server/close", "server/close/a", true)]
#[case("server/close/", "server/close/a", true)]
#[case("server/clo", "server/close/a", false)]
#[case("server/*", "server/close/a", true)]
#[case("*/close/a", "server/close/a", true)]
#[case("*/a", "server/close/a", false)]
#[case("**/a", "server/close/a", true)]
#[case("**/te-*", "server/smuggling/te-x", true)]
#[case("server/**/a", "server/a", true)]
#[case("**/close/*", "x/y/close/a", true)]
#[case("**/close/*", "x/y/clone/a", false)]
#[case("s?rver", "server/close/a", true)]
#[case("server/te[tab]", "server/te[tab]", true)]
#[case("server/te", "server/te[tab]", true)]
#[case("server/t[e]", "server/te", false)]
#[case("**[tab]", "server/te[tab]", true)]
#[case("*/*tab*", "server/te[tab]", true)]
#[case("scenarios/server/close/a.toml", "server/close/a", true)]
#[case("./scenarios/server", "server/close/a", true)]
#[case("**", "anything/at/all", true)]
#[case("", "anything", false)]
fn patterns_match_ids_and_their_beginnings(
    #[case] pattern: &str,
    #[case] id: &str,
    #[case] wanted: bool,
) {
    assert_eq!(matches(pattern, id), wanted);
}

#[test]
fn only_the_files_that_are_wanted_are_parsed() {
    let library = Library::from_texts([
        (String::from("a/right.toml"), file("")),
        (String::from("b/wrong.toml"), String::from("title")),
    ])
    .unwrap();
    let (scenarios, _) = ids(&library, &Selection::matching(["a"]));
    assert_eq!(scenarios, ["a/right"]);
    assert!(error(&library, &Selection::all()).contains("b/wrong.toml:1:"));
}

#[test]
fn cases_are_selected_by_their_names() {
    let library = library(&[
        ("a/x.toml", "case = [{ name = 'tab' }, { name = 'space' }]"),
        ("a/y.toml", ""),
    ]);
    for pattern in ["a/x[tab]", "**[tab]", "a/*tab*"] {
        let (scenarios, controls) = ids(&library, &Selection::matching([pattern]));
        assert_eq!(
            (scenarios, controls),
            (vec![String::from("a/x[tab]")], vec![])
        );
    }
}

#[test]
fn needs_come_along_as_controls() {
    let library = library(&[
        ("a/x.toml", "needs = ['a/cases', 'b/deep']"),
        (
            "a/cases.toml",
            "case = [{ name = 'tab' }, { name = 'space' }]",
        ),
        ("b/deep.toml", "needs = ['server/basic/get']"),
    ]);
    let (scenarios, controls) = ids(&library, &Selection::matching(["a/x", "a/cases[tab]"]));
    assert_eq!(scenarios, ["a/cases[tab]", "a/x"]);
    assert_eq!(controls, ["a/cases[space]", "b/deep", "server/basic/get"]);
    let selected = library.select(&Selection::matching(["a/x"])).unwrap();
    let needs = ["a/cases[tab]", "a/cases[space]", "b/deep"];
    assert_eq!(selected.scenarios[0].needs, needs);
}

#[test]
fn bundled_scenarios_beside_own_ones_are_never_selected() {
    let library = library(&[("a/x.toml", "")]);
    assert_eq!(ids(&library, &Selection::all()).0, ["a/x"]);
    assert_eq!(library.file_ids().collect::<Vec<_>>(), ["a/x"]);
}

#[test]
fn needs_that_are_not_there_or_lead_back_are_errors() {
    let broken = library(&[
        ("a/x.toml", "needs = ['server/basic/gte']"),
        ("a/y.toml", "needs = ['a/z']"),
        ("a/z.toml", "needs = ['a/y']"),
    ]);
    let LoadError::Invalid(diagnostics) = broken.select(&Selection::all()).unwrap_err() else {
        panic!("another error");
    };
    let found: Vec<_> = diagnostics
        .problems
        .iter()
        .map(|problem| (problem.message.as_str(), problem.advice.as_deref()))
        .collect();
    let circle = "needs itself, directly or through others";
    let wanted = [
        (
            "there is no scenario `server/basic/gte`",
            Some("did you mean `server/basic/get`?"),
        ),
        (&format!("`a/z` {circle}"), None),
        (&format!("`a/y` {circle}"), None),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_selection_of_nothing_is_an_error_with_a_hint() {
    let library = Library::bundled();
    assert_eq!(
        error(
            &library,
            &Selection::matching(["server/basic", "server/clsoe"])
        ),
        "error: the pattern `server/clsoe` selects no scenario (did you mean `server/close`?)",
    );
    let selection = Selection {
        patterns: Vec::new(),
        requirement: Some(String::from("9112-9.6-p6-9")),
    };
    assert!(error(&library, &selection).contains("did you mean `9112-9.6-p6-"));
}

#[rstest]
#[case("9112-9.6-p6-1")]
#[case("9112-9.6-p6")]
#[case("9112-9.6")]
fn a_requirement_selects_what_cites_it(#[case] requirement: &str) {
    let selection = Selection {
        patterns: Vec::new(),
        requirement: Some(requirement.to_owned()),
    };
    let (scenarios, _) = ids(&Library::bundled(), &selection);
    assert!(scenarios.contains(&String::from("server/close/honours-close")));
    assert!(!scenarios.contains(&String::from("server/head/fields-like-get")));
}

#[test]
fn two_files_with_one_id_are_an_error() {
    let twice = [("x.toml", file("")), ("./x.toml", file(""))];
    let error = Library::from_texts(twice).unwrap_err();
    assert_eq!(
        error.to_string(),
        "./x.toml:1:1: another file has the same id, `x`: x.toml"
    );
}

#[test]
fn two_files_of_a_folder_with_one_id_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    fs::write(folder.path().join("x.toml"), file("")).unwrap();
    fs::write(folder.path().join("scenarios/x.toml"), file("")).unwrap();
    let error = Library::read(folder.path()).unwrap_err().render(false);
    assert!(
        error.contains("another file has the same id, `x`: "),
        "{error}"
    );
}

#[rstest]
#[case("x[y].toml")]
#[case("deep/x[y].toml")]
#[case("de]ep/x.toml")]
fn a_file_with_the_id_of_a_case_is_an_error(#[case] path: &str) {
    let error = Library::from_texts([(path, file(""))]).unwrap_err();
    let wanted = "`[` and `]` are for ids of cases, `FILE[CASE]`, and not for file names";
    assert_eq!(error.to_string(), format!("{path}:1:1: {wanted}"));
}

#[test]
fn a_folder_is_read_with_all_below_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/x.toml"), file("")).unwrap();
    fs::write(folder.path().join("notes.txt"), "no scenario").unwrap();
    let library = Library::read(folder.path()).unwrap();
    assert_eq!(ids(&library, &Selection::all()).0, ["deep/x"]);
}

#[test]
fn a_folder_that_is_not_there_or_has_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = Library::read(folder.path()).unwrap_err();
    assert!(matches!(error, LoadError::Empty { .. }));
    let error = Library::read(&folder.path().join("missing")).unwrap_err();
    assert!(matches!(error, LoadError::Read { .. }));
    assert!(error.render(false).starts_with("error: cannot read "));
}

#[test]
fn the_bundled_catalogue_is_whole() {
    let library = Library::bundled();
    let catalogue = library.catalogue().unwrap();
    assert!(catalogue.entries.len() > 600);
    let entry = &catalogue.entries["9112-9.6-p6-1"];
    assert_eq!((entry.level, entry.worst), (Level::Must, Grade::Fail));
    assert_eq!(entry.roles, [Role::Server, Role::Intermediary]);
    assert!(catalogue.matching("9112-9.6").count() > 5);
}

/// An entry of the catalogue with more keys.
fn entry(id: &str, level: &str, more: &str) -> String {
    format!(
        "[[requirement]]\nid = \"{id}\"\nsection = \"1\"\nlevel = \"{level}\"\n\
         roles = [\"server\"]\nobservable = \"wire\"\nsummary = \"s\"\nprobe = \"p\"\n\
         verdict = \"v\"\n{more}\n"
    )
}

#[rstest]
#[case("MUST", "", Grade::Fail)]
#[case("MUST NOT", "worst = 'warn'", Grade::Warn)]
#[case("SHOULD", "", Grade::Warn)]
#[case("RECOMMENDED", "", Grade::Warn)]
#[case("MAY", "", Grade::Observe)]
#[case("OPTIONAL", "", Grade::Observe)]
#[case("GRAMMAR", "", Grade::Fail)]
#[case("ALGORITHM", "worst = 'observe'", Grade::Observe)]
#[case("PROSE", "", Grade::Warn)]
#[case("PROSE", "worst = 'fail'", Grade::Fail)]
fn the_level_decides_unless_the_entry_says_otherwise(
    #[case] level: &str,
    #[case] more: &str,
    #[case] wanted: Grade,
) {
    let text = entry("9112-1-p1", level, more);
    let catalogue = Catalogue::parse([("c.toml", text.as_str())]).unwrap();
    assert_eq!(catalogue.entries["9112-1-p1"].worst, wanted);
}

#[test]
fn a_wrong_catalogue_tells_all_its_errors() {
    let one = entry(
        "9112-1-p1",
        "MUST",
        "untested = 'no'\nbinds = 'x'\ntags = [1]",
    );
    let two = entry("9112-1-p1", "MUSTN'T", "nite = 'x'");
    let three = entry("9112-1-p1", "MAY", "");
    let files = [("a.toml", one), ("b.toml", two), ("c.toml", three)];
    let error = Catalogue::parse(files.iter().map(|(path, text)| (*path, text.as_str())));
    let wanted = "b.toml:4:9: unknown word `MUSTN'T` for `level`\n\
                  b.toml:10:1: unknown key `nite` in a requirement\n\
                  c.toml:2:6: there is a requirement `9112-1-p1` already";
    assert_eq!(error.unwrap_err().to_string(), wanted);
}
