//! `index.html`: the report as one file that needs no network and no other file.
//!
//! Markup, style and script are real files in `resources`, put together at compile time. The
//! overview and the list are made here (`view`, `map`); the templates only lay them out, and askama
//! escapes all of it. What a scenario shows when it is opened is inert data (`data`, `exchange`,
//! `excerpt`, `windows`), from which the script builds it: thousands of scenarios stay a few MB and open fast.

mod data;
mod excerpt;
mod exchange;
mod map;
mod view;
mod windows;

use askama::Template as _;

use crate::outcome::Run;
use crate::scenario::Catalogue;

/// The text of `index.html`.
#[must_use]
pub fn render(run: &Run, catalogue: &Catalogue) -> String {
    render_beside(run, catalogue, &[])
}

/// The same, with links to other pages that lie beside it: the name of each file, and its title.
#[must_use]
pub fn render_beside(
    run: &Run,
    catalogue: &Catalogue,
    beside: &[(&'static str, &'static str)],
) -> String {
    view::Page::new(run, catalogue, beside)
        .render()
        .expect("the templates only write to a String, which takes everything")
}

/// The script of the page. Its hash is the only permission to run that the page gives.
pub(super) const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("resources/octets.js"),
    include_str!("resources/diagram.js"),
    include_str!("resources/detail.js"),
    include_str!("resources/list.js"),
    "})();\n"
);

/// SHA-256 of [`SCRIPT`], for the Content-Security-Policy: no other script runs, whatever a peer
/// manages to put into the page.
pub(super) const SCRIPT_HASH: &str = "sha256-cepO4XUjZCOmsZspMk+OJHkhCfshwuDDM8MLcqHZvSY=";
