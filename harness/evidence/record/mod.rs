//! A transcript as a scenario file: the first draft of one, for somebody to edit.
//!
//! What we sent is sent again, what came is expected again. Which rule that is about, nobody can
//! see in octets: the file says `hardening`, and tells its reader to cite the rule.

mod acts;
mod steps;
mod write;

use self::steps::{Expected, Step};
use crate::outcome::{Entry, Happening, Outcome, Run};
use crate::scenario::Subject;

/// Why there is no scenario in a transcript.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unrecordable {
    /// A proxy has two sides, of which a transcript does not tell what belongs together.
    #[error("it is of a proxy: only what a server or a client does can be recorded")]
    Proxy,
    /// Nothing was said.
    #[error("nothing was sent and nothing received in it")]
    Empty,
    /// Parts of it are missing.
    #[error("the run kept not all of what was sent: {0} octets are missing")]
    Cut(u64),
}

/// The text of a scenario file that does what was done in this one.
///
/// # Errors
/// There is nothing in the transcript that could be played.
pub fn render(run: &Run, outcome: &Outcome) -> Result<String, Unrecordable> {
    let subject = outcome.scenario.subject;
    if subject == Subject::Proxy {
        return Err(Unrecordable::Proxy);
    }
    let entries = outcome.transcript.entries.iter();
    let cut = entries.map(sent_cut).fold(0, u64::saturating_add);
    let cut = cut.saturating_add(outcome.transcript.dropped);
    if cut > 0 {
        return Err(Unrecordable::Cut(cut));
    }
    let acts = acts::of(&outcome.transcript);
    let mut steps = steps::of(&acts, &outcome.transcript, subject);
    if steps.iter().all(Step::says_nothing) {
        return Err(Unrecordable::Empty);
    }
    if !steps.iter().any(|step| step.expect.is_some())
        && let Some(last) = steps.last_mut()
    {
        last.reply = None;
        last.expect = Some(Expected::Silence);
    }
    Ok(write::file(run, outcome, &steps))
}

/// Octets of ours that are not there.
fn sent_cut(entry: &Entry) -> u64 {
    match entry.what {
        Happening::Sent(_) => entry.cut,
        _ => 0,
    }
}
