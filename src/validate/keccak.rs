//! Keccak-256, the hash of Ethereum and Monero: SHA-3 with the padding it had
//! before it became a standard.
//!
//! In: bytes. Out: their hash.

const LANES: usize = 25;
/// Bytes taken in at once.
const RATE: usize = 136;
const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];
/// Where each lane goes, and how far it is turned, in the order of the walk.
const TURNS: [u32; 24] = [
    1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
];
const PLACES: [usize; 24] = [
    10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
];

/// The hash of these bytes.
pub(super) fn keccak_256(bytes: &[u8]) -> [u8; 32] {
    let mut state = [0_u64; LANES];
    let mut padded = bytes.to_vec();
    padded.push(1);
    padded.resize(padded.len().next_multiple_of(RATE), 0);
    if let Some(last) = padded.last_mut() {
        *last |= 0x80;
    }
    for block in padded.chunks_exact(RATE) {
        for (lane, eight) in state.iter_mut().zip(block.as_chunks::<8>().0) {
            *lane ^= u64::from_le_bytes(*eight);
        }
        permute(&mut state);
    }
    let mut hash = [0; 32];
    for (eight, lane) in hash.chunks_exact_mut(8).zip(state) {
        eight.copy_from_slice(&lane.to_le_bytes());
    }
    hash
}

fn permute(state: &mut [u64; LANES]) {
    for round in ROUNDS {
        let columns: [u64; 5] =
            std::array::from_fn(|x| (0..5).fold(0, |sum, y| sum ^ state[x + 5 * y]));
        for (at, lane) in state.iter_mut().enumerate() {
            *lane ^= columns[(at + 4) % 5] ^ columns[(at + 1) % 5].rotate_left(1);
        }
        let mut held = state[1];
        for (place, turn) in PLACES.into_iter().zip(TURNS) {
            held = std::mem::replace(&mut state[place], held.rotate_left(turn));
        }
        for row in state.chunks_exact_mut(5) {
            let old: [u64; 5] = std::array::from_fn(|x| row[x]);
            for (x, lane) in row.iter_mut().enumerate() {
                *lane = old[x] ^ (!old[(x + 1) % 5] & old[(x + 2) % 5]);
            }
        }
        state[0] ^= round;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_hashes_hold() {
        // Of no bytes, and of "abc", as the team's test vectors have them.
        assert_eq!(keccak_256(b"")[..6], [0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7]);
        assert_eq!(
            keccak_256(b"abc")[..6],
            [0x4e, 0x03, 0x65, 0x7a, 0xea, 0x45]
        );
        // Padding fills a block, or needs another.
        assert_ne!(keccak_256(&[7; RATE - 1]), keccak_256(&[7; RATE]));
    }
}
