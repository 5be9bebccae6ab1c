//! A dictionary in which values became equal.
//!
//! Replaced values enter; each leaves once, and the indices that pointed to the
//! others point to it. Readers that keep dictionaries (Arrow's categories) take
//! no value twice. Indices are changed where they stand: in the same runs, with
//! the same number of bits.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::super::schema::Physical;
use super::super::values::{length, split_plain};
use crate::format::FormatError;
use crate::format::thrift::varint;

/// The values of a dictionary without repetitions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Merged {
    /// The values in the plain encoding.
    pub(super) bytes: Vec<u8>,
    /// How many they are.
    pub(super) count: u64,
    /// The new number of each old value; empty where nothing was merged.
    pub(super) numbers: Vec<u32>,
}

/// Merges values that are equal, in the plain encoding.
pub(super) fn merge(plain: &[u8], physical: Physical) -> Result<Merged, FormatError> {
    let fixed = length(physical)?;
    let mut merged = Merged {
        bytes: Vec::with_capacity(plain.len()),
        ..Merged::default()
    };
    let mut known: HashMap<&[u8], u32> = HashMap::new();
    let mut rest = plain;
    while !rest.is_empty() {
        let found = match fixed {
            None => split_plain(rest),
            Some(length) => rest.split_at_checked(length),
        };
        let (value, tail) = found.ok_or(FormatError::Malformed {
            what: "parquet dictionary",
            offset: 0,
        })?;
        let whole = rest.get(..rest.len() - tail.len()).unwrap_or_default();
        rest = tail;
        let next = known.len() as u32;
        let number = match known.entry(value) {
            Entry::Occupied(number) => *number.get(),
            Entry::Vacant(place) => {
                merged.bytes.extend_from_slice(whole);
                *place.insert(next)
            }
        };
        merged.numbers.push(number);
    }
    merged.count = known.len() as u64;
    if merged.count == merged.numbers.len() as u64 {
        merged.numbers.clear();
    }
    Ok(merged)
}

/// Changes the indices of a page: the number of their bits stands in front. What
/// points beyond the dictionary goes on to do so; some padding does.
pub(super) fn renumber(page: &mut [u8], numbers: &[u32]) -> Result<(), FormatError> {
    let (width, mut rest) = match page.split_first_mut() {
        Some((width @ 0..=32, rest)) => (usize::from(*width), rest),
        // A page of nulls may have not even the width.
        None => return Ok(()),
        Some(_) => {
            let what = "dictionary indices of a parquet page";
            return Err(FormatError::Malformed { what, offset: 0 });
        }
    };
    let new = |old: u32| numbers.get(old as usize).copied().unwrap_or(old);
    while let Some((head, length)) = varint(rest) {
        let run = rest.get_mut(length..).unwrap_or_default();
        let groups = head >> 1;
        let bytes = match head & 1 {
            0 => width.div_ceil(8),
            _ => usize::try_from(groups)
                .unwrap_or(usize::MAX)
                .saturating_mul(width),
        };
        let (run, tail) = run.split_at_mut(bytes.min(run.len()));
        if head & 1 == 1 {
            renumber_packed(run, width, new);
        } else if run.len() == width.div_ceil(8) {
            let mut wide = [0; 4];
            let (value, _) = wide.split_at_mut(run.len());
            value.copy_from_slice(run);
            let value = new(u32::from_le_bytes(wide)).to_le_bytes();
            run.copy_from_slice(value.get(..run.len()).unwrap_or_default());
        }
        rest = tail;
    }
    Ok(())
}

/// Numbers of `width` bits, the lowest bit first. Numbers become no larger.
fn renumber_packed(run: &mut [u8], width: usize, new: impl Fn(u32) -> u32) {
    if width == 0 {
        return;
    }
    let mask = (1u64 << width) - 1;
    for number in 0..run.len() * 8 / width {
        let (at, shift) = (number * width / 8, number * width % 8);
        let Some(tail) = run.get_mut(at..) else { break };
        let mut wide = [0; 8];
        let held = tail.len().min(8);
        let (bytes, _) = wide.split_at_mut(held);
        bytes.copy_from_slice(tail.get(..held).unwrap_or_default());
        let all = u64::from_le_bytes(wide);
        let old = (all >> shift & mask) as u32;
        let all = all & !(mask << shift) | (u64::from(new(old)) & mask) << shift;
        for (byte, new) in tail.iter_mut().zip(all.to_le_bytes()) {
            *byte = new;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::builder;
    use super::super::super::hybrid::Hybrid;
    use super::*;

    #[test]
    fn equal_values_become_one() {
        let plain = builder::plain(&[b"a", b"x", b"", b"x", b"a"]);
        let merged = merge(&plain, Physical::Bytes).unwrap();
        assert_eq!(merged.bytes, builder::plain(&[b"a", b"x", b""]));
        assert_eq!(
            (merged.count, &merged.numbers[..]),
            (3, &[0, 1, 2, 1, 0][..])
        );
        let merged = merge(b"aabbcc", Physical::Fixed(2)).unwrap();
        assert_eq!((merged.count, merged.numbers), (3, vec![]));
        merge(b"aabbc", Physical::Fixed(2)).unwrap_err();
    }

    #[test]
    fn indices_change_where_they_stand() {
        for width in 0..=32usize {
            let most = (1u64 << width).min(200) as u32;
            let numbers: Vec<u32> = (0..most).map(|number| number / 2).collect();
            // A packed run of two groups, then one value three times.
            let values: Vec<u32> = (0..16).map(|at| at * 7 % most).collect();
            let mut page = vec![width as u8, 5];
            let mut bits = vec![0u8; 2 * width];
            for (at, value) in values.iter().enumerate() {
                for bit in 0..width {
                    let place = at * width + bit;
                    bits[place / 8] |= ((value >> bit & 1) as u8) << (place % 8);
                }
            }
            page.extend(bits);
            page.push(6);
            page.extend(&(most - 1).to_le_bytes()[..width.div_ceil(8)]);
            renumber(&mut page, &numbers).unwrap();
            let mut read = Hybrid::new(&page[1..], width as u32);
            let mut left = values.iter().copied().chain([most - 1; 3]);
            while let Some((value, count)) = read.take(1) {
                assert_eq!(count, 1);
                assert_eq!(value, left.next().unwrap() / 2, "{width} bits");
            }
            assert!(left.next().is_none());
        }
    }

    #[test]
    fn damage_stays_damage() {
        renumber(&mut [], &[0, 0]).unwrap();
        renumber(&mut [33, 1], &[0, 0]).unwrap_err();
        // A run that is cut, and an index beyond the dictionary.
        let mut page = [2, 4, 3, 7, 0b0100_1100];
        renumber(&mut page, &[0, 0]).unwrap();
        assert_eq!(page, [2, 4, 3, 7, 0b0000_1100]);
    }
}
