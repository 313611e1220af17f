//! The keys of a profile. `schema.json` repeats them for editors; a test keeps the two in step.

use crate::scenario::Shape;

pub(super) const FILE: Shape = Shape {
    what: "a profile",
    keys: &[
        "address",
        "authority",
        "resolve",
        "connections",
        "patience",
        "slack",
        "tls",
        "paths",
        "given",
        "fields",
    ],
};

pub(super) const TLS: Shape = Shape {
    what: "the TLS options",
    keys: &["cacert", "insecure", "server-name"],
};

pub(super) const VARIABLE: Shape = Shape {
    what: "a value from the environment",
    keys: &["env"],
};
