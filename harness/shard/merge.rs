//! The reports of all shards to one run.

use std::collections::BTreeMap;

use crate::outcome::{Lint, Outcome, Run, Shard, Verdict};
use crate::scenario::Subject;

/// Why reports do not belong together. The names are those that the runs were given with.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MergeError {
    /// There is nothing.
    #[error("there is no report to merge")]
    Nothing,
    /// A run of everything, or a merged one.
    #[error("{name} is no shard: it was made without --shard")]
    Whole {
        /// The report.
        name: String,
    },
    /// Two reports differ where those of one run cannot.
    #[error("{one} and {other} are not of one run: {what}")]
    Different {
        /// The first report.
        one: String,
        /// The report that does not go with it.
        other: String,
        /// In what, with advice.
        what: String,
    },
    /// A file that nobody wrote like that.
    #[error("{name} is no shard: there is no shard {shard}")]
    NoSuch {
        /// The report.
        name: String,
        /// `7/2`.
        shard: String,
    },
    /// The same shard twice.
    #[error("{one} and {other} are both shard {shard}: give each shard once")]
    Doubled {
        /// One report.
        one: String,
        /// The other.
        other: String,
        /// `2/4`.
        shard: String,
    },
    /// Not all are there.
    #[error("shard {missing} is missing: give the reports of all {count} shards")]
    Missing {
        /// `2/4`, or several.
        missing: String,
        /// How many there should be.
        count: usize,
    },
}

/// Puts the reports of all shards together, each with a name for errors. The result is what one
/// machine would have come to that plays all of it: what several shards played (controls) counts
/// once, with the worst verdict that it came to anywhere.
///
/// # Errors
/// A shard is missing or there twice, or the reports are of different runs.
pub fn merge(runs: Vec<(String, Run)>) -> Result<Run, MergeError> {
    let mut shards: BTreeMap<usize, (String, Run)> = BTreeMap::new();
    let mut first: Option<(String, Identity, Shard)> = None;
    for (name, run) in runs {
        let Some(shard) = run.shard else {
            return Err(MergeError::Whole { name });
        };
        if !(1..=shard.count).contains(&shard.index) {
            let shard = format!("{}/{}", shard.index, shard.count);
            return Err(MergeError::NoSuch { name, shard });
        }
        let identity = Identity::of(&run);
        match &first {
            None => first = Some((name.clone(), identity, shard)),
            Some((one, wanted, of)) => {
                if let Some(what) = wanted.differs(&identity).or_else(|| divided(*of, shard)) {
                    let (one, other) = (one.clone(), name);
                    return Err(MergeError::Different { one, other, what });
                }
            }
        }
        if let Some((one, _)) = shards.get(&shard.index) {
            return Err(MergeError::Doubled {
                one: one.clone(),
                other: name,
                shard: format!("{}/{}", shard.index, shard.count),
            });
        }
        shards.insert(shard.index, (name, run));
    }
    let count = first.ok_or(MergeError::Nothing)?.2.count;
    complete(&shards, count)?;
    shards
        .into_values()
        .map(|(name, mut run)| {
            run.interrupted = run.interrupted.map(|why| format!("{name}: {why}"));
            run
        })
        .reduce(join)
        .map(|run| Run { shard: None, ..run })
        .ok_or(MergeError::Nothing)
}

/// What all shards of a run have in common.
struct Identity {
    version: String,
    name: Option<String>,
    digest: String,
    strict: bool,
    subject: String,
}

impl Identity {
    fn of(run: &Run) -> Self {
        Self {
            version: run.version.clone(),
            name: run.suite.name.clone(),
            digest: run.suite.digest.clone(),
            strict: run.strict,
            subject: kind(run),
        }
    }

    /// In what the other differs.
    fn differs(&self, other: &Self) -> Option<String> {
        if self.version != other.version {
            return Some(format!(
                "they were made by h1check {} and {}",
                self.version, other.version
            ));
        }
        if (&self.name, &self.digest) != (&other.name, &other.digest) {
            let what = "other scenarios were selected: the options for the selection, the suite \
                        and the folder of scenarios must be the same on all machines";
            return Some(what.into());
        }
        if self.subject != other.subject {
            let (one, other) = (&self.subject, &other.subject);
            return Some(format!("one judged {one}, the other {other}"));
        }
        if self.strict != other.strict {
            return Some("only one was made with --strict".into());
        }
        None
    }
}

/// Who was judged, without what differs from machine to machine: the address of a server that
/// is started beside each shard.
fn kind(run: &Run) -> String {
    let subject = run.subject.as_str();
    if subject.starts_with("the reference ") {
        return subject.into();
    }
    let judged = run.outcomes.iter().map(|it| it.scenario.subject).min();
    match judged {
        Some(Subject::Server) => "a server".into(),
        Some(Subject::Client) => "a client".into(),
        Some(Subject::Proxy) => "a proxy".into(),
        None => subject.into(),
    }
}

fn divided(one: Shard, other: Shard) -> Option<String> {
    if one.count != other.count {
        let (one, other) = (one.count, other.count);
        return Some(format!("one is of {one} shards, the other of {other}"));
    }
    let what = "the suite was divided in different ways: give all shards the same --balance";
    (one.plan != other.plan).then(|| what.into())
}

fn complete(shards: &BTreeMap<usize, (String, Run)>, count: usize) -> Result<(), MergeError> {
    // The numbers come from a file: what is missing of a billion is not told one by one.
    let mut missing = (1..=count).filter(|index| !shards.contains_key(index));
    let few: Vec<usize> = missing.by_ref().take(TOLD).collect();
    if few.is_empty() {
        return Ok(());
    }
    let mut told: Vec<String> = few.iter().map(|index| format!("{index}/{count}")).collect();
    if missing.next().is_some() {
        told.push("…".into());
    }
    let missing = told.join(", ");
    Err(MergeError::Missing { missing, count })
}

/// How many missing shards are named.
const TOLD: usize = 10;

fn join(mut one: Run, other: Run) -> Run {
    one.started = one.started.min(other.started);
    one.took = one.took.max(other.took);
    one.jitter = one.jitter.max(other.jitter);
    one.jobs = one.jobs.max(other.jobs);
    one.interrupted = one.interrupted.or(other.interrupted);
    one.lints = Lint::gather(one.lints.into_iter().chain(other.lints));
    one.gate.join(other.gate);
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    for outcome in one.outcomes.into_iter().chain(other.outcomes) {
        let id = outcome.scenario.id.clone();
        match outcomes.get(&id) {
            Some(known) if rank(&known.verdict) >= rank(&outcome.verdict) => {}
            _ => drop(outcomes.insert(id, outcome)),
        }
    }
    one.outcomes = outcomes.into_values().collect();
    one
}

/// From harmless to bad, as the verdicts are declared.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::Skip { .. } => 1,
        Verdict::Warn => 2,
        Verdict::Fail => 3,
        Verdict::Error { .. } => 4,
    }
}
