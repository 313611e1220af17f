//! How a baseline is written.

use pretty_assertions::assert_eq;

use super::{MANY, SINGLE, baseline, lint, run, today};
use crate::baseline::{parse, update};

fn all(words: [&'static str; 4]) -> Vec<(&'static str, &'static str)> {
    let ids = MANY.into_iter().chain([SINGLE]);
    ids.zip(words).collect()
}

const SEEN: &str =
    r"wanted a response with status 400, within 5 s; seen: a response with status 200 <\u{1b}>";

#[test]
fn a_new_one_folds_the_cases_that_deviate_alike() {
    let mut run = run(&all(["fail", "fail", "fail", "fail,pass"]));
    run.lints = vec![lint(&[SINGLE])];
    let updated = update(None, &mut run, false, true);
    assert_eq!((updated.kept, updated.added, updated.removed), (0, 3, 0));
    let (head, entries) = updated.text.split_once("[[expect]]").unwrap();
    assert!(
        head.lines()
            .all(|line| line.is_empty() || line.starts_with("# "))
    );
    let wanted = format!(
        "\nscenario = \"server/close/single\"\nverdict = \"flaky\"\n\
         reason = \"flaky: fail, then pass; {SEEN}\"\n\n[[expect]]\n\
         scenario = \"server/host/many\"\nverdict = \"fail\"\nreason = \"{SEEN}\"\n\n[[expect]]\n\
         lint = \"allow-missing\"\nverdict = \"fail\"\nreason = \"a 405 response without Allow\"\n"
    );
    assert_eq!(entries.replace('\'', "\""), wanted);
    baseline(&updated.text, &run.clone(), true).weigh(&mut run, today());
    assert_eq!(run.exit_code(), 0);
}

#[test]
fn cases_that_deviate_otherwise_or_pass_have_entries_of_their_own() {
    for words in [["fail", "fail", "fail@2"], ["fail", "fail", "pass"]] {
        let mut run = run(&all([words[0], words[1], words[2], "pass"]));
        let text = update(None, &mut run, false, true).text;
        assert!(text.contains("server/host/many[one]"), "{text}");
        baseline(&text, &run.clone(), true).weigh(&mut run, today());
        assert_eq!(run.exit_code(), 0);
    }
    let mut run = run(&all(["fail", "fail", "fail", "pass"])[..3]);
    let updated = update(None, &mut run, false, false);
    assert_eq!(
        updated.added, 3,
        "a part of the suite says nothing of whole files"
    );
}

#[test]
fn warnings_are_listed_where_they_fail() {
    let words = all(["warn", "warn", "warn", "pass"]);
    assert_eq!(update(None, &mut run(&words), false, true).added, 0);
    assert_eq!(update(None, &mut run(&words), true, true).added, 1);
}

const OLD: &str = "\
# Our server, and what we know of it.

# Gone since the new parser.
[[expect]]
scenario = 'server/close/single'   # one
verdict = 'fail'
reason = 'to be repaired'

# Ann knows.
[[expect]]
scenario = 'server/host/many[one]'
owner = 'ann'
reason = 'a reason'
verdict = 'fail'
until = 2026-05-01

[[expect]]
scenario = \"server/host/many[two]\"
verdict = 'flaky'
reason = 'a slow disk'
# The end.
";

#[test]
fn what_is_still_true_stays_as_it_is_written() {
    let mut run = run(&all(["fail", "fail", "pass", "pass"]));
    let old = baseline(OLD, &run, true);
    let updated = update(Some(&old), &mut run, false, true);
    let wanted = "\
# Our server, and what we know of it.

# Ann knows.
[[expect]]
scenario = 'server/host/many[one]'
owner = 'ann'
reason = 'a reason'
verdict = 'fail'

[[expect]]
scenario = \"server/host/many[two]\"
verdict = 'flaky'
reason = 'a slow disk'

[[expect]]
scenario = \"server/host/many[three]\"
";
    assert!(updated.text.starts_with(wanted), "{}", updated.text);
    assert!(updated.text.ends_with("# The end.\n"), "{}", updated.text);
    let counts = (
        updated.kept,
        updated.added,
        updated.removed,
        updated.renewed,
    );
    assert_eq!(counts, (2, 1, 1, 1));
}

#[test]
fn what_was_not_played_stays() {
    let mut run = run(&[(MANY[1], "pass")]);
    let old = baseline(OLD, &run, false);
    let updated = update(Some(&old), &mut run, false, false);
    assert_eq!(
        updated.text.replace("until = 2026-05-01\n", ""),
        OLD.replace("until = 2026-05-01\n", "")
    );
}

#[test]
fn without_entries_the_words_at_the_head_stay() {
    let text = OLD.split_once("\n# Ann").unwrap().0;
    let mut passes = run(&all(["pass"; 4]));
    let old = baseline(text, &passes, true);
    let empty = update(Some(&old), &mut passes, false, true).text;
    assert_eq!(empty.trim_end(), "# Our server, and what we know of it.");
    let mut fails = run(&all(["pass", "pass", "pass", "fail"]));
    let text = update(Some(&parse("b", &empty).unwrap()), &mut fails, false, true).text;
    assert!(
        text.starts_with("# Our server, and what we know of it.\n\n[[expect]]\n"),
        "{text}"
    );
}

#[test]
fn entries_in_brackets_are_written_as_tables() {
    let text = "expect = [{ scenario = 'server/close', verdict = 'fail', reason = 'x' }]\n";
    let mut run = run(&all(["fail", "pass", "pass", "fail"]));
    let old = baseline(text, &run, true);
    let updated = update(Some(&old), &mut run, false, true);
    baseline(&updated.text, &run.clone(), true).weigh(&mut run, today());
    assert_eq!((updated.kept, updated.added, run.exit_code()), (1, 1, 0));
}
