//! Octets that are kept in a file instead of in memory, because a run may exchange more than a
//! machine has. The file has no name and is gone with the last piece of it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;

/// A file that is only appended to.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Option<Arc<File>>,
    length: u64,
    bound: u64,
}

impl Spool {
    /// One that takes so many octets. The file is made when the first come.
    pub(crate) fn new(bound: u64) -> Self {
        Self {
            file: None,
            length: 0,
            bound,
        }
    }

    /// Appends octets.
    ///
    /// # Errors
    /// There is no place for them: in this spool, or on the disk.
    pub(crate) fn append(&mut self, octets: &[u8]) -> io::Result<Piece> {
        if self.length + octets.len() as u64 > self.bound {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::new(tempfile::tempfile()?),
        };
        file.write_all_at(octets, self.length)?;
        let piece = Piece {
            file: Arc::clone(&file),
            start: self.length,
            length: octets.len(),
        };
        self.length += octets.len() as u64;
        self.file = Some(file);
        Ok(piece)
    }
}

/// Octets in a spool.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    file: Arc<File>,
    start: u64,
    length: usize,
}

impl Piece {
    /// Reads them.
    ///
    /// # Errors
    /// Those of the disk.
    pub(crate) fn read(&self) -> io::Result<Bytes> {
        let mut octets = vec![0; self.length];
        self.file.read_exact_at(&mut octets, self.start)?;
        Ok(octets.into())
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn gives_back_what_was_appended_and_takes_no_more_than_its_bound() {
        let mut spool = Spool::new(10);
        let first = spool.append(b"first").unwrap();
        let second = spool.append(b"next!").unwrap();
        let error = spool.append(b"x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        drop(spool);
        assert_eq!(second.read().unwrap(), "next!");
        assert_eq!(first.clone().read().unwrap(), "first");
    }
}
