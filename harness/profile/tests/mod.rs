//! Profiles: what they become, and what is refused.

mod golden;
mod schema;
mod values;

use crate::profile::{Profile, parse};
use crate::scenario::{Diagnostics, Library};

/// Where the broken files are, each beside the errors that it must give.
const GOLDEN: &str = "harness/tests/golden/profile";

/// Reads a profile with an environment that has a few variables.
fn read(path: &str, text: &str) -> Result<Profile, Diagnostics> {
    parse(path, text, &Library::bundled(), &environment)
}

fn environment(name: &str) -> Result<String, String> {
    match name {
        "TOKEN" => Ok("Bearer s3cr3t-and-long".into()),
        "SHORT" => Ok("abc".into()),
        "EMPTY" => Ok(String::new()),
        "LINES" => Ok("one\r\nHost: two".into()),
        _ => Err("is not set".into()),
    }
}
