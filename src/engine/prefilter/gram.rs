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

/// Words that names of secrets share, or that code is full of: their grams
/// would let every second line through.
const COMMON: &[&str] = &[
    "_token", "token_", "tokens", "_key", "key_", "api_key", "apikey", "_secret", "secret_",
    "access_", "_access", "model", "code", "settings", "install", "string", "function", "image",
    "train", "config", "https://", "password", "client_", "private", "test", "true", "data",
    "port", "state", "object",
];

/// The grams of [`COMMON`], by the lowest bits of their hashes: a few others
/// share them and count as common too.
pub(super) struct Common([u64; COMMON_BITS / 64]);

const COMMON_BITS: usize = 4096;

impl Common {
    pub(super) fn new() -> Self {
        let mut bits = [0; COMMON_BITS / 64];
        let words = COMMON.iter().flat_map(|word| word.as_bytes().windows(GRAM));
        for gram in words.map(gram_of) {
            let at = hash(gram) % COMMON_BITS;
            bits[at / 64] |= 1 << (at % 64);
        }
        Self(bits)
    }

    fn holds(&self, gram: u32) -> bool {
        let at = hash(gram) % COMMON_BITS;
        self.0[at / 64] >> (at % 64) & 1 == 1
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
        .map(|offset| grams(offset).map(|bytes| cost(bytes, common)).sum::<f64>())
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(offset, _)| offset)
}

/// Roughly how often a gram stands in a text.
fn cost(bytes: &[u8], common: &Common) -> f64 {
    let letters = bytes
        .iter()
        .map(|byte| likelihood(byte.to_ascii_lowercase()));
    let share = if common.holds(gram_of(bytes)) {
        1000.0
    } else {
        1.0
    };
    letters.product::<f64>() * share
}
