//! How a question is put (on the connection that is there, with the fields that are wanted), and
//! how its answer is kept.

use super::candidate;
use super::found::Finding;
use super::look::Look;
use super::visit::{Answer, Trouble, Visit};

impl Look<'_> {
    pub(super) fn found(&self, name: &str) -> bool {
        let named = self.survey.paths.iter().find(|(known, _)| known == name);
        named.is_some_and(|(_, finding)| finding.path.is_some())
    }

    pub(super) fn settle(&mut self, name: &str, what: &str, found: Option<(String, String)>) {
        let finding = match found {
            Some((path, seen)) => {
                self.tell(&format!("{name}: {path} ({seen})"));
                Finding {
                    path: Some(path),
                    seen,
                }
            }
            None => Finding {
                path: None,
                seen: what.to_owned(),
            },
        };
        match self
            .survey
            .paths
            .iter_mut()
            .find(|(known, _)| known == name)
        {
            Some((_, known)) if finding.path.is_some() => *known = finding,
            Some(_) => {}
            None => self.survey.paths.push((name.to_owned(), finding)),
        }
    }

    /// GET of a path that was not looked at before.
    pub(super) async fn fetch(&mut self, path: &str) {
        if self.seen.iter().any(|(seen, _)| seen == path) {
            return;
        }
        if let Ok(answer) = self.get(path, "").await {
            self.seen.push((path.to_owned(), answer));
        }
    }

    pub(super) async fn get(&mut self, path: &str, fields: &str) -> Result<Answer, Trouble> {
        self.ask("GET", path, fields, b"").await
    }

    /// Asks on the connection that is there, or on a new one; a server that has stopped to
    /// answer is not asked any more.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        fields: &str,
        content: &[u8],
    ) -> Result<Answer, Trouble> {
        if self.unanswered >= UNANSWERED {
            return Err(Trouble::Late);
        }
        let request = self.request(method, path, fields, content);
        let patience = self.options.patience;
        if let Some(mut visit) = self.visit.take().filter(Visit::is_open)
            && let Ok(answer) = visit.ask(method, &request, patience).await
        {
            self.visit = Some(visit);
            return Ok(answer);
        }
        let mut visit = Visit::open(self.endpoint, patience).await?;
        let answer = visit.ask(method, &request, patience).await;
        match &answer {
            Err(Trouble::Late) => self.unanswered += 1,
            _ => self.unanswered = 0,
        }
        self.visit = Some(visit);
        answer
    }

    /// All octets of a request.
    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        fields: &str,
        content: &[u8],
    ) -> Vec<u8> {
        let authority = &self.options.authority;
        let extra = self.options.fields.lines();
        let length = match content.len() {
            0 => String::new(),
            length => format!("Content-Length: {length}\r\n"),
        };
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: {authority}{extra}\r\n{fields}{length}\r\n");
        [head.as_bytes(), content].concat()
    }

    /// The path of a reference, if it stays on the site.
    pub(super) fn on_site(&self, to: &str, base: &str) -> Option<String> {
        let rest = to.split_once("://").map(|(_, rest)| rest);
        let rest = rest.and_then(|rest| rest.strip_prefix(&self.options.authority));
        candidate::path(rest.unwrap_or(to), base)
    }
}

/// So many requests in a row without an answer, and no more are made.
const UNANSWERED: usize = 2;
