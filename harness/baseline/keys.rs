//! The keys of a baseline. `schema.json` repeats them for editors; a test keeps the two in step.

use crate::scenario::Shape;

pub(super) const FILE: Shape = Shape {
    what: "a baseline",
    keys: &["expect"],
};

pub(super) const ENTRY: Shape = Shape {
    what: "an entry",
    keys: &[
        "scenario", "lint", "step", "verdict", "reason", "owner", "until",
    ],
};
