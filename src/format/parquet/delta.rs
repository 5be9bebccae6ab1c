//! Integers of parquet as differences (`DELTA_BINARY_PACKED`).
//!
//! The bytes of such a sequence enter; integers leave, one at a time, and the
//! place where the sequence ends.

use crate::format::FormatError;
use crate::format::thrift::{varint, zigzag};

/// The sequence.
#[derive(Clone)]
pub(super) struct Deltas<'a> {
    data: &'a [u8],
    /// The next byte.
    at: usize,
    /// Values in one of the parts of a block.
    part: u64,
    /// Parts of a block.
    parts: usize,
    left: u64,
    value: i64,
    least: i64,
    /// The bit widths of the parts of the block not begun yet.
    widths: &'a [u8],
    /// The part at hand: its bits, their width, the next value, values left.
    bits: &'a [u8],
    width: u32,
    next: u64,
    in_part: u64,
    begun: bool,
}

const WRONG: FormatError = FormatError::Malformed {
    what: "delta encoding of a parquet page",
    offset: 0,
};

impl<'a> Deltas<'a> {
    /// The sequence at the start of `data`.
    pub(super) fn new(data: &'a [u8]) -> Result<Self, FormatError> {
        let mut deltas = Self {
            data,
            at: 0,
            part: 0,
            parts: 0,
            left: 0,
            value: 0,
            least: 0,
            widths: &[],
            bits: &[],
            width: 0,
            next: 0,
            in_part: 0,
            begun: false,
        };
        let block = deltas.varint()?;
        let parts = deltas.varint()?;
        deltas.left = deltas.varint()?;
        deltas.value = zigzag(deltas.varint()?);
        let part = block.checked_div(parts).ok_or(WRONG)?;
        if part == 0 || part % 8 != 0 || parts > data.len() as u64 {
            return Err(WRONG);
        }
        (deltas.part, deltas.parts) = (part, parts as usize);
        Ok(deltas)
    }

    /// The next integer; none left is an error.
    #[inline]
    pub(super) fn next(&mut self) -> Result<i64, FormatError> {
        self.left = self.left.checked_sub(1).ok_or(WRONG)?;
        if !self.begun {
            self.begun = true;
            return Ok(self.value);
        }
        while self.in_part == 0 {
            self.begin_part(self.left + 1)?;
        }
        self.in_part -= 1;
        let delta = packed(self.bits, self.next, self.width);
        self.next += 1;
        let step = self.least.wrapping_add(delta.cast_signed());
        self.value = self.value.wrapping_add(step);
        Ok(self.value)
    }

    /// What follows the sequence. Only block heads are read for it.
    pub(super) fn rest(&self) -> Result<&'a [u8], FormatError> {
        let mut walk = self.clone();
        walk.left = walk.left.saturating_sub(u64::from(!walk.begun));
        walk.left = walk.left.saturating_sub(walk.in_part);
        while walk.left > 0 {
            walk.begin_part(walk.left)?;
            walk.left = walk.left.saturating_sub(walk.in_part);
        }
        Ok(&walk.data[walk.at..])
    }

    /// The next part of a block, of which `wanted` values are needed at most.
    fn begin_part(&mut self, wanted: u64) -> Result<(), FormatError> {
        if self.widths.is_empty() {
            self.least = zigzag(self.varint()?);
            let widths = self.data.get(self.at..).unwrap_or_default();
            self.widths = widths.get(..self.parts).ok_or(WRONG)?;
            self.at += self.parts;
        }
        let (&width, widths) = self.widths.split_first().ok_or(WRONG)?;
        let width = u64::from(width);
        let bytes = (self.part / 8).checked_mul(width).ok_or(WRONG)?;
        // The last part may come without its padding.
        let data = &self.data[self.at..];
        let held = bytes.min(data.len() as u64);
        let needed = self.part.min(wanted).checked_mul(width).ok_or(WRONG)?;
        if width > 64 || held < needed.div_ceil(8) {
            return Err(WRONG);
        }
        self.widths = widths;
        self.bits = &data[..held as usize];
        self.at += held as usize;
        (self.width, self.next, self.in_part) = (width as u32, 0, self.part);
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, FormatError> {
        let (value, length) = varint(&self.data[self.at..]).ok_or(WRONG)?;
        self.at += length;
        Ok(value)
    }
}

/// Number `at` of packed numbers of up to 64 bits.
#[inline]
fn packed(bits: &[u8], at: u64, width: u32) -> u64 {
    if width == 0 {
        return 0;
    }
    let first = at * u64::from(width);
    let tail = bits.get((first / 8) as usize..).unwrap_or_default();
    let wide = match tail.first_chunk::<16>() {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => {
            let mut bytes = [0; 16];
            bytes[..tail.len()].copy_from_slice(tail);
            u128::from_le_bytes(bytes)
        }
    };
    let value = (wide >> (first % 8)) as u64;
    value & (u64::MAX >> (64 - width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_documentation_are_read() {
        // 1, 2, 3, 4, 5: all differences are 1.
        let mut data = vec![128, 1, 4, 5, 2, 2, 0, 0, 0, 0];
        data.extend(b"rest");
        let mut deltas = Deltas::new(&data).unwrap();
        assert_eq!(deltas.rest().unwrap(), b"rest");
        let read: Vec<i64> = (0..5).map(|_| deltas.next().unwrap()).collect();
        assert_eq!(read, [1, 2, 3, 4, 5]);
        assert_eq!(deltas.rest().unwrap(), b"rest");
        deltas.next().unwrap_err();
        // 7, 5, 3, 1, 2, 3, 4, 5: least difference -2, others in two bits.
        let mut data = vec![128, 1, 4, 8, 14, 3, 2, 0, 0, 0];
        data.extend([0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]);
        data.extend(b"rest");
        let mut deltas = Deltas::new(&data).unwrap();
        assert_eq!(deltas.rest().unwrap(), b"rest");
        let read: Vec<i64> = (0..8).map(|_| deltas.next().unwrap()).collect();
        assert_eq!(read, [7, 5, 3, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn lies_end_in_errors() {
        assert!(Deltas::new(&[]).is_err());
        assert!(Deltas::new(&[128, 1, 0, 5, 2]).is_err());
        assert!(Deltas::new(&[1, 4, 5, 2]).is_err());
        // Billions of values and no block.
        let deltas = Deltas::new(&[128, 1, 4, 255, 255, 255, 255, 127, 2]).unwrap();
        deltas.rest().unwrap_err();
        // A width that no number has.
        let mut data = vec![128, 1, 4, 99, 2, 2, 65, 0, 0, 0];
        data.extend([0; 600]);
        Deltas::new(&data).unwrap().rest().unwrap_err();
    }
}
