//! Whether the links and the XML of a message are what is asked for. Pure: no clock, no socket.

use std::collections::HashMap;

use bytes::Bytes;
use roxmltree::{Document, Node, ParsingOptions};

use super::check::{Context, Difference};
use super::describe;
use super::lane::Asked;
use super::values::Absent;
use crate::scenario::{
    LinkTest, MoreChecks, Octets, XmlCheck, XmlFilter, XmlPath, XmlStep, XmlTest,
};
use crate::wire::link::{self, Link};
use crate::wire::{Fields, Head};

impl Context<'_> {
    /// What differs in the links of a message, which answers that request.
    pub(super) fn links(
        self,
        more: &MoreChecks,
        head: &Head,
        answers: Option<&Asked>,
    ) -> Result<Option<Difference>, Absent> {
        for check in &more.links {
            let found = find(&head.fields, &check.relation);
            let wanted = match &check.test {
                LinkTest::Present(wanted) if found.is_some() == *wanted => continue,
                LinkTest::Present(true) => format!("a link with the relation {}", check.relation),
                LinkTest::Present(false) => {
                    format!("no link with the relation {}", check.relation)
                }
                LinkTest::Leads(wanted) => {
                    let wanted = self.values.octets(wanted, self.named)?;
                    let target = asked_target(answers);
                    let seen = found
                        .as_ref()
                        .and_then(|link| self.values.follow(link, target));
                    if seen.is_some_and(|seen| seen == wanted) {
                        continue;
                    }
                    let wanted = describe::escaped(&wanted);
                    format!("a link with the relation {} to {wanted}", check.relation)
                }
            };
            let seen = found.map_or_else(
                || format!("no link with the relation {}", check.relation),
                |link| format!("the link <{}>", describe::escaped(&link.target)),
            );
            return Ok(Some(Difference::detail(&check.place, wanted, seen)));
        }
        Ok(None)
    }
}

/// The target of the request that was answered.
pub(super) fn asked_target(answers: Option<&Asked>) -> &[u8] {
    let head = answers.and_then(|asked| asked.head.as_deref());
    let line = head.and_then(Head::request);
    line.map_or(b"/", |line| &line.target)
}

/// The first link with that relation, of what was asked for.
pub(super) fn find(fields: &Fields, relation: &str) -> Option<Link> {
    fields
        .all("Link")
        .flat_map(|value| link::parse(value).0)
        .find(|link| !link.is_of_another() && link.is_a(relation.as_bytes()))
}

/// How the content differs from what is asked for; `fill` puts values into octets.
pub(super) fn xml(
    checks: &[XmlCheck],
    content: &[u8],
    fill: impl Fn(&Octets) -> Result<Bytes, Absent>,
) -> Result<Option<Difference>, Absent> {
    let document = match read(content) {
        Ok(document) => document,
        Err(seen) => {
            return Ok(checks.first().map(|check| {
                let wanted = format!("XML with elements like {}", check.path);
                Difference::detail(&check.place, wanted, seen)
            }));
        }
    };
    for check in checks {
        let path = &check.path;
        let found = select(&document, path);
        let (holds, wanted) = match &check.test {
            XmlTest::Present(wanted) => {
                let what = if *wanted { "an element" } else { "no element" };
                (found.is_empty() != *wanted, what.to_owned())
            }
            XmlTest::Is(wanted) => {
                let wanted = fill(wanted)?;
                let holds = matches!(found[..], [one] if text_of(one).as_bytes() == wanted);
                (holds, format!("'{}'", describe::escaped(&wanted)))
            }
            XmlTest::Number(wanted) => {
                let holds = matches!(found[..], [one] if number(&text_of(one)) == Some(*wanted));
                (holds, format!("the number {wanted}"))
            }
        };
        if !holds {
            let seen = match found.as_slice() {
                [] => format!("no element at {path}"),
                [one] => {
                    let text = text_of(*one);
                    format!("'{}' at {path}", describe::escaped(text.as_bytes()))
                }
                many => format!("{} elements at {path}", many.len()),
            };
            let wanted = format!("{wanted} at {path} of the content");
            return Ok(Some(Difference::detail(&check.place, wanted, seen)));
        }
    }
    Ok(None)
}

/// The content as a document, or what it is instead.
fn read(content: &[u8]) -> Result<Document<'_>, String> {
    let Ok(text) = std::str::from_utf8(content) else {
        return Err("content that is no UTF-8".into());
    };
    // No entities can be declared, so that none can grow without end.
    let options = ParsingOptions {
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options)
        .map_err(|error| format!("content that is no XML: {error}"))
}

fn select<'d>(document: &'d Document<'d>, path: &XmlPath) -> Vec<Node<'d, 'd>> {
    let mut found = vec![document.root()];
    for step in &path.steps {
        found = found
            .into_iter()
            .flat_map(|parent| filtered(parent, step))
            .collect();
    }
    found
}

/// The children of one element that a step selects.
fn filtered<'d>(parent: Node<'d, 'd>, step: &XmlStep) -> Vec<Node<'d, 'd>> {
    let is_named = |node: &Node<'_, '_>| {
        let name = node.tag_name().name();
        step.names.is_empty() || step.names.iter().any(|own| own == name)
    };
    let mut found: Vec<Node<'d, 'd>> = parent
        .children()
        .filter(|node| node.is_element() && is_named(node))
        .collect();
    for filter in &step.filters {
        match filter {
            XmlFilter::Position(position) => {
                let one = found.get(position - 1).copied();
                found = one.into_iter().collect();
            }
            XmlFilter::Child(name, text) => found.retain(|node| {
                node.children()
                    .any(|child| child.tag_name().name() == name && text_of(child) == *text)
            }),
        }
    }
    found
}

/// The text in an element. Where it has elements, white space between them is none of it.
fn text_of(node: Node<'_, '_>) -> String {
    let mut beside_elements = HashMap::new();
    let mut all = String::new();
    for node in node.descendants() {
        let (Some(text), Some(parent)) = (node.text().filter(|_| node.is_text()), node.parent())
        else {
            continue;
        };
        let is_beside = beside_elements
            .entry(parent.id())
            .or_insert_with(|| parent.first_element_child().is_some());
        if !*is_beside || !text.trim().is_empty() {
            all.push_str(text);
        }
    }
    all
}

/// A number as XML-RPC writes it: digits, perhaps a sign and a fraction.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_decimal = digits
        .bytes()
        .all(|octet| octet.is_ascii_digit() || octet == b'.');
    text.parse().ok().filter(|_| is_decimal)
}

/// Elements, texts and comments that are looked at.
const MOST_NODES: u32 = 100_000;

#[cfg(test)]
mod tests;
