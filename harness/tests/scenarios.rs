//! Every scenario is proven, both ways: the reference peer passes, counterexamples are caught at
//! the named step, permitted examples are not accused, and degenerate peers pass nothing.
//!
//! The cases are listed by `harness/build.rs`, one test for each file and each example, so that
//! `cargo test smuggling` runs what has smuggling in its path.

mod proof;

include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// The list of `build.rs` is made from the text of the files; it must miss none.
#[test]
fn no_example_is_left_out() {
    let listed = include_str!(concat!(env!("OUT_DIR"), "/cases.rs"));
    for scenario in proof::all() {
        let listed = |function: &str| {
            let cases = listed
                .split("#[rstest::rstest]")
                .find(|part| part.contains(function));
            let file = scenario.id.split('[').next().unwrap_or_default();
            cases
                .unwrap_or_default()
                .matches(&format!("({file:?}, "))
                .count()
        };
        assert!(
            listed("async fn counterexample_is_caught") >= scenario.counterexamples.len(),
            "{}: write every [[counterexample]] on a line of its own",
            scenario.id
        );
        assert!(
            listed("async fn permitted_is_not_accused") >= scenario.permitted.len(),
            "{}: write every [[permitted]] on a line of its own",
            scenario.id
        );
    }
}
