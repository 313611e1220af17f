//! Checks of `Link` fields (RFC 8288).

use super::{Context, Findings, Lint, table};
use crate::wire::link::{self, Link};

/// Checks every `Link` field line that is not copied from the request.
pub(super) fn lint(findings: &mut Findings<'_>, context: &Context<'_>) {
    for field in &findings.head.fields.0 {
        if !field.name.eq_ignore_ascii_case(b"Link") || context.copied(&field.value) {
            continue;
        }
        let (links, malformed) = link::parse(&field.value);
        if let Some(link::Malformed { offset, what }) = malformed {
            let text = format!("Link lacks {what} at octet {offset} of its value");
            findings.at(&table::LINK, &field.name, text);
        }
        for link in &links {
            if let Some((lint, text)) = fault(link) {
                findings.at(lint, &field.name, text);
            }
        }
    }
}

/// What is wrong with the parameters of a link.
fn fault(link: &Link) -> Option<(&'static Lint, String)> {
    let target = link.target.escape_ascii();
    match link.count("rel") {
        0 => return Some((&table::LINK_REL, format!("a link without rel: <{target}>"))),
        1 => {}
        _ => {
            let text = format!("a link with more than one rel: <{target}>");
            return Some((&table::LINK_REL_TWICE, text));
        }
    }
    let twice = SINGLE.iter().find(|name| link.count(name) > 1)?;
    let text = format!("a link with more than one {twice}: <{target}>");
    Some((&table::LINK_PARAM_TWICE, text))
}

/// Parameters that stand once; `hreflang` may come again.
const SINGLE: [&str; 4] = ["media", "title", "title*", "type"];
