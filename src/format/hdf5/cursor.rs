//! The fields of a structure, one after the other.
//!
//! In: the bytes of a structure and its place in the file. Out: integers of
//! any width, strings, the rest; or where the structure breaks off.

use crate::format::FormatError;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Place of the first byte in the file.
    base: u64,
    what: &'static str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], base: u64, what: &'static str) -> Self {
        Self {
            bytes,
            at: 0,
            base,
            what,
        }
    }

    /// Place in the file of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.base.saturating_add(self.at as u64)
    }

    /// Bytes passed.
    pub(super) fn passed(&self) -> usize {
        self.at
    }

    /// Bytes left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(super) fn take(&mut self, n: usize) -> Result<&'a [u8], FormatError> {
        let end = self.at.checked_add(n);
        let Some(taken) = end.and_then(|end| self.bytes.get(self.at..end)) else {
            return Err(FormatError::Truncated {
                what: self.what,
                offset: self.base,
            });
        };
        self.at += n;
        Ok(taken)
    }

    /// A little-endian integer of `width` bytes, at most eight.
    pub(super) fn uint(&mut self, width: usize) -> Result<u64, FormatError> {
        let bytes = self.take(width)?;
        let mut wide = [0; 8];
        for (to, from) in wide.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(u64::from_le_bytes(wide))
    }

    pub(super) fn u8(&mut self) -> Result<u8, FormatError> {
        Ok(self.uint(1)? as u8)
    }

    pub(super) fn u16(&mut self) -> Result<u16, FormatError> {
        Ok(self.uint(2)? as u16)
    }

    pub(super) fn u32(&mut self) -> Result<u32, FormatError> {
        Ok(self.uint(4)? as u32)
    }

    /// Bytes up to a zero, which is passed.
    pub(super) fn terminated(&mut self) -> Result<&'a [u8], FormatError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = memchr::memchr(0, rest).unwrap_or(rest.len());
        let text = self.take(length)?;
        self.take(1)?;
        Ok(text)
    }

    /// Pass bytes up to a multiple of eight, counted from `from`; fewer where
    /// the structure ends before.
    pub(super) fn align(&mut self, from: usize) {
        let over = self.at.saturating_sub(from) % 8;
        if over > 0 {
            self.at = (self.at + 8 - over).min(self.bytes.len());
        }
    }

    /// Fails unless these bytes are next.
    pub(super) fn expect(&mut self, signature: &[u8]) -> Result<(), FormatError> {
        if self.take(signature.len())? == signature {
            return Ok(());
        }
        Err(self.malformed())
    }

    pub(super) fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }

    pub(super) fn malformed(&self) -> FormatError {
        FormatError::Malformed {
            what: self.what,
            offset: self.base,
        }
    }
}
