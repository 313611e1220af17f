//! Resources that always answer with one status code, and with what it calls for.

use super::resource::Response;

/// Which status code is answered at `/status/CODE`.
#[derive(Debug)]
pub(super) struct Canned {
    status: u16,
    /// Field lines.
    fields: &'static str,
    content: &'static str,
}

impl Canned {
    /// What is at that path.
    pub(super) fn find(path: &[u8]) -> Option<&'static Self> {
        let number = std::str::from_utf8(path.strip_prefix(b"/status/")?).ok()?;
        let status: u16 = number.parse().ok()?;
        CANNED.iter().find(|canned| canned.status == status)
    }

    pub(super) fn response(&self) -> Response {
        Response::octets(self.status, self.fields.as_bytes(), self.content)
    }
}

const fn canned(status: u16, fields: &'static str, content: &'static str) -> Canned {
    Canned {
        status,
        fields,
        content,
    }
}

const CANNED: &[Canned] = &[
    // 9110-15.3.6-1
    canned(205, "", ""),
    // 9110-15.4.1-1, 9110-15.4.1-3
    canned(
        300,
        "Location: /\r\nContent-Type: text/plain\r\n",
        "/\n/other\n",
    ),
    // 9110-15.4.2-1
    canned(301, LOCATION, MOVED),
    // 9110-15.4.3-1
    canned(302, LOCATION, MOVED),
    // 9110-9.3.3-2
    canned(303, LOCATION, MOVED),
    // 9110-15.4.8-2
    canned(307, LOCATION, MOVED),
    // 9110-15.4.9-1
    canned(308, LOCATION, MOVED),
    canned(403, TEXT, "This is forbidden.\n"),
    // 9110-15.5.10-1
    canned(
        409,
        TEXT,
        "This was changed by somebody else: fetch it, and try again.\n",
    ),
    // 9110-15.5.14-3
    canned(
        413,
        "Retry-After: 60\r\nContent-Type: text/plain\r\n",
        "There is no room now, but soon.\n",
    ),
    // 9110-15.6.4-1
    canned(
        503,
        "Retry-After: 60\r\nContent-Type: text/plain\r\n",
        "Not now, but soon.\n",
    ),
];

const LOCATION: &str = "Location: /\r\nContent-Type: text/plain\r\n";
const MOVED: &str = "See / instead.\n";
const TEXT: &str = "Content-Type: text/plain\r\n";
