//! The command line of h1check: flags to library calls to exit codes.

fn main() {}
