//! `index.html`: the report as one file that needs no network and no other file.
//!
//! Markup, style and script are real files in `resources`, put together at compile time. What a
//! page shows is decided in `view`; the templates only lay it out, and askama escapes all of it.

mod view;

use askama::Template as _;

use crate::outcome::Run;
use crate::scenario::Catalogue;

/// The text of `index.html`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    view::Page::new(run, catalogue)
        .render()
        .expect("the templates only write to a String, which takes everything")
}
