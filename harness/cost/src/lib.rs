//! What a connection costs: how many round trips and how much time an exchange takes, with a new
//! connection per message, with one that is kept, and with pipelining.
//!
//! The reference peers of h1check run unchanged, over a [simulated link](simulate()) in virtual time
//! and over the [loopback](loopback()) of this machine. Nothing here knows scenarios and verdicts.
//!
//! # The simulated link
//!
//! It is [`turmoil_net`], the network of turmoil: a stack with SYN, SYN-ACK and ACK, segments,
//! windows, FIN and RST, in which every segment takes half a round trip. (The older `TcpStream` of
//! turmoil 0.7 itself would not do: there the SYN takes its time, but the answer to it arrives at
//! once, through a channel between the two hosts, so that a connection is open after half a round
//! trip instead of a whole one.) It deviates from TCP in what is left out: there is no congestion
//! window, no delayed acknowledgement and no Nagle algorithm, no TIME-WAIT, and the link is as
//! wide as one likes and loses nothing. [`report`] says what that means for the numbers.
//!
//! Held against Linux once, with a tunnel device that delays each packet by 20 ms between a plain
//! client and the reference server: 100 messages took 2.07 round trips each with a connection per
//! message (2 here) and 1.04 on one connection (1.01 here), and 3.15 altogether when pipelined (2
//! here, where there is no congestion window).
//!
//! No number is computed from a formula: [`simulate()`] lets the peers talk, and looks at the clock
//! and at how often octets had to cross the link. What the tutorial computes is in [`tutorial`],
//! for comparison.
//!
//! ```
//! use std::time::Duration;
//! use h1check_cost::{Manner, Task, Version, simulate};
//!
//! let task = Task { version: Version::HTTP_11, manner: Manner::KeepAlive, messages: 3 };
//! let passage = simulate(task, Duration::from_millis(10)).unwrap();
//! assert_eq!(passage.answered.time, Duration::from_millis(40)); // one round trip to open, then three
//! assert_eq!(passage.answered.round_trips(), 4.0);
//! ```

mod exchange;
mod loopback;
mod model;
mod network;
pub mod report;
mod simulate;
pub mod tutorial;

pub use h1check::wire::Version;

pub use exchange::CostError;
pub use loopback::loopback;
pub use model::{Costs, Looped, Manner, Moment, Passage, Plan, Simulated, Task};
pub use simulate::simulate;

/// Measures all that was planned, simulated and on the loopback.
///
/// # Errors
///
/// If the peers do not come to an end of what they have to say, or there is no loopback.
pub fn measure(plan: &Plan) -> Result<Costs, CostError> {
    let mut simulated = Vec::new();
    for &round_trip in &plan.round_trips {
        for task in plan.tasks() {
            let passage = simulate(task, round_trip)?;
            simulated.push(Simulated {
                task,
                round_trip,
                passage,
            });
        }
    }
    let mut looped = Vec::new();
    if plan.loopback {
        for task in plan.tasks() {
            looped.push(Looped {
                task,
                time: loopback(task)?,
            });
        }
    }
    Ok(Costs { simulated, looped })
}
