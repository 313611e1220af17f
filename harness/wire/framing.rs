//! How long a message is: RFC 9112 §6.3 as one function, in the RFC's order.

/// What delimits the content of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Framing {
    /// There is no content: the message ends at the empty line.
    None,
    /// So many octets.
    Length(u64),
    /// The chunked transfer coding.
    Chunked,
    /// Everything until the connection ends (responses only).
    UntilClose,
    /// No message follows: the connection is a tunnel (2xx to CONNECT), or has switched
    /// protocols (101).
    Tunnel,
}
