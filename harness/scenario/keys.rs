//! The keys of scenario files: the one list, in the order in which they are written.
//!
//! `schema.json` repeats them for editors; a test keeps the two in step.

use super::read::Shape;

pub(super) const FILE: Shape = Shape {
    what: "a scenario file",
    keys: &[
        "title",
        "about",
        "subject",
        "requirements",
        "hardening",
        "needs",
        "given",
        "let",
        "tries",
        "rightly",
        "case",
        "step",
        "counterexample",
        "permitted",
    ],
};

pub(super) const GIVEN: Shape = Shape {
    what: "a given",
    keys: &["default", "exact"],
};

pub(super) const RIGHTLY: Shape = Shape {
    what: "the peers that rightly pass",
    keys: &[
        "silent",
        "resets",
        "closes",
        "garbage",
        "always-200",
        "always-400",
        "root-only",
        "fails",
    ],
};

pub(super) const REPEAT: Shape = Shape {
    what: "repeated octets",
    keys: &["repeat", "times"],
};

pub(super) const COUNTEREXAMPLE: Shape = Shape {
    what: "a counterexample",
    keys: &["fault", "at", "cases", "step"],
};

pub(super) const PERMITTED: Shape = Shape {
    what: "a permitted example",
    keys: &["choice", "permits", "verdict", "cases", "step"],
};

pub(super) const STEP: Shape = Shape {
    what: "a step",
    keys: &[
        "when", "connect", "accept", "on", "ask", "wait", "send", "pace", "expect", "warn",
        "after", "within", "reply", "close", "outcome", "setup", "times", "until",
    ],
};

pub(super) const PACE: Shape = Shape {
    what: "a pace",
    keys: &["bytes", "every", "over", "read"],
};

pub(super) const ASK: Shape = Shape {
    what: "a request to ask for",
    keys: &["request", "body", "fields"],
};

/// What a scripted client tells its caller, beside a bare word.
pub(super) const TELLING: Shape = Shape {
    what: "what a client tells its caller",
    keys: &["word", "status", "body"],
};

/// What `expect` and `warn` hold: an event, or alternatives and what all of them share.
pub(super) const EXPECTATION: Shape = Shape {
    what: "an expectation",
    keys: &[
        "any", "status", "request", "bytes", "close", "silence", "outcome", "method", "upto",
        "fields", "trailers", "body", "json", "like", "ranges", "links", "xml", "as",
    ],
};

/// A member of `any`.
pub(super) const ALTERNATIVE: Shape = Shape {
    what: "an alternative",
    keys: &[
        "accept", "on", "status", "request", "bytes", "close", "silence", "outcome", "method",
        "upto", "fields", "trailers", "body", "json", "like", "ranges", "links", "xml", "as",
    ],
};

pub(super) const FIELD: Shape = Shape {
    what: "a check of a field",
    keys: &["is", "lists", "has", "lacks", "present"],
};

pub(super) const BODY: Shape = Shape {
    what: "a check of octets",
    keys: &["is", "has", "lacks", "length"],
};

pub(super) const JSON: Shape = Shape {
    what: "a check of a JSON value",
    keys: &[
        "is",
        "text",
        "unordered",
        "type",
        "count",
        "present",
        "absent",
    ],
};

pub(super) const LINK: Shape = Shape {
    what: "a check of a link",
    keys: &["leads", "present"],
};

pub(super) const XML: Shape = Shape {
    what: "a check of an XML element",
    keys: &["is", "number", "present"],
};
