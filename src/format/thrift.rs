//! Reads the compact protocol of Apache Thrift, in which parquet keeps its
//! metadata.
//!
//! Bytes in memory enter; fields leave, one after another, as the caller asks
//! for them. Every element costs at least a byte of input, so no count that the
//! input claims can make the work longer than the input is.

use std::ops::Range;

use super::FormatError;

/// How deep structs and lists may nest in what is passed over.
const DEPTH: u8 = 64;

/// Types as they stand on the wire.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
pub(super) const I32: u8 = 5;
pub(super) const I64: u8 = 6;
const DOUBLE: u8 = 7;
pub(super) const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// A cursor over a struct's bytes.
#[derive(Clone)]
pub(super) struct Thrift<'a> {
    data: &'a [u8],
    at: usize,
    base: u64,
    what: &'static str,
}

/// The head of a field: the value follows.
#[derive(Clone, Copy)]
pub(super) struct Field {
    /// Its number.
    pub(super) id: i16,
    /// The type of its value.
    pub(super) kind: u8,
}

impl<'a> Thrift<'a> {
    /// Reads `data`, whose first byte stands at `base` in the file; errors say
    /// that it is `what`.
    pub(super) fn new(data: &'a [u8], base: u64, what: &'static str) -> Self {
        let at = 0;
        Self {
            data,
            at,
            base,
            what,
        }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes on from `at`, a former [`position`](Self::position).
    pub(super) fn resume(&mut self, at: usize) {
        self.at = at.min(self.data.len());
    }

    /// Something the format does not allow stands here.
    pub(super) fn malformed(&self) -> FormatError {
        FormatError::Malformed {
            what: self.what,
            offset: self.base + self.at as u64,
        }
    }

    /// The next field of a struct, `None` behind its last. `last` is the number
    /// of the field before, 0 at the start.
    pub(super) fn field(&mut self, last: &mut i16) -> Result<Option<Field>, FormatError> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        let id = match head >> 4 {
            0 => i16::try_from(self.zigzag()?).map_err(|_| self.malformed())?,
            delta => last
                .checked_add(i16::from(delta))
                .ok_or_else(|| self.malformed())?,
        };
        *last = id;
        let kind = head & 15;
        Ok(Some(Field { id, kind }))
    }

    /// The integer of a field.
    pub(super) fn int(&mut self, field: Field) -> Result<i64, FormatError> {
        match field.kind {
            BYTE => Ok(i64::from(self.byte()?.cast_signed())),
            I16 | I32 | I64 => self.zigzag(),
            _ => Err(self.malformed()),
        }
    }

    /// The integer of a field that cannot be negative.
    pub(super) fn size(&mut self, field: Field) -> Result<u64, FormatError> {
        let value = self.int(field)?;
        u64::try_from(value).map_err(|_| self.malformed())
    }

    /// The truth value of a field, which its type tells.
    pub(super) fn bool(&self, field: Field) -> Result<bool, FormatError> {
        match field.kind {
            TRUE => Ok(true),
            FALSE => Ok(false),
            _ => Err(self.malformed()),
        }
    }

    /// Where in the data the bytes of a field stand.
    pub(super) fn binary(&mut self, field: Field) -> Result<Range<usize>, FormatError> {
        if field.kind != BINARY {
            return Err(self.malformed());
        }
        let length = self.varint()?;
        let start = self.at;
        self.pass(length)?;
        Ok(start..self.at)
    }

    /// The type and number of the elements of a list that follow. More than
    /// there are bytes are malformed.
    pub(super) fn list(&mut self, field: Field) -> Result<(u8, u64), FormatError> {
        if field.kind != LIST && field.kind != SET {
            return Err(self.malformed());
        }
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            short => u64::from(short),
        };
        if count > (self.data.len() - self.at) as u64 {
            return Err(self.malformed());
        }
        Ok((head & 15, count))
    }

    /// A list of structs: how many follow.
    pub(super) fn structs(&mut self, field: Field) -> Result<u64, FormatError> {
        match self.list(field)? {
            (STRUCT, count) | (_, count @ 0) => Ok(count),
            _ => Err(self.malformed()),
        }
    }

    /// The struct of a field follows.
    pub(super) fn enter(&self, field: Field) -> Result<(), FormatError> {
        match field.kind {
            STRUCT => Ok(()),
            _ => Err(self.malformed()),
        }
    }

    /// Passes over the value of a field.
    pub(super) fn skip(&mut self, field: Field) -> Result<(), FormatError> {
        match field.kind {
            TRUE | FALSE => Ok(()),
            kind => self.skip_value(kind, DEPTH),
        }
    }

    /// Passes over a struct.
    pub(super) fn skip_struct(&mut self) -> Result<(), FormatError> {
        self.skip_value(STRUCT, DEPTH)
    }

    /// Truth values take a byte here, unlike in a field.
    fn skip_value(&mut self, kind: u8, depth: u8) -> Result<(), FormatError> {
        let Some(depth) = depth.checked_sub(1) else {
            let what = "nesting of thrift structs";
            return Err(FormatError::Limit { what });
        };
        match kind {
            TRUE | FALSE | BYTE => self.pass(1),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.pass(8),
            UUID => self.pass(16),
            BINARY => {
                let length = self.varint()?;
                self.pass(length)
            }
            LIST | SET => {
                let (element, count) = self.list(Field { id: 0, kind })?;
                for _ in 0..count {
                    self.skip_value(element, depth)?;
                }
                Ok(())
            }
            MAP => {
                let count = self.varint()?;
                if count > 0 {
                    let kinds = self.byte()?;
                    for _ in 0..count {
                        self.skip_value(kinds >> 4, depth)?;
                        self.skip_value(kinds & 15, depth)?;
                    }
                }
                Ok(())
            }
            STRUCT => {
                let mut last = 0;
                while let Some(field) = self.field(&mut last)? {
                    if field.kind > FALSE {
                        self.skip_value(field.kind, depth)?;
                    }
                }
                Ok(())
            }
            _ => Err(self.malformed()),
        }
    }

    fn truncated(&self) -> FormatError {
        FormatError::Truncated {
            what: self.what,
            offset: self.base + self.at as u64,
        }
    }

    fn byte(&mut self) -> Result<u8, FormatError> {
        let byte = self.data.get(self.at).copied();
        let byte = byte.ok_or_else(|| self.truncated())?;
        self.at += 1;
        Ok(byte)
    }

    fn pass(&mut self, length: u64) -> Result<(), FormatError> {
        if length > (self.data.len() - self.at) as u64 {
            return Err(self.truncated());
        }
        self.at += length as usize;
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, FormatError> {
        match varint(&self.data[self.at..]) {
            Some((value, length)) => {
                self.at += length;
                Ok(value)
            }
            None if self.data.len() - self.at < 10 => Err(self.truncated()),
            None => Err(self.malformed()),
        }
    }

    fn zigzag(&mut self) -> Result<i64, FormatError> {
        Ok(zigzag(self.varint()?))
    }
}

/// An unsigned LEB128 number at the start of `data`, and its length; `None`
/// where it does not end, or not within 64 bits.
pub(super) fn varint(data: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (at, &byte) in data.iter().take(10).enumerate() {
        let bits = u64::from(byte & 0x7f);
        if at == 9 && bits > 1 {
            return None;
        }
        value |= bits << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

/// A signed number from its interleaved form.
pub(super) fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(data: &[u8]) -> Result<usize, FormatError> {
        let mut thrift = Thrift::new(data, 0, "test");
        thrift.skip_struct()?;
        Ok(thrift.position())
    }

    #[test]
    fn numbers_and_fields_are_read() {
        // 1: i32 150, 3: string "ab", 40: true
        let data = [0x15, 0xac, 0x02, 0x28, 2, b'a', b'b', 0x01, 80, 0, 9];
        let mut thrift = Thrift::new(&data, 0, "test");
        let mut last = 0;
        let field = thrift.field(&mut last).unwrap().unwrap();
        assert_eq!((field.id, thrift.int(field).unwrap()), (1, 150));
        let field = thrift.field(&mut last).unwrap().unwrap();
        assert_eq!((field.id, thrift.binary(field).unwrap()), (3, 5..7));
        let field = thrift.field(&mut last).unwrap().unwrap();
        assert_eq!((field.id, thrift.bool(field).unwrap()), (40, true));
        assert!(thrift.field(&mut last).unwrap().is_none());
        assert_eq!(skip(&data).unwrap(), 10);
    }

    #[test]
    fn what_is_not_wanted_is_passed_over() {
        // 1: list of 2 structs {1: byte}, 2: map {1: string -> i64}, 3: list of bools, 4: uuid
        let mut data = vec![0x19, 0x2c, 0x13, 7, 0, 0, 0x1b, 1, 0x86, 1, b'k', 4];
        data.extend([0x19, 0x31, 1, 2, 1, 0x1d]);
        data.extend([9; 16]);
        data.push(0);
        assert_eq!(skip(&data).unwrap(), data.len());
        for end in 0..data.len() {
            skip(&data[..end]).unwrap_err();
        }
    }

    #[test]
    fn lies_end_in_errors() {
        // A list that claims more than there is, endless nesting, an endless number.
        skip(&[0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]).unwrap_err();
        skip(&vec![0x1c; 100_000]).unwrap_err();
        skip(&vec![0x19; 100_000]).unwrap_err();
        skip(&[0x15, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]).unwrap_err();
        skip(&[0x1e, 0]).unwrap_err();
    }
}
