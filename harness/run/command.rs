//! A client under test as a command line: started once per scenario, with the URLs filled in.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::sync::mpsc;

use super::driver::{Asker, CannotAsk, FilledAsk, Told};
use super::error::{RunError, cannot_start};
use super::process::{Groups, Output, Process};
use crate::scenario::OutcomeWord;

/// A command line with holes: `{url}`, `{url2}` … or `{urls}`, `{method}`, `{body}`.
#[derive(Clone, Debug)]
pub struct ClientCommand {
    /// The program and its arguments.
    pub words: Vec<String>,
}

/// Runs the command for one scenario.
pub(crate) struct CommandAsker {
    command: ClientCommand,
    teller: mpsc::UnboundedSender<Told>,
    output: Output,
    prints_content: bool,
    groups: Groups,
    running: Option<tokio::task::JoinHandle<()>>,
}

impl ClientCommand {
    /// Looks whether the program is there, before many scenarios fail because it is not.
    pub(crate) fn find(&self) -> Result<(), RunError> {
        let program = self.words.first().cloned().unwrap_or_default();
        let files: Vec<PathBuf> = if program.contains('/') {
            vec![PathBuf::from(&program)]
        } else {
            let paths = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&paths)
                .map(|folder| folder.join(&program))
                .collect()
        };
        let mut files = files.iter().filter(|path| path.is_file()).peekable();
        if files.peek().is_none() {
            return Err(RunError::NoSuchProgram { command: program });
        }
        if files.any(|path| may_be_run(path)) {
            return Ok(());
        }
        Err(cannot_start(
            program,
            std::io::ErrorKind::PermissionDenied.into(),
        ))
    }

    /// How many requests one run of the command can make; `None`: as many as asked.
    fn urls(&self) -> Option<usize> {
        if self.words.iter().any(|word| word.contains("{urls}")) {
            return None;
        }
        let first = self
            .words
            .iter()
            .any(|word| word.contains("{url}") || word.contains("{url1}"));
        let mut count = usize::from(first);
        while self
            .words
            .iter()
            .any(|word| word.contains(&format!("{{url{}}}", count + 1)))
        {
            count += 1;
        }
        Some(count)
    }

    fn has(&self, hole: &str) -> bool {
        self.words.iter().any(|word| word.contains(hole))
    }

    /// The words of the command for these requests, or why it cannot make them.
    fn fill(&self, asks: &[FilledAsk], body: Option<&str>) -> Result<Vec<String>, String> {
        if let Some(most) = self.urls()
            && most != asks.len()
        {
            return Err(format!(
                "the command makes {most} requests in a run, and this scenario needs {} ({{url}} {{url2}} …, or {{urls}})",
                asks.len()
            ));
        }
        if asks.iter().any(|ask| !ask.fields.is_empty()) {
            return Err("the command cannot be told to send fields".into());
        }
        let method = &asks[0].method;
        if asks.iter().any(|ask| ask.method != *method) {
            return Err("the command cannot be told different methods".into());
        }
        if method != "GET" && !self.has("{method}") {
            return Err(format!(
                "the command cannot be told the method {method} ({{method}})"
            ));
        }
        if body.is_some() && !self.has("{body}") {
            return Err("the command cannot be told to send content ({body})".into());
        }
        if body.is_none() && self.has("{body}") {
            return Err(
                "the command always sends content ({body}), and this scenario has none".into(),
            );
        }
        let mut words = Vec::new();
        for word in &self.words {
            if word == "{urls}" {
                words.extend(asks.iter().map(|ask| ask.url.clone()));
                continue;
            }
            let mut word = word
                .replace("{method}", method)
                .replace("{body}", body.unwrap_or_default());
            for (index, ask) in asks.iter().enumerate() {
                word = word.replace(&format!("{{url{}}}", index + 1), &ask.url);
            }
            words.push(word.replace("{url}", &asks[0].url));
        }
        Ok(words)
    }
}

/// Whether the file is marked as a program; what else may be wrong shows when it starts.
fn may_be_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|file| file.permissions().mode() & 0o111 != 0)
}

impl CommandAsker {
    pub(crate) fn new(
        command: ClientCommand,
        teller: mpsc::UnboundedSender<Told>,
        output: Output,
        prints_content: bool,
        groups: Groups,
    ) -> Self {
        Self {
            command,
            teller,
            output,
            prints_content,
            groups,
            running: None,
        }
    }
}

impl Asker for CommandAsker {
    fn ask(&mut self, asks: Vec<Vec<FilledAsk>>) -> Result<(), CannotAsk> {
        let unable = |why: &str| Err(CannotAsk::Unable(why.into()));
        if self.running.is_some() {
            return unable(
                "a command makes all its requests at once, and this scenario asks again later",
            );
        }
        let asks: Vec<FilledAsk> = asks.into_iter().flatten().collect();
        if asks.is_empty() {
            return unable("the scenario asks for nothing");
        }
        let bodies: Vec<_> = asks.iter().filter_map(|ask| ask.body.as_ref()).collect();
        let file = match bodies.as_slice() {
            [] => None,
            [body] if asks.len() == 1 => Some(write_body(body).map_err(|error| {
                CannotAsk::Broken(format!("cannot write the content to a file: {error}"))
            })?),
            _ => return unable("the command cannot be told several contents"),
        };
        let path = file
            .as_ref()
            .map(|file| file.path().to_string_lossy().into_owned());
        let words = self
            .command
            .fill(&asks, path.as_deref())
            .map_err(CannotAsk::Unable)?;
        let stdout = Output::default();
        let mut process = Process::start(&words, Some(stdout.clone()), &self.groups)
            .map_err(|error| CannotAsk::Broken(format!("cannot start {}: {error}", words[0])))?;
        let (teller, output) = (self.teller.clone(), self.output.clone());
        let content = (self.prints_content && asks.len() == 1).then_some(stdout);
        self.running = Some(tokio::spawn(async move {
            let status = process.wait().await;
            output.push(process.output().as_bytes());
            drop(file);
            let success = status.is_ok_and(|status| status.success());
            tell(&teller, asks.len(), success, content.as_ref());
        }));
        Ok(())
    }
}

impl Drop for CommandAsker {
    fn drop(&mut self) {
        // With the task goes the process: it is killed when dropped.
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}

/// One run of the command says how it finished, not how each of its requests did: of several
/// only the last is known.
fn tell(
    teller: &mpsc::UnboundedSender<Told>,
    asks: usize,
    success: bool,
    content: Option<&Output>,
) {
    for _ in 1..asks {
        let _ = teller.send(Told {
            word: OutcomeWord::Any,
            status: None,
            body: None,
        });
    }
    let word = if success {
        OutcomeWord::Success
    } else {
        OutcomeWord::Failure
    };
    let body = content.map(|content| content.octets().into());
    // Where nobody listens the scenario is over.
    let _ = teller.send(Told {
        word,
        status: None,
        body,
    });
}

fn write_body(body: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(body)?;
    file.flush()?;
    Ok(file)
}
