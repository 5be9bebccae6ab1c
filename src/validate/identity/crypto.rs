//! Addresses of currencies that live in chains of blocks.
//!
//! In: a run of letters and digits. Out: the currency, and whether a checksum
//! proves it. Forms: base58check, bech32 and bech32m (BIP 173, 350), EIP 55,
//! SEP 23, Monero's blocks of base58.

use super::Verdict;
use crate::validate::bech32::{MODIFIED, PLAIN, read};
use crate::validate::encoding::decode_base32;
use crate::validate::keccak::keccak_256;
use crate::validate::known_public::is_published_example;
use crate::validate::wallet::{BASE58, crc16, decode};

/// Fewest and most characters of an address.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 26..=110;

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// What it is an address of, in words.
    pub currency: &'static str,
    /// Does a checksum prove it? If not, it may be something else.
    pub checked: bool,
    /// Whether somebody may have it.
    pub verdict: Verdict,
}

impl Address {
    fn checked(currency: &'static str) -> Self {
        Self {
            currency,
            checked: true,
            verdict: Verdict::Valid,
        }
    }

    fn for_tests(currency: &'static str) -> Self {
        Self {
            verdict: Verdict::Placeholder,
            ..Self::checked(currency)
        }
    }

    fn unchecked(currency: &'static str) -> Self {
        Self {
            checked: false,
            ..Self::checked(currency)
        }
    }
}

/// The address that a whole run of letters and digits is.
pub fn address(text: &[u8]) -> Option<Address> {
    if !LENGTHS.contains(&text.len()) {
        return None;
    }
    let found = match text {
        [b'0', b'x' | b'X', hex @ ..] => ethereum(hex),
        [b'G', ..] if text.len() == 56 => stellar(text),
        [b'4' | b'8', ..] if matches!(text.len(), 95 | 106) => monero(text),
        [b'r', ..] if text.len() <= 35 => ripple(text).or_else(|| segwit(text)),
        _ => base58(text).or_else(|| segwit(text)),
    }?;
    if is_published_example(text) {
        return Some(Address::for_tests(found.currency));
    }
    Some(found)
}

/// Version and a hash of 20 bytes; or a key of Solana, which has no checksum.
fn base58(text: &[u8]) -> Option<Address> {
    if text.len() > 44 || !text.iter().all(|byte| BASE58.contains(byte)) {
        return None;
    }
    let bytes = decode(text);
    let version = match bytes.as_deref() {
        Some([first, hash @ ..]) if hash.len() == 20 => Some((0, *first)),
        Some([first, second, hash @ ..]) if hash.len() == 20 => Some((*first, *second)),
        _ => None,
    };
    let bitcoin = "the checksum of a Bitcoin address matches";
    Some(match version {
        // The hash of nothing is where coins are burnt.
        Some((0, 0 | 5)) if is_empty(bytes.as_deref()) => Address::for_tests(bitcoin),
        Some((0, 0 | 5)) => Address::checked(bitcoin),
        Some((0, 0x6f | 0xc4)) => Address::for_tests(bitcoin),
        Some((0, 0x30 | 0x32)) => Address::checked("the checksum of a Litecoin address matches"),
        Some((0, 0x1e | 0x16)) => Address::checked("the checksum of a Dogecoin address matches"),
        Some((0, 0x41)) => Address::checked("the checksum of a Tron address matches"),
        Some((0, 0x4c | 0x10)) => Address::checked("the checksum of a Dash address matches"),
        Some((0x1c, 0xb8 | 0xbd)) => Address::checked("the checksum of a Zcash address matches"),
        _ if matches!(text.len(), 43 | 44) && is_random(text) => {
            Address::unchecked("it has the form of a Solana address")
        }
        _ => return None,
    })
}

fn is_empty(bytes: Option<&[u8]>) -> bool {
    let hash = bytes.and_then(|bytes| bytes.get(1..)).unwrap_or_default();
    hash.iter().all(|byte| Some(byte) == hash.first())
}

/// Are there as many different digits as a key has, of all kinds?
fn is_random(text: &[u8]) -> bool {
    let classes: [fn(&u8) -> bool; 3] = [
        u8::is_ascii_digit,
        u8::is_ascii_lowercase,
        u8::is_ascii_uppercase,
    ];
    let different = BASE58.iter().filter(|digit| text.contains(digit)).count();
    different >= 20 && classes.iter().all(|class| text.iter().any(class))
}

/// Base58 with an order of its own.
fn ripple(text: &[u8]) -> Option<Address> {
    const ORDER: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
    let place = |byte| ORDER.iter().position(|known| known == byte);
    let text = text.iter().map(|byte| BASE58.get(place(byte)?).copied());
    let bytes = decode(&text.collect::<Option<Vec<u8>>>()?)?;
    let address = Address::checked("the checksum of an XRP address matches");
    match bytes.as_slice() {
        [0, hash @ ..] if hash.len() == 20 => Some(if is_empty(Some(&bytes)) {
            Address::for_tests(address.currency)
        } else {
            address
        }),
        _ => None,
    }
}

/// Bech32 with a prefix of a currency.
fn segwit(text: &[u8]) -> Option<Address> {
    let lower = text.to_ascii_lowercase();
    if text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let known: [&[u8]; 6] = [b"bc", b"tb", b"bcrt", b"ltc", b"addr", b"cosmos"];
    if !known.iter().any(|prefix| lower.starts_with(prefix)) {
        return None;
    }
    let read = read(&lower)?;
    // Version 0 has the old checksum, later ones the new; others have no version.
    let versioned = !matches!(read.prefix, b"addr" | b"cosmos");
    let wanted = match read.values.first()? {
        1..=16 if versioned => MODIFIED,
        _ => PLAIN,
    };
    if read.sum != wanted {
        return None;
    }
    match read.prefix {
        b"bc" => Some(Address::checked(
            "the checksum of a Bitcoin address matches",
        )),
        b"tb" | b"bcrt" => Some(Address::for_tests("the address is of a test network")),
        b"ltc" => Some(Address::checked(
            "the checksum of a Litecoin address matches",
        )),
        b"addr" => Some(Address::checked(
            "the checksum of a Cardano address matches",
        )),
        b"cosmos" => Some(Address::checked("the checksum of a Cosmos address matches")),
        _ => None,
    }
}

/// Twenty bytes in hexadecimal; the case of the letters is a checksum, if both
/// cases are there (EIP 55).
fn ethereum(hex: &[u8]) -> Option<Address> {
    if hex.len() != 40 || !hex.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let lower = hex.to_ascii_lowercase();
    let distinct = (b'0'..=b'f').filter(|byte| lower.contains(byte)).count();
    if distinct < 6 {
        return Some(Address::for_tests("it has the form of an Ethereum address"));
    }
    let upper = hex.iter().any(u8::is_ascii_uppercase);
    if !upper || !hex.iter().any(u8::is_ascii_lowercase) {
        return Some(Address::unchecked("it has the form of an Ethereum address"));
    }
    let hash = keccak_256(&lower);
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let right = |(byte, nibble): (&u8, u8)| {
        byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble > 7)
    };
    let holds = hex.iter().zip(nibbles).all(right);
    holds.then(|| Address::checked("the case of an Ethereum address is its checksum"))
}

/// A public key in base32, with a checksum at its end.
fn stellar(text: &[u8]) -> Option<Address> {
    let bytes = decode_base32(text)?;
    let (body, sum) = bytes.split_last_chunk::<2>()?;
    let holds = body.first() == Some(&(6 << 3)) && crc16(body).to_le_bytes() == *sum;
    holds.then(|| Address::checked("the checksum of a Stellar address matches"))
}

/// Blocks of eleven digits that stand for eight bytes; the last of seven for
/// five. The end is the start of a hash.
fn monero(text: &[u8]) -> Option<Address> {
    let mut bytes = Vec::with_capacity(80);
    for block in text.chunks(11) {
        let size = match block.len() {
            11 => 8,
            7 => 5,
            _ => return None,
        };
        let mut number = 0_u128;
        for digit in block {
            let place = BASE58.iter().position(|known| known == digit)?;
            number = number * 58 + place as u128;
        }
        if number >> (8 * size) != 0 {
            return None;
        }
        bytes.extend(number.to_be_bytes().get(16 - size..)?);
    }
    let (body, sum) = bytes.split_last_chunk::<4>()?;
    let network = matches!(body.first(), Some(18 | 19 | 42));
    let holds = network && keccak_256(body).starts_with(sum);
    holds.then(|| Address::checked("the checksum of a Monero address matches"))
}

#[cfg(test)]
mod tests;
