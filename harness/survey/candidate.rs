//! Which paths are looked at, and what an answer there would be good for.

use std::time::Duration;

use super::visit::Answer;

/// Something that a server may offer under a path of its own.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The name of the given.
    pub(super) name: &'static str,
    /// The path by convention: where the reference server has it.
    pub(super) path: &'static str,
    /// A field line of the request, beside the usual ones.
    pub(super) field: &'static str,
    /// Whether another path that is known already may do as well.
    pub(super) anywhere: bool,
    /// What it has to do, for the comment where none is found.
    pub(super) what: &'static str,
    /// Whether an answer shows it.
    pub(super) shows: fn(&Answer) -> bool,
}

/// Everything that can be found out with GET.
pub(super) const CANDIDATES: &[Candidate] = &[
    candidate(
        "other",
        "/other",
        "another resource that answers GET with 200",
        |answer| answer.status() == 200 && !answer.content.is_empty(),
    ),
    Candidate {
        anywhere: true,
        ..candidate(
            "chunked",
            "/chunked",
            "answers GET with chunked content",
            |answer| answer.status() == 200 && answer.is_chunked(),
        )
    },
    Candidate {
        anywhere: true,
        ..candidate(
            "large",
            "/large",
            "answers GET with at least 1 MiB",
            |answer| answer.status() == 200 && answer.content.len() >= 1 << 20,
        )
    },
    candidate(
        "slow",
        "/slow?ms=200",
        "answers GET after a while",
        |answer| answer.status() == 200 && answer.took >= Duration::from_millis(150),
    ),
    candidate(
        "no-content",
        "/no-content",
        "answers GET with 204",
        |answer| answer.status() == 204,
    ),
    candidate(
        "empty",
        "/empty",
        "answers GET with 200 and no content",
        |answer| answer.status() == 200 && answer.content.is_empty(),
    ),
    Candidate {
        anywhere: true,
        ..candidate(
            "redirect",
            "/redirect",
            "answers GET with 3xx and Location",
            |answer| {
                (301..=308).contains(&answer.status())
                    && answer.status() != 304
                    && answer.field("Location").is_some()
            },
        )
    },
    candidate(
        "auth",
        "/auth",
        "answers GET with 401 to who has no credentials",
        |answer| answer.status() == 401 && answer.field("WWW-Authenticate").is_some(),
    ),
    Candidate {
        anywhere: true,
        ..candidate("weak", "/weak", "has a weak entity tag", |answer| {
            answer.status() == 200
                && answer
                    .field("ETag")
                    .is_some_and(|tag| tag.starts_with("W/"))
        })
    },
    candidate(
        "no-validators",
        "/no-validators",
        "has neither ETag nor Last-Modified",
        |answer| {
            answer.status() == 200
                && answer.field("ETag").is_none()
                && answer.field("Last-Modified").is_none()
        },
    ),
    Candidate {
        field: "X-H1check: reflected-7391\r\n",
        ..candidate(
            "reflect",
            "/reflect",
            "answers with the field lines that it got",
            |answer| {
                let has = |wanted: &[u8]| memchr::memmem::find(&answer.content, wanted).is_some();
                answer.status() == 200 && has(b"reflected-7391")
            },
        )
    },
    candidate(
        "negotiated",
        "/negotiated",
        "has variants by Accept and Accept-Encoding",
        |answer| {
            let varies = |name| answer.head.fields.lists("Vary", name);
            answer.status() == 200 && varies("Accept") && varies("Accept-Encoding")
        },
    ),
    Candidate {
        field: "TE: trailers\r\nConnection: TE\r\n",
        ..candidate(
            "trailers",
            "/trailers",
            "answers GET with trailer fields",
            |answer| answer.status() == 200 && !answer.trailers.0.is_empty(),
        )
    },
    Candidate {
        field: "TE: trailers\r\nConnection: TE\r\n",
        ..candidate("trailers", "/chunked", "", |answer| {
            answer.status() == 200 && !answer.trailers.0.is_empty()
        })
    },
    candidate(
        "uri",
        "/uri",
        "answers with the URI that was asked for",
        |answer| {
            let content = answer.content.trim_ascii();
            answer.status() == 200 && content.starts_with(b"http") && content.ends_with(b"/uri")
        },
    ),
];

/// What is not found out by looking, and what it would have to do.
pub(super) const UNSEEN: &[(&str, &str)] = &[
    (
        "put",
        "takes PUT, gives the content back to GET, and DELETE removes it",
    ),
    ("upgrade", "switches to another protocol"),
];

const fn candidate(
    name: &'static str,
    path: &'static str,
    what: &'static str,
    shows: fn(&Answer) -> bool,
) -> Candidate {
    Candidate {
        name,
        path,
        field: "",
        anywhere: false,
        what,
        shows,
    }
}

/// Same-origin paths that a document refers to, at most so many: a second look at the site.
pub(super) fn links(content: &[u8], base: &str, most: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(&content[..content.len().min(256 << 10)]);
    let mut found: Vec<String> = Vec::new();
    for attribute in ["href=\"", "src=\"", "href='", "src='"] {
        for part in text.split(attribute).skip(1) {
            let quote = if attribute.ends_with('"') { '"' } else { '\'' };
            let Some((link, _)) = part.split_once(quote) else {
                continue;
            };
            let Some(path) = path(link, base) else {
                continue;
            };
            if path != base && !found.contains(&path) && found.len() < most {
                found.push(path);
            }
        }
    }
    found
}

/// The path of a reference that stays on the site and is harmless to follow.
pub(super) fn path(link: &str, base: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let plain = link
        .bytes()
        .all(|octet| octet.is_ascii_graphic() && !b"\"<>\\^`{|}&".contains(&octet));
    // What has a query may do something.
    // Nobody wants to be logged out by a look.
    let lower = link.to_ascii_lowercase();
    if ["logout", "logoff", "signout", "sign-out"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return None;
    }
    if link.is_empty() || !plain || link.starts_with("//") || link.contains(['?', ':']) {
        return None;
    }
    if link.starts_with('/') {
        return Some(link.to_owned());
    }
    let folder = base
        .split('?')
        .next()
        .and_then(|base| base.rsplit_once('/'));
    let link = link.strip_prefix("./").unwrap_or(link);
    (!link.starts_with('.')).then(|| format!("{}/{link}", folder.map_or("", |(folder, _)| folder)))
}

/// The path with its first letter percent-encoded that has a letter among its digits, in upper
/// case.
pub(super) fn encoded(path: &str) -> Option<String> {
    let with_letter = |letter: char| matches!(letter, 'j'..='o' | 'z' | 'J'..='O' | 'Z');
    // Where a letter is in upper case it would get lost in the lower spelling.
    if path.contains('%') || path.chars().any(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    let at = path.find(with_letter)?;
    let octet = path.as_bytes()[at];
    Some(format!("{}%{octet:02X}{}", &path[..at], &path[at + 1..]))
}
