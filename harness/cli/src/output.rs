//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

/// Writes a file so that a reader sees the old content or the new one, never a part: into a
/// temporary file beside it, which is then renamed. Creates the folders above it.
///
/// # Errors
/// What could not be done, with the path in its text. The temporary file is removed.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_folder(path)?;
    let temporary = temporary(path)?;
    let written = write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|cause| {
        // Nothing more can be done where even this fails; the first cause is what matters.
        let _ = fs::remove_file(&temporary);
        explain("cannot write", path, &cause)
    })
}

/// Looks whether such a file can be written, before the work is done that it is for.
///
/// # Errors
/// What cannot be done, with the path in its text.
pub(crate) fn try_place(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        let cause = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(explain("cannot write", path, &cause));
    }
    create_folder(path)?;
    let temporary = temporary(path)?;
    let tried = File::create(&temporary).and_then(|_| fs::remove_file(&temporary));
    tried.map_err(|cause| explain("cannot write", path, &cause))
}

/// Creates the folders above a file.
fn create_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(|cause| explain("cannot create the folder", folder, &cause))
}

/// A name beside the file that no other process uses.
fn temporary(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| {
        let cause = io::Error::from(io::ErrorKind::IsADirectory);
        explain("cannot write", path, &cause)
    })?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.part", process::id()));
    Ok(path.with_file_name(hidden))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create(path)?.write_all(bytes)
}

fn explain(what: &str, path: &Path, cause: &io::Error) -> io::Error {
    io::Error::new(cause.kind(), format!("{what} {}: {cause}", path.display()))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn creates_the_folders_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/run.json");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["run.json"]);
    }

    #[test]
    fn says_which_folder_cannot_be_made() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("reports"), b"a file").unwrap();
        let error = write_atomically(&folder.path().join("reports/run.json"), b"x").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("cannot create the folder "), "{text}");
        assert!(text.contains("reports"), "{text}");
    }

    #[test]
    fn cleans_up_where_the_name_is_taken_by_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("run.json")).unwrap();
        let error = write_atomically(&folder.path().join("run.json"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert_eq!(names(folder.path()), ["run.json"]);
    }

    #[test]
    fn refuses_a_path_without_a_name() {
        let error = write_atomically(Path::new("/"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /: "), "{error}");
    }
}
