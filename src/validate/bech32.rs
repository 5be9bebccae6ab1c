//! Keys in bech32 (BIP 173): age's identities, Nostr's private keys.
//!
//! In: a candidate, or a prefix and bytes to mint a key from. Out: an outcome;
//! the checksum covers the prefix, so that any prefix can be checked.

use super::{Candidate, Outcome};

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Five-bit values of checksum.
const SUM: usize = 6;

/// An age identity of 32 bytes of key.
pub fn mint_age(key: &[u8; 32]) -> String {
    mint("age-secret-key-", key).to_ascii_uppercase()
}

/// A key of that prefix, in lower case.
pub fn mint(prefix: &str, key: &[u8]) -> String {
    let (mut bits, mut held, mut data) = (0_u32, 0, Vec::new());
    for &byte in key {
        bits = (bits << 8) | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            data.push((bits >> held) as u8 & 31);
        }
    }
    if held > 0 {
        data.push((bits << (5 - held)) as u8 & 31);
    }
    let sum = checksum(prefix.as_bytes(), data.iter().copied().chain([0; SUM])) ^ 1;
    data.extend((0..SUM).rev().map(|digit| (sum >> (digit * 5)) as u8 & 31));
    let body = data
        .iter()
        .map(|&value| char::from(ALPHABET[usize::from(value)]));
    prefix.chars().chain(['1']).chain(body).collect()
}

pub(super) fn bech32(candidate: &Candidate) -> Outcome {
    let lower = candidate.secret.to_ascii_lowercase();
    match read(&lower) {
        Some(read) if read.sum == PLAIN => Outcome::valid("checksum matches"),
        None if !lower.iter().skip(1).any(|byte| *byte == b'1') => Outcome::Neutral,
        _ => Outcome::weak("checksum does not match"),
    }
}

/// What the checksum is of bech32, and of bech32m (BIP 350).
pub(super) const PLAIN: u32 = 1;
pub(super) const MODIFIED: u32 = 0x2bc8_30a3;

/// A text in bech32, whatever its checksum says.
pub(super) struct Read<'t> {
    pub(super) prefix: &'t [u8],
    /// Five-bit values before the checksum.
    pub(super) values: Vec<u8>,
    /// [`PLAIN`] or [`MODIFIED`] if it is right.
    pub(super) sum: u32,
}

/// Read a text in lower case; `None` if it has no mark, or other letters.
pub(super) fn read(lower: &[u8]) -> Option<Read<'_>> {
    // No digit of the body is a `1`.
    let mark = memchr::memrchr(b'1', lower).filter(|&mark| mark > 0)?;
    let (prefix, body) = (lower.get(..mark)?, lower.get(mark + 1..)?);
    let place = |byte| ALPHABET.iter().position(|known| known == byte);
    let values = body.iter().map(|byte| Some(place(byte)? as u8));
    let mut values: Vec<u8> = values.collect::<Option<_>>()?;
    let sum = checksum(prefix, values.iter().copied());
    values.truncate(values.len().checked_sub(SUM)?);
    Some(Read {
        prefix,
        values,
        sum,
    })
}

/// The checksum over the prefix and these five-bit values.
fn checksum(prefix: &[u8], values: impl Iterator<Item = u8>) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let high = prefix.iter().map(|byte| byte >> 5);
    let low = prefix.iter().map(|byte| byte & 31);
    let mut sum = 1_u32;
    for value in high.chain([0]).chain(low).chain(values) {
        let top = sum >> 25;
        sum = ((sum & 0x1ff_ffff) << 5) ^ u32::from(value);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
    }
    sum
}
