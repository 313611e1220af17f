//! Plays scenarios against a server of these tests.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use h1check::outcome::{Outcome, Run};
use h1check::run::{Options, Progress, ServerTarget, Suite, Target};
use h1check::scenario::{Catalogue, GivenValue, Library, Rule, Scenario, Selection, Subject};
use tokio::sync::{Notify, Semaphore};

use crate::server::Server;
use crate::{Deadlines, Habit, Manners};

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::bundled);

/// Many tests run at once, but a whole suite needs a core: more of them would be late.
pub(crate) static TURNS: Semaphore = Semaphore::const_new(2);

/// All scenarios for servers.
pub(crate) static SUITE: LazyLock<Vec<Arc<Scenario>>> =
    LazyLock::new(|| match LIBRARY.select(&Selection::all()) {
        Ok(selected) => (selected.scenarios.into_iter())
            .filter(|scenario| scenario.subject == Subject::Server)
            .collect(),
        Err(error) => panic!("{}", error.render(false)),
    });

/// The rules that they cite.
pub(crate) fn catalogue() -> Arc<Catalogue> {
    Arc::new(LIBRARY.catalogue().expect("it is loaded").clone())
}

/// Lacks everything that can be declared.
pub(crate) const ALL: &[&str] = &["*"];

/// What the reference server offers and is set to: the defaults of all scenarios. Servers of
/// these tests switch to no other protocol.
fn givens(lacks: &[&str]) -> BTreeMap<String, GivenValue> {
    let mut givens = BTreeMap::new();
    for scenario in SUITE.iter() {
        for (name, given) in &scenario.given {
            let lacking =
                name == "path" || name == "upgrade" || lacks == ALL || lacks.contains(&&name[..]);
            if let (Some(value), false) = (&given.default, lacking) {
                givens
                    .entry(name.to_string())
                    .or_insert_with(|| value.clone());
            }
        }
    }
    givens
}

/// Plays scenarios against servers that behave as they are told and lack these things, until one
/// comes to what is wanted. Those about timeouts meet a server with short ones.
pub(crate) async fn play(
    habit: Option<Habit>,
    lacks: &[&str],
    scenarios: Vec<Arc<Scenario>>,
    jobs: usize,
    wanted: impl Fn(&Outcome) -> bool + Send + Sync,
) -> Run {
    let _turn = TURNS.acquire().await.expect("it is never closed");
    let (hasty, patient): (Vec<_>, Vec<_>) = scenarios
        .into_iter()
        .partition(|scenario| scenario.given.keys().any(|name| name.ends_with("-timeout")));
    let given = givens(lacks);
    let time = |name: &str| match given.get(name) {
        Some(GivenValue::Time(time)) => *time,
        _ => Duration::from_secs(5),
    };
    let short = Deadlines {
        idle: time("idle-timeout"),
        head: time("head-timeout"),
        content: time("content-timeout"),
    };
    let long = Deadlines {
        idle: Duration::from_secs(10),
        head: Duration::from_secs(10),
        content: Duration::from_secs(10),
    };
    let stop = Notify::new();
    let one = |deadlines, scenarios: Vec<Arc<Scenario>>| {
        let (given, stop, wanted) = (given.clone(), &stop, &wanted);
        async move {
            let server = Server::start(Manners { habit, deadlines }).await;
            let target = Target::Server(ServerTarget {
                given,
                ..ServerTarget::at(server.address)
            });
            let options = Options {
                patience: Duration::from_secs(2),
                jobs,
                ..Options::default()
            };
            let suite = Suite::new(catalogue(), scenarios, target, options);
            suite
                .run(stop.notified(), &mut |progress| {
                    if let Progress::Finished(outcome, _) = progress
                        && wanted(outcome)
                    {
                        // Both runs, and the one that has not begun to listen yet.
                        stop.notify_waiters();
                        stop.notify_one();
                    }
                })
                .await
                .expect("it listens")
        }
    };
    let (hasty, patient) = tokio::join!(one(short, hasty), one(long, patient));
    hasty.join(patient)
}

/// The scenarios that cite a rule of one of these sections or lie in one of these folders, and
/// those that they need.
pub(crate) fn about(sections: &[&str], folders: &[&str]) -> Vec<Arc<Scenario>> {
    let cites = |scenario: &&Arc<Scenario>| {
        let cited = match &scenario.rule {
            Rule::Requirements(ids, _) => ids.iter().any(|id| is_about(id, sections)),
            Rule::Hardening(_) => false,
        };
        cited || folders.iter().any(|folder| scenario.id.starts_with(folder))
    };
    let mut chosen: BTreeMap<&str, &Arc<Scenario>> = (SUITE.iter().filter(cites))
        .map(|scenario| (&scenario.id[..], scenario))
        .collect();
    let needs: Vec<&String> = chosen
        .values()
        .flat_map(|scenario| &scenario.needs)
        .collect();
    let controls = SUITE
        .iter()
        .filter(|scenario| needs.contains(&&scenario.id));
    for control in controls {
        chosen.insert(&control.id, control);
    }
    chosen.into_values().cloned().collect()
}

/// All scenarios for servers, but one case of a file: another for each number.
pub(crate) fn sample(number: usize) -> Vec<Arc<Scenario>> {
    let mut files: BTreeMap<&str, Vec<&Arc<Scenario>>> = BTreeMap::new();
    for scenario in SUITE.iter() {
        let file = scenario.id.split('[').next().unwrap_or_default();
        files.entry(file).or_default().push(scenario);
    }
    let few = |cases: Vec<&Arc<Scenario>>| {
        let count = cases.len();
        let taken = (0..count.min(CASES)).map(|index| (number * CASES + index) % count);
        taken
            .map(|index| Arc::clone(cases[index]))
            .collect::<Vec<_>>()
    };
    files.into_values().flat_map(few).collect()
}

/// Cases that are taken of a file.
const CASES: usize = 1;

/// Whether a catalogue id belongs to one of these sections, or to a part of one.
pub(crate) fn is_about(id: &str, sections: &[&str]) -> bool {
    sections.iter().any(|section| {
        let rest = id.strip_prefix(section);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    })
}
