//! `h1check coverage`: which rules of the catalogue something proves or judges.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use h1check::scenario::{
    Catalogue, Cover, Coverage, CoverageItem, CoverageState, Document, Observable, Role, Selection,
};
use h1check::wire::lint::LINTS;
use serde_json::{Value, json};

use crate::exit;
use crate::library::{Origin, Which, refuse};
use crate::terminal::{note, say};

/// Show which rules of the RFCs and other documents are judged: by scenarios, by permitted examples, by lints
///
/// Every rule counts for each role that it binds. `missing` shows on the wire and nothing covers
/// it; `config` is missing as well, but needs a setting or a capability of the subject; `excused`
/// cannot be judged, and the catalogue says why. Rules that cannot be seen from outside are left
/// out unless something covers them.
///
/// The exit code is 1 if a rule for servers is missing, or if an excuse stands beside what
/// covers the rule.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  h1check coverage                              every section, every role
  h1check coverage --role server --missing      what is not judged yet, and what it says
  h1check coverage --section 9112-6 --json      all about one section, also who covers what")]
pub(crate) struct Arguments {
    /// Only what binds this role
    #[arg(long, value_enum)]
    role: Option<RoleName>,
    /// Only this section, or this rule, e.g. `9112-6`, `9110-8.6`, `9112-9.6-p6-1`
    #[arg(long, value_name = "ID")]
    section: Option<String>,
    /// List the rules that are missing
    #[arg(long)]
    missing: bool,
    /// Print everything as JSON
    #[arg(long, conflicts_with = "missing")]
    json: bool,
    #[command(flatten)]
    origin: Origin,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    Server,
    Client,
    Intermediary,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let which = Which {
        ids: Vec::new(),
        origin: arguments.origin.clone(),
    };
    let library = match which.library() {
        Ok(library) => library.without_examples(),
        Err(code) => return code,
    };
    let catalogue = match library.catalogue() {
        Ok(catalogue) => catalogue,
        Err(error) => return refuse(&error),
    };
    let selected = match library.select(&Selection::all()) {
        Ok(selected) => selected,
        Err(error) => return refuse(&error),
    };
    let mut coverage = Coverage::of(catalogue, &selected.scenarios, LINTS);
    if let Err(code) = restrict(&mut coverage, arguments, catalogue) {
        return code;
    }
    if arguments.json {
        say(format_args!("{:#}\n", json(&coverage)));
    } else if arguments.missing {
        list(&coverage);
    } else {
        tables(&coverage);
    }
    let stale = faults(&coverage, CoverageState::Stale);
    let missing = faults(&coverage, CoverageState::Missing);
    for item in &stale {
        let (id, role) = (&item.entry.id, item.role.word());
        let by = item.by.iter().map(cover).collect::<Vec<_>>().join(", ");
        note(format_args!(
            "error: `untested` of {id} is stale: for a {role} it is covered by {by}"
        ));
    }
    if !missing.is_empty() {
        let count = missing.len();
        note(format_args!(
            "error: of the rules for servers {count} are missing \
             (h1check coverage --role server --missing)"
        ));
    }
    if stale.is_empty() && missing.is_empty() {
        return ExitCode::SUCCESS;
    }
    ExitCode::from(exit::DEVIATES)
}

fn faults<'a>(coverage: &'a Coverage<'a>, state: CoverageState) -> Vec<&'a CoverageItem<'a>> {
    let of_state = |item: &&CoverageItem<'_>| item.state() == state;
    coverage.faults().filter(of_state).collect()
}

/// Keeps what was asked for.
fn restrict(
    coverage: &mut Coverage<'_>,
    arguments: &Arguments,
    catalogue: &Catalogue,
) -> Result<(), ExitCode> {
    if let Some(section) = &arguments.section {
        let section = section.trim_end_matches(['-', '.']);
        let known: Vec<&str> = (catalogue.matching(section))
            .map(|entry| entry.id.as_str())
            .collect();
        if known.is_empty() {
            note(format_args!(
                "error: there is no rule of the section `{section}` (e.g. 9112-6, 9110-8.6)"
            ));
            return Err(ExitCode::from(exit::BAD_INPUT));
        }
        (coverage.items).retain(|item| known.contains(&item.entry.id.as_str()));
    }
    if let Some(role) = arguments.role {
        let role = match role {
            RoleName::Server => Role::Server,
            RoleName::Client => Role::Client,
            RoleName::Intermediary => Role::Intermediary,
        };
        coverage.items.retain(|item| item.role == role);
    }
    Ok(())
}

/// How many rules of a section stand how.
#[derive(Clone, Copy, Default)]
struct Count {
    covered: usize,
    excused: usize,
    missing: usize,
    config: usize,
}

impl Count {
    fn add(&mut self, item: &CoverageItem<'_>) {
        match (item.state(), item.entry.observable) {
            (CoverageState::Covered | CoverageState::Stale, _) => self.covered += 1,
            (CoverageState::Excused, _) => self.excused += 1,
            (CoverageState::Missing, Observable::Config) => self.config += 1,
            (CoverageState::Missing, _) => self.missing += 1,
            (CoverageState::Unseen, _) => {}
        }
    }

    fn rules(self) -> usize {
        self.covered + self.excused + self.missing + self.config
    }
}

fn tables(coverage: &Coverage<'_>) {
    // Of one chapter its sections are of interest, of all of them the chapters.
    let chapters: Vec<(&str, &str)> = coverage.items.iter().map(chapter).collect();
    let one = chapters.windows(2).all(|pair| pair[0] == pair[1]);
    for role in Role::ALL {
        let mut rows: BTreeMap<(usize, &str, Vec<u32>), (&str, Count)> = BTreeMap::new();
        let mut total = Count::default();
        for item in coverage.items.iter().filter(|item| item.role == role) {
            let (document, chapter) = chapter(item);
            let section = if one { &item.entry.section } else { chapter };
            let order = Document::order(item.entry.id.split('-').next().unwrap_or_default());
            let row = rows.entry((order, document, numbers(section)));
            row.or_insert((section, Count::default())).1.add(item);
            total.add(item);
        }
        if total.rules() == 0 {
            continue;
        }
        say(format_args!(
            "{:26}{:>8}{:>9}{:>9}{:>9}{:>8}\n",
            role.word(),
            "rules",
            "covered",
            "excused",
            "missing",
            "config"
        ));
        for ((_, document, _), (section, count)) in rows {
            row(&format!("{document}, {section}"), count);
        }
        row("all", total);
        say(format_args!("\n"));
    }
}

fn row(name: &str, count: Count) {
    if count.rules() > 0 {
        say(format_args!(
            "  {name:24}{:>8}{:>9}{:>9}{:>9}{:>8}\n",
            count.rules(),
            count.covered,
            count.excused,
            count.missing,
            count.config
        ));
    }
}

/// The document of an entry, and the first part of its section.
fn chapter<'a>(item: &CoverageItem<'a>) -> (&'a str, &'a str) {
    let document = item.entry.document();
    let chapter = item.entry.section.split('.').next().unwrap_or_default();
    (document, chapter)
}

/// A section as numbers, to sort by; appendices come last.
fn numbers(section: &str) -> Vec<u32> {
    let number = |part: &str| part.parse().unwrap_or(u32::MAX);
    section.split('.').map(number).collect()
}

fn list(coverage: &Coverage<'_>) {
    let missing = |item: &&CoverageItem<'_>| item.state() == CoverageState::Missing;
    for item in coverage.items.iter().filter(missing) {
        let entry = item.entry;
        say(format_args!(
            "{:18} {:12} {:6} {:10} {}\n",
            entry.id,
            item.role.word(),
            entry.observable.word(),
            entry.level.word(),
            entry.summary
        ));
    }
}

fn json(coverage: &Coverage<'_>) -> Value {
    let items = coverage.items.iter().map(|item| {
        let entry = item.entry;
        json!({
            "id": entry.id,
            "section": entry.section,
            "role": item.role.word(),
            "level": entry.level.word(),
            "observable": entry.observable.word(),
            "summary": entry.summary,
            "state": state(item.state()),
            "by": item.by.iter().map(cover).collect::<Vec<_>>(),
            "untested": entry.untested.get(&item.role),
        })
    });
    json!({
        "faults": coverage.faults().count(),
        "rules": items.collect::<Vec<_>>(),
    })
}

fn state(state: CoverageState) -> &'static str {
    match state {
        CoverageState::Covered => "covered",
        CoverageState::Excused => "excused",
        CoverageState::Missing => "missing",
        CoverageState::Stale => "stale",
        CoverageState::Unseen => "unseen",
    }
}

fn cover(cover: &Cover) -> String {
    match cover {
        Cover::Scenario(id) => id.clone(),
        Cover::Permitted(id) => format!("{id} (permitted)"),
        Cover::Lint(id) => format!("lint {id}"),
    }
}
