//! UTF-16 text inside binary bytes.
//!
//! In: bytes. Out: runs of at least [`SHORTEST`] readable ASCII characters,
//! each with a zero beside it, in either byte order.

use super::{Encoded, Offsets, is_readable};
use crate::engine::Piece;

/// Fewest characters worth a look.
const SHORTEST: usize = 12;

pub(super) fn find(piece: &Piece<'_>, found: &mut Vec<Encoded>) {
    let text = piece.text;
    let mut done = piece.owned.start;
    for zero in memchr::memchr_iter(0, text) {
        if zero < done || zero >= piece.owned.end {
            continue;
        }
        // Little-endian: the character comes first. Big-endian text shows the
        // same pattern one byte later, less its first character's zero.
        let start = zero.saturating_sub(1);
        let pairs = text[start..]
            .chunks_exact(2)
            .take_while(|pair| pair[1] == 0 && is_readable(pair[0]))
            .count();
        if pairs < SHORTEST {
            continue;
        }
        let raw = start..start + 2 * pairs;
        // Big-endian: one more character stands after the last zero.
        let last = text.get(raw.end).copied().filter(|&byte| is_readable(byte));
        let decoded = text[raw.clone()]
            .iter()
            .step_by(2)
            .copied()
            .chain(last)
            .collect();
        done = raw.end;
        found.push(Encoded {
            text: decoded,
            raw,
            step: "!utf16",
            offsets: Offsets::Ratio {
                decoded: 1,
                encoded: 2,
            },
        });
    }
}
