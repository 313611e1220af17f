//! What `h1check server` and `h1check client` share: options, the run, the reports.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clap::Args;
use futures_util::future::join_all;
use h1check::outcome::{self, Run};
use h1check::profile::Profile;
use h1check::run::{Options, Progress, RunError, Target};
use h1check::scenario::{GivenValue, Library, Scenario, Selection, duration};
use tokio::sync::watch;

use crate::baseline::{BaselineArguments, Known, Wanted};
use crate::exit;
use crate::formats::FormatArguments;
use crate::journal::{About, JournalArguments};
use crate::last::LastArguments;
use crate::library::{Origin, refuse};
use crate::progress::Show;
use crate::shard::ShardArguments;
use crate::terminal::{fail, note, runtime, told_to_end};
use crate::typed;
use crate::watch::WatchArguments;

/// Options of a run.
#[derive(Args, Debug)]
pub(crate) struct JudgeArguments {
    /// Play only scenarios with this id or glob, e.g. `server/close` or `'**/te-*'`; repeatable
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    only: Vec<String>,
    /// Play only scenarios that cite this requirement, or this section, e.g. `9112-9.6`
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    requirement: Option<String>,
    #[command(flatten)]
    last: LastArguments,
    #[command(flatten)]
    pub(crate) origin: Origin,
    /// What the subject offers or is set to, e.g. `idle-timeout=75s` or `echo=/echo`; repeatable
    ///
    /// A scenario that needs what is not declared is skipped, and says so.
    #[arg(long, value_name = "NAME=VALUE", value_parser = given, help_heading = "The subject")]
    given: Vec<(String, GivenValue)>,
    /// How many scenarios are active at once; waiting ones do not count
    #[arg(long, value_name = "N", default_value_t = 8, help_heading = "The run")]
    jobs: usize,
    /// How many scenarios may have connections open at once; 1 for a one-at-a-time server
    ///
    /// Without it waiting scenarios may hold all connections of a small server, so what times out is
    /// played again at the end, when nothing else is under way, and what comes out then counts. After
    /// four that time out again, or as long as the run took (at least 30 s), it ends.
    #[arg(long, value_name = "N", help_heading = "The run")]
    connections: Option<usize>,
    /// How long an event is awaited where a scenario does not say
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "The run")]
    patience: Option<Duration>,
    /// Widen every window by this factor, for a slow subject
    #[arg(long, value_name = "FACTOR", value_parser = factor, help_heading = "The run")]
    slack: Option<f64>,
    /// Let warnings fail the run as well
    #[arg(long, help_heading = "The run")]
    strict: bool,
    #[command(flatten)]
    pub(crate) baseline: BaselineArguments,
    #[command(flatten)]
    shard: ShardArguments,
    #[command(flatten)]
    formats: FormatArguments,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,
    #[command(flatten)]
    pub(crate) watch: WatchArguments,
    /// Print a line for every scenario, also for those that pass
    #[arg(short, long, help_heading = "Reports")]
    verbose: bool,
    /// Print only what is wrong, and the summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Reports")]
    quiet: bool,
}

impl JudgeArguments {
    /// What was declared of the subject; the options win over the profile.
    pub(crate) fn given(&self, profile: &Profile) -> BTreeMap<String, GivenValue> {
        let mut given = profile.given.clone();
        given.extend(self.given.iter().cloned());
        given
    }

    /// Judges the target and writes the reports.
    pub(crate) fn judge(&self, target: Target, words: &[&str]) -> ExitCode {
        self.judge_all(vec![target], words, &Profile::default(), None)
    }

    /// Judges a server of which a profile tells, which was read from this file.
    pub(crate) fn judge_by(
        &self,
        target: Target,
        words: &[&str],
        profile: &Profile,
        file: Option<&Path>,
    ) -> ExitCode {
        self.judge_all(vec![target], words, profile, file)
    }

    /// Judges both reference peers at once.
    pub(crate) fn judge_references(&self) -> ExitCode {
        let targets = vec![Target::ReferenceServer, Target::ReferenceClient];
        self.judge_all(targets, &["reference"], &Profile::default(), None)
    }

    fn judge_all(
        &self,
        targets: Vec<Target>,
        words: &[&str],
        profile: &Profile,
        file: Option<&Path>,
    ) -> ExitCode {
        let (library, scenarios) = match self.select(&targets) {
            Ok(selected) => selected,
            Err(code) => return code,
        };
        let catalogue = match library.catalogue() {
            Ok(catalogue) => Arc::new(catalogue.clone()),
            Err(error) => return refuse(&error),
        };
        let known = match self.known(&targets, file, &library, &scenarios) {
            Ok(known) => known,
            Err(code) => return code,
        };
        drop(library);
        if let Err(code) = self.formats.check() {
            return code;
        }
        let runtime = match runtime(None) {
            Ok(runtime) => runtime,
            Err(error) => return fail(&error),
        };
        let selected = outcome::Suite {
            name: self.origin.suite.clone(),
            ..outcome::Suite::of(&scenarios)
        };
        let portion = match self.shard.portion(scenarios, &targets) {
            Ok(portion) => portion,
            Err(code) => return code,
        };
        let about = About {
            suite: &selected,
            shard: portion.shard,
            scenarios: &portion.scenarios,
            targets: &targets,
        };
        let (journal, former) = match self.journal.begin(self.formats.report.as_deref(), &about) {
            Ok(begun) => begun,
            Err(code) => return code,
        };
        let journal = Mutex::new(journal);
        let muted = self.formats.mute();
        let show = Mutex::new(Show::new(self.verbose, self.quiet));
        let runs = runtime.block_on(async {
            let (stop, stopped) = watch::channel(false);
            let suites = targets.into_iter().map(|target| {
                let options = Options {
                    shard: portion.shard,
                    ..self.options(&target, words, profile, &selected)
                };
                let suite = portion.suite(&catalogue, target, options);
                let suite = suite.going_on(former.clone());
                let (journal, catalogue) = (&journal, &catalogue);
                let (show, known, mut stopped) = (&show, &known, stopped.clone());
                async move {
                    let stop = async move {
                        // The sender is there until all suites have ended.
                        let _ = stopped.wait_for(|stopped| *stopped).await;
                    };
                    let mut observe = |progress: Progress<'_>| {
                        if let Progress::Finished(outcome, lints) = &progress {
                            lock(journal).outcome(outcome, lints, catalogue);
                        }
                        known.tell(&progress, |progress| lock(show).progress(progress));
                    };
                    suite.run(stop, &mut observe).await
                }
            });
            let all = join_all(suites);
            tokio::pin!(all);
            tokio::select! {
                runs = &mut all => runs,
                () = told_to_end() => {
                    stop.send_replace(true);
                    all.await
                }
            }
        });
        show.into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .end();
        // What is still under way (a client that hangs) is not waited for.
        runtime.shutdown_background();
        let runs: Result<Vec<Run>, RunError> = runs.into_iter().collect();
        match runs.map(|runs| runs.into_iter().reduce(Run::join)) {
            Ok(Some(mut run)) => {
                let complete = known.weigh(&mut run);
                let code = self.formats.write(&run, &catalogue, muted, self.quiet);
                let code = if complete {
                    code
                } else {
                    known.missing(&run, code)
                };
                lock(&journal).end(&run, code)
            }
            Ok(None) => ExitCode::from(exit::COULD_NOT_TEST),
            Err(error) => fail(&error),
        }
    }

    /// What is known of the subject. The usual file is about somebody's own one.
    fn known(
        &self,
        targets: &[Target],
        profile: Option<&Path>,
        library: &Library,
        played: &[Arc<Scenario>],
    ) -> Result<Known, ExitCode> {
        let reference =
            |target: &Target| matches!(target, Target::ReferenceServer | Target::ReferenceClient);
        self.baseline.read(&Wanted {
            profile,
            usual: !targets.iter().any(reference),
            library,
            played,
            whole: self.only.is_empty() && self.requirement.is_none(),
        })
    }

    fn select(&self, targets: &[Target]) -> Result<(Library, Vec<Arc<Scenario>>), ExitCode> {
        let library = (self.origin.library())
            .map_err(|error| refuse(&error))?
            .without_examples();
        let folders: Vec<&str> = targets
            .iter()
            .map(|target| target.subject().folder())
            .collect();
        let mut selection = if self.only.is_empty() {
            Selection::matching(folders.iter().copied())
        } else {
            Selection::matching(&self.only)
        };
        selection.requirement.clone_from(&self.requirement);
        let usual = self.formats.run_json();
        let last = self.last.select(&library, self.requirement.as_ref(), usual);
        let selected = last.unwrap_or_else(|| {
            let selected = library.select(&selection);
            selected.map_err(|error| refuse(&error))
        })?;
        let mut scenarios = selected.controls;
        scenarios.extend(selected.scenarios);
        let is_for = |scenario: &Arc<Scenario>| {
            targets
                .iter()
                .any(|target| target.subject() == scenario.subject)
        };
        if !scenarios.iter().any(is_for) {
            note(format_args!(
                "error: none of the selected scenarios is for a {}: see h1check list",
                folders.join(" or a ")
            ));
            return Err(ExitCode::from(exit::BAD_INPUT));
        }
        Ok((library, scenarios))
    }

    fn options(
        &self,
        target: &Target,
        words: &[&str],
        profile: &Profile,
        suite: &outcome::Suite,
    ) -> Options {
        let reference = matches!(target, Target::ReferenceServer | Target::ReferenceClient);
        let patience = if reference {
            PATIENCE_WITH_REFERENCE
        } else {
            PATIENCE
        };
        let base = command_line(words, self.rerun_words(), &["--only", "{id}"]);
        Options {
            jobs: self.jobs,
            connections: self.connections.or(profile.connections),
            patience: self.patience.or(profile.patience).unwrap_or(patience),
            retries: self.baseline.retries as usize,
            slack: self.slack.or(profile.slack).unwrap_or(1.0),
            strict: self.strict,
            suite: Some(suite.clone()),
            shard: None,
            command: typed::line()
                .iter()
                .map(|word| quoted(word))
                .collect::<Vec<_>>()
                .join(" "),
            rerun: base,
        }
    }

    /// The options that matter when one scenario is run again.
    fn rerun_words(&self) -> Vec<String> {
        let mut words = self.origin.words();
        for word in typed::words().windows(2) {
            if word[0] == "--given" {
                words.extend(word.iter().cloned());
            }
        }
        words
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `NAME=VALUE`; a value that reads as a time, a number or a truth value is one.
fn given(text: &str) -> Result<(String, GivenValue), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("write NAME=VALUE, e.g. idle-timeout=75s")?;
    let value = match (duration(value), value.parse(), value.parse()) {
        (Ok(time), ..) => GivenValue::Time(time),
        (_, Ok(number), _) => GivenValue::Number(number),
        (_, _, Ok(flag)) => GivenValue::Flag(flag),
        _ => GivenValue::Text(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

fn factor(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(factor) if (1.0..=100.0).contains(&factor) => Ok(factor),
        _ => Err("a number from 1 to 100".into()),
    }
}

/// `h1check` with these words, quoted for a shell.
fn command_line(words: &[&str], options: Vec<String>, last: &[&str]) -> String {
    let separator = words
        .iter()
        .position(|word| *word == "--")
        .unwrap_or(words.len());
    let (before, behind) = words.split_at(separator);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    ["h1check"]
        .iter()
        .chain(before)
        .chain(&options)
        .chain(last)
        .chain(behind)
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A word as a shell reads it back. The hole for the id is filled with a quoted one.
pub(crate) fn quoted(word: &str) -> String {
    if word == "{id}" {
        // Filled in, and quoted, by whoever shows the command.
        return word.to_owned();
    }
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), |word| word.into_owned())
}

/// How long an event is awaited by default, with third parties and with the reference peers.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_WITH_REFERENCE: Duration = Duration::from_secs(2);
