//! Paths to elements of an XML document, as `expect.xml` has them.
//!
//! A small part of XPath: names down from the root, positions, and a child with a text.

use std::fmt;

/// Which elements: from the root down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct XmlPath {
    /// At least one; the first is the root.
    pub steps: Vec<XmlStep>,
    /// As it is written.
    text: String,
}

/// The elements of one level.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct XmlStep {
    /// Their names without prefix, any of these; none: whatever name.
    pub names: Vec<String>,
    /// Of those, what holds of all of these, one after the other.
    pub filters: Vec<XmlFilter>,
}

/// What is left of the elements with a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum XmlFilter {
    /// The one at this place among them, from 1.
    Position(usize),
    /// Those that have a child of that name with that text.
    Child(String, String),
}

impl XmlPath {
    /// Reads e.g. `methodResponse/params/param[1]/value/i4|int` or `struct/member[name='x']/value`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let (step, behind) = step(rest)?;
            steps.push(step);
            match behind.strip_prefix('/') {
                Some(next) => rest = next,
                None if behind.is_empty() => break,
                None => return Err(format!("`{behind}` cannot stand behind an element")),
            }
        }
        Ok(Self {
            steps,
            text: text.to_owned(),
        })
    }
}

impl fmt::Display for XmlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The step at the start, and what stands behind it.
fn step(text: &str) -> Result<(XmlStep, &str), String> {
    let mut step = XmlStep::default();
    let mut rest = match text.strip_prefix('*') {
        Some(rest) => rest,
        None => {
            let end = text.find(['/', '[']).unwrap_or(text.len());
            for name in text[..end].split('|') {
                if !is_element(name) {
                    return Err(format!("`{name}` is no name of an element"));
                }
                step.names.push(name.to_owned());
            }
            &text[end..]
        }
    };
    while let Some(inside) = rest.strip_prefix('[') {
        let (filter, behind) = filter(inside)?;
        step.filters.push(filter);
        rest = behind;
    }
    Ok((step, rest))
}

/// The filter behind a bracket, and what stands behind its other one.
fn filter(text: &str) -> Result<(XmlFilter, &str), String> {
    let open = || "a bracket without its other one".to_owned();
    if let Some((name, value)) = text.split_once("='").filter(|(name, _)| is_element(name)) {
        let (value, behind) = value.split_once("']").ok_or_else(open)?;
        return Ok((XmlFilter::Child(name.to_owned(), value.to_owned()), behind));
    }
    let (number, behind) = text.split_once(']').ok_or_else(open)?;
    match number.parse() {
        Ok(position) if position > 0 => Ok((XmlFilter::Position(position), behind)),
        _ => Err(format!("`{number}` is no position, which count from 1")),
    }
}

fn is_element(name: &str) -> bool {
    let is_first = |letter: char| letter.is_alphabetic() || letter == '_';
    name.starts_with(is_first)
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || "_-.".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[test]
    fn a_path_is_read() {
        let path = XmlPath::parse("a/b|c[2]/*/d[name='x/y'][1]").unwrap();
        let names: Vec<&[String]> = path.steps.iter().map(|step| &step.names[..]).collect();
        assert_eq!(names, [&["a"][..], &["b", "c"], &[], &["d"]]);
        assert_eq!(path.steps[1].filters, [XmlFilter::Position(2)]);
        let child = XmlFilter::Child("name".into(), "x/y".into());
        assert_eq!(path.steps[3].filters, [child, XmlFilter::Position(1)]);
        assert_eq!(path.to_string(), "a/b|c[2]/*/d[name='x/y'][1]");
    }

    #[rstest]
    #[case::nothing("")]
    #[case::a_slash_in_front("/a")]
    #[case::a_slash_at_the_end("a/")]
    #[case::an_empty_step("a//b")]
    #[case::an_empty_name("a|/b")]
    #[case::position_zero("a[0]")]
    #[case::an_open_bracket("a[1")]
    #[case::an_open_text("a[b='x]")]
    #[case::behind_a_filter("a[1]b")]
    #[case::an_attribute("a/@b")]
    fn what_is_no_path_is_refused(#[case] text: &str) {
        assert!(XmlPath::parse(text).is_err(), "{text}");
    }
}
