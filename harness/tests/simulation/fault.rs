//! What can happen to a connection, and at which octet.

/// Which way octets go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

/// Where on the way it happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    /// Behind so many octets that were sent; the sender is the first to know.
    Sending,
    /// Behind so many octets that were read; the sender goes on until it hears of it.
    Receiving,
}

/// One fault. It happens once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Fault {
    /// On the how-manieth connection of the client, from 0 on.
    pub(crate) connection: usize,
    pub(crate) way: Way,
    pub(crate) side: Side,
    /// Behind so many octets in that direction.
    pub(crate) octet: usize,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// RST, behind what was sent until then.
    Reset,
    /// RST, and what has arrived without being read is gone with it, as most kernels do it.
    ResetAndForget,
    /// FIN: nothing more comes this way, the other one stays open.
    HalfClose,
    /// FIN in both directions.
    Close,
    /// The link stands still for so many milliseconds: nothing is lost.
    Hold(u64),
    /// The link is cut for so many milliseconds: what is under way, and what is sent meanwhile,
    /// is lost and never sent again.
    Loss(u64),
    /// The server dies, and is there again after so many milliseconds.
    Crash(u64),
}

impl Kind {
    /// How long until all is well again, in milliseconds.
    pub(crate) fn lasts(self) -> u64 {
        match self {
            Self::Hold(time) | Self::Loss(time) | Self::Crash(time) => time,
            _ => 0,
        }
    }
}
