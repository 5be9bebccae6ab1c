//! Grams: four bytes of a literal by which it is found.
//!
//! In: literals and text. Out: the folded grams that stand for a literal, and
//! those at the places of a text.

use crate::rule::literals::{ByteSet, likelihood};

/// Bytes of a gram.
pub(super) const GRAM: usize = 4;
/// Bits of a hash: 32 KiB of bitmap.
pub(super) const HASH_BITS: u32 = 18;
/// Sets the bit that tells cases apart, in each byte: a coarse fold, undone
/// by the comparison.
const FOLD: u32 = 0x2020_2020;
/// Places looked at in one step.
pub(super) const STEP: usize = 8;
/// Bytes their grams span, at every place and at every second one.
pub(super) const BLOCK: usize = STEP + GRAM - 1;
pub(super) const WIDE_BLOCK: usize = 2 * STEP + GRAM;

pub(super) fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

pub(super) fn second_hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x85eb_ca6b) >> (32 - HASH_BITS)) as usize
}

pub(super) fn fold(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes) | FOLD
}

/// The folded grams that start in the first eight bytes of a block.
pub(super) fn grams(block: &[u8; BLOCK]) -> [u32; STEP] {
    // The block is longer than either, so neither default is ever taken.
    let low = u64::from_le_bytes(*block.first_chunk().unwrap_or(&[0; 8]));
    let high = u64::from_le_bytes(*block.last_chunk().unwrap_or(&[0; 8]));
    let all = [
        low,
        low >> 8,
        low >> 16,
        low >> 24,
        low >> 32,
        high >> 16,
        high >> 24,
        high >> 32,
    ];
    all.map(|bytes| bytes as u32 | FOLD)
}

/// The folded grams that start at every second of the first sixteen bytes.
pub(super) fn every_second(block: &[u8; WIDE_BLOCK]) -> [u32; STEP] {
    let at = |place: usize| {
        let eight = block[place..].first_chunk().unwrap_or(&[0; 8]);
        u64::from_le_bytes(*eight)
    };
    let (first, middle, last) = (at(0), at(6), at(12));
    let all = [
        first,
        first >> 16,
        first >> 32,
        middle,
        middle >> 16,
        middle >> 32,
        last,
        last >> 16,
    ];
    all.map(|bytes| bytes as u32 | FOLD)
}

/// The grams, each with its place in the literal, of which one is met wherever
/// a literal stands if a text is looked at at every place; `next` are the
/// bytes that may follow it.
pub(super) fn at_every_place(literal: &[u8], next: ByteSet, common: &Common) -> Vec<(i8, u32)> {
    match rarest(literal, common, 1) {
        Some(offset) => vec![(offset as i8, gram_of(&literal[offset..]))],
        None => followed(literal, next, 0),
    }
}

/// The same for a look at every second place: of two neighbours one is met.
pub(super) fn at_every_second(literal: &[u8], next: ByteSet, common: &Common) -> Vec<(i8, u32)> {
    if let Some(offset) = rarest(literal, common, 2) {
        let gram = |offset: usize| (offset as i8, gram_of(&literal[offset..]));
        return vec![gram(offset), gram(offset + 1)];
    }
    if literal.len() >= GRAM {
        let mut grams = followed(&literal[1..], next, 1);
        grams.push((0, gram_of(literal)));
        return grams;
    }
    let mut grams = followed(literal, next, 0);
    let preceded = |first: u8| fold([first, literal[0], literal[1], literal[2]]);
    grams.extend(distinct((0..=u8::MAX).map(preceded)).map(|gram| (-1, gram)));
    grams
}

/// Three bytes, and each fourth that may follow. At the end of a text nothing
/// follows: there the fourth counts as zero.
fn followed(three: &[u8], next: ByteSet, offset: i8) -> Vec<(i8, u32)> {
    let fourth = (0..=u8::MAX).filter(|&byte| byte == 0 || next.contains(byte));
    let grams = fourth.map(|fourth| fold([three[0], three[1], three[2], fourth]));
    distinct(grams).map(|gram| (offset, gram)).collect()
}

fn distinct(grams: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    let mut grams: Vec<u32> = grams.collect();
    grams.sort_unstable();
    grams.dedup();
    grams.into_iter()
}

/// How often the common grams stand in source text, documents and data, in
/// powers of two a million bytes, counted over sixty million bytes of packages:
/// a line for each power, the grams folded, `_` for its folded byte.
const COMMON: &str = include_str!("../../../patterns/common-grams.txt");

/// The power of each common gram, by the lowest bits of its hash: a few others
/// share it and count as common too.
pub(super) struct Common(Vec<u8>);

const COMMON_SLOTS: usize = 1 << 16;

impl Common {
    pub(super) fn new() -> Self {
        let mut slots = vec![0; COMMON_SLOTS];
        for line in COMMON.lines() {
            let (power, grams) = line.split_once(' ').unwrap_or_default();
            let power: u8 = power.parse().unwrap_or_default();
            for gram in grams.as_bytes().chunks(GRAM + 1) {
                let slot = &mut slots[hash(gram_of(gram)) % COMMON_SLOTS];
                *slot = power.max(*slot);
            }
        }
        Self(slots)
    }

    /// Roughly how often a gram stands in a million bytes.
    fn cost(&self, bytes: &[u8]) -> f64 {
        match self.0[hash(gram_of(bytes)) % COMMON_SLOTS] {
            0 => {
                let letters = bytes
                    .iter()
                    .map(|byte| likelihood(byte.to_ascii_lowercase()));
                // Letters alone say that it is likelier than it is.
                letters.product::<f64>() * 50_000.0
            }
            power => f64::from(1u32 << power),
        }
    }
}

fn gram_of(bytes: &[u8]) -> u32 {
    fold([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Where in a literal the least likely `neighbours` grams start.
fn rarest(literal: &[u8], common: &Common, neighbours: usize) -> Option<usize> {
    let starts = (literal.len() + 2).checked_sub(GRAM + neighbours)?;
    let grams = |offset: usize| literal[offset..].windows(GRAM).take(neighbours);
    (0..starts.min(i8::MAX as usize))
        .map(|offset| grams(offset).map(|bytes| common.cost(bytes)).sum::<f64>())
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(offset, _)| offset)
}
