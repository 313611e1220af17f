//! In which formats a run is written, and where to.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use h1check::outcome::Run;
use h1check::report::{badge, github, html, json, junit, markdown, sarif, tap, terminal};
use h1check::scenario::Catalogue;

use crate::colour::{style, style_of_stderr};
use crate::cost;
use crate::exit;
use crate::output::{try_place, write_atomically};
use crate::terminal::{complain, note, say};

/// Options for reports.
#[derive(Args, Clone, Debug)]
pub(crate) struct FormatArguments {
    /// Write the run in this format, to a file or to stdout; repeatable
    ///
    /// One of json, junit, html, sarif, tap, markdown, badge, github. At most one goes to stdout
    /// (no file, or `-`): what is printed for people then goes to stderr.
    #[arg(long, value_name = "NAME[=FILE]", value_parser = wanted, help_heading = "Reports")]
    format: Vec<Wanted>,
    /// Write run.json, junit.xml and index.html into this folder
    #[arg(long, value_name = "DIR", help_heading = "Reports")]
    pub(crate) report: Option<PathBuf>,
    /// Write the run as JSON
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<PathBuf>,
    /// Write the run as JUnit XML
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    junit: Option<PathBuf>,
    /// Write the run as one HTML page
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    html: Option<PathBuf>,
    /// Print no annotations and write no summary where GITHUB_ACTIONS is true
    #[arg(long, help_heading = "Reports")]
    no_github: bool,
}

/// A format of reports.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Json,
    Junit,
    Html,
    Sarif,
    Tap,
    Markdown,
    Badge,
    Github,
}

/// A format, and where it is to go; nowhere is stdout.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Wanted {
    format: Format,
    file: Option<PathBuf>,
}

impl FormatArguments {
    /// Looks whether all can be written, before the work is done that it is for.
    ///
    /// # Errors
    /// The exit code, once it is said what is wrong.
    pub(crate) fn check(&self) -> Result<(), ExitCode> {
        let all = self.all();
        let on_stdout = all.iter().filter(|it| it.file.is_none()).count();
        if on_stdout > 1 {
            note(format_args!(
                "error: only one format can go to stdout: give the others a file, e.g. --format \
                 junit=junit.xml"
            ));
            return Err(ExitCode::from(exit::BAD_INPUT));
        }
        let files: Vec<&Path> = all.iter().filter_map(|it| it.file.as_deref()).collect();
        for (number, file) in files.iter().enumerate() {
            if files[..number].contains(file) {
                note(format_args!(
                    "error: two formats cannot go to one file, {}: give each a file of its own",
                    file.display()
                ));
                return Err(ExitCode::from(exit::BAD_INPUT));
            }
            try_place(file).map_err(|error| {
                complain(&error);
                ExitCode::from(exit::COULD_NOT_TEST)
            })?;
        }
        Ok(())
    }

    /// Keeps what a peer says from being taken for a command of GitHub, until the value is dropped.
    pub(crate) fn mute(&self) -> Option<Muted> {
        self.is_on_github().then(|| {
            let to_stderr = self.owns_stdout();
            print(&format!("::stop-commands::{}\n", token()), to_stderr);
            Muted { to_stderr }
        })
    }

    /// Prints the report for people, and writes all others; the exit code of the run, or that
    /// which says that a report is missing. `quiet`: people want to know what is wrong only.
    pub(crate) fn write(
        &self,
        run: &Run,
        catalogue: &Catalogue,
        muted: Option<Muted>,
        quiet: bool,
    ) -> ExitCode {
        let style = terminal::Style {
            quiet,
            ..self.style()
        };
        let text = terminal::report(run, catalogue, style);
        print(&text, self.owns_stdout());
        drop(muted);
        let mut code = run.exit_code();
        let mut failed = |error: io::Error| {
            complain(&error);
            // A pipeline that waits for a report must not take its absence for success.
            if code == exit::CONFORMS {
                code = exit::COULD_NOT_TEST;
                note(format_args!("exit {code}, for a report is missing"));
            }
        };
        for wanted in self.all() {
            let text = match (wanted.format, &wanted.file) {
                (Format::Html, Some(file)) => {
                    html::render_beside(run, catalogue, &pages_beside(file))
                }
                (format, _) => format.render(run, catalogue),
            };
            match wanted.file {
                Some(path) => {
                    let _ = write_atomically(&path, text.as_bytes()).map_err(&mut failed);
                }
                None => say(format_args!("{text}")),
            }
        }
        if self.is_on_github() {
            let _ = self.tell_github(run, catalogue).map_err(&mut failed);
        }
        ExitCode::from(code)
    }

    /// A run.json that is to be written.
    pub(crate) fn run_json(&self) -> Option<PathBuf> {
        let mut all = self.all().into_iter();
        all.find(|it| it.format == Format::Json)?.file
    }

    /// Everything that is to be written.
    fn all(&self) -> Vec<Wanted> {
        let mut all = self.format.clone();
        let mut add = |format, file| {
            let file = Some(file);
            let wanted = Wanted { format, file };
            // The same twice, e.g. --report reports --json reports/run.json, is no mistake.
            if !all.contains(&wanted) {
                all.push(wanted);
            }
        };
        let own = [
            (Format::Json, &self.json, "run.json"),
            (Format::Junit, &self.junit, "junit.xml"),
            (Format::Html, &self.html, "index.html"),
        ];
        for (format, file, name) in own {
            if let Some(file) = file {
                add(format, file.clone());
            }
            if let Some(folder) = &self.report {
                add(format, folder.join(name));
            }
        }
        all
    }

    /// Whether stdout is for a format, and not for people.
    fn owns_stdout(&self) -> bool {
        self.format.iter().any(|it| it.file.is_none())
    }

    fn style(&self) -> terminal::Style {
        if self.owns_stdout() {
            style_of_stderr()
        } else {
            style()
        }
    }

    fn is_on_github(&self) -> bool {
        !self.no_github && std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
    }

    /// Annotations, and the summary of the job.
    fn tell_github(&self, run: &Run, catalogue: &Catalogue) -> io::Result<()> {
        if !self.format.iter().any(|it| it.format == Format::Github) {
            print(&github::render(run, catalogue), self.owns_stdout());
        }
        let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY") else {
            return Ok(());
        };
        let text = format!("{}\n", markdown::render(run, catalogue));
        let file = OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|cause| {
                let path = Path::new(&path).display();
                io::Error::new(cause.kind(), format!("cannot write {path}: {cause}"))
            })
    }
}

/// While it is there, GitHub takes no commands from what is printed.
#[derive(Debug)]
pub(crate) struct Muted {
    to_stderr: bool,
}

impl Drop for Muted {
    fn drop(&mut self) {
        print(&format!("::{}::\n", token()), self.to_stderr);
    }
}

/// Prints what is for people.
fn print(text: &str, to_stderr: bool) {
    if to_stderr {
        // Whoever has closed it is not interested, which is no error.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    } else {
        say(format_args!("{text}"));
    }
}

/// The word that lets GitHub take commands again: one that no peer can know.
fn token() -> &'static str {
    use std::hash::{BuildHasher as _, RandomState};
    static TOKEN: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TOKEN.get_or_init(|| {
        let random = [RandomState::new(), RandomState::new()].map(|it| it.hash_one(0));
        format!("h1check-{:016x}{:016x}", random[0], random[1])
    })
}

impl Format {
    const ALL: [(&'static str, Self); 8] = [
        ("json", Self::Json),
        ("junit", Self::Junit),
        ("html", Self::Html),
        ("sarif", Self::Sarif),
        ("tap", Self::Tap),
        ("markdown", Self::Markdown),
        ("badge", Self::Badge),
        ("github", Self::Github),
    ];

    fn render(self, run: &Run, catalogue: &Catalogue) -> String {
        match self {
            Self::Json => json::render(run, catalogue),
            Self::Junit => junit::render(run, catalogue),
            Self::Html => html::render(run, catalogue),
            Self::Sarif => sarif::render(run, catalogue),
            Self::Tap => tap::render(run, catalogue),
            Self::Markdown => markdown::render(run, catalogue),
            Self::Badge => badge::render(run),
            Self::Github => github::render(run, catalogue),
        }
    }
}

/// The pages of other commands that lie beside a page.
fn pages_beside(page: &Path) -> Vec<(&'static str, &'static str)> {
    let is_there = page.with_file_name(cost::PAGE).is_file();
    let cost = (cost::PAGE, "What a connection costs");
    is_there.then_some(cost).into_iter().collect()
}

/// `NAME[=FILE]`.
fn wanted(text: &str) -> Result<Wanted, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err(format!("no file behind the `=`: write {text}FILE")),
        Some((name, "-")) => (name, None),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let known = Format::ALL.iter().find(|(known, _)| *known == name);
    if let Some((_, format)) = known {
        let format = *format;
        return Ok(Wanted { format, file });
    }
    let names = Format::ALL.map(|(name, _)| name);
    let near = names
        .iter()
        .map(|known| (strsim::jaro_winkler(known, name), known))
        .max_by(|one, other| one.0.total_cmp(&other.0));
    let hint = match near {
        Some((nearness, known)) if nearness > 0.75 => format!(" (did you mean `{known}`?)"),
        _ => String::new(),
    };
    let names = names.join(", ");
    Err(format!("no format `{name}`{hint}: there are {names}"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("tap", Format::Tap, None)]
    #[case("sarif=-", Format::Sarif, None)]
    #[case("junit=a/b=c.xml", Format::Junit, Some("a/b=c.xml"))]
    fn reads_a_format_with_its_place(
        #[case] text: &str,
        #[case] format: Format,
        #[case] file: Option<&str>,
    ) {
        let file = file.map(PathBuf::from);
        assert_eq!(wanted(text), Ok(Wanted { format, file }));
    }

    #[rstest]
    #[case("jnuit=x", "did you mean `junit`?")]
    #[case("md", "there are json, junit")]
    #[case("tap=", "write tap=FILE")]
    fn says_which_formats_there_are(#[case] text: &str, #[case] said: &str) {
        let error = wanted(text).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
