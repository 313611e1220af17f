use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;

use super::golden::assert_harmless;
use crate::report::compare::{Builder, Matrix, html, markdown};
use crate::report::json::{RunFile, ScenarioFile, VerdictFile, run_file};
use crate::report::sample;

/// A run whose scenarios are `server/x[N]`, with these verdicts by their first letters.
fn run(verdicts: &str) -> RunFile {
    let mut file = run_file(&sample::run(), &sample::catalogue());
    file.lints.clear();
    let failed = file.scenarios.iter().find(|it| it.mismatch.is_some());
    let failed = failed.unwrap().clone();
    let scenarios = verdicts.chars().enumerate();
    file.scenarios = scenarios
        .map(|(number, letter)| scenario(&failed, number, letter))
        .collect();
    file
}

fn scenario(failed: &ScenarioFile, number: usize, letter: char) -> ScenarioFile {
    let verdict = match letter {
        'p' => VerdictFile::Pass,
        'w' => VerdictFile::Warn,
        'f' => VerdictFile::Fail,
        's' => VerdictFile::Skip,
        _ => VerdictFile::Error,
    };
    let deviates = matches!(letter, 'w' | 'f');
    ScenarioFile {
        id: format!("server/x/{number}"),
        verdict,
        mismatch: failed.mismatch.clone().filter(|_| deviates),
        why: matches!(letter, 's' | 'e').then(|| String::from("no echo")),
        ..failed.clone()
    }
}

fn matrix(runs: &[(&str, RunFile)]) -> Matrix {
    let mut builder = Builder::default();
    for (name, run) in runs {
        builder.add(name, run);
    }
    builder.finish()
}

fn of(runs: &[(&str, &str)]) -> Matrix {
    let runs: Vec<_> = runs
        .iter()
        .map(|(name, letters)| (*name, run(letters)))
        .collect();
    matrix(&runs)
}

/// What the script of the page gets.
fn data(page: &str) -> Value {
    let (_, data) = page.split_once(r#"id="data">"#).unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap()
}

#[test]
fn what_is_disagreed_on_most_comes_first() {
    let matrix = of(&[("a", "pppws"), ("b", "ppfwp"), ("c", "pwfwp")]);
    let rows: Vec<_> = matrix
        .rows
        .iter()
        .map(|row| (row.id.as_str(), row.disagreement))
        .collect();
    let expected = [
        ("server/x/2", 4),
        ("server/x/1", 2),
        ("server/x/3", 0),
        ("server/x/0", 0),
        ("server/x/4", 0),
    ];
    assert_eq!(rows, expected);
}

#[rstest]
#[case::alike(&[("a", "ffppww"), ("b", "ppffpp"), ("c", "ffppww")], "a+c b")]
#[case::nobody(&[("a", "fppp"), ("b", "pfpp"), ("c", "ppfp")], "a b c")]
#[case::without_a_fault(&[("a", "pppp"), ("b", "pppp")], "a+b")]
#[case::never_judged_on_the_same(&[("a", "ppss"), ("b", "sspp")], "a b")]
#[case::half_in_common(&[("a", "ffpp"), ("b", "fppp"), ("c", "pppf")], "a+b c")]
#[case::one(&[("a", "pf")], "a")]
fn who_does_the_same_wrong_stands_together(#[case] runs: &[(&str, &str)], #[case] expected: &str) {
    let mut shown = String::new();
    let mut before = None;
    for column in of(runs).columns {
        let joint = match before.replace(column.cluster) {
            None => "",
            Some(cluster) if cluster == column.cluster => "+",
            Some(_) => " ",
        };
        shown.push_str(joint);
        shown.push_str(&column.name);
    }
    assert_eq!(shown, expected);
}

#[test]
fn a_lint_is_a_row_that_others_have_passed() {
    let mut warned = run("p");
    warned.lints = run_file(&sample::run(), &sample::catalogue()).lints;
    let matrix = matrix(&[("a", run("p")), ("b", warned.clone())]);
    let id = format!("lint {}", warned.lints[0].id);
    let row = matrix.rows.iter().find(|row| row.id == id).unwrap();
    let verdicts: Vec<_> = row.cells.iter().flatten().map(|it| it.verdict).collect();
    assert_eq!(verdicts, [VerdictFile::Pass, warned.lints[0].verdict]);
    assert_eq!(row.area, "lints");
}

#[test]
fn other_scenarios_and_parts_of_a_suite_are_an_obstacle() {
    let obstacle = |other: RunFile| {
        let mut builder = Builder::default();
        builder.add("a", &run("pp"));
        builder.add("b", &other);
        builder.obstacle()
    };
    assert_eq!(obstacle(run("ff")), None);
    let mut longer = run("ppp");
    longer.suite.digest = String::from("00");
    longer.suite.name = Some(String::from("1.0"));
    assert_eq!(
        obstacle(longer).unwrap(),
        "a (the first) and b (the second) were judged with different scenarios: \
         h1check 0.1.0 and h1check 0.1.0, suite 1.0; only in the second: server/x/2"
    );
    let mut changed = run("pp");
    changed.suite.digest = String::from("00");
    let (path, text) = changed.sources.iter_mut().next().unwrap();
    text.push_str("\n# more");
    let expected = format!("with another text: {path}");
    let said = obstacle(changed).unwrap();
    assert!(said.ends_with(&expected), "{said}");
    let mut part = run("pp");
    part.shard = Some(crate::report::json::ShardFile {
        index: 2,
        count: 4,
        plan: String::new(),
    });
    assert_eq!(
        obstacle(part).unwrap(),
        "b is only part 2 of 4: merge the parts first"
    );
}

#[test]
fn the_markdown_says_what_it_left_out() {
    let (good, bad) = ("p".repeat(400), "f".repeat(350) + &"p".repeat(50));
    let text = markdown(
        &of(&[("a", &good), ("b|c", &bad)]),
        &[None, Some(String::from("b/index.html"))],
    );
    assert!(text.contains("They disagree on 350 of 400;"), "{text}");
    assert!(text.contains("\n50 more, on which they disagree less, are left out"));
    assert!(text.contains("\nNo disagreement on 50: 50 pass everywhere.\n"));
    assert!(
        text.contains(r"| [b\|c](<b/index.html>): server at"),
        "{text}"
    );
    assert!(text.contains("[**fail**](<b/index.html#open=server/x/0>)"));
}

#[test]
fn cases_that_are_alike_are_one_row_of_the_markdown() {
    let (mut good, mut bad) = (run("ppp"), run("fff"));
    for file in [&mut good, &mut bad] {
        for (scenario, case) in file.scenarios.iter_mut().zip(["a", "b", "c"]) {
            scenario.id = format!("server/x[{case}]");
        }
    }
    let text = markdown(&matrix(&[("a", good), ("b", bad)]), &[]);
    assert_eq!(text.matches("server/x[").count(), 1, "{text}");
    assert!(text.contains("<br>and 2 more cases |"), "{text}");
}

#[test]
fn the_page_shows_octets_where_a_subject_deviates_and_each_text_once() {
    let page = html(&of(&[("a", "pf"), ("b", "ff")]), &[]);
    let data = data(&page);
    let cells = |row: usize, column: &str| data["rows"][row]["cells"][column].clone();
    assert_eq!(data["rows"][0]["verdicts"], "pf");
    assert_eq!(cells(0, "0"), Value::Null);
    let events = cells(0, "1")["events"].clone();
    assert!(events.as_array().unwrap().len() > 2, "{events}");
    assert_eq!(events, cells(1, "0")["events"]);
    let texts = data["texts"].as_array().unwrap();
    let wanted = cells(0, "1")["found"][0].as_u64().unwrap() as usize;
    let same = texts.iter().filter(|it| **it == texts[wanted]).count();
    assert_eq!(same, 1);
}

#[test]
fn the_page_stays_small_however_much_was_said() {
    let mut runs = Vec::new();
    for subject in 0..20_u32 {
        let mut run = run(&"f".repeat(100));
        for (number, scenario) in run.scenarios.iter_mut().enumerate() {
            for entry in scenario.transcript.entries.iter_mut() {
                if let Some(octets) = &mut entry.octets {
                    let line = format!("{subject} {number} {}\n", "x".repeat(70));
                    octets.base64 = base64(line.repeat(500).as_bytes());
                }
            }
        }
        runs.push((format!("s{subject}"), run));
    }
    let named: Vec<_> = runs
        .iter()
        .map(|(name, run)| (name.as_str(), run.clone()))
        .collect();
    let page = html(&matrix(&named), &[]);
    assert!(page.len() < 8 << 20, "{}", page.len());
    assert!(data(&page)["cut"].as_u64().unwrap() > 0);
}

fn base64(octets: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(octets)
}

#[test]
fn a_hostile_peer_changes_nothing_but_the_shown_text() {
    let hostile = String::from(sample::HOSTILE_TEXT);
    let mut bad = run("wfse");
    bad.subject.clone_from(&hostile);
    bad.interrupted = Some(hostile.clone());
    for scenario in &mut bad.scenarios {
        scenario.title.clone_from(&hostile);
        scenario.about = Some(hostile.clone());
        scenario.why = Some(hostile.clone());
        scenario.observations = vec![hostile.clone()];
        for entry in &mut scenario.transcript.entries {
            if let Some(octets) = &mut entry.octets {
                octets.base64 = base64(sample::HOSTILE);
            }
        }
    }
    for rule in bad.requirements.values_mut() {
        rule.link = String::from("javascript:alert(3)");
    }
    let matrix = matrix(&[("good", run("pppp")), (sample::HOSTILE_TEXT, bad)]);
    let page = html(&matrix, &[]);
    let text = markdown(&matrix, &[]);
    for shown in [&page, &text, &matrix.json()] {
        assert_harmless(shown);
    }
    assert_eq!(page.matches("<script").count(), 2, "ours, and the data");
    assert!(!page.contains("javascript:alert"));
    assert!(!text.contains("<script"));
}
