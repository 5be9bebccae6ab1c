//! Runs of token bytes, `[A-Za-z0-9_-]`, of at least [`SHORTEST`].
//!
//! In: text. Out: their ranges, in order. Most windows hold no run as long as
//! their rule's secret, and need no regex.

use std::ops::Range;

use crate::rule::literals::{RUN, is_run_byte};

/// Shortest run that is kept.
pub(super) const SHORTEST: usize = RUN;

const BLOCK: usize = 64;

fn is_token_byte(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
        || byte.wrapping_sub(b'0') < 10
        || byte == b'_'
        || byte == b'-'
}

/// Gathers the lowest bits of eight bytes in the top byte of the product.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// One bit a byte, the first byte lowest. Written so that it vectorises.
fn mask(block: &[u8; BLOCK]) -> u64 {
    let flags = block.map(|byte| u8::from(is_token_byte(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (index, eight)| {
        let byte = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
        bits | byte << (8 * index)
    })
}

/// Collect the runs of `text` into `runs`.
pub(super) fn find(text: &[u8], runs: &mut Vec<Range<usize>>) {
    runs.clear();
    let mut carried = 0usize;
    let mut base = 0usize;
    let mut close = |end: usize, length: usize| {
        if length >= SHORTEST {
            runs.push(end - length..end);
        }
    };
    while base < text.len() {
        let bits = match text[base..].first_chunk::<BLOCK>() {
            Some(block) => mask(block),
            None => {
                let mut block = [0u8; BLOCK];
                block[..text.len() - base].copy_from_slice(&text[base..]);
                mask(&block)
            }
        };
        if bits == u64::MAX {
            carried += BLOCK;
            base += BLOCK;
            continue;
        }
        let lead = bits.trailing_ones() as usize;
        close(base + lead, carried + lead);
        inner_runs(bits, lead, |start, length| {
            close(base + start + length, length);
        });
        carried = bits.leading_ones() as usize;
        base += BLOCK;
    }
    close(text.len(), carried.min(text.len()));
}

/// May a run be that of a key: does it hold a digit, or letters of both cases?
pub(super) fn may_be_key(run: &[u8]) -> bool {
    let (mut lower, mut upper) = (false, false);
    for &byte in run {
        lower |= byte.is_ascii_lowercase();
        upper |= byte.is_ascii_uppercase();
        if byte.is_ascii_digit() || (lower && upper) {
            return true;
        }
    }
    false
}

/// Is the first run of at least [`SHORTEST`] bytes of a value that of a key?
pub(super) fn holds_key(value: &[u8]) -> bool {
    value
        .split(|&byte| !is_run_byte(byte))
        .find(|run| run.len() >= SHORTEST)
        .is_some_and(may_be_key)
}

/// Runs of at least [`SHORTEST`] that neither start nor end the block.
fn inner_runs(bits: u64, lead: usize, mut sink: impl FnMut(usize, usize)) {
    let tail = bits.leading_ones();
    let mut rest = bits & !((1u64 << lead) - 1) & u64::MAX.checked_shr(tail).unwrap_or(0);
    // After these steps a bit is left only where SHORTEST ones begin.
    let mut long = rest & rest >> 1;
    long &= long >> 2;
    long &= long >> 4;
    long &= long >> 8;
    while long != 0 {
        let start = long.trailing_zeros() as usize;
        let length = (rest >> start).trailing_ones() as usize;
        sink(start, length);
        let past = start + length;
        let keep = u64::MAX.checked_shl(past as u32).unwrap_or(0);
        rest &= keep;
        long &= keep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(text: &[u8]) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut start = None;
        for at in 0..=text.len() {
            match (text.get(at).is_some_and(|&byte| is_token_byte(byte)), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    if at - from >= SHORTEST {
                        runs.push(from..at);
                    }
                    start = None;
                }
                _ => {}
            }
        }
        runs
    }

    proptest::proptest! {
        #[test]
        fn equals_the_plain_loop(text in "([a-zA-Z0-9_-]{0,90}[ =\n]){0,8}[a-z]{0,70}") {
            let mut runs = Vec::new();
            find(text.as_bytes(), &mut runs);
            proptest::prop_assert_eq!(runs, naive(text.as_bytes()));
        }
    }
}
