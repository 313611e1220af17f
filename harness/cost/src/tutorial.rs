//! The arithmetic of the tutorial, to compare with: nothing that is measured comes from here.

/// Round trips to open a connection: SYN, SYN-ACK, ACK.
pub const OPEN: f64 = 1.5;
/// Round trips of an exchange: there and back.
pub const EXCHANGE: f64 = 1.0;
/// Round trips to close a connection: FIN, FIN, ACK.
pub const CLOSE: f64 = 1.5;

/// Round trips of so many messages with a connection for each.
#[must_use]
pub fn close_per_message(messages: usize) -> f64 {
    messages as f64 * (OPEN + EXCHANGE + CLOSE)
}

/// Round trips of so many messages on one connection.
#[must_use]
pub fn kept(messages: usize) -> f64 {
    OPEN + messages as f64 * EXCHANGE + CLOSE
}
