//! Outcomes to text: terminal, JSON, JUnit, HTML, SARIF, TAP, Markdown, commands of GitHub, a badge.
//!
//! Pure: every format is a function of the run and the catalogue. It knows nothing of players,
//! sockets, files or clocks. A format is one file here; what several of them share is in
//! `escape` (harmless octets), `rows` (the transcript) and `words` (durations, citations).

pub mod across;
#[cfg(feature = "reports")]
pub mod badge;
pub mod compare;
pub mod diff;
pub mod escape;
#[cfg(feature = "reports")]
pub mod github;
#[cfg(feature = "reports")]
pub mod html;
pub mod json;
#[cfg(feature = "reports")]
pub mod junit;
#[cfg(feature = "reports")]
pub mod markdown;
pub mod rows;
#[cfg(test)]
mod sample;
#[cfg(feature = "reports")]
pub mod sarif;
#[cfg(feature = "reports")]
pub mod tap;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod words;
