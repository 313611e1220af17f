//! Frozen sets: the scenario files and the catalogue of a former release of the suite, which are
//! embedded as archives and unpacked only when one is asked for.
//!
//! An archive (tar, gzip) holds `lints.txt`, the passive checks that there were, one id in a line,
//! and then the files by their paths below `scenarios/`. The same files give the same octets.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use tar::{Archive, Builder, Header};

use super::error::LoadError;
use super::library::{Library, REQUIREMENTS};

/// Name and archive of each set, the oldest first.
const FROZEN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/frozen.rs"));

impl Library {
    /// The names of the frozen sets that come with this crate, the oldest first.
    pub fn frozen_names() -> impl Iterator<Item = &'static str> {
        FROZEN.iter().map(|(name, _)| *name)
    }

    /// A frozen set: the scenarios and the catalogue of that release of the suite. Passive checks
    /// that it does not know are not held against anybody.
    ///
    /// # Errors
    ///
    /// [`LoadError::NoSuchSuite`], with the names of those that there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use h1check::scenario::Library;
    ///
    /// let library = Library::frozen("1.0")?;
    /// assert_eq!(library.suite(), Some("1.0"));
    ///
    /// let error = Library::frozen("0.9").unwrap_err();
    /// assert!(error.to_string().starts_with("there is no suite `0.9`: this h1check has 1.0"));
    /// # Ok::<(), h1check::scenario::LoadError>(())
    /// ```
    pub fn frozen(name: &str) -> Result<Self, LoadError> {
        let found = FROZEN.iter().find(|(known, _)| *known == name);
        let Some((name, archive)) = found else {
            return Err(LoadError::NoSuchSuite {
                name: name.to_owned(),
                known: Self::frozen_names().map(str::to_owned).collect(),
            });
        };
        unpack(name, archive).map_err(|source| LoadError::BrokenSuite {
            name: (*name).to_owned(),
            source,
        })
    }
}

/// The archive of a library as it is now, with these passive checks: what a frozen set is made
/// of. Files that a library only falls back on are left out.
///
/// # Errors
///
/// A path is too long for the archive.
pub fn freeze<'l>(
    library: &Library,
    lints: impl IntoIterator<Item = &'l str>,
) -> io::Result<Vec<u8>> {
    let mut files = Vec::new();
    for (id, file) in library.files.iter().filter(|(_, file)| !file.backs_up) {
        files.push((format!("{id}.toml"), file.text.as_ref()));
    }
    for file in &library.requirements {
        let below = file.path.rfind(REQUIREMENTS).unwrap_or(0);
        files.push((file.path[below..].to_owned(), file.text.as_ref()));
    }
    files.sort();
    let lints: BTreeSet<&str> = lints.into_iter().collect();
    let lints: String = lints.iter().map(|id| format!("{id}\n")).collect();
    files.insert(0, (LINTS.to_owned(), &lints));

    // Neither a time nor a host is written, so that the octets depend on the files alone.
    let octets = GzBuilder::new()
        .mtime(0)
        .operating_system(UNKNOWN_SYSTEM)
        .write(Vec::new(), Compression::best());
    let mut archive = Builder::new(octets);
    for (path, text) in &files {
        let mut header = Header::new_ustar();
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, path, text.as_bytes())?;
    }
    let mut octets = archive.into_inner()?;
    octets.flush()?;
    octets.finish()
}

fn unpack(name: &str, archive: &[u8]) -> io::Result<Library> {
    let mut library = Library::empty();
    library.suite = Some(name.to_owned());
    let mut archive = Archive::new(GzDecoder::new(archive));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text)?;
        if path == LINTS {
            let ids: BTreeSet<String> = text.lines().map(str::to_owned).collect();
            library.lints = Some(Arc::new(ids));
        } else {
            let shown = format!("scenarios@{name}/{path}");
            library.add(&path, shown, text.into(), false);
        }
    }
    // What is behind the last file holds the checksum.
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    if library.lints.is_none() {
        let why = format!("it has no {LINTS}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(library)
}

/// The file with the ids of the passive checks.
const LINTS: &str = "lints.txt";

/// The value of RFC 1952 for it.
const UNKNOWN_SYSTEM: u8 = 255;

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::scenario::Selection;

    const SCENARIO: &str = "title = 'x'\nsubject = 'server'\nrequirements = ['9112-9.6-p6-1']\n\
                            [[step]]\nsend = 'GET / HTTP/1.0\\r\\n\\r\\n'\nexpect.status = 200\n\
                            [[counterexample]]\nfault = 'x'\nat = 1\nstep = [{ expect.request = \
                            'GET', reply = 'HTTP/1.1 500 X\\r\\nContent-Length: 0\\r\\n\\r\\n' }]\n";

    const REQUIREMENT: &str = "[[requirement]]\nid = \"9112-9.6-p6-1\"\nsection = \"9.6\"\nlevel = \
                               \"MUST\"\nroles = [\"server\"]\nobservable = \"wire\"\nsummary = \
                               \"old words\"\nprobe = \"\"\nverdict = \"\"\n";

    fn library() -> Library {
        let texts = [
            ("server/close/a.toml", SCENARIO),
            ("requirements/old.toml", REQUIREMENT),
            ("server/b.toml", SCENARIO),
        ];
        Library::from_texts(texts).unwrap()
    }

    #[test]
    fn what_was_frozen_comes_back() {
        let archive = freeze(&library(), ["length", "chunk"]).unwrap();
        let thawed = unpack("7.3", &archive).unwrap();
        let selected = thawed.select(&Selection::all()).unwrap();
        let ids: Vec<&str> = selected.scenarios.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["server/b", "server/close/a"]);
        let scenario = &selected.scenarios[0];
        assert_eq!(scenario.source.path, "scenarios@7.3/server/b.toml");
        assert_eq!(scenario.source.text, SCENARIO);
        assert!(scenario.knows_lint("chunk") && !scenario.knows_lint("younger"));
        let catalogue = thawed.catalogue().unwrap();
        assert_eq!(catalogue.entries["9112-9.6-p6-1"].summary, "old words");
        assert_eq!(thawed.suite(), Some("7.3"));
    }

    #[test]
    fn the_same_files_give_the_same_octets() {
        let archive = freeze(&library(), ["length", "chunk"]).unwrap();
        assert_eq!(freeze(&library(), ["chunk", "length"]).unwrap(), archive);
        assert_ne!(freeze(&library(), ["chunk"]).unwrap(), archive);
    }

    #[test]
    fn an_archive_that_is_cut_off_is_an_error() {
        let archive = freeze(&library(), ["length"]).unwrap();
        for end in [0, 5, archive.len() / 2, archive.len() - 9] {
            assert!(unpack("1", &archive[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn the_current_scenarios_can_be_frozen() {
        let archive = freeze(&Library::bundled(), ["length"]).unwrap();
        let thawed = unpack("next", &archive).unwrap();
        let bundled = Library::bundled();
        assert!(thawed.file_ids().eq(bundled.file_ids()));
        let entries = &thawed.catalogue().unwrap().entries;
        assert_eq!(entries.len(), bundled.catalogue().unwrap().entries.len());
    }
}
