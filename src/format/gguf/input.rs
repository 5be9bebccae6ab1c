//! The numbers and strings of a GGUF header, as wide and as ordered as its
//! version has them.
//!
//! The walk's window enters; values leave, each counted against what may be
//! read and against the end of the file.

use std::io::{Read, Seek};

use super::{NAME, Walk};
use crate::format::FormatError;

impl<R: Read + Seek> Walk<'_, '_, R> {
    /// A key or the name of a tensor.
    pub(super) fn name(&mut self, what: &'static str) -> Result<String, FormatError> {
        let length = self.count(what)?;
        if length > NAME {
            return Err(self.malformed(what));
        }
        self.read(length, what)?;
        Ok(String::from_utf8_lossy(&self.text).into_owned())
    }

    pub(super) fn remaining(&self) -> u64 {
        self.file_len.saturating_sub(self.input.offset())
    }

    pub(super) fn malformed(&self, what: &'static str) -> FormatError {
        let offset = self.input.offset();
        FormatError::Malformed { what, offset }
    }

    pub(super) fn truncated(&self, what: &'static str) -> FormatError {
        let offset = self.input.offset();
        FormatError::Truncated { what, offset }
    }

    /// Takes `n` bytes from what may be read.
    pub(super) fn spend(&mut self, n: u64) -> Result<(), FormatError> {
        let what = "bytes of a GGUF header";
        self.left = self
            .left
            .checked_sub(n)
            .ok_or(FormatError::Limit { what })?;
        Ok(())
    }

    pub(super) fn array<const N: usize>(
        &mut self,
        what: &'static str,
    ) -> Result<[u8; N], FormatError> {
        self.spend(N as u64)?;
        self.input.array()?.ok_or_else(|| self.truncated(what))
    }

    /// Reads `n` bytes, at most [`HELD`](super::HELD), into `text`.
    pub(super) fn read(&mut self, n: u64, what: &'static str) -> Result<(), FormatError> {
        self.spend(n)?;
        self.text.clear();
        if n > self.remaining() || self.input.append(&mut self.text, n)? < n {
            return Err(self.truncated(what));
        }
        Ok(())
    }

    pub(super) fn pass(&mut self, n: u64, what: &'static str) -> Result<(), FormatError> {
        if n > self.remaining() || self.input.skip(n)? < n {
            return Err(self.truncated(what));
        }
        Ok(())
    }

    pub(super) fn number_of(&self, bytes: [u8; 4]) -> u32 {
        if self.found.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, FormatError> {
        let bytes = self.array(what)?;
        Ok(self.number_of(bytes))
    }

    pub(super) fn u64(&mut self, what: &'static str) -> Result<u64, FormatError> {
        let bytes = self.array(what)?;
        Ok(if self.found.big_endian {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        })
    }

    /// A count or length, as wide as the version has it.
    pub(super) fn count(&mut self, what: &'static str) -> Result<u64, FormatError> {
        if self.short {
            self.u32(what).map(u64::from)
        } else {
            self.u64(what)
        }
    }
}

pub(super) const TRUTH: u32 = 7;
pub(super) const STRING: u32 = 8;
pub(super) const ARRAY: u32 = 9;

/// The types of values by their number: a name, and the bytes each takes.
pub(super) const KINDS: [(&str, u64); 13] = [
    ("uint8", 1),
    ("int8", 1),
    ("uint16", 2),
    ("int16", 2),
    ("uint32", 4),
    ("int32", 4),
    ("float32", 4),
    ("bool", 1),
    ("string", 0),
    ("array", 0),
    ("uint64", 8),
    ("int64", 8),
    ("float64", 8),
];
