//! Integers of a column, for who wants them.
//!
//! The validity and the buffer of a column enter; each integer that is there
//! leaves as decimal text, with its row.

use std::io::{Read, Seek};

use super::batch::Batch;
use super::buffers::Slot;
use crate::format::FormatError;
use crate::format::value::{InMemory, Value};

impl<R: ?Sized + Read + Seek> Batch<'_, '_, R> {
    /// Delivers the integers of a column of `len` elements, of so many bits and
    /// with a sign or without.
    pub(super) fn integers(
        &mut self,
        column: usize,
        len: u64,
        (bits, signed): (u32, bool),
        (valid, data): (Slot, Slot),
    ) -> Result<(), FormatError> {
        if !matches!(bits, 8 | 16 | 32 | 64) || data.len == 0 || !self.visit.wants_numbers(column) {
            return Ok(());
        }
        let mut valid = match valid.len {
            0 => None,
            _ => Some(self.body.open(valid)?),
        };
        let mut data = self.body.open(data)?;
        let (mut rows, mut bitmap) = (None, u8::MAX);
        let size = u64::from(bits / 8);
        for index in 0..len.min(data.len / size) {
            if let (Some(valid), 0) = (&mut valid, index % 8) {
                bitmap = valid.signed(8)?.to_le_bytes()[0];
            }
            let number = data.signed(bits)?;
            if bitmap >> (index % 8) & 1 == 0 {
                continue;
            }
            let Some(row) = self.rows(&mut rows)?.of(index)? else {
                continue;
            };
            if row >= self.sample {
                self.sampled = true;
                break;
            }
            let text = match (signed, bits) {
                (true, _) | (_, 64..) => number.to_string(),
                (false, bits) => (number & ((1_i64 << bits) - 1)).to_string(),
            };
            self.held.clear();
            let mut value = Value {
                place: None,
                input: &mut InMemory(text.as_bytes()),
                len: text.len() as u64,
                read: 0,
                held: &mut self.held,
            };
            self.visit.value(column, row, &mut value)?;
        }
        Ok(())
    }
}
