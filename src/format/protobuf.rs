//! Reads protocol buffer messages, field by field, without generated code.
//!
//! A seekable reader enters; tags, numbers and the ranges of length-delimited
//! fields leave. Every length is checked against the message around it, and
//! nothing is read of a field that nobody asks for: a model of 2 GB costs the
//! windows its tags stand in. What the fields mean is said by [`schema`], and
//! [`walk`](walk::walk) goes through a message by such a table.

#[cfg(test)]
#[path = "../../tests/builders/protobuf.rs"]
pub(crate) mod builder;
pub mod schema;
pub mod shape;
#[cfg(test)]
mod tests;
pub mod walk;

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;

/// Longest stretch held in memory at once.
pub const HELD: u64 = 1 << 20;

/// Bytes read after a jump, and at most when reading on from there: a jump over
/// a tensor is likely to be followed by another one.
const FIRST_READ: usize = 4 * 1024;
const LONGEST_READ: usize = 64 * 1024;

/// One field, or the mark of a group's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The field's number, at least 1.
    pub number: u32,
    /// What it holds.
    pub value: Value,
}

/// What a field holds, by its wire type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number: type 0, 1 or 5. Fixed ones come as their bits.
    Number(u64),
    /// A string, bytes, a message or packed numbers: where it stands in the file.
    Bytes(Range<u64>),
    /// A group begins (type 3, out of use since 2008).
    GroupStart,
    /// A group ends.
    GroupEnd,
}

/// A position in a file of fields.
pub struct Wire<R> {
    reader: R,
    /// Where `reader` stands; `None` when somebody else has moved it.
    stands: Option<u64>,
    size: u64,
    window: Vec<u8>,
    /// Place in the file of the window's first byte.
    start: u64,
    next_read: usize,
    at: u64,
}

impl<R: Read + Seek> Wire<R> {
    /// A position at the start of what `reader` has.
    pub fn new(mut reader: R) -> Result<Self, FormatError> {
        let size = reader.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader,
            stands: None,
            size,
            window: Vec::new(),
            start: 0,
            next_read: FIRST_READ,
            at: 0,
        })
    }

    /// Bytes of the whole file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Offset of the next byte.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Goes to an offset, at most to the end.
    pub fn go(&mut self, to: u64) {
        self.at = to.min(self.size);
    }

    /// The next field of a message that ends at `end`; a length-delimited one is
    /// passed over. `None` at the end.
    pub fn field(&mut self, end: u64) -> Result<Option<Field>, FormatError> {
        let offset = self.at;
        let end = end.min(self.size);
        if offset >= end {
            return Ok(None);
        }
        let malformed = |what| FormatError::Malformed { what, offset };
        let tag = self.varint(end, offset)?;
        let number = u32::try_from(tag >> 3)
            .ok()
            .filter(|number| (1..1 << 29).contains(number))
            .ok_or(malformed("protobuf tag"))?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint(end, offset)?),
            1 => Value::Number(u64::from_le_bytes(self.fixed(end, offset)?)),
            2 => {
                let length = self.varint(end, offset)?;
                let from = self.at;
                let to = from.checked_add(length).filter(|to| *to <= end);
                self.at = to.ok_or(malformed("protobuf length"))?;
                Value::Bytes(from..self.at)
            }
            3 => Value::GroupStart,
            4 => Value::GroupEnd,
            5 => Value::Number(u64::from(u32::from_le_bytes(self.fixed(end, offset)?))),
            _ => return Err(malformed("protobuf wire type")),
        };
        Ok(Some(Field { number, value }))
    }

    /// A variable-length number of a field that began at `offset`.
    pub fn varint(&mut self, end: u64, offset: u64) -> Result<u64, FormatError> {
        let at = self.at;
        let held = self.hold(at..at.saturating_add(10).min(end))?;
        let (value, length) = varint(held).ok_or(FormatError::Malformed {
            what: "protobuf number",
            offset,
        })?;
        self.at += length as u64;
        Ok(value)
    }

    fn fixed<const N: usize>(&mut self, end: u64, offset: u64) -> Result<[u8; N], FormatError> {
        let range = self.at..self.at.saturating_add(N as u64).min(end);
        let held = self.hold(range)?;
        let array = held.try_into().map_err(|_| FormatError::Truncated {
            what: "a protobuf field",
            offset,
        })?;
        self.at += N as u64;
        Ok(array)
    }

    /// The bytes of a range, at most the first [`HELD`] of them. Does not move.
    pub fn hold(&mut self, range: Range<u64>) -> Result<&[u8], FormatError> {
        let end = range.end.min(range.start.saturating_add(HELD));
        let wanted = end.saturating_sub(range.start) as usize;
        let mut from = self.inside(range.start);
        if from.is_none_or(|from| self.window.len() - from < wanted) {
            self.fill(range.start, wanted)?;
            from = self.inside(range.start);
        }
        let from = from.unwrap_or_default();
        self.window
            .get(from..from + wanted)
            .ok_or(FormatError::Truncated {
                what: "a protobuf field",
                offset: range.start,
            })
    }

    /// The reader itself, for what is too long to be held. It may be moved.
    pub fn reader(&mut self) -> &mut R {
        self.stands = None;
        &mut self.reader
    }

    /// Where in the window a place of the file is.
    fn inside(&self, at: u64) -> Option<usize> {
        let from = usize::try_from(at.checked_sub(self.start)?).ok()?;
        (from <= self.window.len()).then_some(from)
    }

    /// Makes the window hold `wanted` bytes from `at` on, if there are so
    /// many.
    fn fill(&mut self, at: u64, wanted: usize) -> io::Result<()> {
        let end = self.start + self.window.len() as u64;
        // A short way is read on rather than jumped over.
        if (self.start..end.saturating_add(FIRST_READ as u64)).contains(&at) {
            // Whoever looks ahead comes back.
            let gone = (at - self.start) as usize;
            let gone = gone.saturating_sub(LONGEST_READ).min(self.window.len());
            self.window.drain(..gone);
            self.start += gone as u64;
            self.next_read = (2 * self.next_read).min(LONGEST_READ);
        } else {
            self.window.clear();
            self.start = at;
            self.next_read = FIRST_READ;
        }
        let from = self.start + self.window.len() as u64;
        if self.stands != Some(from) {
            self.reader.seek(SeekFrom::Start(from))?;
        }
        self.stands = None;
        let missing = (at + wanted as u64).saturating_sub(from);
        let most = missing.max(self.next_read as u64);
        let read = (&mut self.reader)
            .take(most)
            .read_to_end(&mut self.window)?;
        self.stands = Some(from + read as u64);
        Ok(())
    }
}

/// A variable-length number at the start of `bytes`, and how long it is.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        // The tenth byte has room for one bit; writers of negative numbers use it.
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return (index < 9 || *byte <= 1).then_some((value, index + 1));
        }
    }
    None
}

/// Is it text as people write it: UTF-8 without control characters?
pub fn is_text(bytes: &[u8]) -> bool {
    let control = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31 | 127);
    !bytes.iter().any(control) && std::str::from_utf8(bytes).is_ok()
}

/// The same of the first bytes of something, whose last character may be cut.
pub fn may_be_text(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => is_text(&bytes[..error.valid_up_to()]),
        _ => is_text(bytes),
    }
}
