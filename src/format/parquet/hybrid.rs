//! Small numbers of parquet pages: levels and dictionary indices.
//!
//! Packed bits and run lengths enter; values with the number of times they come
//! leave, so that a run of a billion costs as much as one of two.

use crate::format::thrift::varint;

/// The hybrid of run lengths and packed bits.
#[derive(Clone)]
pub(super) struct Hybrid<'a> {
    data: &'a [u8],
    width: u32,
    run: Run<'a>,
}

#[derive(Clone)]
enum Run<'a> {
    Same { value: u32, left: u64 },
    Packed { bits: &'a [u8], at: u64, left: u64 },
}

impl<'a> Hybrid<'a> {
    /// Numbers of `width` bits, at most 32.
    pub(super) fn new(data: &'a [u8], width: u32) -> Self {
        let run = Run::Same { value: 0, left: 0 };
        Self {
            data,
            width: width.min(32),
            run,
        }
    }

    /// The next value and how often it comes, at most `most` times (not 0);
    /// `None` behind the last.
    #[inline]
    pub(super) fn take(&mut self, most: u64) -> Option<(u32, u64)> {
        loop {
            match &mut self.run {
                Run::Same { value, left } if *left > 0 => {
                    let count = most.min(*left);
                    *left -= count;
                    return Some((*value, count));
                }
                Run::Packed { bits, at, left } if *left > 0 => {
                    let width = self.width;
                    let value = packed(bits, *at, width);
                    let mut count = 1;
                    let most = most.min(*left);
                    while count < most && packed(bits, *at + count, width) == value {
                        count += 1;
                    }
                    *at += count;
                    *left -= count;
                    return Some((value, count));
                }
                _ => self.run = self.next_run()?,
            }
        }
    }

    fn next_run(&mut self) -> Option<Run<'a>> {
        let (head, length) = varint(self.data)?;
        self.data = &self.data[length..];
        if head & 1 == 0 {
            let bytes = self.width.div_ceil(8) as usize;
            let (value, rest) = self.data.split_at_checked(bytes)?;
            self.data = rest;
            let mut wide = [0; 4];
            wide[..bytes].copy_from_slice(value);
            let value = u32::from_le_bytes(wide);
            return Some(Run::Same {
                value,
                left: head >> 1,
            });
        }
        let values = (head >> 1).checked_mul(8)?;
        if self.width == 0 {
            return Some(Run::Same {
                value: 0,
                left: values,
            });
        }
        // Some writers leave the padding of the last group out.
        let bytes = (head >> 1).checked_mul(u64::from(self.width))?;
        let held = bytes.min(self.data.len() as u64);
        let (bits, rest) = self.data.split_at(held as usize);
        self.data = rest;
        let left = values.min(held * 8 / u64::from(self.width));
        Some(Run::Packed { bits, at: 0, left })
    }
}

/// Number `at` of packed numbers of `width` bits, the lowest bit first.
#[inline]
fn packed(bits: &[u8], at: u64, width: u32) -> u32 {
    let first = at * u64::from(width);
    let tail = bits.get((first / 8) as usize..).unwrap_or_default();
    let wide = match tail.first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => {
            let mut bytes = [0; 8];
            bytes[..tail.len()].copy_from_slice(tail);
            u64::from_le_bytes(bytes)
        }
    };
    let mask = (1u64 << width) - 1;
    ((wide >> (first % 8)) & mask) as u32
}

/// Levels in one of their two forms.
#[derive(Clone)]
pub(super) enum Levels<'a> {
    /// There are none: all are the same.
    Constant(u32),
    /// Run lengths and packed bits.
    Hybrid(Hybrid<'a>),
    /// Packed bits, the highest first: deprecated, yet old files hold it.
    Packed {
        /// The bits.
        bits: &'a [u8],
        /// Bits of a level.
        width: u32,
        /// The next level.
        at: u64,
    },
}

impl Levels<'_> {
    /// See [`Hybrid::take`].
    pub(super) fn take(&mut self, most: u64) -> Option<(u32, u64)> {
        match self {
            Self::Constant(level) => Some((*level, most)),
            Self::Hybrid(hybrid) => hybrid.take(most),
            Self::Packed { bits, width, at } => {
                let mut level = 0;
                let first = at.checked_mul(u64::from(*width))?;
                for bit in first..first + u64::from(*width) {
                    let byte = bits.get(usize::try_from(bit / 8).ok()?)?;
                    level = level << 1 | u32::from(byte >> (7 - bit % 8) & 1);
                }
                *at += 1;
                Some((level, 1))
            }
        }
    }
}

/// Bits that hold the levels up to `most`.
pub(super) fn width_of(most: u32) -> u32 {
    u32::BITS - most.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(data: &[u8], width: u32) -> Vec<u32> {
        let mut hybrid = Hybrid::new(data, width);
        let mut values = Vec::new();
        while let Some((value, count)) = hybrid.take(1000) {
            values.extend(std::iter::repeat_n(value, count as usize));
        }
        values
    }

    #[test]
    fn runs_and_packed_groups_are_read() {
        // The example of the parquet documentation: 0 to 7 in three bits.
        let packed = [3, 0b1000_1000, 0b1100_0110, 0b1111_1010];
        assert_eq!(all(&packed, 3), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(all(&[8, 5, 2, 1], 3), [5, 5, 5, 5, 1]);
        assert_eq!(all(&[4, 1, 2, 3, 4], 32), [0x0403_0201; 2]);
        assert_eq!(all(&[3], 0), [0; 8]);
        assert_eq!(all(&[0, 0, 0, 0], 0), [0; 0]);
    }

    #[test]
    fn a_long_run_is_one_step() {
        let mut hybrid = Hybrid::new(&[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 1], 1);
        let (value, count) = hybrid.take(u64::MAX).unwrap();
        assert_eq!((value, count), (1, (1 << 47) - 1));
    }

    #[test]
    fn a_cut_group_gives_what_it_has() {
        assert_eq!(all(&[3, 0b1000_1000], 3), [0, 1]);
        assert_eq!(
            all(&[255, 255, 255, 255, 255, 255, 255, 255, 255, 1], 3),
            [0; 0]
        );
    }

    #[test]
    fn old_levels_begin_with_the_highest_bit() {
        let mut levels = Levels::Packed {
            bits: &[0b0001_1011],
            width: 2,
            at: 0,
        };
        let mut read = Vec::new();
        while let Some((level, _)) = levels.take(9) {
            read.push(level);
        }
        assert_eq!(read, [0, 1, 2, 3]);
        assert_eq!([0, 1, 2, 3, 4].map(width_of), [0, 1, 2, 2, 3]);
    }
}
