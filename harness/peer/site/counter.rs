//! `/counter/NAME`: how often POST was applied there, which shows whether a request that was cut
//! off, or sent twice, has done anything.

use std::collections::VecDeque;

use super::resource::{Request, Response, TEXT, allow_line};
use super::{store::Shelf, uri};

/// How often something was applied, by name. Bounded: the name that was first counted gives way.
#[derive(Debug, Default)]
pub(super) struct Counts(VecDeque<(Vec<u8>, u64)>);

impl Counts {
    /// How often it was applied.
    pub(super) fn of(&self, name: &[u8]) -> u64 {
        let mut counts = self.0.iter();
        let found = counts.find_map(|(other, count)| (other == name).then_some(*count));
        found.unwrap_or_default()
    }

    /// It was applied once more; how often that is.
    pub(super) fn apply(&mut self, name: &[u8]) -> u64 {
        let mut counts = self.0.iter_mut();
        if let Some((_, count)) = counts.find(|(other, _)| other == name) {
            *count = count.saturating_add(1);
            return *count;
        }
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((name.to_vec(), 1));
        1
    }
}

/// Answers a request for a counter; `None` if it is for another resource.
pub(super) fn answer(request: &Request<'_>) -> Option<Response> {
    let path = uri::normalised(request.target.path);
    let name = path.strip_prefix(b"/counter/")?;
    if name.len() > LONGEST {
        return Some(Response::text(414, "No counter has such a long name.\n"));
    }
    Some(match request.method {
        b"GET" | b"HEAD" => {
            let count = request.store.with(|shelf| shelf.counts.of(name));
            number(request, count)
        }
        b"POST" => {
            let count = request.store.with(|shelf| post(request, name, shelf));
            number(request, count)
        }
        b"OPTIONS" => Response::new(200, allow_line(METHODS)),
        _ => {
            // 9110-15.5.6-1
            let mut response = Response::text(405, "This method is not allowed here.\n");
            response.fields.to_mut().extend(allow_line(METHODS));
            response
        }
    })
}

// 9112-6.3-p2.6.1-2: what ends too early never comes here as complete, so it counts for nothing.
fn post(request: &Request<'_>, name: &[u8], shelf: &mut Shelf) -> u64 {
    if request.is_complete {
        shelf.counts.apply(name)
    } else {
        shelf.counts.of(name)
    }
}

/// The count, which is what GET of this resource answers now.
// 9110-8.7-1: so it is told whose representation that is, also behind POST.
fn number(request: &Request<'_>, count: u64) -> Response {
    let mut fields = b"Cache-Control: no-store\r\nContent-Location: ".to_vec();
    fields.extend_from_slice(request.target.path);
    fields.extend_from_slice(b"\r\n");
    fields.extend_from_slice(TEXT);
    Response::octets(200, fields, format!("{count}\n"))
}

const METHODS: &[&str] = &["GET", "HEAD", "POST", "OPTIONS"];
/// So many names are counted. A run of all scenarios uses fewer.
const MOST: usize = 4096;
/// Octets of a name.
pub(super) const LONGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn each_name_is_counted_by_itself() {
        let mut counts = Counts::default();
        assert_eq!(counts.of(b"a"), 0);
        assert_eq!((counts.apply(b"a"), counts.apply(b"b")), (1, 1));
        assert_eq!(counts.apply(b"a"), 2);
        assert_eq!((counts.of(b"a"), counts.of(b"b")), (2, 1));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut counts = Counts::default();
        for number in 0..=MOST {
            counts.apply(number.to_string().as_bytes());
        }
        assert_eq!(counts.0.len(), MOST);
        assert_eq!((counts.of(b"0"), counts.of(b"1")), (0, 1));
    }
}
