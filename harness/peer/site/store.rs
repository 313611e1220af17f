//! What has been put: representations that clients made, kept while the server runs.
//!
//! Bounded in number and size, so that no client can fill the memory: the oldest gives way.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;

use super::counter::Counts;

/// The representations of the resources that take PUT. Clones share them.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<Shelf>>);

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Works on all that is kept while nobody else does, so that a precondition still holds when
    /// the method is performed.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Shelf) -> T) -> T {
        // Nothing that is done under the lock leaves it half done.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// All that is kept, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    kept: VecDeque<(Vec<u8>, Stored)>,
    /// How many representations there have been, so that no two have the same entity tag.
    count: u64,
    /// How often something was applied.
    pub(super) counts: Counts,
    /// The users that were added by GraphQL.
    #[cfg(feature = "graphql")]
    pub(super) members: super::graphql::Members,
}

/// One representation.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The content, octet by octet as it came.
    pub(super) content: Bytes,
    /// `Content-Type`, if the client told it.
    pub(super) kind: Option<Bytes>,
    /// The entity tag, quotes included.
    pub(super) tag: String,
    /// When it was put.
    pub(super) modified: SystemTime,
}

impl Shelf {
    pub(super) fn find(&self, path: &[u8]) -> Option<&Stored> {
        let mut kept = self.kept.iter();
        kept.find_map(|(name, stored)| (name == path).then_some(stored))
    }

    /// Keeps a representation in place of the former one, if there is one.
    pub(super) fn put(&mut self, path: &[u8], content: Bytes, kind: Option<Bytes>) -> &Stored {
        self.remove(path);
        if self.kept.len() == MOST {
            self.kept.pop_front();
        }
        self.count += 1;
        let stored = Stored {
            content,
            kind,
            tag: format!("\"put-{}\"", self.count),
            modified: SystemTime::now(),
        };
        self.kept.push_back((path.to_vec(), stored));
        &self.kept[self.kept.len() - 1].1
    }

    /// Whether there was something to remove.
    pub(super) fn remove(&mut self, path: &[u8]) -> bool {
        let before = self.kept.len();
        self.kept.retain(|(name, _)| name != path);
        self.kept.len() < before
    }

    /// The path of a representation that nobody named.
    pub(super) fn fresh_path(&self) -> Vec<u8> {
        format!("/put/created-{}", self.count + 1).into_bytes()
    }
}

/// So many representations are kept.
const MOST: usize = 256;
/// So many octets each has at most.
pub(super) const LONGEST: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn the_oldest_gives_way_to_the_newest() {
        let mut shelf = Shelf::default();
        for number in 0..=MOST {
            let path = format!("/put/{number}").into_bytes();
            shelf.put(&path, Bytes::from(path.clone()), None);
        }
        assert!(shelf.find(b"/put/0").is_none());
        assert_eq!(shelf.find(b"/put/1").unwrap().content, "/put/1");
        assert_eq!(shelf.kept.len(), MOST);
    }

    #[test]
    fn a_replaced_representation_has_another_entity_tag() {
        let mut shelf = Shelf::default();
        let first = shelf.put(b"/put/a", Bytes::new(), None).tag.clone();
        assert_ne!(shelf.put(b"/put/a", Bytes::new(), None).tag, first);
        assert!(shelf.remove(b"/put/a"));
        assert!(!shelf.remove(b"/put/a"));
    }
}
