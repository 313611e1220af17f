//! What the transcripts of a run may hold together, in memory and on disk: all octets of what
//! went wrong in an ordinary run, and bounded room where a server sends without end.

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;

use crate::outcome::{Happening, Spool, Transcript, Verdict};

/// The room that is left.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    spool: Spool,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            left: IN_MEMORY,
            spool: Spool::new(ON_DISK),
        }
    }
}

impl Budget {
    /// Takes the room for a transcript that is kept until the end of the run: in memory, else on
    /// disk, where the first octets of each piece stay in memory. One that finds none at all keeps
    /// its first octets and its last, and says how many were dropped. Where nothing is wrong,
    /// nobody looks for evidence behind the first octets of each piece.
    pub(crate) fn charge(&mut self, verdict: &Verdict, transcript: &mut Transcript) {
        if matches!(verdict, Verdict::Pass | Verdict::Skip { .. }) {
            shorten(transcript, OF_A_PASS, OF_ALL_OF_A_PASS);
        }
        let size: usize = transcript.entries.iter().map(|it| size(&it.what)).sum();
        if size <= EACH {
            return;
        }
        if size <= self.left {
            self.left -= size;
            return;
        }
        if self.spool(transcript).is_err() {
            trim(transcript, size);
        }
    }

    /// Moves what is long to the disk. Nothing is changed where it has no room.
    fn spool(&mut self, transcript: &mut Transcript) -> io::Result<()> {
        let entries = transcript.entries.iter();
        let left: usize = entries.map(|it| size(&it.what).min(OF_A_SPOOLED)).sum();
        if left > LEFT_OF_ALL {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut pieces = BTreeMap::new();
        for (index, entry) in transcript.entries.iter().enumerate() {
            if let Happening::Sent(octets) | Happening::Received(octets) = &entry.what
                && octets.len() > OF_A_SPOOLED
            {
                pieces.insert(index, self.spool.append(octets)?);
            }
        }
        shorten(transcript, OF_A_SPOOLED, usize::MAX);
        transcript.spooled = pieces;
        Ok(())
    }
}

/// Leaves so many first octets of each entry, and so many of all together, in copies of their own.
fn shorten(transcript: &mut Transcript, each: usize, mut all: usize) {
    for entry in &mut transcript.entries {
        let (Happening::Sent(octets) | Happening::Received(octets)) = &mut entry.what else {
            continue;
        };
        let kept = octets.len().min(each).min(all);
        all -= kept;
        if octets.len() > kept {
            entry.cut += (octets.len() - kept) as u64;
            *octets = Bytes::copy_from_slice(&octets[..kept]);
        }
    }
}

/// Leaves the first and the last octets, in copies of their own, so that no buffer stays alive.
fn trim(transcript: &mut Transcript, size: usize) {
    let mut position = 0;
    let mut dropped = 0;
    for entry in &mut transcript.entries {
        let (Happening::Sent(octets) | Happening::Received(octets)) = &mut entry.what else {
            continue;
        };
        let start = position;
        position += octets.len();
        let head = HEAD.saturating_sub(start).min(octets.len());
        let tail = (size - TAIL)
            .saturating_sub(start)
            .clamp(head, octets.len());
        let kept = [&octets[..head], &octets[tail..]].concat();
        dropped += octets.len() - kept.len();
        *octets = Bytes::from(kept);
    }
    transcript.entries.retain(|entry| match &entry.what {
        Happening::Sent(octets) | Happening::Received(octets) => !octets.is_empty(),
        _ => true,
    });
    transcript.entries.shrink_to_fit();
    transcript.dropped += dropped as u64;
}

fn size(what: &Happening) -> usize {
    match what {
        Happening::Sent(octets) | Happening::Received(octets) => octets.len(),
        _ => 0,
    }
}

/// How many octets of an entry are kept where nothing is wrong …
const OF_A_PASS: usize = 4 << 10;

/// … and how many of a whole transcript there.
const OF_ALL_OF_A_PASS: usize = 32 << 10;

/// How many octets of an entry stay in memory where all of them are on disk …
const OF_A_SPOOLED: usize = 1 << 10;

/// … and how many of a whole transcript at most: one in more and smaller pieces is not spooled.
const LEFT_OF_ALL: usize = 256 << 10;

/// What all long transcripts of a run may hold in memory, in octets …
const IN_MEMORY: usize = 8 << 20;

/// … and on disk.
const ON_DISK: u64 = 256 << 20;

/// What any transcript may hold in octets, whatever the others do …
const EACH: usize = HEAD + TAIL;

/// … of which these are the first …
const HEAD: usize = 12 << 10;

/// … and these the last.
const TAIL: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::outcome::Entry;

    fn full() -> Budget {
        Budget {
            left: 0,
            spool: Spool::new(0),
        }
    }

    fn transcript(sizes: &[usize]) -> Transcript {
        let entry = |(index, size): (usize, &usize)| Entry {
            at: Duration::ZERO,
            connection: 0,
            step: 1,
            what: Happening::Received(vec![b'a' + index as u8; *size].into()),
            cut: 0,
        };
        Transcript {
            entries: sizes.iter().enumerate().map(entry).collect(),
            ..Transcript::default()
        }
    }

    fn sizes(transcript: &Transcript) -> Vec<usize> {
        transcript.entries.iter().map(|it| size(&it.what)).collect()
    }

    #[test]
    fn an_ordinary_run_keeps_every_octet_of_what_went_wrong() {
        let mut budget = Budget::default();
        for _ in 0..20 {
            let mut kept = transcript(&[100, 1 << 20]);
            budget.charge(&Verdict::Fail, &mut kept);
            let whole: Vec<_> = (0..2).map(|index| kept.octets(index).len()).collect();
            assert_eq!((whole, kept.dropped), (vec![100, 1 << 20], 0));
        }
    }

    #[test]
    fn of_what_passes_many_pieces_are_bounded_together() {
        let mut budget = Budget::default();
        let mut passed = transcript(&[4_000; 100]);
        budget.charge(&Verdict::Pass, &mut passed);
        assert_eq!(sizes(&passed).iter().sum::<usize>(), OF_ALL_OF_A_PASS);
        let cut: u64 = passed.entries.iter().map(|it| it.cut).sum();
        assert_eq!(cut, 400_000 - OF_ALL_OF_A_PASS as u64);
    }

    #[test]
    fn what_memory_does_not_take_is_on_disk() {
        let mut budget = Budget {
            left: 0,
            ..Budget::default()
        };
        let mut long = transcript(&[100, 1 << 20]);
        budget.charge(&Verdict::Fail, &mut long);
        assert_eq!(sizes(&long), [100, OF_A_SPOOLED]);
        assert_eq!(long.entries[1].cut, (1 << 20) - OF_A_SPOOLED as u64);
        assert_eq!(long.octets(1), vec![b'b'; 1 << 20]);
        assert_eq!(long.octets(0), vec![b'a'; 100]);
    }

    #[test]
    fn of_what_passes_the_first_octets_of_each_piece_stay() {
        let mut budget = Budget::default();
        let mut passed = transcript(&[100, 1 << 20, OF_A_PASS]);
        budget.charge(&Verdict::Pass, &mut passed);
        assert_eq!(sizes(&passed), [100, OF_A_PASS, OF_A_PASS]);
        let cut: Vec<_> = passed.entries.iter().map(|it| it.cut).collect();
        assert_eq!(cut, [0, (1 << 20) - OF_A_PASS as u64, 0]);
        assert_eq!((passed.dropped, budget.left), (0, IN_MEMORY));
    }

    #[test]
    fn beyond_the_budget_the_first_and_the_last_octets_stay() {
        let mut budget = full();
        let mut long = transcript(&[100, 1 << 20, 10, 20]);
        budget.charge(&Verdict::Fail, &mut long);
        assert_eq!(sizes(&long), [100, EACH - 130, 10, 20]);
        assert_eq!(long.dropped, (1 << 20) - (EACH as u64 - 130));
        let mut short = transcript(&[100, 200]);
        budget.charge(&Verdict::Fail, &mut short);
        assert_eq!((sizes(&short), short.dropped), (vec![100, 200], 0));
    }

    #[test]
    fn many_pieces_are_bounded_like_one() {
        let mut budget = full();
        let mut pieces = transcript(&[1 << 14; 20]);
        budget.charge(&Verdict::Fail, &mut pieces);
        assert_eq!(sizes(&pieces), [HEAD, TAIL]);
        assert_eq!(pieces.dropped, (20 << 14) - EACH as u64);
    }
}
