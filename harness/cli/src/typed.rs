//! The command line as it was typed: that of this process, or that of the run which it resumes.

use std::sync::OnceLock;

static RESUMED: OnceLock<Vec<String>> = OnceLock::new();

/// The words behind the name of the program.
pub(crate) fn words() -> Vec<String> {
    let own = || {
        let words = std::env::args_os().skip(1);
        words.map(|it| it.to_string_lossy().into_owned()).collect()
    };
    RESUMED.get().cloned().unwrap_or_else(own)
}

/// All words, with the name of the program.
pub(crate) fn line() -> Vec<String> {
    let name = std::env::args_os().next().unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    std::iter::once(name).chain(words()).collect()
}

/// From now on this was typed.
pub(crate) fn resume(words: Vec<String>) {
    // It is resumed once in a process.
    let _ = RESUMED.set(words);
}
