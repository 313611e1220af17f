//! Outcomes to text: terminal, JSON, JUnit, HTML.
//!
//! Pure: every format is a function of the run and the catalogue. It knows nothing of players,
//! sockets, files or clocks. A format is one file here; what several of them share is in
//! `escape` (harmless octets), `rows` (the transcript) and `words` (durations, citations).

pub mod across;
pub mod diff;
pub mod escape;
#[cfg(feature = "reports")]
pub mod html;
pub mod json;
#[cfg(feature = "reports")]
pub mod junit;
pub mod rows;
#[cfg(test)]
mod sample;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod words;
