//! `h1check explain ID`: what a scenario is about.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use h1check::report::escape;
use h1check::scenario::{Catalogue, Example, ExampleKind, Grade, Rule, Scenario};

use crate::library::{Which, refuse};
use crate::terminal::say;

/// Explain scenarios: what should be true, why, by which rule, and what right and wrong look like
#[derive(Args, Debug)]
#[command(after_help = "Example:
  h1check explain server/close/honours-close")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let library = match arguments.which.library() {
        Ok(library) => library,
        Err(code) => return code,
    };
    let selected = match arguments.which.select(&library) {
        Ok(selected) => selected,
        Err(code) => return code,
    };
    let catalogue = match library.catalogue() {
        Ok(catalogue) => catalogue,
        Err(error) => return refuse(&error),
    };
    for scenario in &selected.scenarios {
        say(format_args!("{}\n", explain(scenario, catalogue)));
    }
    ExitCode::SUCCESS
}

fn explain(scenario: &Scenario, catalogue: &Catalogue) -> String {
    let mut text = format!("{}\n{}\n\n", scenario.id, "=".repeat(scenario.id.len()));
    let _ = writeln!(text, "{}\n", escape::text(&scenario.title));
    if let Some(about) = &scenario.about {
        let _ = writeln!(text, "{}\n", paragraph(about));
    }
    rule(&mut text, &scenario.rule, catalogue);
    if !scenario.needs.is_empty() {
        let _ = writeln!(text, "Needs\n  {}\n", scenario.needs.join(", "));
    }
    for (name, given) in &scenario.given {
        let default = given
            .default
            .as_ref()
            .map(|value| format!(", by default {value:?}"));
        let _ = writeln!(text, "Given: {name}{}", default.unwrap_or_default());
    }
    let first_example = scenario
        .counterexamples
        .iter()
        .chain(&scenario.permitted)
        .map(|example| example.place.span.start)
        .min();
    let played = &scenario.source.text[..first_example.unwrap_or(scenario.source.text.len())];
    let from = played
        .find("[[step]]")
        .or_else(|| played.find("step = "))
        .unwrap_or(0);
    let _ = writeln!(
        text,
        "What is played ({})\n\n{}\n",
        scenario.source.path,
        indented(played[from..].trim_end())
    );
    for example in scenario.counterexamples.iter().chain(&scenario.permitted) {
        self::example(&mut text, scenario, example, catalogue);
    }
    text
}

fn rule(text: &mut String, rule: &Rule, catalogue: &Catalogue) {
    let (ids, grade) = match rule {
        Rule::Requirements(ids, grade) => (ids, grade),
        Rule::Hardening(why) => {
            let _ = writeln!(
                text,
                "No rule of an RFC, but good defence (at worst a warning)\n  {why}\n"
            );
            return;
        }
    };
    let comes_to = match grade {
        Grade::Fail => "a miss is a failure",
        Grade::Warn => "a miss is a warning",
        Grade::Observe => "what is seen is recorded, never held against anybody",
    };
    let _ = writeln!(text, "Rule ({comes_to})");
    for id in ids {
        let Some(entry) = catalogue.entries.get(id) else {
            continue;
        };
        let _ = writeln!(
            text,
            "  {id}  {:?}\n  {}\n  {}",
            entry.level,
            entry.summary,
            entry.link()
        );
        if !entry.verdict.is_empty() {
            let _ = writeln!(text, "  Accepted: {}", entry.verdict);
        }
        if !entry.note.is_empty() {
            let _ = writeln!(text, "  Note: {}", entry.note);
        }
        text.push('\n');
    }
}

fn example(text: &mut String, scenario: &Scenario, example: &Example, catalogue: &Catalogue) {
    let mut heading = match &example.kind {
        ExampleKind::Counterexample { at } => {
            format!("Wrong, caught at step {at}: {}", example.title)
        }
        ExampleKind::Permitted { verdict, .. } => {
            format!("Permitted ({verdict}): {}", example.title)
        }
    };
    if let ExampleKind::Permitted { permits, .. } = &example.kind {
        for entry in permits.iter().filter_map(|id| catalogue.entries.get(id)) {
            let _ = write!(heading, "\n  by {}: {}", entry.id, entry.summary);
        }
    }
    let source = &scenario.source.text;
    let from = example.place.span.start.min(source.len());
    let rest = &source[from..];
    // Up to the next example, or the end of the file.
    let end = ["\n[[counterexample]]", "\n[[permitted]]", "\n[[case]]"]
        .iter()
        .filter_map(|heading| rest.get(1..)?.find(heading).map(|at| at + 1))
        .min()
        .unwrap_or(rest.len());
    let _ = writeln!(text, "{heading}\n\n{}\n", indented(rest[..end].trim_end()));
}

fn paragraph(text: &str) -> String {
    text.trim()
        .lines()
        .map(escape::text)
        .collect::<Vec<_>>()
        .join("\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
