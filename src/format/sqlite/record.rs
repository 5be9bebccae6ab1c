//! Records: a header of types, then the values.
//!
//! A payload enters; the place of each text and blob in it leaves, and the
//! integers.
//! Source: <https://www.sqlite.org/fileformat2.html#record_format>.

use std::ops::Range;

use super::Endian;

/// Most columns of a table.
const COLUMNS: usize = 32_767;

/// A value that may hold text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Which column of the record.
    pub(super) column: usize,
    /// Declared as text; else a blob.
    pub(super) text: bool,
    /// Where in the payload, as the header claims.
    pub(super) range: Range<u64>,
}

/// A number of 1 to 9 bytes at the front of `bytes`, and its length.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + 1));
        }
    }
    None
}

/// The columns of a record.
pub(super) struct Record<'p> {
    header: &'p [u8],
    column: usize,
    at: u64,
}

impl<'p> Record<'p> {
    /// The record at the front of a payload; `None` if its header is not.
    pub(super) fn new(payload: &'p [u8]) -> Option<Self> {
        let (length, own) = varint(payload)?;
        let header = payload.get(own..usize::try_from(length).ok()?)?;
        Some(Self {
            header,
            column: 0,
            at: length,
        })
    }

    /// Bytes the record takes, as its header claims, and whether each type in it
    /// is one that exists.
    pub(super) fn claims(mut self) -> Option<u64> {
        while let Some((serial, own)) = varint(self.header) {
            self.header = self.header.get(own..)?;
            if matches!(serial, 10 | 11) {
                return None;
            }
            self.at = self.at.checked_add(length(serial))?;
        }
        self.header.is_empty().then_some(self.at)
    }

    /// The number in a column that is an integer.
    pub(super) fn integer(self, column: usize, payload: &[u8]) -> Option<i64> {
        let mut integers = self.integers(payload);
        let found = integers.find(|(number, _)| *number >= column)?;
        (found.0 == column).then_some(found.1)
    }

    /// The integers, each with its column.
    pub(super) fn integers(mut self, payload: &'p [u8]) -> impl Iterator<Item = (usize, i64)> {
        std::iter::from_fn(move || {
            while let Some((serial, own)) = varint(self.header) {
                self.header = self.header.get(own..)?;
                let column = self.column;
                let bytes = payload.get(usize::try_from(self.at).ok()?..)?;
                self.column += 1;
                self.at = self.at.checked_add(length(serial))?;
                if column >= COLUMNS {
                    return None;
                }
                let number = match serial {
                    8 => 0,
                    9 => 1,
                    1..=6 => {
                        let bytes = bytes.get(..length(serial) as usize)?;
                        let sign = -i64::from(*bytes.first()? >> 7);
                        let fold = |value, &byte| value << 8 | i64::from(byte);
                        bytes.iter().fold(sign, fold)
                    }
                    _ => continue,
                };
                return Some((column, number));
            }
            None
        })
    }
}

impl Iterator for Record<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        while let Some((serial, own)) = varint(self.header) {
            self.header = self.header.get(own..)?;
            let column = self.column;
            let begin = self.at;
            self.column += 1;
            self.at = begin.checked_add(length(serial))?;
            if column >= COLUMNS {
                return None;
            }
            if serial >= 12 && self.at > begin {
                return Some(Cell {
                    column,
                    text: serial % 2 == 1,
                    range: begin..self.at,
                });
            }
        }
        None
    }
}

/// Bytes of a value by its type.
fn length(serial: u64) -> u64 {
    match serial {
        1..=4 => serial,
        5 => 6,
        6 | 7 => 8,
        0..=11 => 0,
        _ => (serial - 12) / 2,
    }
}

/// UTF-16 as UTF-8, in a buffer that is used again.
pub(super) fn utf16(bytes: &[u8], endian: Endian, mut out: Vec<u8>) -> Vec<u8> {
    out.clear();
    let units = bytes.chunks_exact(2).map(|two| match (two, endian) {
        ([a, b], Endian::Little) => u16::from_le_bytes([*a, *b]),
        ([a, b], Endian::Big) => u16::from_be_bytes([*a, *b]),
        _ => 0,
    });
    for c in char::decode_utf16(units) {
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out
}
