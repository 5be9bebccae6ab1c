//! Keys of wallets: Bitcoin's and its like in base58, Stellar's seeds, phrases
//! of words.
//!
//! In: a candidate, or bytes to mint a key from. Out: an outcome. Forms: BIP 32
//! and 39, the wallet import format of Bitcoin Core, Stellar's SEP 23.

use sha2::{Digest as _, Sha256};

use super::encoding::{decode_base32, encode_base32};
use super::{Candidate, Outcome};

/// The digits of base58, as Bitcoin orders them.
pub(super) const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const SUM: usize = 4;
/// Longest text decoded; an extended key has 111 characters.
const LONGEST: usize = 128;

/// Bytes in base58 with their checksum.
pub fn mint_base58check(bytes: &[u8]) -> String {
    let mut number = [bytes, &checksum(bytes)].concat();
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let mut digits = Vec::new();
    while number.iter().any(|&byte| byte != 0) {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = (rest << 8) | u32::from(*byte);
            *byte = (value / 58) as u8;
            rest = value % 58;
        }
        digits.push(char::from(BASE58[rest as usize]));
    }
    "1".chars()
        .cycle()
        .take(zeros)
        .chain(digits.into_iter().rev())
        .collect()
}

/// A private key in the wallet import format.
pub fn mint_wif(key: &[u8; 32]) -> String {
    mint_base58check(&[&[0x80][..], key, &[1]].concat())
}

/// An extended private key of Bitcoin.
pub fn mint_extended(noise: &[u8; 64]) -> String {
    let head = [0x04, 0x88, 0xad, 0xe4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    mint_base58check(&[&head[..], &noise[..32], &[0], &noise[32..]].concat())
}

pub(super) fn extended_key(candidate: &Candidate) -> Outcome {
    match decode(candidate.secret) {
        // Version, depth, parent, number, chain code, then a zero and the key.
        Some(bytes) if bytes.len() == 78 && bytes[45] == 0 => Outcome::valid("checksum matches"),
        _ => Outcome::weak("checksum does not match"),
    }
}

/// No prefix marks this format: without the checksum it is some other text.
pub(super) fn wif(candidate: &Candidate) -> Outcome {
    match decode(candidate.secret).as_deref() {
        Some([0x80 | 0xef, rest @ ..]) if rest.len() == 32 || rest.get(32..) == Some(&[1]) => {
            Outcome::valid("checksum matches")
        }
        _ => Outcome::Reject,
    }
}

/// The bytes before a right checksum.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for digit in text {
        let mut carry = BASE58.iter().position(|known| known == digit)? as u32;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    let zeros = text.iter().take_while(|&&digit| digit == b'1').count();
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    let (body, sum) = bytes.split_last_chunk::<SUM>()?;
    (checksum(body) == *sum).then(|| body.to_vec())
}

/// The start of a hash of a hash.
fn checksum(bytes: &[u8]) -> [u8; SUM] {
    let hash = Sha256::digest(Sha256::digest(bytes));
    std::array::from_fn(|at| hash[at])
}

/// What a seed of Stellar starts with: `S` in base 32.
const STELLAR_SEED: u8 = 18 << 3;

/// A secret seed of Stellar.
pub fn mint_stellar(key: &[u8; 32]) -> String {
    let mut bytes = [&[STELLAR_SEED][..], key].concat();
    bytes.extend(crc16(&bytes).to_le_bytes());
    encode_base32(&bytes).to_ascii_uppercase()
}

pub(super) fn stellar(candidate: &Candidate) -> Outcome {
    let bytes = decode_base32(candidate.secret).unwrap_or_default();
    match bytes.split_last_chunk::<2>() {
        Some((body @ [STELLAR_SEED, ..], sum)) if crc16(body).to_le_bytes() == *sum => {
            Outcome::valid("checksum matches")
        }
        _ => Outcome::Reject,
    }
}

/// CRC-16/XMODEM.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, &byte| {
        (0..8).fold(sum ^ (u16::from(byte) << 8), |sum, _| {
            let shifted = sum << 1;
            if sum & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

/// The English words of BIP 39, sorted.
const WORDS: &str = include_str!("../../patterns/mnemonic-words.txt");
const BITS: usize = 11;

fn words() -> Vec<&'static str> {
    WORDS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
}

/// A phrase of twelve words for 16 bytes of entropy.
pub fn mint_mnemonic(entropy: &[u8; 16]) -> String {
    let words = words();
    let all = [&entropy[..], &[Sha256::digest(entropy)[0]]].concat();
    let phrase = (0..12).map(|at| {
        let bits = at * BITS..(at + 1) * BITS;
        let index = bits.fold(0, |index, bit| (index << 1) | bit_of(&all, bit));
        words[index]
    });
    phrase.collect::<Vec<_>>().join(" ")
}

fn bit_of(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at / 8] >> (7 - at % 8) & 1)
}

/// Every word must be of the list; the last bits are a checksum.
pub(super) fn mnemonic(candidate: &Candidate) -> Outcome {
    let words = words();
    let mut bits = Vec::new();
    for word in candidate.secret.split(|&byte| byte == b' ') {
        let Ok(index) = words.binary_search_by(|known| known.as_bytes().cmp(word)) else {
            return Outcome::Reject;
        };
        bits.extend((0..BITS).rev().map(|bit| (index >> bit & 1) as u8));
    }
    let sum = bits.len() / 33;
    if bits.len() % 33 != 0 || !(4..=8).contains(&sum) {
        return Outcome::Reject;
    }
    let (entropy, written) = bits.split_at(bits.len() - sum);
    let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| (byte << 1) | bit);
    let entropy: Vec<u8> = entropy.chunks(8).map(byte).collect();
    if Sha256::digest(&entropy)[0] >> (8 - sum) == byte(written) {
        Outcome::valid("checksum of the words matches")
    } else {
        Outcome::weak("checksum of the words does not match")
    }
}
