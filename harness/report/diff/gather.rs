//! Cases of one scenario file that changed alike are told once.

use super::{Change, Class};
use crate::report::across::{Cell, word};

/// A change, and the cases of the same file to which the same happened.
pub(super) struct Group<'a> {
    pub(super) shown: &'a Change,
    /// What stands in the brackets of the others.
    pub(super) others: Vec<&'a str>,
}

impl Group<'_> {
    /// `alike in 23 more cases: [bar] [tab] …`
    pub(super) fn alike(&self) -> Option<String> {
        let count = self.others.len();
        let shown: Vec<String> = self
            .others
            .iter()
            .take(8)
            .map(|it| format!("[{it}]"))
            .collect();
        let more = if count > shown.len() { " …" } else { "" };
        let case = if count == 1 { "case" } else { "cases" };
        (count > 0).then(|| format!("alike in {count} more {case}: {}{more}", shown.join(" ")))
    }
}

/// The changes of a class, those that are alike together, in the order of the first of each.
pub(super) fn gather(changes: &[Change], class: Class) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for change in changes.iter().filter(|it| it.class == class) {
        let (file, case) = split(&change.id);
        // The ids are in order, so those of a file lie together.
        let known = groups
            .iter_mut()
            .rev()
            .take_while(|group| split(&group.shown.id).0 == file)
            .find(|group| alike(group.shown, change));
        match (known, case) {
            (Some(group), Some(case)) => group.others.push(case),
            _ => groups.push(Group {
                shown: change,
                others: Vec::new(),
            }),
        }
    }
    groups
}

/// `pass → fail`; one side only where there is one only.
pub(super) fn verdicts(change: &Change) -> String {
    let shown = |cell: &Option<Cell>| cell.as_ref().map(|cell| word(cell.verdict));
    match (shown(&change.old), shown(&change.new)) {
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (one, other) => String::from(one.or(other).unwrap_or_default()),
    }
}

fn alike(one: &Change, other: &Change) -> bool {
    let shape = |cell: &Option<Cell>| {
        cell.as_ref().map(|cell| {
            let found = cell.found.as_ref();
            (cell.verdict, found.map(|it| (it.kind.clone(), it.step)))
        })
    };
    shape(&one.old) == shape(&other.old) && shape(&one.new) == shape(&other.new)
}

fn split(id: &str) -> (&str, Option<&str>) {
    match id.split_once('[') {
        Some((file, case)) => (file, Some(case.strip_suffix(']').unwrap_or(case))),
        None => (id, None),
    }
}
