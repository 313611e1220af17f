//! Messages to octets.
