//! Where digits are: the only places worth a look.
//!
//! In: a text. Out: stretches that hold a few digits within 128 bytes, which is
//! what every number that stands for somebody has; all others cost one pass of
//! counting, which the compiler makes wide.

use std::ops::Range;

const BLOCK: usize = 64;
/// Bytes before and after that belong to a value whose digits are there: the
/// letters of an account's country, a bracket, the rest of a spaced number.
const AROUND: usize = 48;

/// The stretches of `text[owned]` that have `fewest` digits in two blocks side by
/// side, in order and apart, each with its surroundings, which may reach beyond
/// `owned`.
pub(super) fn stretches(
    text: &[u8],
    owned: Range<usize>,
    fewest: u32,
    stretches: &mut Vec<Range<usize>>,
) {
    stretches.clear();
    let mut before = 0;
    let blocks = text.get(owned.clone()).unwrap_or_default().chunks(BLOCK);
    for (number, block) in blocks.enumerate() {
        let digits = count(block);
        let pair = before + digits;
        before = digits;
        if pair < fewest {
            continue;
        }
        let at = owned.start + number * BLOCK;
        let start = at.saturating_sub(BLOCK + AROUND);
        let end = (at + block.len() + AROUND).min(text.len());
        match stretches.last_mut() {
            Some(last) if last.end >= start => last.end = end,
            _ => stretches.push(start..end),
        }
    }
}

fn count(block: &[u8]) -> u32 {
    // Bytes do not overflow: a block has 64.
    let digits: u8 = block
        .iter()
        .map(|byte| u8::from(byte.is_ascii_digit()))
        .sum();
    u32::from(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_anywhere_are_seen() {
        for at in 0..300 {
            let mut text = vec![b'x'; 400];
            for (digit, gap) in [0, 20, 40, 62].into_iter().enumerate() {
                text[at + gap] = b'0' + digit as u8;
            }
            let mut found = Vec::new();
            stretches(&text, 0..text.len(), 4, &mut found);
            assert_eq!(found.len(), 1);
            assert!(found[0].start <= at && found[0].end > at + 62, "{at}");
        }
    }

    #[test]
    fn words_are_no_stretch() {
        let mut found = Vec::new();
        let text = b"one 1, two 2, three 3 and no more";
        stretches(text, 0..text.len(), 4, &mut found);
        assert!(found.is_empty());
    }
}
