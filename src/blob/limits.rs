//! How far readers go into what they open.
//!
//! In: the defaults, or what a configuration says. Out: one value for all
//! readers of a sweep. Every limit that is hit becomes a skip, never silence.

/// The limits of a sweep. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Containers inside each other.
    pub depth: u8,
    /// Most one member of an archive may yield.
    pub member_bytes: u64,
    /// Most one member may yield per compressed byte, once beyond 16 MiB.
    pub ratio: u64,
    /// Most all archives inside one file may yield together: an archive in an
    /// archive gets no allowance of its own.
    pub total_bytes: u64,
    /// Most a file that is itself one compressed text or tar may yield: read as
    /// it comes it costs time, but no memory.
    pub stream_bytes: u64,
    /// Most members of one archive.
    pub members: usize,
    /// Most bytes of a header that is read as a whole.
    pub header_bytes: u64,
    /// Longest string read as one; longer ones come in windows or are cut.
    pub string_bytes: u64,
    /// Most rows read of each column of a table; `None` for all.
    pub sample: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 6,
            member_bytes: 256 << 20,
            ratio: 200,
            total_bytes: 1 << 30,
            stream_bytes: 64 << 30,
            members: 100_000,
            header_bytes: 100_000_000,
            string_bytes: 64 << 20,
            sample: None,
        }
    }
}
