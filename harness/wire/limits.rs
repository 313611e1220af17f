//! Bounds on what is decoded.

/// Bounds on what the decoder keeps or accepts, so that no peer can cost unbounded memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of the start-line.
    pub start_line: usize,
    /// Octets of the whole head, empty lines before it included.
    pub head: usize,
    /// Field lines in a header or trailer section.
    pub fields: usize,
    /// Octets of one chunk-size line, extensions included.
    pub chunk_line: usize,
    /// Octets of all chunk extensions of one message.
    pub extensions: usize,
    /// Octets of the trailer section.
    pub trailers: usize,
    /// Octets of content that a message may announce or carry.
    pub content: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start_line: 64 << 10,
            head: 256 << 10,
            fields: 1024,
            chunk_line: 16 << 10,
            extensions: 256 << 10,
            trailers: 64 << 10,
            content: 64 << 20,
        }
    }
}
