//! What can be wrong with the shape of a GGUF file.
//!
//! Typed problems with their places, which words are made of; nothing enters.

/// Something that no honest writer produces, or that loaders refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A count that the rest of the file has no room for.
    #[error("the header claims {claimed} {what}, more than the file has room for")]
    CountBeyondFile {
        /// What is counted.
        what: &'static str,
        /// The count.
        claimed: u64,
    },
    /// A count that no model needs.
    #[error("the header claims {claimed} {what}, more than any model needs")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The count.
        claimed: u64,
    },
    /// A key occurs twice: loaders disagree on which one counts.
    #[error("a key at byte {at} was there before")]
    DuplicateKey {
        /// Where the second one begins.
        at: u64,
    },
    /// A tensor occurs twice.
    #[error("a tensor name at byte {at} was there before")]
    DuplicateTensor {
        /// Where the second one begins.
        at: u64,
    },
    /// `general.alignment` is no power of two, or of another type.
    #[error("general.alignment is no power of two")]
    BadAlignment,
    /// A shape whose size does not fit 64 bits, or is no multiple of a block.
    #[error("impossible shape of the tensor at byte {at}")]
    BadShape {
        /// Where its entry begins.
        at: u64,
    },
    /// A tensor's bytes begin at an offset that is not aligned.
    #[error("misaligned offset of the tensor at byte {at}")]
    Misaligned {
        /// Where its entry begins.
        at: u64,
    },
    /// A tensor's bytes lie beyond the end of the file, wholly or in part.
    #[error("{tensors} tensors lie beyond the end of the file; {missing} bytes are missing")]
    MissingBytes {
        /// How many tensors.
        tensors: u64,
        /// How far the last one reaches behind the end.
        missing: u64,
    },
    /// Two tensors share bytes.
    #[error("the tensor at byte {at} shares bytes with another")]
    Overlap {
        /// Where the entry of one of them begins.
        at: u64,
    },
    /// Bytes before or between tensors that belong to none.
    #[error("{count} bytes belong to no tensor, from byte {at} on")]
    Gap {
        /// Where they begin.
        at: u64,
        /// How many.
        count: u64,
    },
    /// The file goes on behind the last tensor.
    #[error("{count} bytes follow the last tensor, from byte {at} on")]
    TrailingBytes {
        /// Where they begin.
        at: u64,
        /// How many.
        count: u64,
    },
    /// There were more problems than are told.
    #[error("more problems of the same kinds")]
    More,
}
