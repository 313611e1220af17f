//! What comes out of the simulation, against what one derives with pencil and paper.

use std::time::Duration;

use h1check_cost::{Manner, Moment, Passage, Task, Version, simulate};
use pretty_assertions::assert_eq;
use rstest::rstest;

fn passage(version: Version, manner: Manner, messages: usize, round_trip: u64) -> Passage {
    let task = Task {
        version,
        manner,
        messages,
    };
    simulate(task, Duration::from_millis(round_trip)).unwrap()
}

fn moment(crossings: u32, millis: u64) -> Moment {
    Moment {
        time: Duration::from_millis(millis),
        crossings,
    }
}

/// ```text
///   0 ms  SYN ⟶                        crossing  1
///   5 ms      ⟵ SYN-ACK                          2
///  10 ms  ACK, request ⟶                         3
///  15 ms      ⟵ response, FIN                    4   the one and only answer
///  20 ms  ACK, FIN ⟶                             5
///  25 ms      ⟵ ACK                              6
///  30 ms  silence
/// ```
#[rstest]
#[case(Version::HTTP_10)]
#[case(Version::HTTP_11)]
fn one_message_on_its_own_connection(#[case] version: Version) {
    let seen = passage(version, Manner::Close, 1, 10);
    assert_eq!(seen.answered, moment(4, 20));
    assert_eq!(seen.closed, moment(6, 30));
    assert_eq!(seen.connections, 1);
}

/// Each of the three connections is as above, and the next SYN leaves together with the FIN of the
/// one before: nobody waits for a close.
///
/// ```text
///   0 ms  first SYN … 20 ms first answer; FIN and second SYN ⟶
///  40 ms  second answer; FIN and third SYN ⟶
///  60 ms  third answer; FIN ⟶ 65 ms ⟵ ACK 70 ms silence
/// ```
#[test]
fn three_messages_on_a_connection_each() {
    let seen = passage(Version::HTTP_11, Manner::Close, 3, 10);
    assert_eq!(seen.answered, moment(12, 60));
    assert_eq!(seen.closed, moment(14, 70));
    assert_eq!(seen.connections, 3);
}

/// ```text
///   0 ms  SYN ⟶ 5 ms ⟵ SYN-ACK
///  10 ms  ACK, request ⟶ 15 ms ⟵ response       each further one the same: there and back
///  20 ms  ACK, request ⟶ 25 ms ⟵ response
///  30 ms  ACK, request ⟶ 35 ms ⟵ response
///  40 ms  the last answer; ACK, FIN ⟶ 45 ms ⟵ ACK, FIN 50 ms ACK ⟶ 55 ms silence
/// ```
#[test]
fn three_messages_on_one_connection() {
    let seen = passage(Version::HTTP_11, Manner::KeepAlive, 3, 10);
    assert_eq!(seen.answered, moment(8, 40));
    assert_eq!(seen.closed, moment(11, 55));
    assert_eq!(seen.connections, 1);
}

/// ```text
///    0 ms  SYN ⟶ 75 ms ⟵ SYN-ACK
///  150 ms  ACK, all requests ⟶ 225 ms ⟵ all responses
///  300 ms  the last answer; ACK, FIN ⟶ 375 ms ⟵ ACK, FIN 450 ms ACK ⟶ 525 ms silence
/// ```
#[test]
fn a_hundred_messages_pipelined() {
    let seen = passage(Version::HTTP_11, Manner::Pipelining, 100, 150);
    assert_eq!(seen.answered, moment(4, 300));
    assert_eq!(seen.closed, moment(7, 525));
    assert_eq!(seen.connections, 1);
}
