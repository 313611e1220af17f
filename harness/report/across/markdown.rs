//! Texts that are safe inside Markdown, also in a table.

use std::fmt::Write as _;

/// A text whose marks mean nothing: it is shown as it is.
pub(in crate::report) fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if matches!(character, '<' | '>' | '&' | '@' | '#') {
            // As a number it is neither markup nor a mention of somebody.
            write!(safe, "&#{};", u32::from(character)).expect("a String takes everything");
        } else {
            if "\\`*_{}[]()!|~".contains(character) {
                safe.push('\\');
            }
            safe.push(character);
        }
    }
    // An address becomes a link by itself where the colon is seen.
    safe.replace("://", "&#58;//").replace("www.", "www&#46;")
}

/// A text as code, behind as many backticks as it takes.
pub(in crate::report) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    // In a table a bar ends the column even within code.
    let text = text.replace('|', "\\|");
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a response with status 200", "a response with status 200")]
    #[case("<img src=x>", "&#60;img src=x&#62;")]
    #[case("[a](http://b) | *c*", r"\[a\]\(http&#58;//b\) \| \*c\*")]
    #[case("@all &amp; #1", "&#64;all &#38;amp; &#35;1")]
    fn takes_the_meaning_from_marks(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(prose(text), shown);
    }

    #[rstest]
    #[case("server/a[b]", "`server/a[b]`")]
    #[case("a`b", "``a`b``")]
    #[case("`", "`` ` ``")]
    #[case("a|b", r"`a\|b`")]
    fn fences_code(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(code(text), shown);
    }
}
