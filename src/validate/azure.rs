//! Microsoft's common annotated keys (Azure `OpenAI`, App Configuration and
//! more): 84 or 88 base64 characters with a fixed signature and a Marvin32
//! checksum.
//!
//! In: a candidate, or the random part of a key to mint. Out: an outcome, or a
//! valid key. Other Azure keys stay neutral: their checksum needs a seed of
//! each service.

use super::encoding::{base62, decode_base64, encode_base64};
use super::{Candidate, Outcome};

/// "Default0", the name of the checksum's version, read as a big-endian number.
const SEED: u64 = u64::from_be_bytes(*b"Default0");
const SIGNATURE_AT: usize = 52;
const CHECKSUM_AT: usize = 80;

/// An Azure `OpenAI` key from 52 random characters and 10 of platform data.
pub fn openai_key(random: &str, platform: &str) -> String {
    let body = format!("{random}JQQJ99BCAC{platform}AAABACOG");
    let sum = checksum(body.as_bytes()).map(encode_checksum);
    format!("{body}{}", sum.unwrap_or_default())
}

pub(super) fn identifiable(candidate: &Candidate) -> Outcome {
    let key = candidate.secret;
    if !matches!(key.len(), 84 | 88) || !key[SIGNATURE_AT..].starts_with(b"JQQJ9") {
        return Outcome::Neutral;
    }
    let Some(sum) = checksum(&key[..CHECKSUM_AT]) else {
        return Outcome::Neutral;
    };
    let written = key[CHECKSUM_AT..].trim_ascii_end();
    let written = written.strip_suffix(b"==").unwrap_or(written);
    // Older keys hold the plain base64 of the checksum.
    let plain = encode_base64(&sum.to_le_bytes()[..if key.len() == 84 { 3 } else { 4 }]);
    let base62 = format!("{:0<6}", swapped_base62(sum));
    if base62.as_bytes().starts_with(written) || plain.as_bytes().starts_with(written) {
        Outcome::valid("checksum matches")
    } else {
        Outcome::weak("checksum does not match")
    }
}

fn encode_checksum(sum: u32) -> String {
    let mut digits = format!("{:0<4}", swapped_base62(sum));
    digits.truncate(4);
    digits
}

/// The checksum's little-endian bytes, read as one number, in base 62.
fn swapped_base62(sum: u32) -> String {
    base62(sum.swap_bytes())
}

fn checksum(body: &[u8]) -> Option<u32> {
    decode_base64(body).map(|bytes| marvin32(&bytes, SEED))
}

/// The Marvin32 hash as .NET uses it.
fn marvin32(bytes: &[u8], seed: u64) -> u32 {
    let (mut low, mut high) = (seed as u32, (seed >> 32) as u32);
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        low = low.wrapping_add(u32::from_le_bytes(*word));
        mix(&mut low, &mut high);
    }
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    low = low.wrapping_add(u32::from_le_bytes(last));
    mix(&mut low, &mut high);
    mix(&mut low, &mut high);
    low ^ high
}

fn mix(low: &mut u32, high: &mut u32) {
    *high ^= *low;
    *low = low.rotate_left(20).wrapping_add(*high);
    *high = high.rotate_left(9) ^ *low;
    *low = low.rotate_left(27).wrapping_add(*high);
    *high = high.rotate_left(19);
}
