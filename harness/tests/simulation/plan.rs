//! What is to happen in one run. All of it follows from a seed.

use super::ask::{ALL, Ask, What};
use super::chance::Chance;
use super::fault::{Fault, Kind, Side, Way};

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Milliseconds that a segment is under way, at least and at most.
    pub(crate) latency: (u64, u64),
    /// Octets that are written at once at most, to the server and to the client.
    pub(crate) pieces: [usize; 2],
    pub(crate) steps: Vec<Step>,
    pub(crate) faults: Vec<Fault>,
    /// What has to come of it.
    pub(crate) demand: Demand,
}

/// Requests that are asked for at once, after a pause in milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) pause: u64,
    pub(crate) asks: Vec<Ask>,
}

/// What has to come of a run, besides that it is never wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Demand {
    /// Each request succeeds, asked for once: nothing is lost, only late.
    All,
    /// A request whose idle connection was gone before anything was answered succeeds, if it is
    /// idempotent.
    RepairsAStaleConnection,
    /// Idempotent requests succeed in the end, when they are asked for until they do.
    IdempotentInTheEnd,
}

impl Plan {
    /// Delays and one hold, all of them shorter than any deadline.
    pub(crate) fn gentle(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut plan = Self::calm(seed, &mut chance);
        plan.steps = steps(&mut chance, 80);
        plan.faults = vec![fault(&mut chance, |chance| {
            Kind::Hold(chance.within(10..=120))
        })];
        plan
    }

    /// Faults of all kinds, anywhere; and pauses that are longer than the server waits.
    pub(crate) fn stormy(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut plan = Self::calm(seed, &mut chance);
        plan.steps = steps(&mut chance, 400);
        for _ in 0..chance.within(1..=4) {
            plan.faults.push(fault(&mut chance, any_kind));
        }
        plan.demand = Demand::IdempotentInTheEnd;
        plan
    }

    /// One fault at one octet of one exchange, or of some that are pipelined, on a connection that is new, or that has served
    /// another exchange before.
    pub(crate) fn cut(seed: u64, whats: &[What], is_reused: bool, fault: Fault) -> Self {
        let mut plan = Self::calm(seed, &mut Chance::new(seed));
        plan.steps = exchange(whats, is_reused);
        plan.faults = vec![fault];
        plan.demand = match fault.kind {
            Kind::Hold(_) => Demand::All,
            Kind::Loss(_) | Kind::Crash(_) => Demand::IdempotentInTheEnd,
            _ => Demand::RepairsAStaleConnection,
        };
        plan
    }

    /// The exchange of [`cut`](Self::cut), without a fault.
    pub(crate) fn whole(whats: &[What], is_reused: bool) -> Self {
        let mut plan = Self::calm(0, &mut Chance::new(0));
        plan.steps = exchange(whats, is_reused);
        plan
    }

    fn calm(seed: u64, chance: &mut Chance) -> Self {
        let least = chance.within(0..=10);
        let pieces = [1 << 16, 1 << 16, 40, 7];
        Self {
            seed,
            latency: (least, least + chance.within(0..=20)),
            pieces: [chance.pick(&pieces), chance.pick(&pieces)],
            steps: Vec::new(),
            faults: Vec::new(),
            demand: Demand::All,
        }
    }
}

fn exchange(whats: &[What], is_reused: bool) -> Vec<Step> {
    let ask = |(what, id): (&What, usize)| Ask { id, what: *what };
    let mut steps = vec![Step {
        pause: 0,
        asks: whats.iter().zip(1..).map(ask).collect(),
    }];
    if is_reused {
        let warm_up = vec![ask((&What::Get, 0))];
        steps.insert(
            0,
            Step {
                pause: 0,
                asks: warm_up,
            },
        );
    }
    steps
}

/// Some requests, one by one or pipelined, with pauses of at most so many milliseconds.
fn steps(chance: &mut Chance, pause: u64) -> Vec<Step> {
    let mut id = 0;
    let mut ask = |chance: &mut Chance| {
        id += 1;
        Ask {
            id,
            what: chance.pick(&ALL),
        }
    };
    (0..chance.within(2..=4))
        .map(|_| Step {
            pause: chance.within(0..=pause),
            asks: (0..chance.pick(&[1, 1, 2, 3]))
                .map(|_| ask(chance))
                .collect(),
        })
        .collect()
}

fn fault(chance: &mut Chance, kind: impl Fn(&mut Chance) -> Kind) -> Fault {
    Fault {
        connection: chance.pick(&[0, 0, 0, 1, 2]),
        way: chance.pick(&[Way::ToServer, Way::ToClient]),
        side: chance.pick(&[Side::Sending, Side::Receiving]),
        octet: chance.below(600),
        kind: kind(chance),
    }
}

fn any_kind(chance: &mut Chance) -> Kind {
    let time = chance.within(10..=500);
    chance.pick(&[
        Kind::Reset,
        Kind::ResetAndForget,
        Kind::HalfClose,
        Kind::Close,
        Kind::Hold(time),
        Kind::Loss(time),
        Kind::Crash(time),
    ])
}
