//! A difference on a terminal: what is worse in detail, the rest in short, the counts last.

use super::gather::{Group, gather, verdicts};
use super::{Class, Diff};
use crate::report::across::{Cell, Origin};
use crate::report::terminal::Style;
use crate::report::terminal::paint::{Ink, wrap};

/// The difference for a terminal.
#[must_use]
pub fn terminal(diff: &Diff, style: Style) -> String {
    let mut text = String::new();
    for class in Class::ALL {
        for group in gather(&diff.changes, class) {
            text.push_str(&change(class, &group, style));
        }
        if diff.count(class) > 0 {
            text.push('\n');
        }
    }
    text.push_str(&side("old", &diff.old, style));
    text.push_str(&side("new", &diff.new, style));
    if let Some(suites) = &diff.suites {
        text.push_str(&style.block(Ink::Muted, &format!("the suites differ: {suites}"), 0));
    }
    text.push_str(&diff.summary());
    text.push('\n');
    text
}

fn change(class: Class, group: &Group<'_>, style: Style) -> String {
    let shown = group.shown;
    let (word, id) = (class.word(), &shown.id);
    let mut text = format!(
        "{}{}{}  {}\n",
        style.ink(ink(class), word),
        " ".repeat(9 - word.len()),
        style.ink(Ink::Strong, id),
        verdicts(shown)
    );
    if matches!(class, Class::Worse | Class::Changed) {
        text.push_str(&style.block(Ink::Muted, &shown.title, INDENT));
        let was = shown.old.as_ref().and_then(Cell::sentence);
        let was = was.filter(|_| class == Class::Changed);
        let is = shown.new.as_ref().and_then(Cell::sentence);
        for (word, sentence) in [("was", was), ("now", is)] {
            if let Some(sentence) = sentence {
                let blank = " ".repeat(INDENT);
                let wrapped = wrap(&sentence, INDENT + 5, style.width);
                text.push_str(&format!("{blank}{word}  {wrapped}"));
            }
        }
        if let Some(found) = shown.new.as_ref().and_then(|it| it.found.as_ref())
            && !found.place.is_empty()
        {
            text.push_str(&style.block(Ink::Muted, &format!("--> {}", found.place), INDENT));
        }
    }
    if let Some(alike) = group.alike() {
        text.push_str(&style.block(Ink::Muted, &alike, INDENT));
    }
    text
}

fn side(word: &str, origin: &Origin, style: Style) -> String {
    let mut text = format!(
        "{word}  {}, {}, {}\n",
        origin.subject,
        origin.day(),
        origin.made_by()
    );
    if let Some(why) = &origin.interrupted {
        text.push_str(&style.block(Ink::Of("error"), &format!("ended early: {why}"), 5));
    }
    text
}

fn ink(class: Class) -> Ink {
    match class {
        Class::Worse => Ink::Of("fail"),
        Class::Better => Ink::Of("pass"),
        Class::Changed => Ink::Of("warn"),
        Class::New | Class::Gone => Ink::Of("skip"),
    }
}

/// Behind the word of a class.
const INDENT: usize = 11;
