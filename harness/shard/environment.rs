//! The shard as the engine that runs many machines tells it to each of them.

/// A shard that was found in the environment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub count: usize,
    /// The variables that said so: `CI_NODE_INDEX=2, CI_NODE_TOTAL=4`.
    pub by: String,
}

/// Why the environment names no shard. The texts say what to set.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EnvironmentError {
    /// No engine that we know.
    #[error(
        "`--shard auto` found none of its variables: GitLab sets CI_NODE_INDEX and CI_NODE_TOTAL in \
         a job with `parallel`; in a Kubernetes Indexed Job set H1CHECK_SHARDS to its completions; \
         in a GitHub matrix set H1CHECK_SHARD_INDEX to ${{{{ strategy.job-index }}}} and \
         H1CHECK_SHARD_TOTAL to ${{{{ strategy.job-total }}}}; or give --shard K/N"
    )]
    Unset,
    /// One of two.
    #[error("`--shard auto`: {set} is set, and {missing} is not: {advice}")]
    Half {
        /// The variable that is there.
        set: &'static str,
        /// The one that is not.
        missing: &'static str,
        /// How it comes to be there.
        advice: &'static str,
    },
    /// No number, or one out of range.
    #[error("`--shard auto`: {variable}={value} is not a number from {least} to {most}")]
    Value {
        /// The variable.
        variable: &'static str,
        /// What it is set to.
        value: String,
        /// The least that it may be.
        least: usize,
        /// The most.
        most: usize,
    },
}

/// Finds the shard in the variables of the engines that are known. What was set for h1check wins
/// over what an engine sets by itself.
///
/// # Errors
/// There is none, only a part of it, or it makes no sense.
pub fn from_environment(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Found, EnvironmentError> {
    for engine in &ENGINES {
        // A total alone says nothing: GitLab sets it everywhere.
        match (variable(engine.index), variable(engine.total)) {
            (Some(index), Some(total)) => return engine.found(&index, &total),
            (Some(_), None) => {
                return Err(EnvironmentError::Half {
                    set: engine.index,
                    missing: engine.total,
                    advice: engine.advice,
                });
            }
            (None, _) => {}
        }
    }
    let alone = ENGINES.iter().find(|it| variable(it.total).is_some());
    Err(
        alone.map_or(EnvironmentError::Unset, |engine| EnvironmentError::Half {
            set: engine.total,
            missing: engine.index,
            advice: engine.advice,
        }),
    )
}

/// How an engine tells it.
struct Engine {
    index: &'static str,
    total: &'static str,
    /// The number of its first machine.
    first: usize,
    advice: &'static str,
}

impl Engine {
    fn found(&self, index: &str, total: &str) -> Result<Found, EnvironmentError> {
        let count = number(self.total, total, 1, MOST)?;
        let number = number(self.index, index, self.first, count - 1 + self.first)?;
        Ok(Found {
            index: number - self.first + 1,
            count,
            by: format!(
                "{}={}, {}={}",
                self.index,
                index.trim(),
                self.total,
                total.trim()
            ),
        })
    }
}

fn number(
    variable: &'static str,
    value: &str,
    least: usize,
    most: usize,
) -> Result<usize, EnvironmentError> {
    let number = value.trim().parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| EnvironmentError::Value {
            variable,
            value: value.escape_debug().to_string(),
            least,
            most,
        })
}

const ENGINES: [Engine; 3] = [
    Engine {
        index: "H1CHECK_SHARD_INDEX",
        total: "H1CHECK_SHARD_TOTAL",
        first: 0,
        advice: "in a GitHub matrix the two are ${{ strategy.job-index }}, from 0, and \
                 ${{ strategy.job-total }}",
    },
    Engine {
        index: "CI_NODE_INDEX",
        total: "CI_NODE_TOTAL",
        first: 1,
        advice: "GitLab sets both in a job with `parallel: N`",
    },
    Engine {
        index: "JOB_COMPLETION_INDEX",
        total: "H1CHECK_SHARDS",
        first: 0,
        advice: "a Kubernetes Job with `completionMode: Indexed` sets JOB_COMPLETION_INDEX; set \
                 H1CHECK_SHARDS to its `completions`",
    },
];

/// More machines than anybody has.
const MOST: usize = 10_000;
