//! Judges a peer again and again: a verdict that changes is a wrong accusation in waiting.

use std::collections::BTreeMap;

use h1check::report::json::RunFile;

use crate::Result;
use crate::peer::Peer;

/// Judges each of the peers so often; says whether all verdicts stayed the same.
pub(crate) fn all(peers: &[Peer], times: usize) -> Result<bool> {
    let mut clean = true;
    for peer in peers {
        let mut seen = Verdicts::default();
        for round in 1..=times {
            let folder = tempfile::tempdir()?;
            let run = peer.judge(folder.path())?;
            seen.add(&run);
            println!("{} {round}/{times}: {} fail", peer.name, run.tally.fail);
        }
        let changed = seen.changed();
        for line in &changed {
            println!("    {line}");
        }
        println!(
            "{}: {} of {} verdicts changed",
            peer.name,
            changed.len(),
            seen.0.len()
        );
        clean &= changed.is_empty();
    }
    Ok(clean)
}

/// How often each scenario came to which verdict.
#[derive(Debug, Default)]
struct Verdicts(BTreeMap<String, BTreeMap<String, usize>>);

impl Verdicts {
    fn add(&mut self, run: &RunFile) {
        for scenario in &run.scenarios {
            self.count(
                &scenario.id,
                &format!("{:?}", scenario.verdict).to_lowercase(),
            );
        }
    }

    fn count(&mut self, id: &str, verdict: &str) {
        let verdicts = self.0.entry(id.to_owned()).or_default();
        *verdicts.entry(verdict.to_owned()).or_default() += 1;
    }

    fn changed(&self) -> Vec<String> {
        let unequal = self.0.iter().filter(|(_, verdicts)| verdicts.len() > 1);
        unequal
            .map(|(id, verdicts)| {
                let counts: Vec<String> = verdicts
                    .iter()
                    .map(|(verdict, count)| format!("{verdict} {count} times"))
                    .collect();
                format!("{id}: {}", counts.join(", "))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Verdicts;

    #[test]
    fn names_what_changed_and_nothing_else() {
        let mut seen = Verdicts::default();
        for (id, verdict) in [("a", "pass"), ("b", "pass"), ("a", "pass"), ("b", "fail")] {
            seen.count(id, verdict);
        }
        assert_eq!(seen.changed(), ["b: fail 1 times, pass 1 times"]);
    }
}
