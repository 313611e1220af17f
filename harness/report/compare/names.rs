//! Short and unique names for subjects, from where their reports lie.

use std::collections::BTreeSet;

use crate::report::escape;

/// A name for each path of a run.json: that of its folder, with as many folders above it as it
/// takes to tell them apart; of a file with another name, that name.
///
/// ```
/// # use h1check::report::compare::names;
/// let paths = ["peers/nginx/run.json", "old/caddy/run.json", "new/caddy/run.json", "node.json"];
/// assert_eq!(names(&paths), ["nginx", "old/caddy", "new/caddy", "node"]);
/// ```
#[must_use]
pub fn names<T: AsRef<str>>(paths: &[T]) -> Vec<String> {
    let parts: Vec<Vec<&str>> = paths.iter().map(|path| parts(path.as_ref())).collect();
    let mut depths = vec![1; parts.len()];
    let last = |parts: &[&str], depth: usize| parts[parts.len().saturating_sub(depth)..].join("/");
    loop {
        let names: Vec<String> = parts
            .iter()
            .zip(&depths)
            .map(|(parts, depth)| last(parts, *depth))
            .collect();
        let mut grown = false;
        for (index, name) in names.iter().enumerate() {
            let doubled = names.iter().filter(|it| *it == name).count() > 1;
            if doubled && depths[index] < parts[index].len() {
                depths[index] += 1;
                grown = true;
            }
        }
        if !grown {
            return numbered(names);
        }
    }
}

/// What still has the same name is the same file, or nearly; a number tells them apart.
fn numbered(names: Vec<String>) -> Vec<String> {
    let mut used = BTreeSet::new();
    names
        .into_iter()
        .map(|name| {
            let name = escape::text(if name.is_empty() { "run" } else { &name });
            let more = (2..).map(|number| format!("{name} ({number})"));
            let free = std::iter::once(name.clone())
                .chain(more)
                .find(|name| !used.contains(name))
                .unwrap_or(name);
            used.insert(free.clone());
            free
        })
        .collect()
}

fn parts(path: &str) -> Vec<&str> {
    let path = path.strip_suffix("/run.json").unwrap_or(path);
    let path = path.strip_suffix(".json").unwrap_or(path);
    let parts = path.split('/');
    parts
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::names;

    #[rstest]
    #[case::same_file_twice(&["a/run.json", "a/run.json"], &["a", "a (2)"])]
    #[case::nothing_but_the_file(&["run.json", "./run.json"], &["run", "run (2)"])]
    #[case::as_deep_as_it_takes(&["x/a/b/run.json", "y/a/b/run.json"], &["x/a/b", "y/a/b"])]
    #[case::one_ends_early(&["b/run.json", "a/b/run.json"], &["b", "a/b"])]
    #[case::hostile(&["\u{1b}[31m/run.json"], &[r"\u{1b}[31m"])]
    fn are_short_and_unique(#[case] paths: &[&str], #[case] expected: &[&str]) {
        assert_eq!(names(paths), expected);
    }
}
