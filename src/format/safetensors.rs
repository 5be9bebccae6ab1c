//! Reads the header of a safetensors file, and what is wrong with the file's
//! shape.
//!
//! A seekable reader enters; the metadata and tensors of the header, its byte
//! range and a list of problems leave. Tensor bytes are never read.

mod coverage;
mod header;
pub mod rewrite;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;
use header::Walk;
pub use rewrite::{Replace, rewrite};

/// The longest header that the reference implementation reads.
const LONGEST: u64 = 100_000_000;

/// The header begins behind its length.
const START: u64 = 8;

/// Longest key or value looked at, and most keys compared of one object.
const HELD: usize = 64 * 1024;
const KEYS: usize = 1_000_000;

/// One entry of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// An entry of `__metadata__`.
    Metadata {
        /// The key.
        key: &'a str,
        /// The value, unescaped; `None` where it is longer than 64 KiB.
        value: Option<&'a [u8]>,
    },
    /// A tensor.
    Tensor {
        /// Its name.
        name: &'a str,
        /// Type of its elements, such as `BF16`.
        dtype: &'a str,
        /// Length of each dimension.
        shape: &'a [u64],
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The JSON header, within the file and the limit whatever its length field
    /// claims.
    pub range: Range<u64>,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
}

/// Something that no honest writer produces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The length field exceeds what loaders accept.
    #[error("the header claims {claimed} bytes, more than the 100 MB that loaders accept")]
    TooLong {
        /// The length field.
        claimed: u64,
    },
    /// The length field exceeds the file.
    #[error("the header claims {claimed} bytes, more than the file holds")]
    BeyondFile {
        /// The length field.
        claimed: u64,
    },
    /// The header is no JSON object, or one that starts late.
    #[error("the header does not start with '{{'")]
    NotAnObject,
    /// The JSON object does not end in the header.
    #[error("the JSON of the header does not end")]
    Unclosed,
    /// The header holds more than one JSON object.
    #[error("text follows the JSON of the header at byte {at}")]
    TextBehindObject {
        /// Where it begins.
        at: u64,
    },
    /// A key occurs twice in one object: loaders disagree on which one counts.
    #[error("{count} keys of the header are duplicates, the first at byte {first}")]
    DuplicateKeys {
        /// Where the first one begins.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Too many or too long keys to compare them all.
    #[error("not all keys of the header were compared for duplicates")]
    KeysNotCompared,
    /// A value of `__metadata__` that is no string.
    #[error("__metadata__ holds something other than strings at byte {at}")]
    MetadataNotText {
        /// Where it begins.
        at: u64,
    },
    /// Offsets that are missing, no numbers, or in the wrong order.
    #[error("malformed data_offsets at byte {at}")]
    BadOffsets {
        /// Where they begin, or the tensor's entry ends.
        at: u64,
    },
    /// A type that the format does not have, or not yet.
    #[error("{count} tensors are of a type that loaders do not know, the first at byte {first}")]
    UnknownType {
        /// Where the first one's entry ends.
        first: u64,
        /// How many.
        count: u64,
    },
    /// A tensor takes other bytes than its type and shape say.
    #[error("{count} tensors take other bytes than their shape says, the first at byte {first}")]
    WrongSize {
        /// Where the first one's entry ends.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Two tensors share bytes.
    #[error("tensors overlap at byte {at}")]
    Overlap {
        /// The first shared byte.
        at: u64,
    },
    /// Bytes between tensors belong to none.
    #[error("{count} bytes from byte {at} on belong to no tensor")]
    Hole {
        /// The first one.
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
    /// The file ends before the last tensor does.
    #[error("the last tensor ends {count} bytes behind the end of the file")]
    MissingBytes {
        /// How many.
        count: u64,
    },
}

impl Problem {
    /// Does it hold however far the header goes?
    fn is_of_header(&self) -> bool {
        !matches!(self, Self::TextBehindObject { .. })
    }
}

/// Reads the header of a file of `file_len` bytes, and tells `sink` its entries.
/// Fails only where there is no length field, or reading fails.
pub fn read_header<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
    sink: &mut dyn FnMut(Entry<'_>),
) -> Result<Header, FormatError> {
    reader.seek(SeekFrom::Start(0))?;
    let mut length = Vec::new();
    reader.take(START).read_to_end(&mut length)?;
    let length: [u8; 8] = length.try_into().map_err(|_| FormatError::Truncated {
        what: "the header length of a safetensors file",
        offset: 0,
    })?;
    let claimed = u64::from_le_bytes(length);
    let held = file_len.saturating_sub(START);
    let mut problems = Vec::new();
    if claimed > LONGEST {
        problems.push(Problem::TooLong { claimed });
    }
    if claimed > held {
        problems.push(Problem::BeyondFile { claimed });
    }
    let length = claimed.min(held).min(LONGEST);
    let walk = Walk::over(reader.take(length), sink)?;
    // Of a header that claims too much, what follows is no part of it.
    let within = |problem: &Problem| claimed == length || problem.is_of_header();
    problems.extend(walk.problems().into_iter().filter(within));
    let data = START + length;
    if claimed == length && walk.complete {
        problems.extend(walk.coverage.problems(data, file_len));
    }
    let range = START..data;
    Ok(Header { range, problems })
}
