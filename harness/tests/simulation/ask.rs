//! The requests of a run. Each has a number, and each answer tells whose it is.

use h1check::peer::client::Request;
use h1check::wire::Fields;

/// What is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum What {
    Get,
    Head,
    /// POST to a counter, which shows how often it was applied.
    Count,
    /// POST of some content that comes back.
    Upload,
    Put,
    Delete,
}

pub(crate) const ALL: [What; 6] = [
    What::Get,
    What::Head,
    What::Count,
    What::Upload,
    What::Put,
    What::Delete,
];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Ask {
    pub(crate) id: usize,
    pub(crate) what: What,
}

impl Ask {
    pub(crate) fn request(self) -> Request {
        let Self { id, what } = self;
        match what {
            What::Get => Request::new("GET", format!("/uri?{id}")),
            What::Head => Request::new("HEAD", format!("/counter/{id}?{id}")),
            What::Count => Request::new("POST", format!("/counter/{id}?{id}")),
            What::Upload => Request::new("POST", format!("/echo?{id}"))
                .content(format!("{id} {}", "x".repeat(40))),
            What::Put => Request::new("PUT", format!("/echo?{id}")).content(format!("{id} put")),
            What::Delete => Request::new("DELETE", format!("/put/{id}?{id}")),
        }
    }

    pub(crate) fn is_idempotent(self) -> bool {
        !matches!(self.what, What::Count | What::Upload)
    }
}

/// The number in a request-target.
pub(crate) fn id_of_target(target: &[u8]) -> Option<usize> {
    let target = std::str::from_utf8(target).ok()?;
    target.rsplit_once('?')?.1.parse().ok()
}

/// The number of the request that a response says it answers. DELETE is answered without.
pub(crate) fn id_of_response(fields: &Fields, content: &[u8]) -> Option<usize> {
    if let Some(location) = fields.first("Content-Location") {
        let location = std::str::from_utf8(location).ok()?;
        return location.strip_prefix("/counter/")?.parse().ok();
    }
    let content = std::str::from_utf8(content).ok()?;
    if content.starts_with("http://") {
        return content.rsplit_once('?')?.1.parse().ok();
    }
    content.split_once(' ')?.0.parse().ok()
}
