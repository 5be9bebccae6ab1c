//! The encodings tokens are made of: lenient base64, base 32, and numbers in
//! base 36 and base 62.
//!
//! In: text. Out: bytes or digits; `None` when the text is not that encoding.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose =
    GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT.with_encode_padding(false));

/// The alphabet of base 62 in GitHub's, npm's and Azure's order.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Decodes base64 in either alphabet, padded or not.
pub(super) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let url_safe = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if url_safe { URL_SAFE } else { STANDARD };
    engine.decode(text).ok()
}

/// Encodes in the standard alphabet, padded.
pub fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Encodes in the URL-safe alphabet, without padding.
pub fn encode_base64url(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}

/// A number in base 62, most significant digit first, without leading zeros.
pub(super) fn base62(number: u32) -> String {
    in_base(number, BASE62)
}

/// A number in base 36 (lower case), most significant digit first.
pub(super) fn base36(number: u32) -> String {
    in_base(number, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

/// A number written with these digits, most significant first.
pub(super) fn in_base(mut number: u32, alphabet: &[u8]) -> String {
    let base = alphabet.len() as u32;
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from(alphabet[(number % base) as usize]));
        number /= base;
    }
    digits.iter().rev().collect()
}

/// Whether `needle` occurs in `haystack`.
pub(super) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

/// Decodes base 32 (RFC 4648, either case, no padding); bits left over at the
/// end are dropped.
pub(super) fn decode_base32(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text {
        let value = match byte.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => letter - b'a',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

/// Encodes in base 32 (RFC 4648, lower case, no padding).
pub(super) fn encode_base32(bytes: &[u8]) -> String {
    let digit = |value: u32| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[value as usize & 31]);
    let (mut bits, mut held, mut text) = (0_u32, 0, String::new());
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(digit(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(digit(bits << (5 - held)));
    }
    text
}
