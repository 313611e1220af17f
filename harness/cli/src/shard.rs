//! One shard of a run: flags and the environment to the scenarios that this machine plays.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use h1check::outcome::Shard;
use h1check::run::{Options, Suite, Target};
use h1check::scenario::{Catalogue, Scenario};
use h1check::shard::{from_environment, share};

use crate::exit;
use crate::run_file;
use crate::terminal::{complain, note};

/// Options for runs on many machines.
#[derive(Args, Debug)]
#[command(next_help_heading = "Many machines")]
pub(crate) struct ShardArguments {
    /// Play only the Kth of N parts, e.g. `2/4`; `auto` asks the environment
    ///
    /// Each machine writes a report, and `h1check merge` puts them together. `auto` reads
    /// CI_NODE_INDEX and CI_NODE_TOTAL (GitLab `parallel`), JOB_COMPLETION_INDEX (Kubernetes
    /// Indexed Job) with H1CHECK_SHARDS, or H1CHECK_SHARD_INDEX, from 0, with H1CHECK_SHARD_TOTAL
    /// (GitHub: strategy.job-index and strategy.job-total). Without --shard everything is played.
    #[arg(long, value_name = "K/N|auto", value_parser = part)]
    shard: Option<Part>,
    /// Divide so that all shards take as long, by the durations in this run.json
    #[arg(long, value_name = "RUN.JSON", requires = "shard")]
    balance: Option<PathBuf>,
}

/// Which part is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Auto,
    Of(usize, usize),
}

/// What is played here.
#[derive(Debug)]
pub(crate) struct Portion {
    pub(crate) scenarios: Vec<Arc<Scenario>>,
    /// Of these another shard counts the findings.
    pub(crate) guests: BTreeSet<String>,
    pub(crate) shard: Option<Shard>,
}

impl Portion {
    /// The run of it against a target.
    pub(crate) fn suite(
        &self,
        catalogue: &Arc<Catalogue>,
        target: Target,
        options: Options,
    ) -> Suite {
        let scenarios = self.scenarios.clone();
        Suite::new(Arc::clone(catalogue), scenarios, target, options)
            .with_guests(self.guests.clone())
    }
}

impl ShardArguments {
    /// The part of the scenarios for these targets that is played here, or why there is none.
    pub(crate) fn portion(
        &self,
        mut scenarios: Vec<Arc<Scenario>>,
        targets: &[Target],
    ) -> Result<Portion, ExitCode> {
        scenarios.retain(|it| targets.iter().any(|target| target.subject() == it.subject));
        let Some(part) = self.shard else {
            return Ok(Portion {
                scenarios,
                guests: BTreeSet::new(),
                shard: None,
            });
        };
        let (index, count, by) = match part {
            Part::Of(index, count) => (index, count, String::new()),
            Part::Auto => {
                let found = from_environment(|name| env::var(name).ok()).map_err(|error| {
                    complain(&error);
                    ExitCode::from(exit::BAD_INPUT)
                })?;
                (found.index, found.count, format!(" ({})", found.by))
            }
        };
        if count > scenarios.len() {
            note(format_args!(
                "error: {count} shards are too many for {} scenarios: use that many at the most",
                scenarios.len()
            ));
            return Err(ExitCode::from(exit::BAD_INPUT));
        }
        let share = share(&scenarios, (index, count), &self.durations()?);
        let own = share.scenarios.len() - share.guests.len();
        let guests = match share.guests.len() {
            0 => String::new(),
            1 => ", and 1 control that they need".into(),
            number => format!(", and {number} controls that they need"),
        };
        note(format_args!(
            "shard {index} of {count}{by}: {own} of {} scenarios{guests}",
            scenarios.len()
        ));
        Ok(Portion {
            scenarios: share.scenarios,
            guests: share.guests,
            shard: Some(share.shard),
        })
    }

    /// How long each scenario took in the former run, by id.
    fn durations(&self) -> Result<BTreeMap<String, Duration>, ExitCode> {
        let Some(path) = &self.balance else {
            return Ok(BTreeMap::new());
        };
        let file = run_file::read(path)?;
        let took = |it: h1check::report::json::ScenarioFile| (it.id, it.took_us);
        let times = file.scenarios.into_iter().map(took);
        Ok(times
            .map(|(id, took)| (id, Duration::from_micros(took.min(LONGEST))))
            .collect())
    }
}

/// `K/N` or `auto`.
fn part(text: &str) -> Result<Part, String> {
    if text == "auto" {
        return Ok(Part::Auto);
    }
    let (index, count) = text.split_once('/').ok_or("write K/N, e.g. 2/4, or auto")?;
    let number = |text: &str| {
        text.parse::<usize>()
            .map_err(|_| format!("`{text}` is no number"))
    };
    match (number(index)?, number(count)?) {
        (_, 0) => Err("there is at least one shard: write K/N, e.g. 2/4".into()),
        (_, count) if count > MOST => Err(format!("more than {MOST} shards are too many")),
        (0, count) => Err(format!("shards are counted from 1: the first is 1/{count}")),
        (index, count) if index > count => Err(format!(
            "there is no shard {index} of {count}: the last is {count}/{count}"
        )),
        (index, count) => Ok(Part::Of(index, count)),
    }
}

/// More machines than anybody has.
const MOST: usize = 10_000;

/// The durations of a file may be anything; so many microseconds, a year, can be added up.
const LONGEST: u64 = 31_536_000_000_000;

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("auto", Part::Auto)]
    #[case("1/1", Part::Of(1, 1))]
    #[case("4/4", Part::Of(4, 4))]
    fn reads_a_part(#[case] text: &str, #[case] wanted: Part) {
        assert_eq!(part(text), Ok(wanted));
    }

    #[rstest]
    #[case("2", "write K/N")]
    #[case("0/4", "the first is 1/4")]
    #[case("5/4", "the last is 4/4")]
    #[case("1/0", "at least one")]
    #[case("a/4", "`a` is no number")]
    #[case("-1/4", "`-1` is no number")]
    #[case("1/4/2", "`4/2` is no number")]
    #[case("1/99999999", "too many")]
    fn says_what_a_part_is(#[case] text: &str, #[case] said: &str) {
        let error = part(text).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
