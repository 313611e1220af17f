//! The questions, in their order, and what came of each.

use std::time::Duration;

use super::candidate::{self, CANDIDATES};
use super::found::{Finding, Idle, Options, Survey, SurveyError};
use super::visit::{Answer, Trouble, Visit};
use crate::peer::Endpoint;

/// A look at a server.
pub struct Look<'l> {
    pub(super) endpoint: &'l Endpoint,
    pub(super) options: &'l Options,
    observe: &'l (dyn Fn(&str) + Sync),
    pub(super) survey: Survey,
    /// What has been fetched with GET and no extra field.
    pub(super) seen: Vec<(String, Answer)>,
    pub(super) visit: Option<Visit>,
    /// Requests in a row without an answer.
    pub(super) unanswered: usize,
}

impl<'l> Look<'l> {
    /// A look at the server at that endpoint; `observe` is told of every finding.
    pub fn new(
        endpoint: &'l Endpoint,
        options: &'l Options,
        observe: &'l (dyn Fn(&str) + Sync),
    ) -> Self {
        Self {
            endpoint,
            options,
            observe,
            survey: Survey::default(),
            seen: Vec::new(),
            visit: None,
            unanswered: 0,
        }
    }

    /// Asks everything. It takes as long as an idle connection is watched, and little more.
    ///
    /// # Errors
    /// The first request got no answer that could be read.
    pub async fn run(mut self) -> Result<Survey, SurveyError> {
        let path = self.first().await?;
        self.connections(&path).await;
        let idle = self.idle(&path);
        if self.survey.one_at_a_time {
            self.survey.idle = idle.await;
            self.rest(&path).await;
        } else {
            let (idle, ()) = tokio::join!(idle, self.rest(&path));
            self.survey.idle = idle;
        }
        let told = match self.survey.idle {
            Idle::Never => "connections do not stay open".into(),
            Idle::For(time) => format!("an idle connection is ended after {time:.2?}"),
            Idle::Beyond(time) => format!("an idle connection is still open after {time:?}"),
        };
        self.tell(&told);
        Ok(self.survey)
    }

    /// GET of the path, through redirects of the same site, and once more on the connection.
    async fn first(&mut self) -> Result<String, SurveyError> {
        let mut path = self.options.path.clone();
        for _ in 0..REDIRECTS {
            let answer = self.get(&path, "").await.map_err(|trouble| SurveyError {
                path: path.clone(),
                why: trouble.to_string(),
            })?;
            self.tell(&format!("GET {path}: {}", words(&answer)));
            self.survey.server = answer.field("Server").map(str::to_owned);
            let next = answer
                .field("Location")
                .and_then(|to| self.on_site(to, &path));
            self.seen.push((path.clone(), answer));
            match next {
                Some(next) if self.seen.iter().all(|(seen, _)| *seen != next) => path = next,
                _ => break,
            }
        }
        let Some((path, first)) = self.seen.last().cloned() else {
            return Err(SurveyError {
                path,
                why: "no answer".into(),
            });
        };
        self.survey.keeps_alive = self.visit.as_ref().is_some_and(Visit::is_open);
        let again = self.get(&path, "").await;
        // One that ended the connection instead of answering got another one.
        self.survey.keeps_alive &= self.visit.as_ref().is_some_and(Visit::is_open);
        let mut seen = words(&first);
        match again {
            Ok(again) if again.content == first.content => seen += ", the same twice",
            Ok(_) => seen += ", but OTHER CONTENT the second time: name a resource that is stable",
            Err(trouble) => seen += &format!(", but the second time: {trouble}"),
        }
        if first.status() != 200 {
            seen += "; the suite needs one that answers 200";
            self.tell(&format!(
                "but the suite needs a path that answers 200, not {}",
                first.status()
            ));
        }
        self.survey.get = Finding {
            path: Some(path.clone()),
            seen,
        };
        Ok(path)
    }

    /// Whether a second connection is served while a first one is open.
    async fn connections(&mut self, path: &str) {
        self.visit = None;
        let patience = self.options.patience;
        let Ok(first) = Visit::open(self.endpoint, patience).await else {
            return;
        };
        let request = self.request("GET", path, "", b"");
        let Ok(mut second) = Visit::open(self.endpoint, patience).await else {
            return;
        };
        let Err(Trouble::Late) = second.ask("GET", &request, ONE_AT_A_TIME).await else {
            return;
        };
        drop((first, second));
        if self.get(path, "").await.is_ok() {
            self.survey.one_at_a_time = true;
            self.tell("it serves one connection at a time");
        }
        self.visit = None;
    }

    /// How long a connection stays behind a response.
    fn idle(&self, path: &str) -> impl Future<Output = Idle> + use<> {
        let (endpoint, request) = (self.endpoint.clone(), self.request("GET", path, "", b""));
        let (patience, bound) = (self.options.patience, self.options.idle);
        let keeps_alive = self.survey.keeps_alive;
        async move {
            if !keeps_alive {
                return Idle::Never;
            }
            let Ok(mut visit) = Visit::open(&endpoint, patience).await else {
                return Idle::Never;
            };
            let answer = visit.ask("GET", &request, patience).await;
            if answer.is_err() || !visit.is_open() {
                return Idle::Never;
            }
            match visit.ends(bound).await {
                Some(time) => Idle::For(time),
                None => Idle::Beyond(bound),
            }
        }
    }

    async fn rest(&mut self, path: &str) {
        self.methods(path).await;
        self.offers(path).await;
        self.encoded().await;
        self.ranges(path).await;
        self.echo().await;
        self.visit = None;
    }

    /// HEAD, OPTIONS and a conditional GET: nothing to declare, but worth a comment.
    async fn methods(&mut self, path: &str) {
        if let Ok(answer) = self.ask("HEAD", path, "", b"").await {
            self.note(format!("HEAD {path}: {}", answer.status()));
        }
        if let Ok(answer) = self.ask("OPTIONS", path, "", b"").await {
            let allow = answer
                .field("Allow")
                .map(|allow| format!(", Allow: {allow}"));
            self.note(format!(
                "OPTIONS {path}: {}{}",
                answer.status(),
                allow.unwrap_or_default()
            ));
        }
        let first = self.seen.iter().find(|(seen, _)| seen == path);
        let condition = first.and_then(|(_, answer)| {
            let tag = answer
                .field("ETag")
                .map(|tag| format!("If-None-Match: {tag}\r\n"));
            let date = answer.field("Last-Modified");
            tag.or_else(|| date.map(|date| format!("If-Modified-Since: {date}\r\n")))
        });
        match condition {
            Some(condition) => {
                if let Ok(answer) = self.get(path, &condition).await {
                    let name = condition.split(':').next().unwrap_or_default();
                    self.note(format!("GET {path} with {name}: {}", answer.status()));
                }
            }
            None => self.note(format!("{path} has neither ETag nor Last-Modified")),
        }
    }

    /// What is there by convention, and what the first document refers to.
    async fn offers(&mut self, path: &str) {
        let first = self.seen.iter().find(|(seen, _)| seen == path);
        let first_content = first.map(|(_, answer)| answer.content.clone());
        let links = first.map(|(_, answer)| candidate::links(&answer.content, path, LINKS));
        for link in links.unwrap_or_default() {
            self.fetch(&link).await;
        }
        for candidate in CANDIDATES {
            if self.found(candidate.name) {
                continue;
            }
            let mut found = None;
            let shows = |answer: &Answer| (candidate.shows)(answer);
            if candidate.field.is_empty() {
                self.fetch(candidate.path).await;
            } else if let Ok(answer) = self.get(candidate.path, candidate.field).await
                && shows(&answer)
            {
                found = Some((candidate.path.to_owned(), words(&answer)));
            }
            let fits = |(seen, answer): &&(String, Answer)| {
                let there = candidate.anywhere || seen == candidate.path;
                let second = candidate.name == "other" && seen != path;
                // Where every path has the same content there is no other resource.
                let differs =
                    candidate.name != "other" || Some(&answer.content) != first_content.as_ref();
                (there || second) && candidate.field.is_empty() && differs && shows(answer)
            };
            // Where it is by convention, else where else it was seen.
            let by_name = self
                .seen
                .iter()
                .find(|seen| seen.0 == candidate.path && fits(seen));
            let seen = by_name.or_else(|| self.seen.iter().find(fits));
            let found = found.or_else(|| seen.map(|(path, answer)| (path.clone(), words(answer))));
            self.settle(candidate.name, candidate.what, found);
        }
    }

    /// The other resource under its name with a letter percent-encoded.
    async fn encoded(&mut self) {
        let other = self.survey.paths.iter().find(|(name, _)| name == "other");
        let Some(other) = other.and_then(|(_, finding)| finding.path.clone()) else {
            return;
        };
        let content = self.seen.iter().find(|(seen, _)| *seen == other);
        let content = content.map(|(_, answer)| answer.content.clone());
        let upper = candidate::encoded(&other);
        let lower = upper.as_ref().map(|path| path.to_ascii_lowercase());
        for (name, path) in [("other-encoded", upper), ("other-encoded-lower", lower)] {
            let Some(path) = path else { return };
            let answer = self.get(&path, "").await.ok();
            let same = answer.filter(|answer| Some(&answer.content) == content.as_ref());
            let found = same.map(|answer| (path, words(&answer)));
            self.settle(
                name,
                "the other resource, with a letter percent-encoded",
                found,
            );
        }
    }

    /// Byte ranges of a document that is long enough and has both validators.
    async fn ranges(&mut self, path: &str) {
        if !self.seen.iter().any(|(seen, _)| seen == "/range") {
            self.fetch("/range").await;
        }
        let fits = |(_, answer): &&(String, Answer)| {
            answer.status() == 200
                && answer.content.len() >= 100
                && answer.strong_tag().is_some()
                && answer.field("Last-Modified").is_some()
        };
        let mut paths: Vec<String> = self
            .seen
            .iter()
            .filter(fits)
            .map(|(path, _)| path.clone())
            .collect();
        paths.sort_by_key(|seen| (seen != "/range", seen != path));
        let what = "byte ranges, a strong ETag, Last-Modified, at least 100 octets";
        for path in paths.into_iter().take(RANGES) {
            let answer = self.get(&path, "Range: bytes=0-9\r\n").await;
            if let Ok(answer) = answer
                && answer.status() == 206
                && answer.content.len() == 10
            {
                let seen = format!(
                    "206 with Content-Range: {}",
                    answer.field("Content-Range").unwrap_or_default()
                );
                return self.settle("range", what, Some((path, seen)));
            }
        }
        self.settle("range", what, None);
    }

    /// POST, but only where the name or the user says that it is what the resource is for.
    async fn echo(&mut self) {
        let mut paths = self.options.echo.clone();
        if let Ok(answer) = self.get("/echo", "").await
            && answer.status() != 404
            && answer.status() < 500
        {
            paths.push("/echo".into());
        }
        let mut tried = String::new();
        for path in paths {
            let answer = self
                .ask("POST", &path, "Content-Type: text/plain\r\n", ECHOED)
                .await;
            let (exact, within) = match &answer {
                Ok(answer) if answer.status() < 300 => {
                    let found = memchr::memmem::find(&answer.content, ECHOED).is_some();
                    (answer.content == ECHOED, found)
                }
                _ => (false, false),
            };
            if within {
                self.survey.echo_has = !exact;
                let how = if exact {
                    ""
                } else {
                    ", wrapped in something else"
                };
                let seen = format!("POST was answered with its content{how}");
                return self.settle("echo", "", Some((path, seen)));
            }
            let came = match answer {
                Ok(answer) => words(&answer),
                Err(trouble) => trouble.to_string(),
            };
            tried += &format!("; POST {path}: {came}");
        }
        let what = format!("answers POST with its content (--try-echo PATH){tried}");
        self.settle("echo", &what, None);
    }

    fn note(&mut self, note: String) {
        self.tell(&note);
        self.survey.notes.push(note);
    }

    pub(super) fn tell(&self, what: &str) {
        (self.observe)(what);
    }
}

/// An answer in a few words.
fn words(answer: &Answer) -> String {
    let mut words = format!("{}, {} octets", answer.status(), answer.content.len());
    if answer.is_chunked() {
        words += ", chunked";
    }
    words
}

/// What is posted to an echo.
const ECHOED: &[u8] = b"h1check asks whether this comes back";

/// Redirects that are followed.
const REDIRECTS: usize = 4;

/// References of the first document that are followed.
const LINKS: usize = 5;

/// Documents of which a range is asked for.
const RANGES: usize = 3;

/// A second connection that is not served within this time waits for the first.
const ONE_AT_A_TIME: Duration = Duration::from_secs(1);
