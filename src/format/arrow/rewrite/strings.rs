//! Columns of text and bytes told apart by offsets.
//!
//! Offsets, bytes and whoever looks at the values enter; new offsets and bytes
//! leave, if any value changed. Then nothing is left of bytes that belong to no
//! value.

use super::ask::{Ask, News};
use super::{Replacement, Value};
use crate::format::FormatError;
use crate::format::arrow::buffers::malformed;

/// A column as it stands.
pub(super) struct Strings<'b> {
    pub(super) offsets: &'b [u8],
    /// Offsets take 8 bytes, not 4.
    pub(super) wide: bool,
    pub(super) bytes: &'b [u8],
    /// Number of values.
    pub(super) len: u64,
}

/// New content of both buffers, and how many values changed.
pub(super) type Made = ([Vec<u8>; 2], u64);

impl<'b> Strings<'b> {
    /// Shows all values; answers what the buffers are to hold if that differs.
    pub(super) fn replaced(&self, ask: &mut Ask<'_>) -> Result<Option<Made>, FormatError> {
        if self.len > 0 {
            // Nulls take an offset too.
            self.offset(self.len)?;
        }
        let news = ask.all(self.len, |index| Ok(Some(Value::Bytes(self.value(index)?))))?;
        let drop = self.unused(ask)?;
        if news.is_empty() && !drop {
            return Ok(None);
        }
        let count = news.len() as u64;
        self.build(ask, news).map(|made| Some((made, count)))
    }

    fn build(&self, ask: &Ask<'_>, news: News) -> Result<[Vec<u8>; 2], FormatError> {
        let mut news = news.into_iter().peekable();
        let mut offsets = Vec::with_capacity(self.offsets.len());
        let mut bytes = Vec::with_capacity(self.bytes.len());
        self.push(&mut offsets, 0)?;
        for index in 0..self.len {
            match news.next_if(|(at, _)| *at == index) {
                Some((_, Replacement::Bytes(new))) => bytes.extend_from_slice(&new),
                _ if ask.nulls.is_null(index) => {}
                _ => bytes.extend_from_slice(self.value(index)?),
            }
            self.push(&mut offsets, bytes.len())?;
        }
        Ok([offsets, bytes])
    }

    /// Puts the end of a value to the offsets.
    pub(super) fn push(&self, offsets: &mut Vec<u8>, end: usize) -> Result<(), FormatError> {
        let what = "2 GiB of one Arrow column's text with offsets of 32 bits";
        if self.wide {
            offsets.extend((end as u64).to_le_bytes());
        } else {
            let end = i32::try_from(end).map_err(|_| FormatError::Limit { what })?;
            offsets.extend(end.to_le_bytes());
        }
        Ok(())
    }

    /// Shows what no value has: bytes around the values, and below nulls.
    fn unused(&self, ask: &mut Ask<'_>) -> Result<bool, FormatError> {
        let (begin, end) = match self.len {
            0 => (0, 0),
            len => (self.offset(0)?, self.offset(len)?),
        };
        let before = self.bytes.get(..begin).unwrap_or_default();
        let mut drop = ask.unused(before);
        drop |= ask.unused(self.bytes.get(end..).unwrap_or_default());
        if !ask.nulls.none() {
            for index in 0..self.len {
                if ask.nulls.is_null(index) {
                    drop |= ask.unused(self.value(index)?);
                }
            }
        }
        Ok(drop)
    }

    fn value(&self, index: u64) -> Result<&'b [u8], FormatError> {
        let (begin, end) = (self.offset(index)?, self.offset(index + 1)?);
        let value = self.bytes.get(begin..end);
        value.ok_or_else(|| malformed("offsets of an Arrow column", begin as u64))
    }

    fn offset(&self, index: u64) -> Result<usize, FormatError> {
        let width = if self.wide { 8 } else { 4 };
        let at = index
            .checked_mul(width)
            .and_then(|at| usize::try_from(at).ok());
        let tail = at.and_then(|at| self.offsets.get(at..)).unwrap_or_default();
        let number = if self.wide {
            tail.first_chunk().map(|bytes| i64::from_le_bytes(*bytes))
        } else {
            tail.first_chunk()
                .map(|bytes| i32::from_le_bytes(*bytes).into())
        };
        let number = number.and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| malformed("offsets of an Arrow column", 0))
    }
}
