//! What the numbers say, beside what the tutorial says. Every number in these sentences is one that
//! was measured, or one of the tutorial.

use h1check::wire::Version;

use super::table::{groups, is_alike};
use crate::model::{Costs, Manner, Simulated};
use crate::tutorial::{CLOSE, EXCHANGE, OPEN};

/// A remark, with a word or two on what it is about.
pub(super) struct Remark {
    pub(super) about: &'static str,
    pub(super) text: String,
}

/// All that there is to say about these costs.
pub(super) fn remarks(costs: &Costs) -> Vec<Remark> {
    let mut remarks = vec![Remark {
        about: "The tutorial",
        text: format!(
            "{OPEN} round trips to open a connection, {EXCHANGE} to send and be answered, {CLOSE} to \
             close it: {} for a message with a connection of its own, against {EXCHANGE} for one on \
             an open connection.",
            OPEN + EXCHANGE + CLOSE
        ),
    }];
    if let Some(group) = groups(costs).first() {
        simulated(group, &mut remarks);
        if !is_alike(&groups(costs)) {
            remarks.push(Remark {
                about: "The link",
                text:
                    "The number of round trips depends on the round-trip time here, so something \
                       else than the link took time: a deadline, or a mistake."
                        .into(),
            });
        }
    }
    if costs.simulated.iter().any(|it| it.round_trip.is_zero()) {
        remarks.push(Remark {
            about: "At 0 ms",
            text: "No time passes on such a link, so nothing there bounds the exchanges per second; the \
                   round trips are counted all the same."
                .into(),
        });
    }
    looped(costs, &mut remarks);
    remarks
}

fn simulated(group: &[Simulated], remarks: &mut Vec<Remark>) {
    let most = group.iter().map(|it| it.task.messages).max().unwrap_or(0);
    let of = |version, manner| {
        group.iter().find(|it| {
            let task = it.task;
            (task.version, task.manner, task.messages) == (version, manner, most)
        })
    };
    let (Some(close), Some(kept), Some(pipelined), Some(old)) = (
        of(Version::HTTP_11, Manner::Close),
        of(Version::HTTP_11, Manner::KeepAlive),
        of(Version::HTTP_11, Manner::Pipelining),
        of(Version::HTTP_10, Manner::KeepAlive),
    ) else {
        return;
    };
    let mut add = |about, text| remarks.push(Remark { about, text });
    add(
        "Measured",
        format!(
            "{} of HTTP/1.1: {:.2} round trips per exchange with a connection for each, {:.2} on one \
             connection: {:.2} to one, not {} to one.",
            messages(most),
            close.per_exchange(),
            kept.per_exchange(),
            close.per_exchange() / kept.per_exchange(),
            (OPEN + EXCHANGE + CLOSE) / EXCHANGE,
        ),
    );
    opening(&mut add);
    closing(close, kept, &mut add);
    pipelining(pipelined, &mut add);
    former(old, &mut add);
    left_out(pipelined, &mut add);
}

fn opening(add: &mut impl FnMut(&'static str, String)) {
    add(
        "Opening",
        "It costs one round trip, not one and a half: the request leaves right behind the third \
         segment of the handshake, and arrives with it. The client never waits for that third \
         segment to arrive."
            .into(),
    );
}

fn closing(close: &Simulated, kept: &Simulated, add: &mut impl FnMut(&'static str, String)) {
    let tail = |it: &Simulated| it.passage.closed.round_trips() - it.passage.answered.round_trips();
    add(
        "Closing",
        format!(
            "It costs the next message nothing, because nobody waits for it: the FIN of the server \
             comes right behind its response, and the next connection is opened while the former one \
             is still being closed. It shows only behind the last response: the connection is gone {} \
             later where the server closes, {} where the client ends one that was kept.",
            round_trips(tail(close)),
            tail(kept),
        ),
    );
}

fn pipelining(pipelined: &Simulated, add: &mut impl FnMut(&'static str, String)) {
    let all = pipelined.passage.answered.round_trips();
    add(
        "Pipelining",
        format!(
            "{} in {} altogether: one to open, and {}.",
            messages(pipelined.task.messages),
            round_trips(all),
            if all > 2.0 {
                "the others for the messages, because the simulated receiver grants 64 KiB at a time"
            } else {
                "one for all of them"
            },
        ),
    );
}

fn former(old: &Simulated, add: &mut impl FnMut(&'static str, String)) {
    add(
        "HTTP/1.0",
        format!(
            "Asked to keep its connection, the reference client makes {} for {} all the same: HTTP/1.0 \
             has one connection per request. (The connection option keep-alive was an extension of it, \
             which this client does not use.)",
            connections(old.passage.connections),
            messages(old.task.messages),
        ),
    );
}

fn left_out(pipelined: &Simulated, add: &mut impl FnMut(&'static str, String)) {
    let octets = pipelined.passage.received;
    let window = if octets > FIRST_FLIGHT {
        format!(
            " The {} pipelined responses have {octets} octets: more than the ten segments (14,600 \
             octets) that a real server may send on a new connection before the first is acknowledged \
             (RFC 6928), so there they take at least one round trip more.",
            pipelined.task.messages
        )
    } else {
        String::new()
    };
    add(
        "Not simulated",
        format!(
            "Loss, a limit of the bandwidth, delayed acknowledgements, the Nagle algorithm, TIME-WAIT \
             and the congestion window of TCP, TLS (which adds one round trip to each connection, two \
             up to TLS 1.2), and the time that the peers and the lookup of a name take.{window}"
        ),
    );
}

fn looped(costs: &Costs, remarks: &mut Vec<Remark>) {
    let most = costs.looped.iter().map(|it| it.task.messages).max();
    let of = |manner| {
        let found = costs.looped.iter().find(|it| {
            let task = it.task;
            (task.version, task.manner) == (Version::HTTP_11, manner) && Some(task.messages) == most
        });
        found.and_then(|it| it.rate())
    };
    let (Some(close), Some(kept), Some(pipelined)) = (
        of(Manner::Close),
        of(Manner::KeepAlive),
        of(Manner::Pipelining),
    ) else {
        return;
    };
    remarks.push(Remark {
        about: "Without a link",
        text: format!(
            "On the loopback a connection costs work of the machine instead of time on the way. There, \
             with {} of HTTP/1.1, keep-alive is {:.1} times as fast as a connection for each, and \
             pipelining {:.1} times.",
            messages(most.unwrap_or(0)),
            kept / close,
            pipelined / close,
        ),
    });
}

fn round_trips(count: f64) -> String {
    if count == 1.0 {
        return "1 round trip".into();
    }
    format!("{count} round trips")
}

fn messages(count: usize) -> String {
    match count {
        1 => "1 message".into(),
        count => format!("{count} messages"),
    }
}

fn connections(count: u64) -> String {
    match count {
        1 => "1 connection".into(),
        count => format!("{count} connections"),
    }
}

/// Octets of ten full segments on Ethernet.
const FIRST_FLIGHT: u64 = 14_600;
