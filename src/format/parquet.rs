//! Reads parquet files: what their columns are called and what cells hold.
//!
//! A seekable reader enters; the [`Footer`] leaves, and through [`Chunks`] the
//! values of the columns that the caller asks for, each with its row. Numbers
//! that nobody asks for are not read. Layouts are those of the parquet-format
//! specification, 2.12.

#[cfg(test)]
#[path = "../../tests/builders/parquet.rs"]
pub(crate) mod builder;
mod chunk;
mod codec;
mod decode;
mod delta;
mod dictionary;
mod footer;
mod hybrid;
mod page;
pub mod rewrite;
mod schema;
#[cfg(test)]
mod tests;
mod values;
mod window;

pub use chunk::Chunks;
pub use footer::{Chunk, Footer, RowGroup, read_footer};
pub use schema::{Column, Physical};

use super::FormatError;

/// Does a file begin like parquet? `PAR1` may begin a text, but no text goes on
/// with the control characters of a page's head.
pub fn looks_like(head: &[u8], size: u64) -> bool {
    let Some(rest) = head
        .strip_prefix(b"PAR1")
        .or_else(|| head.strip_prefix(b"PARE"))
    else {
        return false;
    };
    let is_control = |byte: &u8| *byte < 9;
    size >= 12 && rest.iter().take(64).any(is_control)
}

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a page, compressed or not.
    pub page: u64,
    /// Most bytes that pages unpack to altogether, whatever the file's size.
    pub total: u64,
    /// Most bytes that pages unpack to altogether, per byte of the file, where
    /// that is more.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page: 256 << 20,
            total: 1 << 30,
            ratio: 200,
        }
    }
}

/// What a chunk of a column tells.
#[derive(Debug)]
pub enum Event<'a> {
    /// A value that is not null.
    Cell {
        /// Its row in the file, from 0; `None` for a value of a dictionary that
        /// no row was seen to use.
        row: Option<u64>,
        /// The value.
        value: Value<'a>,
    },
    /// A page, or the rest of the chunk, that could not be read.
    Problem(FormatError),
}

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Bytes of text or anything else.
    Bytes(&'a [u8]),
    /// An integer of 32 or 64 bits.
    Int(i64),
}

impl<'a> Value<'a> {
    #[inline]
    fn of(physical: Physical, bytes: &'a [u8]) -> Self {
        match (physical, bytes.first_chunk::<4>(), bytes.first_chunk::<8>()) {
            (Physical::Int32, Some(bytes), _) => Self::Int(i64::from(i32::from_le_bytes(*bytes))),
            (Physical::Int64, _, Some(bytes)) => Self::Int(i64::from_le_bytes(*bytes)),
            _ => Self::Bytes(bytes),
        }
    }
}

/// What may still be done for one file. Chunks that share pages, and claims of
/// billions of values in a few bytes, end here.
#[derive(Debug)]
struct Work {
    read: u64,
    unpack: u64,
    spent: u64,
}

impl Work {
    fn new(size: u64, limits: &Limits) -> Self {
        let by_size = size.saturating_mul(limits.ratio);
        Self {
            read: size,
            unpack: limits.total.max(by_size),
            spent: 0,
        }
    }

    /// Counts bytes of the file.
    fn read(&mut self, bytes: u64) -> Result<(), FormatError> {
        let what = "bytes of a parquet file that several columns share";
        let left = self.read.checked_sub(bytes);
        self.read = left.unwrap_or(0);
        left.map(drop).ok_or(FormatError::Limit { what })
    }

    /// Counts bytes after unpacking, and values.
    #[inline]
    fn spend(&mut self, bytes: u64) -> Result<(), FormatError> {
        let what = "bytes unpacked from a parquet file";
        let left = self.unpack.checked_sub(bytes);
        self.unpack = left.unwrap_or(0);
        self.spent = self.spent.saturating_add(bytes);
        left.map(drop).ok_or(FormatError::Limit { what })
    }

    fn is_spent(&self) -> bool {
        self.unpack == 0 || self.read == 0
    }
}
