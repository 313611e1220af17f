//! Passive checks of every message that a sender emits.
