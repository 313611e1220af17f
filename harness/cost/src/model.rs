//! What is measured and what comes out, as plain data: no peer, no clock.

use std::fmt;
use std::time::Duration;

use h1check::wire::Version;

/// What is to be measured: every combination.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The round-trip times of the simulated link.
    pub round_trips: Vec<Duration>,
    /// How many messages are exchanged, one count after the other.
    pub messages: Vec<usize>,
    /// Whether the same is measured on the loopback of this machine.
    pub loopback: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            round_trips: [0, 1, 10, 50, 150].map(Duration::from_millis).into(),
            messages: vec![1, 3, 10, 100],
            loopback: true,
        }
    }
}

impl Plan {
    /// Every combination that is measured on each link: a row of a table after the other.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = Task> {
        ROWS.into_iter().flat_map(|(version, manner)| {
            self.messages.iter().map(move |&messages| Task {
                version,
                manner,
                messages,
            })
        })
    }
}

/// The rows of each table.
pub(crate) const ROWS: [(Version, Manner); 6] = [
    (Version::HTTP_10, Manner::Close),
    (Version::HTTP_10, Manner::KeepAlive),
    (Version::HTTP_10, Manner::Pipelining),
    (Version::HTTP_11, Manner::Close),
    (Version::HTTP_11, Manner::KeepAlive),
    (Version::HTTP_11, Manner::Pipelining),
];

/// How a client uses its connections.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// A new one for each message.
    Close,
    /// One after the other on the same, as far as the version lets it.
    KeepAlive,
    /// All at once on the same, as far as the version lets it.
    Pipelining,
}

impl Manner {
    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Close => "close per message",
            Self::KeepAlive => "keep-alive",
            Self::Pipelining => "pipelining",
        }
    }
}

impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What the peers are given to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Task {
    /// The version that both speak.
    pub version: Version,
    /// How the client would like to use its connections.
    pub manner: Manner,
    /// How many requests it sends.
    pub messages: usize,
}

/// A moment of a simulated passage, as far from its beginning as it is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Moment {
    /// The time since then, by the clock of the simulation.
    pub time: Duration,
    /// How often something had to cross the link since then, one after the other; what crosses it
    /// at the same time counts once.
    pub crossings: u32,
}

impl Moment {
    /// Two crossings are one round trip.
    #[must_use]
    pub fn round_trips(self) -> f64 {
        f64::from(self.crossings) / 2.0
    }
}

/// What was seen while the peers talked over the simulated link.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Passage {
    /// When the client had its last response.
    pub answered: Moment,
    /// When the last segment of the last connection had arrived.
    pub closed: Moment,
    /// How many connections were made.
    pub connections: u64,
    /// How many segments crossed the link, of both sides.
    pub segments: u64,
    /// How many octets of messages the server sent.
    pub received: u64,
}

/// One cell of the simulation.
#[derive(Clone, Copy, Debug)]
pub struct Simulated {
    /// What was to do.
    pub task: Task,
    /// The round-trip time of the link.
    pub round_trip: Duration,
    /// What was seen.
    pub passage: Passage,
}

impl Simulated {
    /// Round trips per exchange, until the last response.
    #[must_use]
    pub fn per_exchange(&self) -> f64 {
        self.passage.answered.round_trips() / self.task.messages as f64
    }

    /// Exchanges per second; nothing where no time passes.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        rate(self.task, self.passage.answered.time)
    }
}

/// One cell of the loopback.
#[derive(Clone, Copy, Debug)]
pub struct Looped {
    /// What was to do.
    pub task: Task,
    /// How long it took until the last response.
    pub time: Duration,
}

impl Looped {
    /// Exchanges per second; nothing where the clock is too coarse.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        rate(self.task, self.time)
    }
}

fn rate(task: Task, time: Duration) -> Option<f64> {
    (!time.is_zero()).then(|| task.messages as f64 / time.as_secs_f64())
}

/// All that was measured.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// On the simulated link: by round-trip time, then in the order of the rows.
    pub simulated: Vec<Simulated>,
    /// On the loopback, in the order of the rows; nothing where it was not asked for.
    pub looped: Vec<Looped>,
}
