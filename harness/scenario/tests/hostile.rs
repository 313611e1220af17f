//! Files that mean harm: nothing in a file may end the process or use it up.

use std::fmt::Write as _;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use rstest::rstest;

use crate::scenario::{Catalogue, Library, Selection, parse};

static BUNDLED: LazyLock<(Vec<String>, Catalogue)> = LazyLock::new(|| {
    let library = Library::bundled();
    let selected = library.select(&Selection::all()).unwrap();
    let texts = selected
        .scenarios
        .iter()
        .map(|scenario| scenario.source.text.clone());
    (texts.collect(), library.catalogue().unwrap().clone())
});

const HEADER: &str = "title = 'x'\nsubject = 'client'\nhardening = 'x'\n";

fn message(text: &str) -> String {
    match parse("x.toml", text, &Catalogue::default()) {
        Ok(_) => String::from("no error"),
        Err(error) => error.problems[0].message.clone(),
    }
}

/// `let` pieces, each of which uses the one before so many times.
fn tower(height: usize, width: usize, ground: &str) -> String {
    let mut text = format!("{HEADER}let.a0 = '{ground}'\n");
    for floor in 1..=height {
        let below = format!("\\{{a{}}}", floor - 1).repeat(width);
        writeln!(text, "let.a{floor} = '{below}'").unwrap();
    }
    writeln!(text, "step = [{{ expect.request = '\\{{a{height}}}' }}]").unwrap();
    text
}

#[rstest]
#[case::octets_that_double(tower(40, 2, "x"), "`request` comes to more than 64 MiB")]
#[case::nothing_that_doubles(tower(40, 2, ""), "`request` comes to more than 64 MiB")]
#[case::a_tall_tower(tower(5_000, 1, "x"), "pieces in pieces go deeper than 64")]
#[case::functions_of_functions(
    format!("{HEADER}let.a = '\\{{{}a}}'\nstep = [{{ expect.close = 'any' }}]", "hex:".repeat(100_000)),
    "too many functions of functions"
)]
#[case::arrays_in_arrays(format!("{HEADER}step = {}", "[".repeat(100_000)), "cannot recurse further; max recursion depth met")]
fn what_would_use_up_memory_or_stack_is_an_error(#[case] text: String, #[case] wanted: &str) {
    let seen = message(&text);
    assert!(seen.contains(wanted), "{seen}");
}

#[test]
fn of_very_many_errors_the_first_fifty_are_told() {
    let text = format!("{HEADER}step = [{}]", "{ sned = 'x' },\n".repeat(2_000));
    let error = parse("x.toml", &text, &Catalogue::default()).unwrap_err();
    assert_eq!(error.problems.len(), 51);
    assert_eq!(
        error.problems[50].message,
        "here and further down: 1950 more"
    );
}

#[rstest]
#[case("")]
#[case("\u{feff}")]
#[case("=")]
#[case("'")]
#[case("'''")]
#[case("step = [")]
#[case("[[step]]\n[step]\n")]
#[case("let.a = '''\n")]
#[case("let.é = 'é\\é\\{é}\\xé'")]
fn fragments_are_errors(#[case] text: &str) {
    assert_ne!(message(&format!("{HEADER}{text}")), "no error");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bundled files with pieces cut out and put in elsewhere end in scenarios or in errors
    /// that can be rendered.
    #[test]
    fn no_text_panics(which: Index, cuts: [Index; 3], inserted in "[\\\\{}'\"\n:.=a-z\u{e9}]{0,6}") {
        let (texts, catalogue) = &*BUNDLED;
        let mut text = which.get(texts).clone();
        let mut at = cuts.map(|cut| cut.index(text.len()));
        at.sort_unstable();
        let at = at.map(|at| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap());
        let moved = text[at[0]..at[1]].to_owned();
        text.insert_str(at[2], &moved);
        let end = text.floor_char_boundary(at[1].min(at[0] + 8));
        text.replace_range(at[0]..end, &inserted);
        if let Err(error) = parse("x.toml", &text, catalogue) {
            prop_assert!(!error.render(false).is_empty());
            prop_assert!(!error.render(true).is_empty());
        }
    }
}
