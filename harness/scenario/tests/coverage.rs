//! What covers the catalogue, and what does not.

use pretty_assertions::assert_eq;

use crate::scenario::{Catalogue, Cover, Coverage, CoverageState, Library, Role, Selection};
use crate::wire::lint::{LINTS, Lint, Sender};

/// An entry of this id for servers and clients.
fn entry(id: &str, observable: &str, more: &str) -> String {
    format!(
        "[[requirement]]\nid = \"{id}\"\nsection = \"1\"\nlevel = \"MUST\"\n\
         roles = [\"server\", \"client\"]\nobservable = \"{observable}\"\nsummary = \"x\"\n\
         probe = \"x\"\nverdict = \"x\"\n{more}\n"
    )
}

static LINT: Lint = Lint {
    id: "linted",
    requirement: "9112-1-linted",
    restated: &["9112-1-restated"],
    permits: &["9112-1-left"],
    senders: &[Sender::Client],
    rule: "x",
};

/// How the entry stands for servers and for clients, and what covers it.
fn coverage(catalogue: &str) -> Vec<(String, Role, CoverageState, Vec<Cover>)> {
    let scenario = "title = 'x'\nsubject = 'server'\nrequirements = ['9112-1-cited']\n\
        step = [{ send = 'x', expect.close = 'any' }]\n\
        case = [{ name = 'a' }, { name = 'b' }]\n\
        counterexample = [{ fault = 'x', at = 1, step = [{ close = 'rst' }] }]\n\
        permitted = [{ choice = 'x', permits = '9112-1-free', step = [{ close = 'fin' }] }]\n";
    let cited = entry("9112-1-cited", "wire", "") + &entry("9112-1-free", "wire", "");
    let files = [
        ("requirements/a.toml", cited + catalogue),
        ("server/a.toml", scenario.to_owned()),
    ];
    let library = Library::from_texts(files).unwrap();
    let scenarios = library.select(&Selection::all()).unwrap().scenarios;
    let coverage = Coverage::of(library.catalogue().unwrap(), &scenarios, &[&LINT]);
    let items = coverage.items.iter();
    let items = items.map(|item| {
        (
            item.entry.id.clone(),
            item.role,
            item.state(),
            item.by.clone(),
        )
    });
    items.collect()
}

/// How the one more entry stands for servers and for clients.
fn states(id: &str, observable: &str, more: &str) -> [CoverageState; 2] {
    let all = coverage(&entry(id, observable, more));
    let of = |role| {
        let item = all
            .iter()
            .find(|(known, bound, ..)| known == id && *bound == role);
        item.unwrap().2
    };
    [of(Role::Server), of(Role::Client)]
}

#[test]
fn a_scenario_covers_what_it_cites_and_what_its_examples_show_for_its_role() {
    let all = coverage("");
    let cover = |cover: fn(String) -> Cover| vec![cover("server/a".to_owned())];
    let item = |id: &str, role, by: Vec<Cover>| {
        let state = if by.is_empty() {
            CoverageState::Missing
        } else {
            CoverageState::Covered
        };
        (id.to_owned(), role, state, by)
    };
    let expected = [
        item("9112-1-cited", Role::Server, cover(Cover::Scenario)),
        item("9112-1-cited", Role::Client, Vec::new()),
        item("9112-1-free", Role::Server, cover(Cover::Permitted)),
        item("9112-1-free", Role::Client, Vec::new()),
    ];
    assert_eq!(all, expected);
}

#[test]
fn a_lint_covers_its_rule_wherever_it_stands_and_what_it_leaves_alone() {
    use CoverageState::{Covered, Missing};
    for id in ["9112-1-linted", "9112-1-restated", "9112-1-left"] {
        assert_eq!(states(id, "wire", ""), [Missing, Covered], "{id}");
    }
    assert_eq!(states("9112-1-linte", "wire", ""), [Missing, Missing]);
}

#[test]
fn an_excuse_is_for_all_roles_or_for_those_it_names_and_stale_where_it_is_covered() {
    use CoverageState::{Covered, Excused, Missing, Stale, Unseen};
    let state = |id, observable, more| states(id, observable, more);
    assert_eq!(
        state("9112-1-x", "wire", "untested = 'x'"),
        [Excused, Excused]
    );
    let server = "untested = { server = 'x' }";
    assert_eq!(state("9112-1-x", "wire", server), [Excused, Missing]);
    assert_eq!(state("9112-1-linted", "wire", server), [Excused, Covered]);
    assert_eq!(
        state("9112-1-linted", "wire", "untested = 'x'"),
        [Excused, Stale]
    );
    assert_eq!(state("9112-1-x", "internal", ""), [Unseen, Unseen]);
    assert_eq!(state("9112-1-linted", "human", ""), [Unseen, Covered]);
    assert_eq!(state("9112-1-x", "config", ""), [Missing, Missing]);
}

#[test]
fn only_what_servers_show_and_stale_excuses_are_faults() {
    let faults = |more: String| {
        let files = [("a.toml", more.as_str())];
        let catalogue = Catalogue::parse(files).unwrap();
        let coverage = Coverage::of(&catalogue, &[], &[&LINT]);
        let faults = coverage.faults();
        faults
            .map(|item| (item.entry.id.clone(), item.role))
            .collect::<Vec<_>>()
    };
    let missing = faults(entry("9112-1-x", "wire", ""));
    assert_eq!(missing, [("9112-1-x".to_owned(), Role::Server)]);
    let missing = faults(entry("9112-1-x", "config", ""));
    assert_eq!(missing, [("9112-1-x".to_owned(), Role::Server)]);
    assert_eq!(faults(entry("9112-1-x", "human", "")), []);
    let stale = faults(entry("9112-1-linted", "config", "untested = 'x'"));
    assert_eq!(stale, [("9112-1-linted".to_owned(), Role::Client)]);
}

#[test]
fn an_excuse_for_whom_the_rule_does_not_bind_is_an_error() {
    let error = |more| {
        let text = entry("9112-1-x", "wire", more);
        let parsed = Catalogue::parse([("a.toml", text.as_str())]);
        parsed.unwrap_err().to_string()
    };
    assert_eq!(
        error("untested = { intermediary = 'x' }"),
        "a.toml:10:29: this binds no intermediary"
    );
    assert_eq!(error("untested = ' '"), "a.toml:10:12: `untested` is empty");
    assert_eq!(
        error("untested = { proxy = 'x' }"),
        "a.toml:10:14: unknown key `proxy` in the reasons why nothing covers a requirement"
    );
}

#[test]
fn lints_have_names_of_their_own() {
    let mut ids: Vec<&str> = LINTS.iter().map(|lint| lint.id).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}
